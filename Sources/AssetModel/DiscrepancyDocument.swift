/// The published form of a discrepancy, version 1: `interfaces.md`, "What the daemon publishes".
///
/// The same bytes on every machine and every run, so that `replay` can be compared byte for byte and a
/// receiver can tell a repetition by its content. Keys stand in the order of `interfaces.md`; absent values
/// are `null`; times are RFC 3339 in UTC with milliseconds; `confidence` has at most four decimals.
package enum DiscrepancyDocument {
    /// Raised when a key changes its meaning or goes away; added keys do not raise it.
    package static let version: Int64 = 1

    /// One step in the life of a discrepancy, for `replay`: the document, `"changed_at"` (receipt time) and,
    /// as the last key, `"change"`: opened, held, cleared, reopened, confirmed or dismissed.
    package static func json(_ change: DiscrepancyChange) -> [UInt8] {
        json(change.discrepancy, step: change)
    }

    package static func json(_ discrepancy: Discrepancy) -> [UInt8] { json(discrepancy, step: nil) }

    private static func json(_ discrepancy: Discrepancy, step: DiscrepancyChange?) -> [UInt8] {
        var text = JSONWriter()
        text.object { text in
            text.field("version", version)
            head(of: discrepancy, into: &text)
            text.key("subject")
            write(discrepancy.subject, into: &text)
            place(of: discrepancy, into: &text)
            text.field("opened_at", discrepancy.openedAt)
            text.field("cleared_at", discrepancy.clearedAt)
            text.key("evidence")
            write(discrepancy.evidence, into: &text)
            text.key("confidence")
            text.value(fraction: discrepancy.confidence)
            text.field("exposure_fen", discrepancy.exposureFen)
            text.field("rule_set", discrepancy.ruleSet)
            if let step {
                text.field("changed_at", step.at)
                text.field("change", step.kind.rawValue)
            }
        }
        return text.bytes
    }

    /// The evidence alone, as it stands in the document: also the form in which the store keeps it.
    package static func evidenceJSON(_ evidence: [Evidence]) -> [UInt8] {
        var text = JSONWriter()
        write(evidence, into: &text)
        return text.bytes
    }

    private static func head(of discrepancy: Discrepancy, into text: inout JSONWriter) {
        text.field("id", discrepancy.id)
        text.field("episode", Int64(discrepancy.episode))
        text.field("code", discrepancy.code.rawValue)
        text.field("zh", discrepancy.code.chinese)
        text.field("state", discrepancy.state.rawValue)
        text.field("severity", discrepancy.code.severity.rawValue)
    }

    private static func place(of discrepancy: Discrepancy, into text: inout JSONWriter) {
        text.field("site", discrepancy.site)
        text.field("zone", discrepancy.zone)
        text.field("expected", discrepancy.expected)
        text.field("actual", discrepancy.actual)
    }

    private static func write(_ subject: Subject, into text: inout JSONWriter) {
        text.object { text in
            switch subject {
            case .asset(let assetNo, let epcHex):
                text.field("assetNo", assetNo)
                text.field("epc_hex", epcHex)
            case .tag(let epcHex): text.field("epc_hex", epcHex)
            case .vehicle(let plateNo): text.field("plateNo", plateNo)
            case .terminal(let phone): text.field("terminalPhone", phone)
            case .reader(let id): text.field("reader", id)
            }
        }
    }

    private static func write(_ evidence: [Evidence], into text: inout JSONWriter) {
        text.array { text in
            for piece in evidence {
                text.object { text in
                    text.field("at", piece.at)
                    text.field("source", piece.source)
                    text.field("zh", piece.chinese)
                    text.field("en", piece.english)
                }
            }
        }
    }
}

/// One message on its way up: written into the outbox in the transaction of the batch that caused it.
package struct OutgoingRow: Hashable, Sendable {
    package var topic: String
    package var payload: [UInt8]
    /// The broker keeps it for whoever subscribes later; an empty one that is retained takes back the one
    /// kept.
    package var isRetained: Bool

    package init(topic: String, payload: [UInt8], isRetained: Bool) {
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
    }

    /// What these changes send up, in order.
    package static func rows(for changes: [DiscrepancyChange]) -> [OutgoingRow] {
        changes.flatMap { rows(for: $0) }
    }

    /// Opened, held, reopened and confirmed: the document, retained. Cleared and dismissed: one final
    /// document that is not retained, then an empty retained message, so that late subscribers see only
    /// what is not settled.
    package static func rows(for change: DiscrepancyChange) -> [OutgoingRow] {
        let topic = topic(of: change.discrepancy)
        let document = DiscrepancyDocument.json(change.discrepancy)
        switch change.kind {
        case .opened, .held, .reopened, .confirmed:
            return [OutgoingRow(topic: topic, payload: document, isRetained: true)]
        case .cleared, .dismissed:
            return [
                OutgoingRow(topic: topic, payload: document, isRetained: false),
                OutgoingRow(topic: topic, payload: [], isRetained: true),
            ]
        }
    }

    /// `tally/v1/<site>/discrepancies/<id>`; `-` where no site is known.
    package static func topic(of discrepancy: Discrepancy) -> String {
        "tally/v1/\(level(discrepancy.site ?? ""))/discrepancies/\(discrepancy.id)"
    }

    /// A site id as one level of a topic: characters that MQTT forbids there become `_`, or the broker would
    /// refuse the message for ever (MQTT 3.1.1, section 4.7).
    private static func level(_ site: String) -> String {
        if site.isEmpty { return "-" }
        return String(
            String.UnicodeScalarView(
                site.unicodeScalars.map { "/+#\0".unicodeScalars.contains($0) ? "_" : $0 }))
    }
}
