package import AssetModel

/// The last time that a zone was not covered: the silence of a tag is weighed by who listened when.
struct CoverageBreak: Sendable, Equatable {
    var from: UTCInstant
    /// `nil` while it lasts.
    var to: UTCInstant?

    /// Before a zone was covered for the first time.
    static let sinceEver = CoverageBreak(from: UTCInstant(milliseconds: 0))
}

extension CoverageLedger {
    /// `nil` where nothing is known of one.
    func lastBreak(of zone: Int) -> CoverageBreak? {
        breaks[zone] ?? (isCovered(zone: zone) ? nil : .sinceEver)
    }

    /// - Parameter from: listened time.
    mutating func beginBreak(_ zone: Int, from: ElapsedTime, at time: PathTime) {
        breaks[zone] = CoverageBreak(from: time.now + (from - time.listened))
    }

    mutating func endBreak(_ zone: Int, at time: PathTime) {
        breaks[zone] = CoverageBreak(from: (breaks[zone] ?? .sinceEver).from, to: time.now)
    }

    /// Beside ``chunk()``, a table of its own: by zone two instants of 8 ms.
    package func breakChunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        writer.put(UInt32(breaks.count))
        for found in breaks {
            writer.put(found?.from.milliseconds ?? Int64.min)
            writer.put(found?.to?.milliseconds ?? Int64.min)
        }
        return Checkpoint.Chunk(table: "breaks", index: 0, bytes: writer.bytes)
    }

    /// A store from before they were kept has none.
    package mutating func restoreBreaks(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "breaks" }) else { return }
        var reader = ByteReader(chunk.bytes)
        for index in 0..<Int(try reader.take(UInt32.self)) {
            let (from, to) = (try reader.takeClockTime(), try reader.takeClockTime())
            guard let zone = mapping.zone(index), from != Int64.min else { continue }
            breaks[zone] = CoverageBreak(from: UTCInstant(milliseconds: from))
            if to != Int64.min { breaks[zone]?.to = UTCInstant(milliseconds: to) }
        }
    }
}
