package import AssetModel

/// Which antennas of a reader fail while its gap is open: another one that fails then is news.
extension CoverageLedger {
    /// Antennas of a reader that are told apart; of the others it is told only that the gap opens.
    private static let antennasMax = 64

    private func fails(_ antenna: AntennaState) -> Bool { !antenna.isConnected || antenna.isQuietGap }

    /// Ports of the reader's own antennas, as people read them; `nil` for none.
    func ports(of reader: Int, where fails: (AntennaState) -> Bool) -> String? {
        let own = layout.readers[reader].antennas.filter { fails(antennas[$0]) }
        return own.isEmpty ? nil : own.map { "\(layout.antennas[$0].port)" }.joined(separator: ", ")
    }

    /// - Returns: a gap is open, and an antenna fails that did not when it was last looked at.
    mutating func noteFailures(of reader: Int, isGap: Bool) -> Bool {
        var failing: UInt64 = 0
        for (bit, antenna) in layout.readers[reader].antennas.prefix(Self.antennasMax).enumerated()
        where isGap && fails(antennas[antenna]) {
            failing |= 1 << UInt64(bit)
        }
        defer { readers[reader].gapAntennas = failing }
        return readers[reader].isGapOpen && failing & ~readers[reader].gapAntennas != 0
    }

    /// Index of the antenna 4, of those that fail in an open gap.
    package func gapAntennasChunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        for reader in readers.indices {
            for (bit, antenna) in layout.readers[reader].antennas.prefix(Self.antennasMax).enumerated()
            where readers[reader].gapAntennas >> UInt64(bit) & 1 == 1 {
                writer.put(UInt32(antenna))
            }
        }
        return Checkpoint.Chunk(table: "gap_antennas", index: 0, bytes: writer.bytes)
    }

    /// After ``restoreGaps(_:mapping:)``. A store from before they were kept has none: what fails is told
    /// once more.
    package mutating func restoreGapAntennas(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "gap_antennas" }) else { return }
        var reader = ByteReader(chunk.bytes)
        while !reader.atEnd {
            guard let antenna = mapping.antenna(Int(try reader.take(UInt32.self))) else { continue }
            let index = layout.antennas[antenna].reader
            let bit = layout.readers[index].antennas.firstIndex(of: antenna) ?? Self.antennasMax
            if bit < Self.antennasMax { readers[index].gapAntennas |= 1 << UInt64(bit) }
        }
    }
}
