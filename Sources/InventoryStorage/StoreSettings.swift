package import AssetModel

/// How the store is opened and how large its tables may become.
package struct StoreSettings: Sendable {
    /// The database file, `store.path`. Its directory must exist; `-wal`, `-shm` and `.lock` stand beside it.
    package var path: String
    /// Only `full` and `extra` are taken: with less, a power cut takes back what was acknowledged.
    package var synchronous = "full"
    /// A discrepancy cleared no longer ago than this is handed back at start, so that it can reopen under its
    /// id.
    package var reopenWindow = RuleSettings().reopenWindow
    package var limits = StoreLimits()
    /// Zone ids and the ids of their sites, by the zone indices of the layout.
    package private(set) var zoneNames: [String] = []
    package private(set) var siteOfZone: [String] = []
    /// Reader ids, by the reader indices of the layout.
    package private(set) var readerNames: [String] = []

    package init(path: String, layout: SiteLayout) {
        self.path = path
        adopt(layout)
    }

    /// Takes the zone indices of a reloaded configuration. Rows keep zone ids, so old rows stay true.
    package mutating func adopt(_ layout: SiteLayout) {
        zoneNames = layout.zones.map(\.id)
        siteOfZone = layout.zones.map { layout.sites[$0.site].id }
        readerNames = layout.readers.map(\.id)
    }
}

/// Bounds of the tables that would grow for ever; the oldest rows go, in the commit that passes the bound.
package struct StoreLimits: Sendable, Equatable {
    /// Refused messages; with 1 KiB each this is about 1 MiB of flash.
    package var quarantineRowsMax: Int64 = 1_000
    /// Gaps; more than one an hour for a year.
    package var gapRowsMax: Int64 = 10_000
    /// Steps in the lives of discrepancies, about 100 bytes each.
    package var historyRowsMax: Int64 = 200_000
    /// Lines of the feed that `tally tail` follows, some 20 bytes each where a step of a discrepancy stands
    /// behind it and 150 for a device: days of them, so that whoever looks in again has missed nothing.
    package var feedRowsMax: Int64 = 200_000
    /// Passages through gates, about 400 bytes each and 60 for each tag in it: forty a day at three gates for
    /// a year, some 140 MB with pallets of 40 tags.
    package var passageRowsMax: Int64 = 50_000
    /// Decisions of people, about 200 bytes each (2 KiB at most): fifty a day for a year.
    package var decisionRowsMax: Int64 = 20_000
    /// Handheld sweeps, kept whole until a stocktake has asked for them: one a day in each of a hundred zones
    /// for ten days.
    package var sweepRowsMax: Int64 = 1_000
    /// Their payloads together, 64 MiB: a sweep of 20,000 tags is some 2 MiB, and flash is small.
    package var sweepBytesMax: Int64 = 67_108_864
    /// Discrepancies, about 1 KiB each. Only cleared ones are pruned, the one cleared longest ago first.
    package var discrepancyRowsMax: Int64 = 50_000
    /// Tags with a place: the largest register (1,000,000) and a quarter as many strangers.
    package var presenceRowsMax: Int64 = 1_250_000
    /// Vehicles with a latest fix; twenty times the largest fleet planned for, because anyone may invent
    /// numbers.
    package var vehicleFixRowsMax: Int64 = 20_000
    /// Messages that wait for the broker. At the limit those that a later retained one replaces go first,
    /// then the oldest; what goes unsent is counted in ``StoreFigures/outboxDropped``.
    package var outboxRowsMax: Int64 = 100_000
    /// Versions kept of one line of the books: the current one, the one being staged, and two to look back.
    package var registerVersionsMax: Int64 = 4

    package init() {}
}
