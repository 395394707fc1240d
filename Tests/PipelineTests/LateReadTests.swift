import AssetModel
import DeviceDecoding
import IntakePipeline
import Testing

/// Readers that hold their reads, and hand over what they kept: what has not come yet is not missed.
struct LateReadTests {
    /// Tag 1 lies on shelf A; tag 2, beside it, shows how late the reads of the reader come.
    private static func story(missingAfter: Int64) -> PathStory {
        PathStory(setup: PathStory.setup(PathStory.layout(missingAfter: missingAfter)))
    }

    private static func silences(_ story: PathStory) -> [Int64] {
        story.presenceChanges.compactMap { change in
            guard case .silent = change.kind, change.tag.hex == PathStory.tag(1) else { return nil }
            return (change.at - PathStory.start).milliseconds / 1_000
        }
    }

    /// A read 28 s after the one before, in a zone of 30 s, that its reader held for 10 s: it comes 3 s after
    /// the silence would have been told. Then nothing more.
    private static func held(_ story: inout PathStory) {
        for _ in 0..<4 {
            story.pass(5)
            story.read(PathStory.tag(1), by: "A")
            story.read(PathStory.tag(2), by: "A", late: 10)
        }
        story.pass(38)
        story.read(PathStory.tag(1), by: "A", late: 10)
    }

    @Test func `a read that its reader held is no silence, and a silence is told so much later`() {
        var story = Self.story(missingAfter: 30)
        Self.held(&story)
        #expect(Self.silences(story).isEmpty)
        // At 58 s: 35 s of silence, and 10 s in which a read may still have come.
        for _ in 0..<70 { story.pass(1) }
        let told = Self.silences(story)
        #expect(told.count == 1 && told[0] >= 103 && told[0] <= 109, "\(told)")
    }

    @Test func `what a reader kept over an outage and hands over now is no silence`() {
        var story = Self.story(missingAfter: 120)
        story.read(PathStory.tag(1), by: "A")
        // No link and no will for 112 s; then what it kept, in order, a second for eight.
        story.pass(112)
        for second in Int64(1)...16 {
            story.pass(1)
            let heard = 8 * second - 4
            let late = 112 + second - heard
            story.read(PathStory.tag(second == 15 ? 1 : 2), by: "A", late: late)
        }
        #expect(Self.silences(story).isEmpty)
    }

    /// As ``PathStory`` has it, over a stop at any of its inputs.
    @Test(arguments: Array(stride(from: 2, to: 20, by: 3)))
    func `a restart knows how late reads come`(after count: Int) throws {
        var story = Self.story(missingAfter: 30)
        Self.held(&story)
        for _ in 0..<70 { story.pass(1) }
        let (changes, _) = try KeptPath.presenceChanges(
            of: story.inputs, setup: PathStory.setup(PathStory.layout(missingAfter: 30)),
            stoppedBefore: count)
        #expect(changes == story.presenceChanges)
    }

    // MARK: at a gate

    private static func gate(checkpointEvery: Int64) -> IntakePath {
        var layout = PathStory.layout()
        layout.zones.append(SiteLayout.Zone(id: "G", site: 0, kind: .gate))
        var reader = SiteLayout.Reader(id: "rG", site: 0, topics: ["readers/rG/#"])
        reader.antennas = [3, 4]
        layout.readers.append(reader)
        layout.antennas.append(SiteLayout.Antenna(reader: 3, port: 1, zone: 3, side: .inside))
        layout.antennas.append(SiteLayout.Antenna(reader: 3, port: 2, zone: 3, side: .outside))
        var setup = PathStory.setup(layout)
        setup.checkpointEvery = ElapsedTime(seconds: checkpointEvery)
        return IntakePath(
            setup: setup, register: RegisterChange(), startingAt: PathStory.start, isListening: true)
    }

    private static func read(_ tag: Int, _ port: UInt16, at heard: Int64) -> TagRead {
        TagRead(
            tag: EPC(hex: PathStory.tag(tag))!, antennaPort: port,
            peakSignal: SignalStrength(centiDBm: tag > 4 ? -7_400 : -5_000),
            heardAt: PathStory.start + ElapsedTime(milliseconds: heard))
    }

    private struct Message {
        var at: Int64
        var reads: [TagRead] = []
    }

    /// For 90 s a message each 1.2 s, of a tag that lies near; in the hundredth second four tags go out, and
    /// the reader holds that for eleven seconds. Ticks each second.
    private static func messages() -> [Message] {
        var messages = (Int64(1)...75).map { number in
            Message(at: number * 1_200 + 300, reads: [read(9, 1, at: number * 1_200)])
        }
        var pass = Message(at: 111_000)
        for look in Int64(0)..<14 {
            for tag in 1...4 {
                let at = 100_000 + look * 250 + Int64(tag) * 20
                if look < 9 { pass.reads.append(read(tag, 1, at: at)) }
                if look > 4 { pass.reads.append(read(tag, 2, at: at + 10)) }
            }
        }
        messages.append(pass)
        messages += (1...140).map { Message(at: $0 * 1_000) }
        return messages.sorted { $0.at < $1.at }
    }

    /// - Parameter stop: the path is stopped and started again before so many of them.
    private static func passages(stop: Int? = nil, checkpointEvery: Int64 = 7) throws -> [Passage] {
        var kept = KeptPath()
        var path = gate(checkpointEvery: checkpointEvery)
        for (number, message) in messages().enumerated() {
            if number == stop {
                path = gate(checkpointEvery: checkpointEvery)
                try path.restore(kept.saved, keepsListening: true)
            }
            let at = PathStory.start + ElapsedTime(milliseconds: message.at)
            if message.reads.isEmpty {
                kept.commit(path.advance(through: [IntakeInput(.tick, at: at)], to: at))
            } else {
                let reads = ObservedReads(
                    reader: 3, reads: message.reads, number: UInt64(number), receivedAt: at)
                kept.commit(path.advance(through: reads))
            }
        }
        return kept.passages
    }

    @Test func `a pass that its reader held is told when it comes`() throws {
        let told = try Self.passages()
        #expect(told.map(\.tags.count) == [4])
        let delay = try #require(told.first.map { ($0.at - $0.to).milliseconds })
        #expect(delay <= 9_000, "\(delay)")
    }

    @Test(arguments: Array(stride(from: 1, to: 180, by: 13)) + Array(183...190), [7, 500])
    func `a restart knows how the messages of a gate come`(stop: Int, every: Int64) throws {
        #expect(try Self.passages(stop: stop, checkpointEvery: every) == Self.passages())
    }
}
