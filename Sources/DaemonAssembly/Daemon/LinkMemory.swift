import AssetModel
import Foundation
import InventoryStorage
import MQTTLink

/// What the link must know at the next start, kept in the store: what the session is subscribed to, so that
/// only what changed is subscribed, and the broker's counters, so that drops and restarts while we are away
/// are noticed.
struct LinkMemory {
    private var subscribed: Set<String>?
    private var counters: BrokerCounters?
    private var countersKeptAt: UTCInstant?

    /// Counters move slowly and a write costs flash: at most one a minute, and one when the daemon stops.
    private static let countersEvery = ElapsedTime(seconds: 60)

    struct Remembered {
        var subscriptions: Set<String>?
        var counters: BrokerCounters?
    }

    static func recall(from store: InventoryStore) throws(StoreError) -> Remembered {
        let subscriptions = try store.meta(StoreKey.subscriptions).map {
            Set($0.split(separator: "\n").map(String.init))
        }
        return Remembered(subscriptions: subscriptions, counters: decoded(try store.meta(StoreKey.counters)))
    }

    /// Writes what changed. A full or busy store is no reason to stop: the next turn tries again.
    mutating func remember(
        _ link: BrokerLink, in store: InventoryStore, at now: UTCInstant, isLast: Bool = false
    ) throws(StoreError) {
        do {
            try keepSubscriptions(link.subscribed, in: store)
            let age = countersKeptAt.map { now - $0 } ?? .never
            if isLast || age >= LinkMemory.countersEvery { try keep(link.counters, in: store, at: now) }
        } catch {
            guard error.mayRetry else { throw error }
        }
    }

    private mutating func keepSubscriptions(_ filters: Set<String>, in store: InventoryStore)
        throws(StoreError)
    {
        guard filters != subscribed else { return }
        if subscribed != nil || !filters.isEmpty {
            try store.setMeta(StoreKey.subscriptions, to: filters.sorted().joined(separator: "\n"))
        }
        subscribed = filters
    }

    private mutating func keep(
        _ fresh: BrokerCounters, in store: InventoryStore, at now: UTCInstant
    ) throws(StoreError) {
        guard fresh.heardAt != nil, fresh.tells != counters?.tells, let text = LinkMemory.encoded(fresh)
        else { return }
        try store.setMeta(StoreKey.counters, to: text)
        counters = fresh
        countersKeptAt = now
    }

    private static func encoded(_ counters: BrokerCounters) -> String? {
        do { return String(decoding: try JSONEncoder().encode(counters), as: UTF8.self) } catch { return nil }
    }

    /// Counters of another version are forgotten: then the first ones heard raise nothing.
    private static func decoded(_ text: String?) -> BrokerCounters? {
        guard let text else { return nil }
        do { return try JSONDecoder().decode(BrokerCounters.self, from: Data(text.utf8)) } catch {
            return nil
        }
    }
}

extension BrokerCounters {
    /// What makes one set of counters differ from another for the next start; when it was heard does not,
    /// nor does the second in which the broker started.
    fileprivate var tells: [String] {
        ["\(dropped ?? -1)", "\(droppedPerMinute ?? -1)", "\((startedBy?.milliseconds ?? -1) / 60_000)"]
    }
}
