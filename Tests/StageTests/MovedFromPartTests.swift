import AssetModel
import Testing

@testable import PresenceInference

/// Tags that leave a zone of which one antenna is out of use: its silence counts as far as the other would
/// have read them.
struct MovedFromPartTests {
    /// Which antennas of shelf A read a tag.
    enum Readers { case both, first, second }

    private static let epochsMax = 200

    /// A tag rests in A for an hour, where an antenna goes out of use, and is then in B, which reads it in two
    /// of three epochs.
    /// - Parameter mended: epochs after which the antenna is back.
    /// - Returns: epochs until it has moved.
    private static func moved(_ readers: Readers, out port: UInt16? = 1, mended: Int? = nil) -> Int? {
        var story = PresenceStory(layout: CoveredInPartTests.layout(reportInterval: .zero))
        for _ in 0..<720 {
            story.go(to: story.second + 5)
            if readers != .second { story.read(7, by: StageWorld.a) }
            if readers != .first { story.read(7, by: CoveredInPartTests.second) }
        }
        if let port { CoveredInPartTests.tell(.antennaDisconnected(port: port), &story) }
        for epoch in 1...epochsMax {
            story.go(to: story.second + 5)
            if let port, epoch == mended { CoveredInPartTests.tell(.antennaConnected(port: port), &story) }
            if epoch % 3 != 0 { story.read(7, by: StageWorld.b) }
            let isMoved = story.changes.contains { if case .moved = $0.change.kind { true } else { false } }
            if isMoved { return epoch }
        }
        return nil
    }

    /// Nearly: that it reads as much as all do is known no better than its rate is.
    @Test func `what the antenna at work would have read has moved nearly as soon as if all were at work`()
        throws
    {
        let whole = try #require(Self.moved(.both, out: nil))
        #expect(whole == 11)
        for readers in [Readers.both, .second] {
            let part = try #require(Self.moved(readers))
            #expect((whole...whole + 3).contains(part), "\(readers): \(part)")
        }
    }

    @Test func `of what only the antenna that is out would have read nothing is said`() {
        #expect(Self.moved(.first) == nil)
    }

    /// What it did not read while it was out speaks for nothing; what it does not read since then does.
    @Test func `an antenna that is mended tells nothing of the time before`() throws {
        let whole = try #require(Self.moved(.both, out: nil))
        let mended = try #require(Self.moved(.first, mended: 100))
        #expect(mended >= 100 + whole - 1)
    }
}
