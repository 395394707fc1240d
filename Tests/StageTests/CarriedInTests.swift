import AssetModel
import Testing

@testable import PresenceInference

/// What comes in through a gate is here.
struct CarriedInTests {
    /// Read once a minute for ten hours, and then not for two days.
    private static func missed() -> PresenceStory {
        var layout = StageWorld.layout()
        for zone in layout.zones.indices { layout.zones[zone].missingAfter = nil }
        var story = PresenceStory(layout: layout)
        story.watch(1, home: StageWorld.a)
        for minute in Int64(0)..<600 {
            story.go(to: minute * 60 + 10)
            story.read(1, by: StageWorld.a)
        }
        story.go(to: story.second + 2 * 86_400)
        return story
    }

    /// Read once at the gate, and told as passed.
    private static func pass(
        _ story: inout PresenceStory, _ direction: Passage.Direction, sure: Double = 0.9, reads: Int = 12
    ) {
        story.read(1, by: StageWorld.gate)
        let from = StageWorld.instant(story.second)
        story.go(to: story.second + 10)
        var passage = Passage(
            id: "P-1", gate: StageWorld.gate, at: story.time.now,
            span: (from: from, to: from + ElapsedTime(seconds: 4)))
        (passage.direction, passage.confidence) = (direction, sure)
        passage.tags = [
            Passage.Tag(tag: StageWorld.tag(1), slot: story.slot(1), confidence: 0.95, reads: reads)
        ]
        story.pass(passage)
    }

    @Test(arguments: [Passage.Direction.inward, .undecided])
    func `what was said to be gone is back when it came in`(direction: Passage.Direction) throws {
        var story = Self.missed()
        #expect(story.tracker.isSilent(0) && story.tracker.hazards.departures > 0)
        Self.pass(&story, direction)
        let change = try #require(story.changes.last?.change)
        #expect(change.kind == .heard(zone: StageWorld.gate) && change.source == "G")
        #expect(abs(change.probability - 0.855) < 1e-9 && change.evidenceCount == 12)
        #expect(!story.tracker.isSilent(0) && story.tracker.hazards.departures == 0)
        // A few minutes on the way to its shelf are no reason to miss it.
        story.go(to: story.second + 300)
        let gone = story.tracker.probabilityGone(0, at: story.time, coverage: story.coverage)
        #expect(try #require(gone) < 0.01, "\(gone ?? -1)")
        // Where it is put is where it was: the books say so, and its silence there counts.
        story.go(to: story.second + 40 * 3_600)
        #expect(story.tracker.isSilent(0))
    }

    @Test func `going out, hardly passing, or one read alone brings nothing back`() {
        for (direction, sure, reads) in [
            (Passage.Direction.outward, 0.9, 12), (.inward, 0.5, 12), (.inward, 0.9, 1),
        ] {
            var story = Self.missed()
            Self.pass(&story, direction, sure: sure, reads: reads)
            #expect(story.tracker.isSilent(0), "\(direction) \(sure) \(reads)")
        }
    }

    @Test func `it is set down in another way than it stood, unless it was here all the time`() {
        var story = Self.missed()
        Self.pass(&story, .inward)
        let after = story.tracker.tags[0].rate
        #expect(abs(after.hits + after.misses - ReadRate.chancesKept) < 0.001)
        for _ in 0..<100 {
            story.go(to: story.second + 60)
            story.read(1, by: StageWorld.a)
        }
        let rate = story.tracker.tags[0].rate
        Self.pass(&story, .inward)
        #expect(story.tracker.tags[0].rate.hits >= rate.hits && rate.hits > 50)
    }
}
