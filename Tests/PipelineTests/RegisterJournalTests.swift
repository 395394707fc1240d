import AssetModel
import IntakePipeline
import Testing

/// A change of the books goes into the journal: a restart comes to the same state as without, and none is
/// lost or taken twice, wherever the process died.
struct RegisterJournalTests {
    /// What the store holds: each commit is one transaction, so of a change either both its lines and its
    /// journal are kept, or neither.
    private struct Store {
        var chunks: [String: Checkpoint.Chunk] = [:]
        var journals: [[UInt8]] = []
        var cards: [String: AssetCard] = [:]
        var bindings: [String: TagBinding] = [:]
        var vehicles: [String: VehicleCard] = [:]
        var accounts = Accounts()
        var sequence: Int64 = 0
        var checkpoints = 0

        mutating func commit(_ outcome: IntakeOutcome) {
            guard !outcome.isEmpty else { return }
            if let checkpoint = outcome.checkpoint {
                checkpoints += 1
                if checkpoint.replacesAll { chunks = [:] }
                for chunk in checkpoint.chunks { chunks["\(chunk.table)/\(chunk.index)"] = chunk }
                journals = []
            }
            if !outcome.journal.isEmpty { journals.append(outcome.journal) }
            for change in outcome.registerChanges {
                for card in change.cards { cards[card.assetNo] = card }
                for line in change.bindings { bindings[line.epcHex] = line }
                for card in change.vehicles { vehicles[card.plateNo] = card }
            }
            (accounts, sequence) = (outcome.accounts, outcome.sequence)
        }

        func start(_ setup: IntakePath.Setup) throws -> IntakePath {
            let books = RegisterChange(
                cards: cards.keys.sorted().compactMap { cards[$0] },
                bindings: bindings.keys.sorted().compactMap { bindings[$0] },
                vehicles: vehicles.keys.sorted().compactMap { vehicles[$0] })
            var path = IntakePath(
                setup: setup, register: books, startingAt: PathStory.start, isListening: true)
            try path.restore(
                IntakePath.Saved(
                    chunks: chunks.keys.sorted().compactMap { chunks[$0] }, journals: journals,
                    accounts: accounts, sequence: sequence), keepsListening: true)
            return path
        }
    }

    private static func setup(_ layout: SiteLayout = RichInputs.layout()) -> IntakePath.Setup {
        var setup = PathStory.setup(layout)
        setup.limits.strangersMax = 3
        // All but the first has to come from the journal.
        setup.checkpointEvery = .never
        return setup
    }

    /// Every third input changes the books: cards, tags that were strangers, vehicles, in any mixture.
    private static func inputs(seed: UInt64, count: Int) -> [IntakeInput] {
        var numbers = SeededNumbers(seed: seed)
        return SeededInputs.make(seed: seed, count: count).flatMap { input -> [IntakeInput] in
            if case .clockStep = input.kind { return [] }
            guard numbers.below(3) == 0 else { return [input] }
            return [input, IntakeInput(.register(change(&numbers)), at: input.receivedAt)]
        }
    }

    private static func change(_ numbers: inout SeededNumbers) -> RegisterChange {
        var change = RegisterChange()
        if numbers.below(2) == 0 {
            var card = AssetCard(assetNo: "PC-\(numbers.below(9) + 1)")
            card.location = ["shelf A", "shelf B", "shelf C", "elsewhere"][numbers.below(4)]
            card.state = [nil, .inStock, .lent, .disposed][numbers.below(4)]
            card.originalValueFen = numbers.below(2) == 0 ? nil : 100
            change.cards.append(card)
        }
        if numbers.below(2) == 0 {
            var line = TagBinding(
                epcHex: PathStory.tag(numbers.below(14) + 1), assetNo: "PC-\(numbers.below(9) + 1)")
            if numbers.below(2) == 0 { line.tidHex = "E2801105200000000000001\(numbers.below(3))" }
            change.bindings.append(line)
        }
        if numbers.below(4) == 0 {
            var card = VehicleCard(plateNo: "J\(numbers.below(3))")
            card.terminalPhone = ["", "13800000001", "13800000002"][numbers.below(3)]
            card.sealed = numbers.below(2) == 0
            change.vehicles.append(card)
        }
        return change
    }

    private static func difference(_ one: IntakePath, _ other: IntakePath) -> String? {
        var (one, other) = (one, other)
        let (left, right) = (one.decisiveState(), other.decisiveState())
        if left.count != right.count { return "\(left.count) lines instead of \(right.count)" }
        return zip(left, right).first { $0 != $1 }.map { "\($0.0) instead of \($0.1)" }
    }

    private static func told(_ outcome: IntakeOutcome) -> [String] {
        outcome.discrepancyChanges.map { String(decoding: DiscrepancyDocument.json($0), as: UTF8.self) }
            + outcome.presenceChanges.map { "\($0)" }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `a start takes up all changes since the checkpoint, each where it came`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed &+ 500)
        var path = IntakePath(
            setup: Self.setup(), register: RegisterChange(), startingAt: PathStory.start, isListening: true)
        var (store, starts) = (Store(), 0)
        var rest = Self.inputs(seed: seed, count: 500)[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(numbers.below(9) + 1))
            rest = rest.dropFirst(batch.count)
            let bound = batch.map(\.receivedAt).max()!
            let outcome = path.advance(through: batch, to: bound)
            // Killed before the commit: the batch comes again, and says the same.
            var again = try store.start(Self.setup())
            if store.sequence > 0 {
                #expect(Self.told(again.advance(through: batch, to: bound)) == Self.told(outcome))
            }
            store.commit(outcome)
            guard numbers.below(4) == 0 else { continue }
            starts += 1
            // Killed after it.
            let restarted = try store.start(Self.setup())
            #expect(Self.difference(restarted, path) == nil, "seed \(seed) start \(starts)")
            path = restarted
        }
        #expect(starts > 5 && store.checkpoints == 1)
    }

    @Test func `a few lines need no checkpoint, a whole register does`() {
        var path = IntakePath(
            setup: Self.setup(), register: RegisterChange(), startingAt: PathStory.start, isListening: true)
        var store = Store()
        func give(_ lines: Range<Int>) -> IntakeOutcome {
            let change = RegisterChange(cards: lines.map { AssetCard(assetNo: "A-\($0)") })
            let outcome = path.advance(
                through: [IntakeInput(.register(change), at: PathStory.start)], to: PathStory.start)
            store.commit(outcome)
            return outcome
        }
        #expect(give(0..<1).checkpoint != nil)
        for start in stride(from: 0, to: 2_000, by: 500) {
            let outcome = give(start..<(start + 500))
            #expect(outcome.checkpoint == nil && outcome.registerChanges.count == 1)
        }
        // Two thousand lines are in the journal: one more ends it, and it begins anew.
        #expect(give(0..<1).checkpoint != nil && store.journals.isEmpty)
        #expect(give(0..<2_000).checkpoint == nil)
        #expect(give(0..<2_001).checkpoint != nil)
    }

    @Test func `zones that moved in the configuration are found by name when a change is taken back`() throws
    {
        let setup = Self.setup(PathStory.layout())
        var (story, store) = (PathStory(setup: setup), Store())
        story.path = IntakePath(
            setup: setup, register: RegisterChange(), startingAt: PathStory.start, isListening: true)
        store.commit(story.give(.register(PathStory.books())))
        for outcome in (0..<40).map({ _ in Self.pass(&story) }) { store.commit(outcome) }
        var card = AssetCard(assetNo: "PC-1")
        card.location = "shelf C"
        store.commit(story.give(.register(RegisterChange(cards: [card]))))
        #expect(store.checkpoints == 1)
        var layout = PathStory.layout()
        layout.zones.insert(
            SiteLayout.Zone(id: "NEW", site: 0, missingAfter: ElapsedTime(seconds: 120)), at: 0)
        for index in layout.antennas.indices { layout.antennas[index].zone += 1 }
        for index in layout.zones.indices {
            layout.zones[index].neighbours = layout.zones[index].neighbours.map { $0 + 1 }
        }
        let path = try store.start(Self.setup(layout))
        #expect(path.register.asset("PC-1")?.expectedZone == 3)
        #expect(path.register.asset("PC-2")?.expectedZone == 1)
        story.path = path
        store.commit(story.give(.tick))
        for _ in 0..<40 { store.commit(Self.pass(&story)) }
        #expect(story.open.contains("LOCATION_MISMATCH PC-1"))
    }

    /// Five seconds, with a read of the first tag on shelf A.
    private static func pass(_ story: inout PathStory) -> IntakeOutcome {
        story.now = story.now + ElapsedTime(seconds: 5)
        return story.read(PathStory.tag(1), by: "A")
    }
}
