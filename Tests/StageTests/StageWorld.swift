import AssetModel

/// What the tests of the stages stand on: an instant, tags, a few zones.
enum StageWorld {
    /// The first instant of an evidence epoch.
    static let start = UTCInstant(milliseconds: 1_795_248_000_000)
    static let firstEpoch = EvidenceEpoch.number(of: start)

    /// Seconds (and milliseconds) after the start, all of them listened.
    static func time(_ seconds: Int64, milliseconds: Int64 = 0) -> PathTime {
        let passed = ElapsedTime(seconds: seconds) + ElapsedTime(milliseconds: milliseconds)
        return PathTime(now: start + passed, listened: passed)
    }

    static func instant(_ seconds: Int64, milliseconds: Int64 = 0) -> UTCInstant {
        time(seconds, milliseconds: milliseconds).now
    }

    /// Tags that differ as little as tags can: one number behind the same digits, and lengths of 96, 128 and
    /// 208 bits whose first 96 bits are the same.
    static func tag(_ number: Int) -> EPC {
        let bytes = [12, 16, 26][number % 3]
        var epc = [UInt8](repeating: 0, count: bytes)
        (epc[0], epc[1]) = (0xE2, 0x80)
        let serial = UInt32(number / 3)
        for index in 0..<4 { epc[8 + index] = UInt8(truncatingIfNeeded: serial >> UInt32(24 - index * 8)) }
        return EPC(bytes: epc)!
    }

    /// Two shelves next to each other, a room further away, a gate and a walk-by point. Zone, reader and
    /// antenna of a place have the same index.
    static let places: [(id: String, kind: SiteLayout.Zone.Kind)] = [
        ("A", .shelf), ("B", .shelf), ("C", .room), ("G", .gate), ("W", .walkBy),
    ]
    static let (a, b, c, gate, walkBy) = (0, 1, 2, 3, 4)

    static func layout(reportInterval: ElapsedTime = .zero) -> SiteLayout {
        var layout = SiteLayout()
        layout.sites = [SiteLayout.Site(id: "S1"), SiteLayout.Site(id: "S2")]
        layout.sites[1].state = .reserved
        for (index, place) in places.enumerated() {
            layout.zones.append(
                SiteLayout.Zone(
                    id: place.id, site: 0, kind: place.kind, missingAfter: ElapsedTime(seconds: 120)))
            var reader = SiteLayout.Reader(id: "r\(place.id)", site: 0, topics: [])
            reader.liveness = .will
            reader.reportInterval = reportInterval
            reader.antennas = [index]
            layout.readers.append(reader)
            layout.antennas.append(SiteLayout.Antenna(reader: index, port: 1, zone: index))
        }
        // One of the two names the other: that is enough.
        layout.zones[a].neighbours = [b]
        return layout
    }

    static func mapping(from old: SiteLayout, to new: SiteLayout) -> LayoutMapping {
        LayoutMapping(from: LayoutMapping.Names(old), to: LayoutMapping.Names(new))
    }
}

/// What the store would hold: the newest chunk of each name.
struct KeptChunks {
    private(set) var byName: [String: Checkpoint.Chunk] = [:]

    init(_ chunks: [Checkpoint.Chunk] = []) { put(chunks) }

    mutating func put(_ chunks: [Checkpoint.Chunk]) {
        for chunk in chunks { byName["\(chunk.table)/\(chunk.index)"] = chunk }
    }

    var chunks: [Checkpoint.Chunk] { byName.keys.sorted().compactMap { byName[$0] } }
}
