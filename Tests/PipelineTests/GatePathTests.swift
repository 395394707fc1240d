import AssetModel
import IntakePipeline
import Testing

/// Passages on the whole path: from messages to outcomes, over restarts.
struct GatePathTests {
    /// The site of ``PathStory`` and a gate G: an antenna and a light barrier on each side.
    private static func setup() -> IntakePath.Setup {
        var layout = PathStory.layout()
        layout.zones.append(SiteLayout.Zone(id: "G", site: 0, kind: .gate))
        var reader = SiteLayout.Reader(id: "rG", site: 0, topics: ["readers/rG/#"])
        reader.format = .impinj
        reader.antennas = [3, 4]
        reader.lightBarriers = [
            SiteLayout.LightBarrier(pin: 1, zone: 3, side: .inside, isActiveHigh: true),
            SiteLayout.LightBarrier(pin: 2, zone: 3, side: .outside, isActiveHigh: true),
        ]
        layout.readers.append(reader)
        layout.antennas.append(SiteLayout.Antenna(reader: 3, port: 1, zone: 3, side: .inside))
        layout.antennas.append(SiteLayout.Antenna(reader: 3, port: 2, zone: 3, side: .outside))
        var setup = PathStory.setup(layout)
        setup.checkpointEvery = ElapsedTime(seconds: 3)
        return setup
    }

    private static func fresh(_ books: RegisterChange = RegisterChange()) -> IntakePath {
        IntakePath(setup: setup(), register: books, startingAt: PathStory.start, isListening: true)
    }

    private static func message(
        _ body: String, at heard: Int64, received: Int64? = nil, retained: Bool = false
    ) -> IntakeInput {
        let heardAt = PathStory.start + ElapsedTime(milliseconds: heard)
        let payload = "{\"timestamp\":\"\(heardAt.rfc3339())\",\(body)}"
        let message = RawMessage(
            topic: "readers/rG/events", payload: Array(payload.utf8), isRetained: retained)
        return IntakeInput(
            .message(message), at: PathStory.start + ElapsedTime(milliseconds: received ?? heard + 40))
    }

    private static func read(_ tag: Int, port: Int, at heard: Int64, received: Int64? = nil) -> IntakeInput {
        message(readBody(tag, port), at: heard, received: received)
    }

    private static func readBody(_ tag: Int, _ port: Int) -> String {
        """
        "eventType":"tagInventory","tagInventoryEvent":{"epcHex":"\(PathStory.tag(tag))",\
        "antennaPort":\(port),"peakRssiCdbm":-5000}
        """
    }

    private static func input(_ pin: Int, high: Bool, at heard: Int64, retained: Bool = false) -> IntakeInput
    {
        let word = high ? "low-to-high" : "high-to-low"
        let body =
            #""eventType":"gpiTransition","gpiTransitionEvent":{"gpi":\#(pin),"transition":"\#(word)"}"#
        return message(body, at: heard, retained: retained)
    }

    /// Four tags go out from the third second on, then somebody without a tag comes in.
    private static func story() -> [IntakeInput] {
        var inputs: [IntakeInput] = []
        for look in Int64(0)..<14 {
            for tag in 1...4 {
                let at = 3_000 + look * 250 + Int64(tag) * 20
                if look < 9 { inputs.append(read(tag, port: 1, at: at)) }
                if look > 4 { inputs.append(read(tag, port: 2, at: at + 10)) }
            }
        }
        for (pin, high, at) in [
            (1, true, 4_500), (2, true, 4_900), (1, false, 5_500), (2, false, 5_900),
            (2, true, 30_000), (1, true, 30_400), (2, false, 31_000), (1, false, 31_400),
        ] as [(Int, Bool, Int64)] { inputs.append(input(pin, high: high, at: at)) }
        for second in 1...60 {
            inputs.append(IntakeInput(.tick, at: PathStory.start + ElapsedTime(seconds: Int64(second))))
        }
        return inputs.sorted { $0.receivedAt < $1.receivedAt }
    }

    private static func passages(_ inputs: [IntakeInput]) -> [Passage] {
        var path = fresh()
        return inputs.flatMap { path.advance(through: [$0], to: $0.receivedAt).passages }
    }

    /// Tags 1 to 4 are read on shelf A for ten minutes, then not for two days; then they come in.
    private static func comingBack() -> [IntakeInput] {
        var story = PathStory()
        for _ in 0..<10 {
            story.now = story.now + ElapsedTime(seconds: 60)
            for tag in 1...4 { story.read(PathStory.tag(tag), by: "A") }
        }
        let days = story.now + ElapsedTime(seconds: 2 * 86_400)
        while story.now < days {
            story.now = story.now + ElapsedTime(seconds: 600)
            story.give(.tick)
        }
        let at = (story.now - PathStory.start).milliseconds
        var inputs = story.inputs
        for look in Int64(0)..<8 {
            for tag in 1...4 {
                let moment = at + 1_000 + look * 250 + Int64(tag) * 20
                if look < 5 { inputs.append(read(tag, port: 2, at: moment)) }
                if look > 2 { inputs.append(read(tag, port: 1, at: moment + 10)) }
            }
        }
        for second in 1...15 {
            inputs.append(IntakeInput(.tick, at: story.now + ElapsedTime(seconds: Int64(second))))
        }
        return inputs.sorted { $0.receivedAt < $1.receivedAt }
    }

    /// What was told of tags and of discrepancies, with a kill after so many inputs.
    private static func told(_ inputs: [IntakeInput], killedAfter count: Int?) throws -> [String] {
        var (kept, path, told) = (KeptPath(), fresh(), [String]())
        for (place, input) in inputs.enumerated() {
            if place == count {
                path = fresh(kept.register)
                try path.restore(kept.saved, keepsListening: true)
            }
            let outcome = path.advance(through: [input], to: input.receivedAt)
            told += outcome.presenceChanges.map { "\($0.at) \($0.kind) \($0.probability) \($0.source)" }
            told += outcome.discrepancyChanges.map { "\($0.at) \($0.kind) \($0.discrepancy.id)" }
            kept.commit(outcome)
        }
        return told
    }

    // MARK: tests

    @Test func `what was suspected missing and comes in is cleared by the passage, after a kill too`() throws
    {
        let inputs = Self.comingBack()
        let told = try Self.told(inputs, killedAfter: nil)
        #expect(told.count { $0.contains("opened") } == 4 && told.count { $0.contains("cleared") } == 4)
        #expect(told.count { $0.hasSuffix(" G") && $0.contains("heard") } == 4, "by the gate, not by a read")
        for count in stride(from: inputs.count - 70, to: inputs.count, by: 3) {
            #expect(try Self.told(inputs, killedAfter: count) == told, "\(count)")
        }
    }

    @Test func `messages of a gate make passages, with tags and without`() throws {
        let told = Self.passages(Self.story())
        #expect(told.map(\.direction) == [.outward, .inward])
        let first = try #require(told.first)
        #expect(first.tags.map(\.tag.hex) == (1...4).map { PathStory.tag($0) })
        #expect(first.means == [.antennas, .lightBarriers])
        #expect(told.last?.tags.isEmpty == true)
    }

    @Test(arguments: Array(stride(from: 1, to: 170, by: 6)))
    func `a kill at any point tells each passage once, and the same`(after count: Int) throws {
        let inputs = Self.story()
        var kept = KeptPath()
        var path = Self.fresh()
        for input in inputs.prefix(count) {
            kept.commit(path.advance(through: [input], to: input.receivedAt))
        }
        path = Self.fresh()
        try path.restore(kept.saved, keepsListening: true)
        for input in inputs.dropFirst(count) {
            kept.commit(path.advance(through: [input], to: input.receivedAt))
        }
        #expect(kept.passages == Self.passages(inputs))
        #expect(kept.passages.count == 2)
    }

    @Test func `however the inputs are cut into batches, the passages are the same`() {
        let inputs = Self.story()
        let plain = Self.passages(inputs)
        for size in [3, 40, inputs.count] {
            var path = Self.fresh()
            var told: [Passage] = []
            for start in stride(from: 0, to: inputs.count, by: size) {
                let batch = Array(inputs[start..<min(start + size, inputs.count)])
                told += path.advance(through: batch, to: batch.last!.receivedAt).passages
            }
            #expect(told == plain)
        }
    }

    @Test func `redelivered and retained messages make no passage of their own`() {
        let inputs = Self.story()
        var again: [IntakeInput] = []
        for input in inputs {
            guard case .message(var message) = input.kind else { continue }
            let later = input.receivedAt + ElapsedTime(seconds: 60)
            again.append(IntakeInput(.message(message), at: later))
            message.isRetained = true
            again.append(IntakeInput(.message(message), at: later + ElapsedTime(seconds: 60)))
        }
        again.sort { $0.receivedAt < $1.receivedAt }
        again.append(IntakeInput(.tick, at: PathStory.start + ElapsedTime(seconds: 300)))
        #expect(Self.passages(inputs + again) == Self.passages(inputs))
    }

    @Test func `a passage of an hour ago is told as late, at its own time`() throws {
        var inputs: [IntakeInput] = []
        for (place, input) in Self.story().enumerated() {
            guard case .message = input.kind else { continue }
            let late = PathStory.start + ElapsedTime(milliseconds: 3_600_000 + Int64(place))
            inputs.append(IntakeInput(input.kind, at: late))
        }
        inputs.append(IntakeInput(.tick, at: PathStory.start + ElapsedTime(seconds: 3_700)))
        let told = Self.passages(inputs)
        let first = try #require(told.first)
        #expect(first.isLate && first.direction == .outward && first.tags.count == 4)
        #expect(first.from < PathStory.start + ElapsedTime(seconds: 4))
    }

    @Test func `a read that counts costs 24 bytes of journal at most, one that repeats a moment none`() {
        func bytes(apart: Int64) -> Int {
            var kept = KeptPath()
            var path = Self.fresh()
            for look in Int64(0)..<30 {
                let at = 2_500 + look * apart
                let input = Self.read(1, port: 1, at: at, received: 20_000 + look)
                kept.commit(path.advance(through: [input], to: input.receivedAt))
            }
            return kept.journalBytes
        }
        let (repeated, counted) = (bytes(apart: 5), bytes(apart: 250))
        #expect(counted - repeated > 0 && counted - repeated <= 29 * 24)
    }
}
