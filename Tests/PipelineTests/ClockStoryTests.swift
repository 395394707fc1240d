import AssetModel
import IntakePipeline
import Testing

/// Wrong clocks on the whole path: what is concluded is what happened, when it happened, over restarts too.
struct ClockStoryTests {
    /// The site of ``PathStory`` and a gate G with an antenna on each side, whose reader's clock is wrong.
    private static func fresh() -> IntakePath {
        var layout = PathStory.layout()
        layout.zones.append(SiteLayout.Zone(id: "G", site: 0, kind: .gate))
        var reader = SiteLayout.Reader(id: "rG", site: 0, topics: ["readers/rG/#"])
        reader.format = .impinj
        reader.antennas = [3, 4]
        layout.readers.append(reader)
        layout.antennas.append(SiteLayout.Antenna(reader: 3, port: 1, zone: 3, side: .inside))
        layout.antennas.append(SiteLayout.Antenna(reader: 3, port: 2, zone: 3, side: .outside))
        var setup = PathStory.setup(layout)
        setup.checkpointEvery = ElapsedTime(seconds: 200)
        return IntakePath(
            setup: setup, register: RegisterChange(), startingAt: PathStory.start, isListening: true)
    }

    /// Milliseconds by which the clock is ahead, by milliseconds since the start.
    typealias Clock = @Sendable (Int64) -> Int64

    private static func message(_ body: String, at time: Int64, _ clock: Clock) -> IntakeInput {
        let shown = (PathStory.start + ElapsedTime(milliseconds: time + clock(time))).rfc3339()
        let payload = "{\"timestamp\":\"\(shown)\",\(body)}"
        let message = RawMessage(topic: "readers/rG/events", payload: Array(payload.utf8))
        return IntakeInput(.message(message), at: PathStory.start + ElapsedTime(milliseconds: time + 40))
    }

    private static func sign(at time: Int64, _ clock: Clock) -> IntakeInput {
        message(
            #""eventType":"inventoryStatus","inventoryStatusEvent":{"status":"running"}"#, at: time, clock)
    }

    private static func read(_ tag: Int, port: Int, at time: Int64, dB: Int = 50, _ clock: Clock)
        -> IntakeInput
    {
        let body = """
            "eventType":"tagInventory","tagInventoryEvent":{"epcHex":"\(PathStory.tag(tag))",\
            "antennaPort":\(port),"peakRssiCdbm":-\(dB * 100)}
            """
        return message(body, at: time, clock)
    }

    /// Four tags go out through the gate.
    private static func pass(at time: Int64, _ clock: Clock) -> [IntakeInput] {
        (Int64(0)..<14).flatMap { look in
            (1...4).flatMap { tag in
                let at = time + look * 250 + Int64(tag) * 20
                return (look < 9 ? [read(tag, port: 1, at: at, clock)] : [])
                    + (look > 4 ? [read(tag, port: 2, at: at + 10, clock)] : [])
            }
        }
    }

    /// Signs of life every 5 s, and tags that go out at the given seconds.
    private static func story(seconds: Int64, passing: [Int64], _ clock: Clock) -> [IntakeInput] {
        var inputs = stride(from: 0, to: seconds, by: 5).map { sign(at: $0 * 1_000, clock) }
        for second in passing { inputs += pass(at: second * 1_000, clock) }
        inputs += (1...seconds).map { IntakeInput(.tick, at: PathStory.start + ElapsedTime(seconds: $0)) }
        return inputs.sorted { $0.receivedAt < $1.receivedAt }
    }

    private struct Told {
        var path = ClockStoryTests.fresh()
        var passages: [Passage] = []
        var clockSet: [DeviceChange] = []

        mutating func give(_ inputs: [IntakeInput]) {
            for input in inputs {
                let outcome = path.advance(through: [input], to: input.receivedAt)
                passages += outcome.passages
                clockSet += outcome.deviceChanges.filter { $0.kind == .clockSet }
            }
        }
    }

    private static let right: Clock = { _ in 0 }
    /// Set back by 30 s after 15 minutes.
    private static let setBack: Clock = { $0 < 900_000 ? 0 : -30_000 }
    /// Set forward by 25 s then.
    private static let setForward: Clock = { $0 < 900_000 ? 0 : 25_000 }

    // MARK: when it happened

    @Test(arguments: [-3_000, -8_000, 2_500, 45_000, -3_600_000] as [Int64])
    func `a passage is told at its own time, whatever the reader's clock shows`(ahead: Int64) throws {
        // One at once, which teaches the clock nothing, and one when it is known.
        var (told, truth) = (Told(), Told())
        told.give(Self.story(seconds: 600, passing: [500]) { _ in ahead })
        truth.give(Self.story(seconds: 600, passing: [500], Self.right))
        let (found, real) = (try #require(told.passages.first), try #require(truth.passages.first))
        #expect(told.passages.count == 1 && truth.passages.count == 1)
        // A step behind that may be waiting is crept up to only.
        let slack: Int64 = ahead == -8_000 ? 8_000 : 1_000
        #expect(abs((found.from - real.from).milliseconds) <= slack)
        #expect(abs((found.to - real.to).milliseconds) <= slack)
        #expect(found.direction == .outward && found.tags.map(\.tag) == real.tags.map(\.tag))
        #expect(found.isLate == false)
        #expect(told.clockSet.isEmpty)
    }

    @Test(arguments: [(setBack, "30 s", "back"), (setForward, "25 s", "forward")])
    func `a clock that is set is told once, and nothing is lost by it`(
        clock: Clock, seconds: String, word: String
    ) throws {
        var (told, truth) = (Told(), Told())
        let passing: [Int64] = [500, 880, 1_000, 1_150]
        told.give(Self.story(seconds: 1_200, passing: passing, clock))
        truth.give(Self.story(seconds: 1_200, passing: passing, Self.right))
        #expect(told.clockSet.count == 1 && truth.clockSet.isEmpty)
        let change = try #require(told.clockSet.first)
        #expect(change.device == .reader(3))
        #expect(change.reasonEnglish.contains(word) && change.reasonEnglish.contains(seconds))
        #expect(change.reasonChinese.contains(word == "back" ? "拨回" : "拨快"))
        #expect(told.path.figures(ofReader: 3).clockSteps == 1)
        #expect(told.path.accounts.observations == truth.path.accounts.observations)
        #expect(told.path.accounts.recordsRejected == 0 && told.path.accounts.imbalance == nil)
        #expect(told.passages.count == 4 && truth.passages.count == 4)
        for (found, real) in zip(told.passages, truth.passages) {
            #expect(abs((found.from - real.from).milliseconds) <= 1_000)
        }
    }

    @Test func `reads that a reader kept back are no step, and keep their time`() throws {
        var told = Told()
        told.give(Self.story(seconds: 600, passing: [], Self.right))
        // Twelve minutes without a link; the passage in them comes afterwards.
        var late = Self.pass(at: 900_000, Self.right)
        for index in late.indices {
            let at = PathStory.start + ElapsedTime(milliseconds: 1_320_000 + Int64(index) * 100)
            late[index] = IntakeInput(late[index].kind, at: at)
        }
        told.give(late)
        let after = stride(from: 1_330, to: 1_400, by: 5) as StrideTo<Int64>
        told.give(after.map { Self.sign(at: $0 * 1_000, Self.right) })
        #expect(told.clockSet.isEmpty)
        let found = try #require(told.passages.first)
        #expect(found.isLate)
        let from = (found.from - PathStory.start).milliseconds
        #expect(abs(from - 900_000) <= 250)
    }

    @Test func `a read that is told again in another message is no new evidence, though the clock is known`()
    {
        var told = Told()
        let clock: Clock = { _ in -4_000 }
        // Shown as 4 s into an epoch of 5 s: corrected, it would be in the next one.
        let at: Int64 = 208_000
        let first = [Self.read(7, port: 1, at: at, clock)]
        let signs = stride(from: 0, to: 700, by: 5).map { Self.sign(at: $0 * 1_000, clock) }
        told.give((signs + first).sorted { $0.receivedAt < $1.receivedAt })
        #expect((3_900...4_100).contains(told.path.figures(ofReader: 3).clockOffsetMilliseconds))
        let before = told.path.accounts
        let again = Self.read(7, port: 1, at: at, dB: 61, clock)
        told.give([IntakeInput(again.kind, at: PathStory.start + ElapsedTime(seconds: 701))])
        #expect(told.path.accounts.observations == before.observations + 1)
        #expect(told.path.accounts.new == before.new)
        // A read of now is.
        told.give([Self.read(7, port: 1, at: 705_000, clock)])
        #expect(told.path.accounts.new == before.new + 1)
    }

    // MARK: restarts

    @Test(arguments: [setBack, setForward, { $0 / 400 }] as [Clock])
    func `a restart knows the clocks as they were acknowledged`(clock: Clock) throws {
        let inputs = Self.story(seconds: 1_100, passing: [300, 850, 930], clock)
        var path = Self.fresh()
        var kept = KeptPath()
        for (index, input) in inputs.enumerated() {
            let outcome = path.advance(through: [input], to: input.receivedAt)
            kept.commit(outcome)
            // What time alone changes is not kept until something is.
            guard !outcome.isEmpty, index % 23 == 0 || (index > 1_240 && index % 7 == 0) else { continue }
            var again = Self.fresh()
            try again.restore(kept.saved, keepsListening: true)
            // Looking at the state marks it as written.
            var undisturbed = path
            let (left, right) = (again.decisiveState(), undisturbed.decisiveState())
            let difference = left.count == right.count ? zip(left, right).first { $0 != $1 } : ("", "")
            #expect(difference == nil, "input \(index)")
            #expect(again.figures(ofReader: 3).watermark == path.figures(ofReader: 3).watermark)
        }
        #expect(path.figures(ofReader: 3).clockOffsetMilliseconds != 0)
    }

    @Test func `a store from before the clocks were followed opens, and corrects a clock known to be wrong`()
        throws
    {
        var told = Told()
        told.give(Self.story(seconds: 300, passing: []) { _ in -3_600_000 })
        var saved = told.path.save()
        saved.chunks.removeAll { $0.table == "clocks" }
        var again = Self.fresh()
        try again.restore(saved, keepsListening: true)
        #expect(again.figures(ofReader: 3).clockOffsetMilliseconds == 3_600_040)
    }

    @Test func `the journal of a version before is read`() throws {
        var writer = ByteWriter()
        writer.put(UInt8(1))
        writer.put(PathStory.start)
        // A clock sample as it was: kind, milliseconds, reader, lag.
        writer.put(UInt8(12))
        writer.put(Int32(5_000))
        writer.put(UInt16(3))
        writer.put(Int64(1_234))
        var path = Self.fresh()
        try path.restore(
            IntakePath.Saved(chunks: [], journals: [writer.bytes], accounts: Accounts(), sequence: 0),
            keepsListening: true)
        #expect(path.figures(ofReader: 3).lagMilliseconds == 1_234)
    }
}
