import AssetModel
import IntakePipeline
import Testing

/// The path gives the same result however its inputs are cut, and a restart comes back to exactly where it
/// was.
struct RecoveryTests {
    static let seeds: [UInt64] = [1, 2, 3, 4, 5, 6, 7, 8]

    private static func fresh(_ register: RegisterChange = RegisterChange()) -> IntakePath {
        RichInputs.fresh(register)
    }

    private static func cut(_ inputs: [IntakeInput], by sizes: () -> Int) -> [[IntakeInput]] {
        var batches: [[IntakeInput]] = []
        var rest = inputs[...]
        while !rest.isEmpty {
            let size = min(max(1, sizes()), rest.count)
            batches.append(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return batches
    }

    private static func lines(_ outcome: IntakeOutcome) -> [String] {
        outcome.discrepancyChanges.map {
            String(decoding: DiscrepancyDocument.json($0), as: UTF8.self)
                + " \($0.at)"
        }
    }

    @Test(arguments: seeds)
    func `however inputs are cut into batches, the result is the same, byte for byte`(seed: UInt64) {
        let inputs = RichInputs.make(seed: seed, count: 3_000)
        var results: [[String]] = []
        var states: [[UInt8]] = []
        for size in [1, 7, 500, 3_001] {
            var path = Self.fresh()
            var told: [String] = []
            for batch in Self.cut(inputs, by: { size }) {
                told += Self.lines(path.advance(through: batch, to: batch.map(\.receivedAt).max()!))
            }
            #expect(path.accounts.imbalance == nil)
            results.append(told)
            states.append(path.stateBytes())
        }
        #expect(!results[0].isEmpty)
        for index in 1..<results.count {
            #expect(results[index] == results[0])
            #expect(states[index] == states[0])
        }
    }

    @Test(arguments: seeds)
    func `a restart after any batch comes back to what was acknowledged`(seed: UInt64) throws {
        let inputs = RichInputs.make(seed: seed, count: 1_200)
        var numbers = SeededNumbers(seed: seed &+ 1_000)
        var path = Self.fresh()
        var kept = KeptPath()
        var restarts = 0
        for batch in Self.cut(inputs, by: { numbers.below(12) + 1 }) {
            kept.commit(path.advance(through: batch, to: batch.map(\.receivedAt).max()!))
            guard numbers.below(10) == 0 else { continue }
            restarts += 1
            var again = Self.fresh(kept.register)
            try again.restore(kept.saved, keepsListening: true)
            #expect(again.accounts == path.accounts)
            let difference = Self.difference(of: again, from: path)
            #expect(difference == nil, "seed \(seed) restart \(restarts)")
        }
        #expect(restarts > 5)
    }

    /// The first line in which the decisive state of two paths differs.
    private static func difference(of one: IntakePath, from other: IntakePath) -> String? {
        var (one, other) = (one, other)
        let (left, right) = (one.decisiveState(), other.decisiveState())
        if left.count != right.count { return "\(left.count) lines instead of \(right.count)" }
        return zip(left, right).first { $0 != $1 }.map { "\($0.0) instead of \($0.1)" }
    }

    @Test(arguments: seeds)
    func `a path restarted again and again raises what an undisturbed one raises`(seed: UInt64) throws {
        let inputs = RichInputs.make(seed: seed, count: 2_000)
        var undisturbed = Self.fresh()
        var expected: [String] = []
        for input in inputs {
            expected += Self.lines(undisturbed.advance(through: [input], to: input.receivedAt))
        }
        var numbers = SeededNumbers(seed: seed &+ 77)
        var path = Self.fresh()
        var kept = KeptPath()
        var told: [String] = []
        for batch in Self.cut(inputs, by: { numbers.below(20) + 1 }) {
            let bound = batch.map(\.receivedAt).max()!
            if numbers.below(8) == 0 {
                // Killed after the commit would have been: what was not committed comes again.
                var dying = path
                _ = dying.advance(through: batch, to: bound)
            }
            let outcome = path.advance(through: batch, to: bound)
            kept.commit(outcome)
            told += Self.lines(outcome)
            guard numbers.below(8) == 0 else { continue }
            path = Self.fresh(kept.register)
            try path.restore(kept.saved, keepsListening: true)
        }
        #expect(told.count == expected.count)
        #expect(zip(told, expected).first { $0 != $1 } == nil)
        #expect(path.accounts == undisturbed.accounts)
    }

    @Test func `redelivery after a restart is recognised and changes nothing`() throws {
        let inputs = RichInputs.make(seed: 42, count: 400)
        var path = Self.fresh()
        var kept = KeptPath()
        for input in inputs { kept.commit(path.advance(through: [input], to: input.receivedAt)) }
        var again = Self.fresh(kept.register)
        try again.restore(kept.saved, keepsListening: true)
        let before = again.accounts
        let now = path.now
        var redelivered = 0
        for input in inputs.suffix(50) {
            guard case .message(let message) = input.kind,
                String(decoding: message.payload, as: UTF8.self).contains("peakRssiCdbm")
            else { continue }
            redelivered += 1
            _ = again.advance(through: [IntakeInput(input.kind, at: now)], to: now)
        }
        #expect(redelivered > 10)
        #expect(again.accounts.new == before.new && again.accounts.repeats == before.repeats)
        #expect(again.accounts.redelivered == before.redelivered + Int64(redelivered))
    }

    @Test func `what time alone concluded is not concluded again after a restart`() throws {
        // No checkpoint falls due between, so that only the journal can carry it over.
        var setup = PathStory.setup(RichInputs.layout())
        setup.checkpointEvery = ElapsedTime(seconds: 3_600)
        func fresh() -> IntakePath {
            IntakePath(
                setup: setup, register: RegisterChange(), startingAt: PathStory.start, isListening: true)
        }
        var path = fresh()
        var kept = KeptPath()
        let start = PathStory.start
        kept.commit(
            path.advance(
                through: [IntakeInput(.message(Self.readByTraffic(at: start)), at: start)], to: start))
        let later = start + ElapsedTime(seconds: 120)
        let silence = path.advance(through: [IntakeInput(.tick, at: later)], to: later)
        #expect(silence.discrepancyChanges.map(\.discrepancy.code) == [.readerOffline])
        kept.commit(silence)
        #expect(silence.checkpoint == nil)
        var again = fresh()
        try again.restore(kept.saved, keepsListening: true)
        #expect(!again.isOnline(reader: 1))
        let end = later + ElapsedTime(seconds: 600)
        let quiet = again.advance(through: [IntakeInput(.tick, at: end)], to: end)
        #expect(quiet.discrepancyChanges.isEmpty)
    }

    /// A read by the reader that is judged by its traffic alone.
    private static func readByTraffic(at instant: UTCInstant) -> RawMessage {
        let text = """
            {"timestamp":"\(instant)","tagInventoryEvent":{"epcHex":"\(PathStory.tag(1))","antennaPort":1}}
            """
        return RawMessage(topic: "readers/rB/events", payload: Array(text.utf8))
    }

    @Test func `state is carried over to a layout with another order and one zone more`() throws {
        var story = PathStory()
        story.pass(60, reading: [(1, "C"), (2, "A"), (3, "A"), (4, "A")])
        #expect(story.open == ["LOCATION_MISMATCH PC-1"])
        var layout = PathStory.layout()
        layout.zones.insert(
            SiteLayout.Zone(id: "NEW", site: 0, missingAfter: ElapsedTime(seconds: 120)), at: 0)
        for index in layout.antennas.indices { layout.antennas[index].zone += 1 }
        for index in layout.zones.indices {
            layout.zones[index].neighbours = layout.zones[index].neighbours.map { $0 + 1 }
        }
        var next = IntakePath(
            setup: PathStory.setup(layout), register: PathStory.books(), startingAt: story.now,
            isListening: false)
        try next.restore(story.path.save(), keepsListening: true)
        story.path = next
        story.pass(120, reading: [(1, "A"), (2, "A"), (3, "A"), (4, "A")])
        #expect(story.told == ["LOCATION_MISMATCH PC-1 opened", "LOCATION_MISMATCH PC-1 cleared"])
    }
}
