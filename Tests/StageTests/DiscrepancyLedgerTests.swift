import AssetModel
import Reconciliation
import Testing

/// The life of a discrepancy: opened, held, cleared, reopened; never twice for one cause.
struct DiscrepancyLedgerTests {
    private static let rules: RuleSettings = {
        var rules = RuleSettings()
        rules.ruleSet = "v7"
        rules.reopenWindow = ElapsedTime(seconds: 1_000)
        rules.heldEvery = ElapsedTime(seconds: 100)
        return rules
    }()

    private static let subject = Subject.asset(assetNo: "PC-1", epcHex: "E200")

    private static func evidence(_ text: String) -> Evidence {
        Evidence(at: StageWorld.start, source: "rA/1", chinese: text, english: text)
    }

    private static func proposal(cause: Int64 = 0, _ text: String = "seen", count: Int = 1) -> Proposal {
        var proposal = Proposal(
            .missingSuspect, subject, cause: StageWorld.instant(cause), evidence: evidence(text))
        proposal.evidenceCount = count
        return proposal
    }

    private static func at(_ second: Int64, _ milliseconds: Int64 = 0) -> UTCInstant {
        StageWorld.instant(second, milliseconds: milliseconds)
    }

    private static func clear(_ ledger: inout DiscrepancyLedger, _ second: Int64) -> DiscrepancyChange? {
        ledger.clear(.missingSuspect, subject, because: evidence("gone"), at: at(second))
    }

    @Test func `what is opened has the identifier of its cause, its rule set and its first episode`() throws {
        var ledger = DiscrepancyLedger(rules: Self.rules)
        let openedChange = ledger.raise(Self.proposal(cause: 5), at: Self.at(60))
        let opened = try #require(openedChange)
        let found = opened.discrepancy
        #expect(opened.kind == .opened && opened.at == Self.at(60))
        #expect(
            found.id
                == DiscrepancyID.make(
                    code: .missingSuspect, subject: Self.subject, cause: StageWorld.instant(5)))
        #expect(found.episode == 1 && found.state == .open && found.ruleSet == "v7")
        #expect(
            found.openedAt == Self.at(60) && found.clearedAt == nil && found.cause == StageWorld.instant(5))
        #expect(ledger.isOpen(.missingSuspect, Self.subject))
        #expect(!ledger.isOpen(.locationMismatch, Self.subject))
        #expect(!ledger.isOpen(.missingSuspect, .tag(epcHex: "E200")))
        #expect(ledger.openDiscrepancies() == [found])
    }

    @Test
    func `while it is open, new evidence is told at most every so often, and another cause changes nothing`()
    {
        var ledger = DiscrepancyLedger(rules: Self.rules)
        let opened = ledger.raise(Self.proposal(), at: Self.at(0))
        let steps: [(UTCInstant, DiscrepancyChange.Kind?)] = [
            (Self.at(0), nil), (Self.at(99, 999), nil), (Self.at(100), .held), (Self.at(199, 999), nil),
            (Self.at(205), .held), (Self.at(304, 999), nil), (Self.at(305), .held),
        ]
        for (instant, kind) in steps {
            let change = ledger.raise(Self.proposal(cause: instant.milliseconds % 7), at: instant)
            #expect(change?.kind == kind, "\(instant)")
            guard let change else { continue }
            #expect(change.discrepancy.id == opened?.discrepancy.id && change.discrepancy.episode == 1)
            #expect(change.discrepancy.cause == StageWorld.start && change.discrepancy.openedAt == Self.at(0))
        }
        #expect(ledger.hold(Self.proposal(), at: Self.at(404, 999)) == nil)
        #expect(ledger.hold(Self.proposal(), at: Self.at(405))?.kind == .held)
    }

    @Test func `only what is open can be held or cleared`() {
        var ledger = DiscrepancyLedger(rules: Self.rules)
        #expect(ledger.hold(Self.proposal(), at: Self.at(0)) == nil)
        #expect(Self.clear(&ledger, 0) == nil)
        _ = ledger.raise(Self.proposal(), at: Self.at(0))
        #expect(
            ledger.clear(.locationMismatch, Self.subject, because: Self.evidence(""), at: Self.at(1)) == nil)
        let cleared = Self.clear(&ledger, 2)
        #expect(cleared?.kind == .cleared && cleared?.discrepancy.state == .autoResolved)
        #expect(cleared?.discrepancy.clearedAt == Self.at(2))
        #expect(Self.clear(&ledger, 3) == nil)
        #expect(ledger.hold(Self.proposal(), at: Self.at(900)) == nil)
        #expect(ledger.openDiscrepancies().isEmpty && !ledger.isOpen(.missingSuspect, Self.subject))
    }

    /// Cleared at second 10; raised again then, with that cause → kind, episode, same identifier.
    @Test(
        arguments: [
            (11, 0, 0, DiscrepancyChange.Kind.reopened, 2, true), (11, 0, 5, .reopened, 2, true),
            (1_010, 0, 5, .reopened, 2, true), (1_010, 1, 5, .opened, 1, false),
            // Never twice for one cause, however late.
            (1_010, 1, 0, .reopened, 2, true), (900_000, 0, 0, .reopened, 2, true),
        ] as [(Int64, Int64, Int64, DiscrepancyChange.Kind, Int, Bool)])
    func `what comes back within the window is the same, later another one`(
        row: (Int64, Int64, Int64, DiscrepancyChange.Kind, Int, Bool)
    ) throws {
        let (second, milliseconds, cause, kind, episode, isSame) = row
        var ledger = DiscrepancyLedger(rules: Self.rules)
        let openedChange = ledger.raise(Self.proposal(), at: Self.at(0))
        let opened = try #require(openedChange)
        _ = Self.clear(&ledger, 10)
        let againChange = ledger.raise(Self.proposal(cause: cause), at: Self.at(second, milliseconds))
        let again = try #require(againChange)
        #expect(again.kind == kind && again.discrepancy.episode == episode)
        #expect((again.discrepancy.id == opened.discrepancy.id) == isSame)
        #expect(again.discrepancy.state == .open && again.discrepancy.clearedAt == nil)
        #expect(again.discrepancy.openedAt == (isSame ? Self.at(0) : Self.at(second, milliseconds)))
        #expect(ledger.openDiscrepancies() == [again.discrepancy])
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `no identifier is opened twice and every step follows from the one before`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var ledger = DiscrepancyLedger(rules: Self.rules)
        var opened: Set<String> = []
        var open: [String: Int] = [:]
        for step in 0..<4_000 {
            let now = Self.at(Int64(step) * 37)
            let subject = Subject.tag(epcHex: "\(numbers.below(4))")
            var change: DiscrepancyChange?
            if numbers.below(3) == 0 {
                change = ledger.clear(.surplusUnknownTag, subject, because: Self.evidence("gone"), at: now)
            } else {
                // A stay may go on while the books change: the same cause again.
                let cause = StageWorld.instant(Int64(step / 400) * 5)
                change = ledger.raise(
                    Proposal(.surplusUnknownTag, subject, cause: cause, evidence: Self.evidence("seen")),
                    at: now)
            }
            guard let change else { continue }
            let id = change.discrepancy.id
            switch change.kind {
            case .opened:
                #expect(opened.insert(id).inserted && change.discrepancy.episode == 1)
                open[id] = 1
            case .held: #expect(open[id] == change.discrepancy.episode)
            case .cleared: #expect(open.removeValue(forKey: id) == change.discrepancy.episode)
            case .reopened:
                #expect(open[id] == nil && change.discrepancy.episode > 1 && opened.contains(id))
                open[id] = change.discrepancy.episode
            case .confirmed, .dismissed: Issue.record("nobody decided anything")
            }
            #expect(Set(ledger.openDiscrepancies().map(\.id)) == Set(open.keys))
        }
        #expect(opened.count > 4)
    }

    @Test func `the newest evidence is kept, eight pieces of it`() throws {
        var ledger = DiscrepancyLedger(rules: Self.rules)
        _ = ledger.raise(Self.proposal("0", count: 3), at: Self.at(0))
        for round in 1...6 as ClosedRange<Int64> {
            _ = ledger.raise(Self.proposal("\(round)", count: round == 2 ? 9 : 1), at: Self.at(round * 100))
        }
        #expect(ledger.openDiscrepancies()[0].evidence.map(\.english) == ["0", "1", "2", "3", "4", "5", "6"])
        // The count never goes down.
        #expect(ledger.openDiscrepancies()[0].evidenceCount == 9)
        for round in 7...20 as ClosedRange<Int64> {
            _ = ledger.raise(Self.proposal("\(round)"), at: Self.at(round * 100))
        }
        #expect(DiscrepancyLedger.evidenceMax == 8)
        let kept = ledger.openDiscrepancies()[0].evidence.map(\.english)
        #expect(kept == ["13", "14", "15", "16", "17", "18", "19", "20"])
        let clearedChange = Self.clear(&ledger, 2_001)
        let cleared = try #require(clearedChange)
        #expect(cleared.discrepancy.evidence.map(\.english) == kept.dropFirst() + ["gone"])
    }

    @Test func `what is held says what is believed now`() throws {
        var ledger = DiscrepancyLedger(rules: Self.rules)
        var proposal = Self.proposal()
        (proposal.site, proposal.zone, proposal.expected, proposal.actual) = ("S1", "C", "A", "C")
        (proposal.confidence, proposal.exposureFen) = (0.96, 100)
        _ = ledger.raise(proposal, at: Self.at(0))
        (proposal.zone, proposal.actual, proposal.confidence, proposal.exposureFen) = ("B", "B", 0.99, nil)
        let heldChange = ledger.raise(proposal, at: Self.at(100))
        let held = try #require(heldChange).discrepancy
        #expect(held.site == "S1" && held.zone == "B" && held.expected == "A" && held.actual == "B")
        #expect(held.confidence == 0.99 && held.exposureFen == nil)
    }

    // MARK: checkpoint

    /// One of every subject, with everything and with nothing said.
    private static func filled() -> DiscrepancyLedger {
        var ledger = DiscrepancyLedger(rules: rules)
        let subjects: [Subject] = [
            .asset(assetNo: "固-1", epcHex: nil), .asset(assetNo: "固-2", epcHex: "E200"), .tag(epcHex: "E201"),
            .vehicle(plateNo: "鄂J12345"), .terminal(phone: "138"), .reader(id: "gate \"2\""),
        ]
        for (index, subject) in subjects.enumerated() {
            var proposal = Proposal(
                DiscrepancyCode.allCases[index], subject, cause: at(Int64(index)), evidence: evidence("证据"))
            if index % 2 == 0 {
                (proposal.site, proposal.zone, proposal.expected) = ("S1", "A", "")
                (proposal.confidence, proposal.exposureFen) = (0.1, 0)
            }
            _ = ledger.raise(proposal, at: at(Int64(index)))
            if index == 5 {
                _ = ledger.clear(.readerOffline, subject, because: evidence("回来"), at: at(50))
                _ = ledger.raise(proposal, at: at(60))
                _ = ledger.clear(.readerOffline, subject, because: evidence("回来"), at: at(70))
            }
        }
        return ledger
    }

    @Test func `the ledger comes back from its chunk and goes on alike`() throws {
        var ledger = Self.filled()
        let chunks = ledger.takeChunks(all: false, at: Self.at(80))
        #expect(chunks.map(\.table) == ["discrepancies"])
        #expect(ledger.takeChunks(all: false, at: Self.at(80)).isEmpty)
        #expect(ledger.takeChunks(all: true, at: Self.at(80)) == chunks)
        var again = DiscrepancyLedger(rules: Self.rules)
        try again.restore(chunks)
        #expect(again.openDiscrepancies() == ledger.openDiscrepancies())
        #expect(again.openDiscrepancies().count == 5)
        #expect(again.takeChunks(all: false, at: Self.at(80)).isEmpty)
        for second in stride(from: Int64(90), to: 1_200, by: 5) {
            let codes = DiscrepancyCode.allCases
            let proposals = [
                Proposal(codes[2], .tag(epcHex: "E201"), cause: Self.at(7), evidence: Self.evidence("新")),
                Proposal(codes[0], .tag(epcHex: "固-1"), cause: Self.at(7), evidence: Self.evidence("新")),
            ]
            for proposal in proposals {
                #expect(
                    again.raise(proposal, at: Self.at(second)) == ledger.raise(proposal, at: Self.at(second)))
            }
        }
        let gate = Proposal(
            .readerOffline, .reader(id: "gate \"2\""), cause: Self.at(7), evidence: Self.evidence("新"))
        #expect(again.raise(gate, at: Self.at(1_070)) == ledger.raise(gate, at: Self.at(1_070)))
        #expect(again.openDiscrepancies().first { $0.code == .readerOffline }?.episode == 3)
    }

    @Test func `beyond the window the thousand cleared last are remembered, and come back under their id`()
        throws
    {
        var ledger = DiscrepancyLedger(rules: Self.rules)
        let count = DiscrepancyLedger.clearedRememberedMax + 1
        for number in 0..<count {
            let subject = Subject.tag(epcHex: "E2\(number)")
            let proposal = Proposal(
                .surplusUnknownTag, subject, cause: Self.at(7), evidence: Self.evidence("新"))
            _ = ledger.raise(proposal, at: Self.at(0))
            _ = ledger.clear(
                .surplusUnknownTag, subject, because: Self.evidence("新"), at: Self.at(10, Int64(number)))
        }
        func again(_ number: Int) -> DiscrepancyChange? {
            var copy = ledger
            let proposal = Proposal(
                .surplusUnknownTag, .tag(epcHex: "E2\(number)"), cause: Self.at(7),
                evidence: Self.evidence("新"))
            return copy.raise(proposal, at: Self.at(90_000_000))
        }
        _ = ledger.takeChunks(all: true, at: Self.at(11))
        #expect(again(0)?.kind == .reopened)
        _ = ledger.takeChunks(all: true, at: Self.at(90_000_000))
        #expect(again(0)?.kind == .opened)
        #expect(again(1)?.kind == .reopened)
        #expect(again(1)?.discrepancy.episode == 2)
        // What is open stays, however old.
        var open = DiscrepancyLedger(rules: Self.rules)
        _ = open.raise(Self.proposal(), at: Self.at(0))
        #expect(open.takeChunks(all: true, at: Self.at(9_000_000)).first?.bytes.isEmpty == false)
        #expect(open.isOpen(.missingSuspect, Self.subject))
    }

    @Test func `a chunk that is cut off or says what nobody says is damage`() throws {
        var ledger = Self.filled()
        let chunks = ledger.takeChunks(all: true, at: Self.at(80))
        let chunk = try #require(chunks.first)
        var whole = 0
        for size in chunk.bytes.indices {
            var again = DiscrepancyLedger(rules: Self.rules)
            let cut = Checkpoint.Chunk(
                table: "discrepancies", index: 0, bytes: Array(chunk.bytes.prefix(size)))
            do {
                try again.restore([cut])
                whole += 1
            } catch {
                #expect(error.offset <= size)
            }
        }
        #expect(whole == 6)
        for word in ["DISPOSED_STILL_PRESENT", "AUTO_RESOLVED"] {
            var foreign = chunk
            let place = try #require(foreign.bytes.firstRange(of: Array(word.utf8)))
            foreign.bytes[place.lowerBound] = UInt8(ascii: "X")
            var again = DiscrepancyLedger(rules: Self.rules)
            #expect(throws: ByteReader.Damaged.self) { try again.restore([foreign]) }
        }
    }
}
