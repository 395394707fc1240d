import AssetModel
import IntakePipeline

/// The shelves of ``PathStory`` with a door beside them that tags walk by, and a way of telling who walks.
enum WalkByWorld {
    /// Index of the walk-by zone, and of the first of its antennas.
    static let door = 3
    static let antenna = 3

    static func layout(
        liveness: SiteLayout.Reader.Liveness = .will, decideWithin: Int64 = 3, reportInterval: Int64 = 0
    ) -> SiteLayout {
        var layout = PathStory.layout()
        var zone = SiteLayout.Zone(id: "door", site: 0, kind: .walkBy)
        zone.decideWithin = ElapsedTime(seconds: decideWithin)
        layout.zones.append(zone)
        var reader = SiteLayout.Reader(id: "rdoor", site: 0, topics: ["readers/rdoor/#"])
        reader.liveness = liveness
        reader.format = .impinj
        reader.reportInterval = ElapsedTime(seconds: reportInterval)
        reader.offlineAfter = ElapsedTime(seconds: 60)
        reader.antennas = [antenna]
        layout.antennas.append(SiteLayout.Antenna(reader: layout.readers.count, port: 1, zone: door))
        layout.readers.append(reader)
        return layout
    }

    static func story(_ layout: SiteLayout = WalkByWorld.layout()) -> PathStory {
        var story = PathStory(setup: PathStory.setup(layout))
        story.text("connected", from: "door")
        return story
    }
}

extension PathStory {
    /// Seconds in which the door reads these tags in the middle of each second.
    mutating func walk(_ seconds: Int, _ tags: [Int]) {
        for _ in 0..<seconds {
            now = now + ElapsedTime(milliseconds: 500)
            for tag in tags { read(PathStory.tag(tag), by: "door") }
            now = now + ElapsedTime(milliseconds: 500)
            give(.tick)
        }
    }

    /// `entered 3` for everything that was told of the door.
    var walked: [String] {
        presenceChanges.filter(\.isPassing).map { change in
            let tag = Int(change.tag.hex.suffix(4), radix: 16) ?? 0
            return "\(change.kind.word) \(tag)"
        }
    }

    /// The tags in the field of the door now.
    var atDoor: [String] {
        path.passing(zone: WalkByWorld.door).map { "\(Int($0.tag.hex.suffix(4), radix: 16) ?? 0)" }
    }
}
