import AssetModel
import IntakePipeline
import Testing

/// Handheld sweeps: evidence like any other, kept whole, and never coverage.
struct SweepStoryTests {
    private func sweep(_ zone: String, tags: [Int], at instant: UTCInstant, marks: String = "") -> RawMessage
    {
        let reads = tags.map {
            "{\"epc_hex\":\"\(PathStory.tag($0))\",\"peak_rssi_dbm\":-51.5,\"reads\":2,"
                + "\"heard_at\":\"\(instant)\"}"
        }
        let body = """
            {"version":1,"sweep":"SW-1","operator":"K07","at":"\(instant)","zone":"\(zone)",\
            "reads":[\(reads.joined(separator: ","))],"marks":[\(marks)]}
            """
        return RawMessage(topic: "tally/v1/S1/sweep", payload: Array(body.utf8))
    }

    @Test func `a swept tag was seen, and ends the suspicion that it is missing`() {
        var story = PathStory()
        story.pass(60, reading: [(1, "A"), (2, "A"), (3, "A"), (4, "A")])
        story.pass(300, reading: [(1, "A"), (2, "A"), (3, "A")])
        #expect(story.told == ["MISSING_SUSPECT PC-4 opened"])
        let outcome = story.give(.message(sweep("C", tags: [4], at: story.now)))
        #expect(story.told == ["MISSING_SUSPECT PC-4 opened", "MISSING_SUSPECT PC-4 cleared"])
        #expect(outcome.sweeps.map(\.header.id) == ["SW-1"] && outcome.sweeps[0].site == "S1")
        #expect(!outcome.isEmpty)
    }

    @Test func `a zone that only a person sweeps is not covered`() {
        var layout = PathStory.layout()
        layout.zones.append(SiteLayout.Zone(id: "D", site: 0, missingAfter: ElapsedTime(seconds: 60)))
        layout.zones[3].locations = ["shelf D"]
        var books = PathStory.books()
        books.cards[0].location = "shelf D"
        var story = PathStory(setup: PathStory.setup(layout), books: books)
        story.give(.message(sweep("D", tags: [1], at: story.now)))
        story.pass(3_600, reading: [(2, "A"), (3, "A"), (4, "A")])
        #expect(story.told.isEmpty)
        #expect(story.path.figures(ofZone: 3).isCovered == false)
    }

    @Test func `marks alone are kept too, and a zone that is not there is refused`() {
        var story = PathStory()
        let mark = #"{"assetNo":"PC-1","mark":"DAMAGED","note":"corner"}"#
        let outcome = story.give(.message(sweep("A", tags: [], at: story.now, marks: mark)))
        #expect(outcome.sweeps.first?.header.marks.map(\.assetNo) == ["PC-1"])
        #expect(!outcome.isEmpty)
        story.give(.message(sweep("Z", tags: [1], at: story.now)))
        #expect(story.path.accounts.rejected == ["unknown_zone": 1])
        #expect(story.path.accounts.imbalance == nil)
        #expect(story.told.isEmpty)
    }

    @Test func `a sweep that comes again is one sweep`() {
        var story = PathStory()
        let message = sweep("A", tags: [1], at: story.now)
        #expect(story.give(.message(message)).sweeps.count == 1)
        let again = story.give(.message(message))
        #expect(again.sweeps.isEmpty)
        #expect(story.path.accounts.new == 1 && story.path.accounts.redelivered == 1)
    }
}
