import AssetModel
import IntakePipeline
import Testing

/// Shelf A has two antennas, and the cable of one breaks: the reader says so, and nobody comes for days.
struct PartlyCoveredTests {
    private static func setup() -> IntakePath.Setup {
        var layout = PathStory.layout()
        for zone in layout.zones.indices { layout.zones[zone].missingAfter = nil }
        layout.readers[0].reportInterval = ElapsedTime(seconds: 60)
        layout.readers[0].reportIntervalIsSet = true
        layout.readers[0].antennas.append(layout.antennas.count)
        layout.antennas.append(SiteLayout.Antenna(reader: 0, port: 2, zone: 0))
        return PathStory.setup(layout)
    }

    /// PC-1 is read by both antennas, PC-2 by the first alone, PC-3 by the second alone, PC-4 by both.
    private static let readers = [(1, 1), (1, 2), (2, 1), (3, 2), (4, 1), (4, 2)]

    private static func pass(_ story: inout PathStory, minutes: Int, broken: Int? = nil, gone: Set<Int> = [])
    {
        for _ in 0..<minutes {
            story.pass(60)
            for (tag, port) in readers where port != broken && !gone.contains(tag) {
                let read = #"{"epcHex":"\#(PathStory.tag(tag))","antennaPort":\#(port)}"#
                story.event(#""eventType":"tagInventory","tagInventoryEvent":\#(read)"#, from: "A")
            }
        }
    }

    private static func story() -> PathStory {
        var story = PathStory(setup: setup())
        pass(&story, minutes: 240)
        story.event(
            #""eventType":"antennaDisconnected","antennaDisconnectedEvent":{"antennaPort":1}"#, from: "A")
        pass(&story, minutes: 30, broken: 1)
        // PC-1 is carried off; nobody can know of PC-2 whether it is there.
        pass(&story, minutes: 300, broken: 1, gone: [1, 2])
        return story
    }

    @Test func `what the other antenna read is missed, what the broken one read is not`() throws {
        let story = Self.story()
        let missing = story.changes.filter { $0.discrepancy.code == .missingSuspect }
        #expect(missing.map { $0.discrepancy.subject.key } == ["PC-1"], "\(story.told)")
        let evidence = try #require(missing.first?.discrepancy.evidence.last)
        #expect(evidence.english.contains("antenna rA/1 out of use"), "\(evidence.english)")
        #expect(evidence.chinese.contains("天线 rA/1 停用"), "\(evidence.chinese)")
        #expect(story.open.contains("COVERAGE_GAP rA"))
    }

    /// A stop at any of its inputs; checkpoints are written as the path asks for them.
    @Test(arguments: [700, 1_702, 1_760, 2_100, 2_400]) func `a restart knows it as it was`(after count: Int)
        throws
    {
        let story = Self.story()
        #expect(count < story.inputs.count)
        let (changes, kept) = try KeptPath.presenceChanges(
            of: story.inputs, setup: Self.setup(), stoppedBefore: count)
        #expect(changes == story.presenceChanges)
        #expect(kept.chunks.keys.contains { $0.hasPrefix("antenna_rates/") })
        #expect(kept.chunks.keys.contains { $0.hasPrefix("covered_in_part/") })
    }
}
