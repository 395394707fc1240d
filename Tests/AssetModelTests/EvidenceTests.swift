import AssetModel
import Testing

/// The evidence grid.
struct EvidenceTests {
    /// milliseconds, number of the epoch
    @Test(arguments: [
        (0, 0), (4_999, 0), (5_000, 1), (9_999, 1), (-1, -1), (-5_000, -1), (-5_001, -2),
        (1_795_248_000_000, 359_049_600),
    ])
    func `an epoch is five seconds, before 1970 as well`(milliseconds: Int64, epoch: Int64) {
        #expect(EvidenceEpoch.number(of: UTCInstant(milliseconds: milliseconds)) == epoch)
        let start = EvidenceEpoch.start(of: epoch)
        #expect(start.milliseconds <= milliseconds && milliseconds < start.milliseconds + 5_000)
    }

    /// newest epoch asked for (own newest is 100), bits before, bits after
    @Test(
        arguments: [
            (100, 0b1011, 0b1011), (101, 0b1011, 0b10110), (98, 0b1011, 0b10), (163, 1, 1 << 63), (164, 1, 0),
            (163, 3, 1 << 63), (37, 1 << 63, 1), (36, 1 << 63, 0), (1_000_000, UInt64.max, 0),
            (-1_000_000, 1, 0),
        ] as [(Int64, UInt64, UInt64)])
    func `bits move with the window and fall out at its ends`(epoch: Int64, before: UInt64, after: UInt64) {
        let evidence = AntennaEvidence(antenna: 0, newestEpoch: 100, bits: before)
        #expect(evidence.bits(endingAt: epoch) == after)
    }
}

/// Carrying state over a change of the configuration.
struct LayoutMappingTests {
    @Test func `indices follow names, and what is gone maps to nothing`() {
        let old = LayoutMapping.Names(
            zones: ["A", "B", "C"], readers: ["r1", "r2"], antennas: ["r1/1@A", "r1/2@B", "r2/1@C"])
        let new = LayoutMapping.Names(
            zones: ["C", "X", "A"], readers: ["r2"], antennas: ["r2/1@C", "r1/1@A"])
        let mapping = LayoutMapping(from: old, to: new)
        #expect(mapping.zones == [2, nil, 0])
        #expect(mapping.readers == [nil, 0])
        #expect(mapping.antennas == [1, nil, 0])
        #expect(mapping.zone(2) == 0 && mapping.zone(1) == nil)
        #expect(mapping.zone(3) == nil && mapping.zone(-1) == nil)
        #expect(mapping.reader(1) == 0 && mapping.reader(2) == nil && mapping.antenna(9) == nil)
    }

    @Test func `an antenna that looks at another zone is another antenna`() {
        var layout = RegisterSnapshotTests.layout()
        layout.readers = [SiteLayout.Reader(id: "gate", site: 0, topics: [])]
        layout.antennas = [
            SiteLayout.Antenna(reader: 0, port: 1, zone: 0), SiteLayout.Antenna(reader: 0, port: 2, zone: 1),
        ]
        let before = LayoutMapping.Names(layout)
        #expect(before.antennas == ["gate/1@shelf-a", "gate/2@shelf-b"])
        layout.antennas[1].zone = 2
        layout.antennas.reverse()
        #expect(LayoutMapping(from: before, to: LayoutMapping.Names(layout)).antennas == [1, nil])
    }
}
