import AssetModel
import IntakePipeline
import Testing

/// Four antennas of one reader in four zones, all of which read a tag: strength tells where it is.
struct SignalPathTests {
    private static let tag = EPC(hex: "E2801170000000000000AB01")!

    /// Second by second.
    struct Story {
        var path: IntakePath
        var second: Int64 = 0
        private var number: UInt64 = 0
        private(set) var told: [PresenceChange] = []
        private(set) var raised: [DiscrepancyChange] = []
        private(set) var kept = KeptPath()

        /// - Parameter location: of the card of the first tag; empty for none.
        init(location: String = "") {
            path = Story.fresh()
            var books = RegisterChange()
            var card = AssetCard(assetNo: "A-1")
            card.location = location
            books.cards = [card]
            books.bindings = [TagBinding(epcHex: SignalPathTests.tag.hex, assetNo: "A-1")]
            give(.register(books))
            give(.message(RawMessage(topic: "r4/will", payload: Array("connected".utf8))))
        }

        static func fresh(_ register: RegisterChange = RegisterChange()) -> IntakePath {
            var layout = SiteLayout()
            layout.sites = [SiteLayout.Site(id: "S1")]
            layout.zones = (0..<4).map { index in
                var zone = SiteLayout.Zone(id: "q\(index + 1)", site: 0)
                zone.locations = [zone.id]
                zone.neighbours = (0..<4).filter { $0 != index }
                return zone
            }
            var reader = SiteLayout.Reader(id: "r4", site: 0, topics: ["r4/#"])
            reader.format = .impinj
            reader.liveness = .will
            reader.antennas = [0, 1, 2, 3]
            layout.readers = [reader]
            layout.antennas = (0..<4).map { SiteLayout.Antenna(reader: 0, port: UInt16($0 + 1), zone: $0) }
            var setup = IntakePath.Setup(layout: layout)
            setup.numberSpace.epcPrefixes = ["E280"]
            return IntakePath(
                setup: setup, register: register, startingAt: PathStory.start, isListening: true)
        }

        var now: UTCInstant { PathStory.start + ElapsedTime(seconds: second) }

        private mutating func give(_ kind: IntakeInput.Kind) {
            note(path.advance(through: [IntakeInput(kind, at: now)], to: now))
        }

        private mutating func note(_ outcome: IntakeOutcome) {
            told += outcome.presenceChanges
            raised += outcome.discrepancyChanges
            kept.commit(outcome)
        }

        /// One read of the tag by each antenna in each of so many seconds; dBm by antenna, `nil` for a read
        /// without.
        mutating func read(
            _ strengths: [Double?], for seconds: Int64, tag: EPC = SignalPathTests.tag,
            by order: [Int] = [0, 1, 2, 3],
            twice: Bool = false
        ) {
            for _ in 0..<seconds {
                let reads = (twice ? order + order : order).map { antenna in
                    TagRead(
                        tag: tag, antennaPort: UInt16(antenna + 1),
                        peakSignal: strengths[antenna].map { SignalStrength(centiDBm: Int16($0 * 100)) },
                        heardAt: now + ElapsedTime(milliseconds: Int64(antenna * 10)))
                }
                second += 1
                number += 1
                note(
                    path.advance(
                        through: ObservedReads(reader: 0, reads: reads, number: number, receivedAt: now)))
                give(.tick)
            }
        }

        var saved: IntakePath.Saved { kept.saved }

        func words(of tag: EPC = SignalPathTests.tag) -> [String] {
            told.filter { $0.tag == tag }.map { "\($0.kind.word) \($0.zone)" }
        }
    }

    @Test func `where all zones read a tag, the strongest tells, and the reason says by how much`() throws {
        var story = Story()
        story.read([-64, -66, -50, -63], for: 60)
        #expect(story.words() == ["heard 0", "heard 2", "arrived 2"])
        let change = try #require(story.told.last)
        #expect(change.probability >= 0.95 && change.probability <= 0.99)
        #expect(change.reasonEnglish.contains("-50 dBm at q3, -63 dBm at q4"))
        #expect(change.reasonChinese.contains("q3 -50 dBm，q4 -63 dBm"))
        #expect(change.source == "r4/3")
    }

    @Test func `reads without strength leave it at hits, which tell nothing here`() {
        var story = Story()
        story.read([nil, nil, nil, nil], for: 120)
        #expect(story.words() == ["heard 0"])
        #expect(story.path.signalPlace(of: Self.tag) == nil)
    }

    @Test func `who reads it more often does not have it, while all read it most of the time`() {
        var story = Story()
        // Too little between them to be sure by strength.
        let strengths = [-56, -58, -55, -58] as [Double?]
        story.read(strengths, for: 60)
        // In three of ten epochs one of the others alone reads it.
        for _ in 0..<8 {
            story.read(strengths, for: 15, by: [0])
            story.read(strengths, for: 35)
        }
        #expect(story.words() == ["heard 0", "heard 2"])
    }

    @Test func `a small difference is told as the likelier place, and accuses nobody`() throws {
        var story = Story(location: "q1")
        story.read([-55, -56, -51, -58], for: 120)
        // The card has it in q1, and 4 dB are no reason to doubt a card.
        #expect(story.words() == ["heard 0", "arrived 0"])
        #expect(story.raised.isEmpty)
        var without = Story()
        without.read([-55, -58, -51, -58], for: 120)
        #expect(without.words() == ["heard 0", "heard 2"])
        let place = try #require(without.path.signalPlace(of: Self.tag))
        #expect(place.zone == 2 && place.probability > 0.5 && place.probability < 0.9)
    }

    @Test func `a move is told within a quarter of a minute, and raised where the books know nothing of it`()
    {
        var story = Story(location: "q1")
        story.read([-50, -64, -64, -66], for: 300)
        #expect(story.words() == ["heard 0", "arrived 0"])
        story.read([-64, -50, -66, -64], for: 15)
        #expect(story.told.last?.zone == 1)
        story.read([-64, -50, -66, -64], for: 45)
        #expect(story.told.last?.zone == 1 && story.told.last?.kind != .heard(zone: 1))
        #expect(story.raised.map(\.discrepancy.code) == [.locationMismatch])
        #expect(story.raised.first?.discrepancy.evidence.last?.english.contains("dBm") == true)
    }

    @Test func `a tag on the border does not go to and fro`() {
        var story = Story()
        for round in 0..<60 {
            let swing = [0.0, 1.0, 2.0, 1.0, 0.0, -1.0, -2.0, -1.0][round % 8]
            story.read([-55 + swing, -70, -55 - swing, -70], for: 5)
        }
        #expect(story.words().count <= 4, "\(story.words())")
    }

    @Test func `a stray read now and then is no contest`() {
        var story = Story()
        for _ in 0..<60 {
            story.read([-50, nil, nil, nil], for: 25, by: [0])
            story.read([-50, -40, nil, nil], for: 5, by: [0, 1])
        }
        #expect(story.words() == ["heard 0", "arrived 0"])
        #expect(story.path.signalPlace(of: Self.tag) == nil)
    }

    @Test func `antennas in any order, and every read twice, tell the same`() {
        var stories = [Story(), Story(), Story()]
        let orders = [[0, 1, 2, 3], [0, 3, 2, 1], [0, 2, 3, 1]]
        for index in stories.indices {
            for strengths in [[-64.0, -66, -50, -63], [-50, -64, -62, -66], [-64, -52, -61, -55]] {
                stories[index].read(strengths, for: 60, by: orders[index], twice: index == 2)
            }
        }
        #expect(stories[0].words().count > 3)
        #expect(stories[1].words() == stories[0].words())
        #expect(stories[2].words() == stories[0].words())
    }

    @Test func `a restart after any second comes back to the same strengths`() throws {
        var story = Story()
        for second in 0..<160 as Range<Int64> {
            let isMoved = second > 90
            let swing = Double(second % 7)
            story.read(
                [isMoved ? -64 : -50 - swing, -62, isMoved ? -51 : -66 + swing, -64], for: 1, twice: true)
            guard second % 9 == 0 else { continue }
            var again = Story.fresh(Self.register)
            try again.restore(story.saved, keepsListening: true)
            var path = story.path
            let (restored, undisturbed) = (again.decisiveState(), path.decisiveState())
            #expect(restored == undisturbed, "after \(second) s")
            #expect(
                again.signalPlace(of: Self.tag)?.probability == path.signalPlace(of: Self.tag)?.probability)
        }
        #expect(story.path.signalPlace(of: Self.tag) != nil)
        #expect(story.kept.chunks.values.contains { $0.table == "signals" && !$0.bytes.isEmpty })
    }

    private static var register: RegisterChange {
        var books = RegisterChange()
        books.cards = [AssetCard(assetNo: "A-1")]
        books.bindings = [TagBinding(epcHex: tag.hex, assetNo: "A-1")]
        return books
    }

    @Test func `a store from before strengths were kept opens, and they begin anew`() throws {
        var story = Story()
        story.read([-64, -66, -50, -63], for: 130)
        var old = story.saved
        old.chunks.removeAll { $0.table.hasPrefix("signals") }
        old.journals = []
        var again = Story.fresh(Self.register)
        try again.restore(old, keepsListening: true)
        #expect(again.settledZone(of: Self.tag) == 2)
        #expect(again.signalPlace(of: Self.tag) == nil)
    }
}
