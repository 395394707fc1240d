import AssetModel
import Testing

@testable import PresenceInference

/// Tags that leave a zone of which one antenna is out of use: its silence counts as far as the other would
/// have read them.
struct MovedFromPartTests {
    /// Which antennas of shelf A read a tag.
    enum Readers { case both, first, second }

    /// Of the only tag.
    private static let slot = 0
    private static let restingEpochs = 720
    private static let epochsMax = 200

    /// A tag rests in A for an hour, where an antenna goes out of use; it is then in B, which reads it in two
    /// of three epochs, until it has moved.
    /// - Parameters:
    ///   - isStray: B reads it in every other epoch of that hour too.
    ///   - mended: epochs after which the antenna is back.
    private static func story(
        _ readers: Readers, isStray: Bool = false, out port: UInt16? = 1, mended: Int? = nil
    ) -> PresenceStory {
        var story = PresenceStory(layout: CoveredInPartTests.layout(reportInterval: .zero))
        for epoch in 0..<restingEpochs {
            story.go(to: story.second + 5)
            if readers != .second { story.read(7, by: StageWorld.a) }
            if readers != .first { story.read(7, by: CoveredInPartTests.second) }
            if isStray, epoch % 2 == 0 { story.read(7, by: StageWorld.b) }
        }
        if let port { CoveredInPartTests.tell(.antennaDisconnected(port: port), &story) }
        for epoch in 1...epochsMax where !hasMoved(story) {
            story.go(to: story.second + 5)
            if let port, epoch == mended { CoveredInPartTests.tell(.antennaConnected(port: port), &story) }
            if epoch % 3 != 0 { story.read(7, by: StageWorld.b) }
        }
        return story
    }

    private static func hasMoved(_ story: PresenceStory) -> Bool {
        story.changes.contains { if case .moved = $0.change.kind { true } else { false } }
    }

    /// - Returns: epochs until it has moved.
    private static func moved(
        _ readers: Readers, isStray: Bool = false, out port: UInt16? = 1, mended: Int? = nil
    ) -> Int? {
        let story = story(readers, isStray: isStray, out: port, mended: mended)
        return hasMoved(story) ? Int(story.second) / 5 - restingEpochs : nil
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

    /// Where it was nobody would read it any more. But next door did not read it either.
    @Test func `what next door never read and now does has moved, whoever is out of use`() throws {
        let whole = try #require(Self.moved(.both, out: nil))
        let blind = try #require(Self.moved(.first))
        #expect(blind > whole && blind < 60, "\(whole), \(blind)")
    }

    @Test func `a move says that where it was not all was covered, and nothing where it was`() throws {
        func words(out port: UInt16?) throws -> [String] {
            let change = try #require(Self.story(.both, out: port).changes.last?.change)
            return [change.reasonChinese, change.reasonEnglish]
        }
        let (whole, part) = (try words(out: nil), try words(out: 1))
        #expect(whole[1].hasSuffix(" epochs, A in 0") && whole[0].hasSuffix("，A 识读 0 个"), "\(whole)")
        #expect(part[1].hasSuffix(", A in 0 (not all antennas of A at work throughout)"), "\(part)")
        #expect(part[0].hasSuffix("，A 识读 0 个（其间 A 的天线未全程工作）"), "\(part)")
    }

    @Test func `of what next door always read, and only the antenna that is out, nothing is said`() {
        #expect(Self.moved(.first, isStray: true) == nil)
    }

    /// Of a tag that is settled in A, of which the first antenna is out of use.
    private static func known(
        _ story: PresenceStory, in zone: Int = StageWorld.a, span: Int64 = 600, unit: Int64 = 5
    ) -> ZoneClaims.Known {
        let window = (span: ElapsedTime(seconds: span), unit: ElapsedTime(seconds: unit))
        return story.tracker.known(
            of: slot, in: zone, over: window, at: story.time, story.coverage)
    }

    private static func settledStory() -> PresenceStory {
        var story = Self.story(.second)
        story.tracker.tags[slot].phase = .settled
        story.tracker.tags[slot].zone = Int16(StageWorld.a)
        story.tracker.tags[slot].rate = ReadRate(hits: 9_000, misses: 1_000, strays: 500, strayMisses: 9_500)
        return story
    }

    /// The longer an epoch, the likelier next door reads the tag once in it.
    @Test func `what is known of strays is known of epochs of one length`() {
        var story = Self.settledStory()
        func strays(_ unit: Int64) -> Double { Self.known(story, unit: unit).strays }
        // 0.05 and two deviations are 0.0544; in five chances 0.244, in twenty 0.673.
        #expect(strays(5) == 1 && strays(60) == 1 && strays(1_200) == 0)
        #expect(abs(strays(300) - (0.56 - 0.244) / 0.41) < 0.01, "\(strays(300))")
        // Of other zones, and of where it only was heard, no habits are known.
        _ = story.coverage.apply(.disconnected, reader: StageWorld.b, at: story.time)
        #expect(Self.known(story, in: StageWorld.b).strays == 0)
        story.tracker.tags[Self.slot].phase = .heard
        #expect(strays(5) == 0)
    }

    @Test func `nothing was watched over a time in which all antennas were out`() {
        var story = Self.settledStory()
        story.go(to: story.second + 600)
        story.cover(StageWorld.a)
        #expect(Self.known(story).watched > 0.5)
        _ = story.coverage.apply(.disconnected, reader: StageWorld.a, at: story.time)
        story.go(to: story.second + 60)
        story.cover(StageWorld.a)
        story.go(to: story.second + 300)
        #expect(story.coverage.isCovered(zone: StageWorld.a))
        #expect(Self.known(story, span: 300).watched > 0.5 && Self.known(story).watched == 0)
    }

    /// What it did not read while it was out speaks for nothing; what it does not read since then does.
    @Test func `an antenna that is mended tells nothing of the time before`() throws {
        let whole = try #require(Self.moved(.both, isStray: true, out: nil))
        let mended = try #require(Self.moved(.first, isStray: true, mended: 100))
        #expect(mended >= 100 + whole - 1, "\(whole), \(mended)")
    }
}
