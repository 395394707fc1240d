import AssetModel

/// The clocks of a source's terminals, by their names.
///
///     version UInt8 | count UInt32 |
///         count × (name text | instant Int64 ms | received Int64 ms | ahead flag), by name
struct NMEAClocks {
    private var clocks: [String: NMEAClock] = [:]

    /// Terminals of one source. Beyond it the one that was silent for longest is forgotten: it is known again
    /// by its next date.
    private static let terminalsMax = 1_024
    private static let version: UInt8 = 1
    /// 2000 to 2100. A receiver that was never set says 1970 or 1980: of its day nothing follows.
    private static let years =
        UTCInstant(
            milliseconds: 946_684_800_000)..<UTCInstant(
            milliseconds: 4_102_444_800_000)

    init() {}

    /// The instants of a payload's fixes; `nil` where a fix has none. What has no date of its own takes it
    /// from the sentences before it in the payload, from those behind it, from what the terminal said before,
    /// and at last from the receipt.
    /// - Returns: also whether what is remembered changed.
    mutating func instants(
        of fixes: [NMEAFix], from name: String, receivedAt: UTCInstant
    ) -> (instants: [UTCInstant?], changed: Bool) {
        // What stands in front of the first date is near it.
        let first = fixes.lazy.compactMap(NMEAClocks.date).first
        var clock = first == nil ? clocks[name] : nil
        var instants: [UTCInstant?] = []
        for fix in fixes {
            guard let time = fix.undatedTime else {
                instants.append(fix.datedInstant)
                if let dated = NMEAClocks.date(of: fix) {
                    clock = NMEAClock(dated: dated, receivedAt: receivedAt)
                }
                continue
            }
            let instant =
                clock?.instant(ofTime: time, receivedAt: receivedAt)
                ?? NMEAClock.instant(ofTime: time, nearest: first ?? receivedAt)
            clock = clock?.advanced(to: instant, receivedAt: receivedAt)
            instants.append(instant)
        }
        return (instants, clock.map { note($0, of: name) } ?? false)
    }

    private static func date(of fix: NMEAFix) -> UTCInstant? {
        fix.datedInstant.flatMap { years.contains($0) ? $0 : nil }
    }

    /// Returns whether there was anything to remember.
    private mutating func note(_ clock: NMEAClock, of name: String) -> Bool {
        guard NMEAClocks.years.contains(clock.instant) else { return false }
        if let known = clocks[name] {
            if known.isNear(clock) { return false }
        } else if clocks.count >= NMEAClocks.terminalsMax {
            forgetOldest()
        }
        clocks[name] = clock
        return true
    }

    private mutating func forgetOldest() {
        let oldest = clocks.min { ($0.value.receivedAt, $0.key) < ($1.value.receivedAt, $1.key) }
        if let oldest { clocks[oldest.key] = nil }
    }
}

/// The memory as bytes.
extension NMEAClocks {
    func encode() -> [UInt8] {
        guard !clocks.isEmpty else { return [] }
        var state = ByteWriter()
        state.put(NMEAClocks.version)
        state.put(UInt32(clocks.count))
        for (name, clock) in clocks.sorted(by: { $0.key < $1.key }) {
            state.put(name)
            state.put(clock.instant)
            state.put(clock.receivedAt)
            state.put(clock.runsAhead)
        }
        return state.bytes
    }

    init(encoded bytes: [UInt8]) throws(ByteReader.Damaged) {
        guard !bytes.isEmpty else { return }
        var reader = ByteReader(bytes)
        guard try reader.take(UInt8.self) == NMEAClocks.version else { throw reader.damage }
        let count = try reader.take(UInt32.self)
        for _ in 0..<count {
            let name = try reader.takeText()
            let clock = NMEAClock(
                try reader.takeInstant(), receivedAt: try reader.takeInstant(),
                runsAhead: try reader.takeFlag())
            guard clocks.count < NMEAClocks.terminalsMax, NMEAClocks.years.contains(clock.instant) else {
                throw reader.damage
            }
            clocks[name] = clock
        }
        guard reader.atEnd else { throw reader.damage }
    }
}
