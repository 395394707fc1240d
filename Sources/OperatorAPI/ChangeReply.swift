/// A change as it was committed, with its place in the order of all of them.
package struct ChangeReply: Codable, Sendable, Equatable {
    /// Never used twice in one store.
    package var sequence: Int64
    package var at: String
    package var kind: Kind
    /// Of a discrepancy: `opened`, `held`, `cleared`, `reopened`, `confirmed`, `dismissed`. Of a device:
    /// `online`, `offline`, `heard`, `silent`, `gap`, `covering`, `skewed`, `in_step`, `clock_set`, `no_fix`,
    /// `fixed`.
    package var change: String
    /// The published form; `state`, `episode` and `confidence` are those of the change, the rest is as now.
    @NullWhenAbsent package var discrepancy: DiscrepancyReply?
    /// Who decided.
    @NullWhenAbsent package var by: ActorReply?
    /// The reader's id, the terminal's number, or how an unlisted device names itself.
    @NullWhenAbsent package var device: String?
    /// Event time that a device's change rests on.
    @NullWhenAbsent package var cause: String?
    /// Why: of a device's change in both languages, of a decision in the person's own words.
    @NullWhenAbsent package var reason: String?
    @NullWhenAbsent package var reasonChinese: String?
    @NullWhenAbsent package var reasonEnglish: String?

    package enum Kind: String, Codable, Sendable, CaseIterable {
        case discrepancy, reader, terminal
        /// One that the configuration does not list.
        case device
    }

    package init(sequence: Int64, at: String, kind: Kind, change: String) {
        self.sequence = sequence
        self.at = at
        self.kind = kind
        self.change = change
    }

    private enum CodingKeys: String, CodingKey {
        case at, kind, change, discrepancy, by, device, cause, reason
        case sequence = "seq"
        case reasonChinese = "reason_zh"
        case reasonEnglish = "reason_en"
    }
}

package struct ChangeList: Codable, Sendable, Equatable {
    /// Oldest first.
    package var items: [ChangeReply]
    /// Ask for what comes after this. Lower than what was asked with where the store is another one.
    package var next: Int64

    package init(items: [ChangeReply], next: Int64) {
        self.items = items
        self.next = next
    }
}
