package import AssetModel

/// Which alarm bits of a terminal's reports are news.
///
/// The alarm bits of a report are states: a held alarm stands in every report for as long as it lasts, and
/// one that waits for the platform's answer in every report until then, which to a mere listener is for good.
/// What happened is an **edge**: a bit that is set, and was not in the report before it.
///
///     event time   1  2  3  4  5
///     bit          0  1  1  0  1
///     edge            ↑        ↑
///
/// - "Before" is by event time, not by arrival. A report that is no newer than the last one (redelivered,
///   late, without a time) changes nothing and brings no edge: what it says was said, or is over.
/// - Back-fill brings no edge: it tells of a time that nobody can act on any more.
/// - The first report of a terminal brings an edge for each of its bits: they may stand since long ago, but
///   nobody has heard of them.
///
/// Source of what is held and what waits: JT/T 808-2013 and -2019, table 25.
package struct AlarmEdges: Sendable, Equatable {
    private struct Last: Sendable, Equatable {
        var fixedAt: UTCInstant
        var bits: UInt32
    }

    private var terminals: [String: Last] = [:]
    private let terminalsMax: Int

    /// - Parameter terminalsMax: terminals remembered; of those beyond it nothing is said.
    package init(terminalsMax: Int) {
        self.terminalsMax = terminalsMax
    }

    package var count: Int { terminals.count }

    /// The alarm bits that this report is the first to say.
    package mutating func observe(_ fix: VehicleFix) -> UInt32 {
        guard !fix.isBackfill, let fixedAt = fix.fixedAt else { return 0 }
        let last = terminals[fix.phone]
        if let last {
            guard fixedAt > last.fixedAt else { return 0 }
        } else if terminals.count >= terminalsMax {
            return 0
        }
        terminals[fix.phone] = Last(fixedAt: fixedAt, bits: fix.alarmBits)
        return fix.alarmBits & ~(last?.bits ?? 0)
    }
}
