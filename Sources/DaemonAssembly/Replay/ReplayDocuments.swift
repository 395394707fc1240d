import AssetModel

/// The last line of a replay: where every message went. Keys in fixed order, so that the bytes are the same
/// every time.
enum AccountsDocument {
    static func text(_ accounts: Accounts) -> String {
        var line = JSONWriter()
        line.object { line in
            line.key("accounts")
            line.object { write(accounts, into: &$0) }
        }
        return String(decoding: line.bytes, as: UTF8.self)
    }

    private static func write(_ accounts: Accounts, into line: inout JSONWriter) {
        line.field("messages_received", accounts.messagesReceived)
        line.field("messages_decoded", accounts.messagesDecoded)
        line.field("messages_ignored", accounts.messagesIgnored)
        line.field("messages_rejected", accounts.messagesRejected)
        line.field("records", accounts.records)
        line.field("observations", accounts.observations)
        line.field("device_events", accounts.deviceEvents)
        line.field("records_rejected", accounts.recordsRejected)
        line.field("redelivered", accounts.redelivered)
        line.field("replays", accounts.replays)
        line.field("repeats", accounts.repeats)
        line.field("new", accounts.new)
        line.field("strangers_evicted", accounts.strangersEvicted)
        line.field("antennas_replaced", accounts.antennasReplaced)
        line.field("walk_by_reads_not_followed", accounts.walkByReadsNotFollowed)
        for (name, counts) in [("ignored", accounts.ignored), ("rejected", accounts.rejected)] {
            line.key(name)
            line.object { line in
                for key in counts.keys.sorted() { line.field(key, counts[key]) }
            }
        }
    }
}

/// A presence change as one line, for `--presence`.
enum PresenceDocument {
    static func text(_ change: PresenceChange, layout: SiteLayout) -> String {
        var line = JSONWriter()
        line.object { line in
            line.field("presence", change.kind.word)
            line.field("at", change.at)
            line.field("cause", change.cause)
            line.field("epc_hex", change.tag.hex)
            line.field("zone", layout.zones[change.zone].id)
            if case .moved(let from, _) = change.kind { line.field("from", layout.zones[from].id) }
            line.key("probability")
            line.value(fraction: change.probability)
            line.field("evidence", Int64(change.evidenceCount))
            line.field("reason_zh", change.reasonChinese)
            line.field("reason_en", change.reasonEnglish)
        }
        return String(decoding: line.bytes, as: UTF8.self)
    }
}
