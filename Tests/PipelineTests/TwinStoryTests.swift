import AssetModel
import IntakePipeline
import Testing

/// One EPC in two places: what the path says, and what it does not.
struct TwinStoryTests {
    /// Shelves A to E in a row at one site, P and Q at another; a reader each.
    private static func layout(neighbours: Bool = true) -> SiteLayout {
        var layout = SiteLayout()
        layout.sites = [SiteLayout.Site(id: "S1"), SiteLayout.Site(id: "S2")]
        for (index, id) in ["A", "B", "C", "D", "E", "P", "Q"].enumerated() {
            var zone = SiteLayout.Zone(
                id: id, site: index < 5 ? 0 : 1, missingAfter: ElapsedTime(seconds: 120))
            zone.locations = ["shelf \(id)"]
            if neighbours, index != 0, index != 5 { zone.neighbours = [index - 1] }
            layout.zones.append(zone)
            var reader = SiteLayout.Reader(id: "r\(id)", site: zone.site, topics: ["readers/r\(id)/#"])
            reader.liveness = .will
            reader.format = .impinj
            reader.antennas = [index]
            layout.readers.append(reader)
            layout.antennas.append(SiteLayout.Antenna(reader: index, port: 1, zone: index))
        }
        return layout
    }

    private static func story(neighbours: Bool = true) -> PathStory {
        PathStory(setup: PathStory.setup(layout(neighbours: neighbours)))
    }

    /// What was opened about the first tag; the others are never read, and missing.
    private static func told(_ story: PathStory) -> [DiscrepancyChange] {
        story.changes.filter {
            ($0.kind == .opened || $0.kind == .reopened)
                && $0.discrepancy.subject.epcHex == PathStory.tag(1)
        }
    }

    private static func opened(_ story: PathStory) -> [String] {
        told(story).map(\.discrepancy.code.rawValue)
    }

    @Test func `one EPC at both ends of a house is a duplicate, neither misplaced nor missing`() {
        var story = Self.story()
        story.pass(200, reading: [(1, "A")])
        story.pass(400, reading: [(1, "A"), (1, "E")])
        #expect(Self.opened(story) == ["TAG_DUPLICATE"])
        let found = Self.told(story)[0].discrepancy
        #expect(found.actual == "A, E" || found.actual == "E, A")
        #expect(found.confidence >= 0.99)
        let words = found.evidence.last?.english ?? ""
        #expect(words.contains("A at 2026-") && words.contains("E at 2026-") && words.contains("to and fro"))
        story.pass(600, reading: [(1, "E")])
        story.pass(600)
        #expect(Self.opened(story) == ["TAG_DUPLICATE"])
        #expect(!story.presenceChanges.contains { $0.kind.word == "moved" })
    }

    @Test func `a tag that was carried is misplaced, and no duplicate, however wrong the clocks`() {
        var story = Self.story()
        story.pass(300, reading: [(1, "A")])
        story.pass(30)
        story.pass(400, reading: [(1, "E")])
        #expect(Self.opened(story) == ["LOCATION_MISMATCH"])
        var skewed = Self.story()
        for second in stride(from: 5, through: 700, by: 5) {
            skewed.pass(5)
            let isThere = second > 300
            skewed.read(PathStory.tag(1), by: isThere ? "E" : "A", late: isThere ? 55 : -55)
        }
        #expect(Self.opened(skewed) == ["LOCATION_MISMATCH"])
    }

    @Test func `a tag carried to and fro every minute is one tag`() {
        var story = Self.story()
        for _ in 1...10 {
            story.pass(60, reading: [(1, "A")])
            story.pass(20)
            story.pass(60, reading: [(1, "E")])
            story.pass(20)
        }
        #expect(!Self.opened(story).contains("TAG_DUPLICATE"))
    }

    @Test func `a stray next door and beyond is no duplicate`() {
        var story = Self.story()
        story.pass(900, reading: [(1, "A"), (1, "B"), (1, "C")])
        #expect(!Self.opened(story).contains("TAG_DUPLICATE"))
    }

    @Test func `without neighbours nobody knows which zones overlap`() {
        var story = Self.story(neighbours: false)
        story.pass(200, reading: [(1, "A")])
        story.pass(900, reading: [(1, "A"), (1, "E")])
        #expect(!Self.opened(story).contains("TAG_DUPLICATE"))
    }

    @Test func `two zones that read the same five tags overlap, whatever the configuration says`() {
        var books = PathStory.books()
        for number in 6...8 {
            var card = AssetCard(assetNo: "PC-\(number)")
            card.location = "shelf A"
            books.cards.append(card)
            books.bindings.append(TagBinding(epcHex: PathStory.tag(number), assetNo: card.assetNo))
        }
        var story = PathStory(setup: PathStory.setup(Self.layout()), books: books)
        let tags = [1, 2, 3, 4, 6, 7, 8]
        story.pass(900, reading: tags.flatMap { [($0, "A"), ($0, "E")] })
        #expect(!story.changes.contains { $0.discrepancy.code == .tagDuplicate })
    }

    /// Twenty minutes here, twenty there, ten seconds in between.
    private static func takeTurns(_ story: inout PathStory, _ count: Int, away: Int64 = 10) {
        for turn in 0..<count {
            story.pass(1_200, reading: [(1, turn % 2 == 0 ? "A" : "P")])
            story.pass(away)
        }
    }

    @Test func `read in turns at two sites faster than anything travels is a duplicate`() {
        var story = Self.story()
        Self.takeTurns(&story, 5)
        #expect(Self.opened(story).isEmpty)
        Self.takeTurns(&story, 4)
        #expect(Self.opened(story) == ["TAG_DUPLICATE"])
        let words = Self.told(story)[0].discrepancy.evidence.last?.english ?? ""
        #expect(words.contains("5 times sooner than anything travels"))
        var slow = Self.story()
        Self.takeTurns(&slow, 9, away: 660)
        #expect(!Self.opened(slow).contains("TAG_DUPLICATE"))
        #expect(Self.opened(slow).contains("LOCATION_MISMATCH"))
    }

    @Test func `what came too early is a move once it has stayed for long`() {
        var story = Self.story()
        story.pass(600, reading: [(1, "A")])
        story.pass(1_500, reading: [(1, "P")])
        #expect(Self.opened(story).isEmpty)
        story.pass(600, reading: [(1, "P")])
        #expect(Self.opened(story) == ["LOCATION_MISMATCH"])
    }

    @Test func `bound anew it is one tag again, and what was read before is forgotten`() {
        var story = Self.story()
        story.pass(600, reading: [(1, "A"), (1, "E")])
        #expect(Self.opened(story) == ["TAG_DUPLICATE"])
        var change = RegisterChange()
        change.bindings = [TagBinding(epcHex: PathStory.tag(1), assetNo: "PC-1")]
        story.give(.register(change))
        #expect(story.changes.last?.kind == .cleared)
        story.pass(300, reading: [(1, "A")])
        #expect(Self.opened(story) == ["TAG_DUPLICATE"])
        story.pass(600, reading: [(1, "E")])
        #expect(Self.opened(story) == ["TAG_DUPLICATE", "LOCATION_MISMATCH"])
    }

    @Test func `a restart forgets no turn and no doubt`() throws {
        for turns in [3, 9] {
            var story = Self.story()
            Self.takeTurns(&story, turns)
            var other = story
            let saved = other.path.save()
            var books = RegisterChange()
            books.cards = PathStory.books().cards
            books.bindings = PathStory.books().bindings
            other.path = IntakePath(
                setup: PathStory.setup(Self.layout()), register: books, startingAt: story.now,
                isListening: false)
            try other.path.restore(saved, keepsListening: true)
            var (one, two) = (story.path, other.path)
            #expect(one.decisiveState() == two.decisiveState())
            Self.takeTurns(&story, 8)
            Self.takeTurns(&other, 8)
            #expect(Self.opened(story) == Self.opened(other))
            #expect(Self.opened(story) == ["TAG_DUPLICATE"])
            // A store from before this was written.
            var old = saved
            old.chunks.removeAll { $0.table == "clones" }
            var fresh = IntakePath(
                setup: PathStory.setup(Self.layout()), register: books, startingAt: story.now,
                isListening: false)
            try fresh.restore(old)
        }
    }
}
