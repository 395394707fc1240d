import AssetModel
import IntakePipeline
import Testing

/// Everything is accounted for.
struct AccountsTests {
    @Test func `a message delivered twice is one piece of evidence and one redelivery`() {
        var story = PathStory()
        story.read(PathStory.tag(1), by: "A")
        story.read(PathStory.tag(1), by: "A")
        let accounts = story.path.accounts
        #expect(accounts.observations == 2 && accounts.new == 1 && accounts.redelivered == 1)
        #expect(accounts.imbalance == nil)
    }

    @Test func `a second read in the same epoch is a repeat and is not journaled`() {
        var story = PathStory()
        story.read(PathStory.tag(1), by: "A")
        story.now = story.now + ElapsedTime(seconds: 2)
        let outcome = story.read(PathStory.tag(1), by: "A")
        #expect(story.path.accounts.repeats == 1)
        #expect(outcome.presenceChanges.isEmpty && outcome.discrepancyChanges.isEmpty)
    }

    @Test func `poison is refused with its reason and kept in the quarantine`() {
        var story = PathStory()
        let poison: [(String, [UInt8], String)] = [
            ("readers/rA/events", Array("{\"timestamp\":".utf8), "malformed_json"),
            ("readers/rA/events", [0xFF, 0xFE, 0x00], "not_utf8"),
            ("nobody/knows", Array("x".utf8), "unknown_topic"),
            ("vehicles/1/up", [0x7E, 0x02, 0x7E], "frame_checksum"),
        ]
        for (topic, payload, _) in poison {
            let outcome = story.give(.message(RawMessage(topic: topic, payload: payload)))
            #expect(outcome.quarantine.count == 1)
        }
        var large = RawMessage(topic: "readers/rA/events", payload: [])
        large.oversizeBytes = 600_000
        story.give(.message(large))
        #expect(story.path.accounts.messagesRejected == 5)
        #expect(story.path.accounts.rejected["oversize_payload"] == 1)
        for (_, _, reason) in poison { #expect(story.path.accounts.rejected[reason] == 1, "\(reason)") }
        #expect(story.path.accounts.imbalance == nil)
    }

    @Test func `a read by an antenna that the configuration does not know is refused as a record`() {
        var story = PathStory()
        let payload = """
            {"timestamp":"\(story.now)","eventType":"tagInventory","tagInventoryEvent":\
            {"epcHex":"\(PathStory.tag(1))","antennaPort":7}}
            """
        story.give(.message(RawMessage(topic: "readers/rA/events", payload: Array(payload.utf8))))
        #expect(story.path.accounts.rejected == ["unknown_antenna": 1])
        #expect(story.path.accounts.messagesDecoded == 1 && story.path.accounts.recordsRejected == 1)
        #expect(story.path.accounts.imbalance == nil)
    }

    @Test func `nothing new gives nothing to commit`() {
        var story = PathStory()
        story.pass(5, reading: [(1, "A")])
        story.now = story.now + ElapsedTime(seconds: 1)
        #expect(story.give(.tick).isEmpty)
    }
}
