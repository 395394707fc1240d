package import AssetModel

/// The last time that a zone was not covered: the silence of a tag is weighed by who listened when.
struct CoverageBreak: Sendable, Equatable {
    var from: UTCInstant
    /// `nil` while it lasts.
    var to: UTCInstant?

    /// Before a zone was covered for the first time.
    static let sinceEver = CoverageBreak(from: UTCInstant(milliseconds: 0))

    /// Does any of it lie after an instant?
    func lasts(beyond instant: UTCInstant) -> Bool { to.map { $0 > instant } ?? true }
}

/// Of one zone.
struct CoverageBreaks: Sendable, Equatable {
    /// None of its antennas was at work (or not all, where the zone asks for all): nobody heard its tags.
    var ofAll: CoverageBreak?
    /// One of them was not: it may be that which hears the tags of the zones next to it.
    var ofAny: CoverageBreak?
}

extension CoverageBreak? {
    /// - Parameter from: listened time at which it began, where it begins.
    fileprivate func noted(isOver: Bool, from: ElapsedTime, at time: PathTime) -> CoverageBreak {
        guard isOver else { return CoverageBreak(from: time.now + (from - time.listened)) }
        return CoverageBreak(from: (self ?? .sinceEver).from, to: time.now)
    }

    mutating func note(isOver: Bool, from: ElapsedTime, at time: PathTime) {
        self = noted(isOver: isOver, from: from, at: time)
    }
}

extension CoverageLedger {
    /// The last time that not all antennas of a zone listened; `nil` where nothing is known of one.
    func lastDeafness(of zone: Int) -> CoverageBreak? {
        breaks[zone].ofAny ?? (isFullyCovered(zone: zone) ? nil : .sinceEver)
    }

    /// Beside ``chunk()``, a table of its own: by zone four instants of 8 ms.
    package func breakChunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        writer.put(UInt32(breaks.count))
        for found in breaks {
            for found in [found.ofAll, found.ofAny] {
                writer.put(found?.from.milliseconds ?? Int64.min)
                writer.put(found?.to?.milliseconds ?? Int64.min)
            }
        }
        return Checkpoint.Chunk(table: "breaks", index: 0, bytes: writer.bytes)
    }

    /// After ``restore(_:mapping:)``. A store from before they were kept has none.
    package mutating func restoreBreaks(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "breaks" }) else { return }
        var reader = ByteReader(chunk.bytes)
        for index in 0..<Int(try reader.take(UInt32.self)) {
            var found = CoverageBreaks()
            found.ofAll = try reader.takeBreak()
            found.ofAny = try reader.takeBreak()
            if let zone = mapping.zone(index) { breaks[zone] = found }
        }
    }
}

extension ByteReader {
    fileprivate mutating func takeBreak() throws(ByteReader.Damaged) -> CoverageBreak? {
        let (from, to) = (try takeClockTime(), try takeClockTime())
        guard from != Int64.min else { return nil }
        return CoverageBreak(
            from: UTCInstant(milliseconds: from), to: to == Int64.min ? nil : UTCInstant(milliseconds: to))
    }
}
