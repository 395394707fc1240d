import AssetModel
import IntakePipeline
import Testing

/// The eight discrepancies, each told as a story through the whole path.
struct DiscrepancyStoryTests {
    @Test func `assets read where their cards say raise nothing`() {
        var story = PathStory()
        story.pass(300, reading: [(1, "A"), (2, "A"), (3, "A"), (4, "A")])
        #expect(story.told.isEmpty)
    }

    @Test func `a tag of ours that nothing is bound to is a surplus after its second epoch`() {
        var story = PathStory()
        story.read(PathStory.tag(77), by: "C")
        #expect(story.told.isEmpty)
        story.pass(10, reading: [(77, "C")])
        #expect(story.told == ["SURPLUS_UNKNOWN_TAG \(PathStory.tag(77)) opened"])
    }

    @Test func `somebody else's tag raises nothing however often it is read`() {
        var story = PathStory()
        for _ in 0..<20 {
            story.now = story.now + ElapsedTime(seconds: 5)
            story.read("30342CB3E4141A00000000FF", by: "A")
        }
        #expect(story.told.isEmpty)
    }

    @Test func `importing the binding clears the surplus and a second import changes nothing`() {
        var story = PathStory()
        story.pass(20, reading: [(77, "C")])
        var change = RegisterChange(bindings: [TagBinding(epcHex: PathStory.tag(77), assetNo: "NEW-1")])
        change.cards = [AssetCard(assetNo: "NEW-1")]
        story.give(.register(change))
        #expect(story.told.last == "SURPLUS_UNKNOWN_TAG \(PathStory.tag(77)) cleared")
        let before = story.told.count
        story.give(.register(change))
        story.pass(20, reading: [(77, "C")])
        #expect(story.told.count == before)
    }

    @Test func `a bound tag without card is a surplus at once, and the card settles it`() {
        var story = PathStory()
        story.read(PathStory.tag(5), by: "B")
        #expect(story.told == ["SURPLUS_NO_CARD NO-CARD opened"])
        story.give(.register(RegisterChange(cards: [AssetCard(assetNo: "NO-CARD")])))
        #expect(story.told.last == "SURPLUS_NO_CARD NO-CARD cleared")
    }

    @Test func `a disposed asset that is read is an alarm until its card changes`() {
        var story = PathStory()
        story.read(PathStory.tag(9), by: "A")
        #expect(story.told == ["DISPOSED_STILL_PRESENT OLD-1 opened"])
        story.pass(60, reading: [(9, "A")])
        #expect(story.told.count == 1)
        var card = AssetCard(assetNo: "OLD-1")
        card.state = .inStock
        story.give(.register(RegisterChange(cards: [card])))
        #expect(story.told.last == "DISPOSED_STILL_PRESENT OLD-1 cleared")
    }

    @Test func `an asset that settles in another zone is in the wrong place until it is back`() throws {
        var story = PathStory()
        let home: [(Int, String)] = [(2, "A"), (3, "A"), (4, "A")]
        story.pass(60, reading: home + [(1, "A")])
        story.pass(60, reading: home + [(1, "C")])
        #expect(story.told == ["LOCATION_MISMATCH PC-1 opened"])
        let found = try #require(story.changes.first?.discrepancy)
        #expect(found.expected == "A" && found.actual == "C")
        #expect(found.confidence >= 0.95 && found.confidence < 1)
        #expect(found.exposureFen == 549_900)
        story.pass(120, reading: home + [(1, "A")])
        #expect(story.told == ["LOCATION_MISMATCH PC-1 opened", "LOCATION_MISMATCH PC-1 cleared"])
        story.pass(120, reading: home + [(1, "C")])
        #expect(story.told.last == "LOCATION_MISMATCH PC-1 reopened")
        #expect(story.changes.last?.discrepancy.id == found.id)
        #expect(story.changes.last?.discrepancy.episode == 2)
    }

    @Test func `two reads in another zone are not enough for a wrong place`() {
        var story = PathStory()
        story.pass(10, reading: [(1, "C")])
        story.pass(60, reading: [(2, "A")])
        #expect(story.told.isEmpty)
    }

    @Test func `stray reads next door do not move a tag that is read at home`() {
        var story = PathStory()
        for round in 0..<120 {
            story.now = story.now + ElapsedTime(seconds: 5)
            story.read(PathStory.tag(1), by: "A")
            if round % 2 == 0 { story.read(PathStory.tag(1), by: "B") }
        }
        #expect(!story.told.contains { $0.contains("PC-1") })
    }

    @Test func `stray reads next door prove nothing while the home zone is not covered`() {
        var story = PathStory()
        story.pass(120, reading: [(1, "A"), (2, "A"), (3, "A"), (4, "A")])
        story.text("connection lost", from: "A")
        for round in 0..<60 {
            story.now = story.now + ElapsedTime(seconds: 5)
            if round % 2 == 0 { story.read(PathStory.tag(1), by: "B") }
        }
        #expect(!story.told.contains { $0.hasPrefix("LOCATION_MISMATCH") })
    }

    @Test func `a tag not read for the zone's time while covered is suspected missing, and a read clears it`()
        throws
    {
        var story = PathStory()
        story.pass(60, reading: [(1, "A"), (2, "A"), (3, "A"), (4, "A")])
        let lastRead = story.now
        story.pass(119, reading: [(2, "A"), (3, "A"), (4, "A")])
        #expect(story.told.isEmpty)
        story.pass(10, reading: [(2, "A"), (3, "A"), (4, "A")])
        #expect(story.told == ["MISSING_SUSPECT PC-1 opened"])
        let found = try #require(story.changes.first?.discrepancy)
        #expect(found.cause == lastRead)
        #expect(found.evidence.first?.english.contains("no read in") == true)
        story.read(PathStory.tag(1), by: "A")
        #expect(story.told.last == "MISSING_SUSPECT PC-1 cleared")
    }

    @Test
    func `a registered asset that was never read is missed once its zone has been covered for its time`() {
        var story = PathStory()
        story.pass(60, reading: [(2, "A"), (3, "A"), (4, "A")])
        #expect(story.told.isEmpty)
        story.pass(120, reading: [(2, "A"), (3, "A"), (4, "A")])
        #expect(story.told == ["MISSING_SUSPECT PC-1 opened"])
    }
}
