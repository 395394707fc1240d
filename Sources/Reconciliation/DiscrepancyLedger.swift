package import AssetModel

/// The life of discrepancies: opened, held, cleared, reopened; never twice for one cause.
///
///     (nothing) → OPEN → AUTO_RESOLVED → OPEN again, same id, next episode, within the reopen window
///                   ↘ held: new evidence, reported at most every so often
///                   ↘ CONFIRMED (a person) → AUTO_RESOLVED when the evidence goes away
///                   ↘ DISMISSED (a person): stays so for this cause, whatever evidence comes
///
/// Keeps what is open, what was cleared within the reopen window, and the last thousand cleared before it.
/// Everything else is in the store.
package struct DiscrepancyLedger: Sendable {
    struct Key: Hashable, Sendable, Comparable {
        var code: DiscrepancyCode
        var subject: String

        static func < (left: Key, right: Key) -> Bool {
            (left.code, left.subject) < (right.code, right.subject)
        }
    }

    struct Entry: Sendable {
        var discrepancy: Discrepancy
        /// When it was last reported: opening or holding.
        var reportedAt: UTCInstant
    }

    private(set) var entries: [Key: Entry] = [:]
    private let rules: RuleSettings
    private var isDirty = false

    package init(rules: RuleSettings) {
        self.rules = rules
    }

    package func isOpen(_ code: DiscrepancyCode, _ subject: Subject) -> Bool {
        entries[Key(code: code, subject: subject.key)]?.discrepancy.clearedAt == nil
            && entries[Key(code: code, subject: subject.key)] != nil
    }

    /// A person called it wrong, and it has not come up for another cause since.
    package func isDismissed(_ code: DiscrepancyCode, _ subject: Subject) -> Bool {
        entries[Key(code: code, subject: subject.key)]?.discrepancy.state == .dismissed
    }

    func dismissedDiscrepancies() -> [Discrepancy] {
        entries.keys.sorted().compactMap { entries[$0]?.discrepancy }.filter { $0.state == .dismissed }
    }

    /// EPCs of all that is known of a code: open, cleared or dismissed.
    func tags(of code: DiscrepancyCode) -> Set<String> {
        Set(entries.compactMap { $0.key.code == code ? $0.value.discrepancy.subject.epcHex : nil })
    }

    /// What was dismissed may be raised again.
    mutating func forgetDismissed(_ discrepancy: Discrepancy) {
        entries[Key(code: discrepancy.code, subject: discrepancy.subject.key)] = nil
        isDirty = true
    }

    package func openDiscrepancies() -> [Discrepancy] {
        entries.keys.sorted().compactMap { entries[$0]?.discrepancy }.filter { $0.clearedAt == nil }
    }

    /// Opens a discrepancy, reopens it, or notes new evidence where it is open already.
    package mutating func raise(_ proposal: Proposal, at now: UTCInstant) -> DiscrepancyChange? {
        let key = Key(code: proposal.code, subject: proposal.subject.key)
        guard let entry = entries[key] else { return open(proposal, key: key, at: now) }
        guard let clearedAt = entry.discrepancy.clearedAt else { return hold(key, with: proposal, at: now) }
        let fresh = DiscrepancyID.make(code: proposal.code, subject: proposal.subject, cause: proposal.cause)
        if entry.discrepancy.state == .dismissed {
            let isSame = fresh == entry.discrepancy.id || proposal.code.dismissalLasts
            return isSame ? nil : open(proposal, key: key, at: now)
        }
        let isRecent = now.milliseconds - clearedAt.milliseconds <= rules.reopenWindow.milliseconds
        guard isRecent || fresh == entry.discrepancy.id else { return open(proposal, key: key, at: now) }
        var discrepancy = entry.discrepancy
        discrepancy.episode += 1
        discrepancy.state = .open
        discrepancy.clearedAt = nil
        proposal.fill(&discrepancy)
        return record(.reopened, discrepancy, key: key, at: now)
    }

    /// New evidence for something open, if there is anything open.
    package mutating func hold(_ proposal: Proposal, at now: UTCInstant) -> DiscrepancyChange? {
        let key = Key(code: proposal.code, subject: proposal.subject.key)
        guard let entry = entries[key], entry.discrepancy.clearedAt == nil else { return nil }
        return hold(key, with: proposal, at: now)
    }

    /// The evidence went away.
    package mutating func clear(
        _ code: DiscrepancyCode, _ subject: Subject, because evidence: Evidence, at now: UTCInstant
    ) -> DiscrepancyChange? {
        let key = Key(code: code, subject: subject.key)
        guard var discrepancy = entries[key]?.discrepancy, discrepancy.clearedAt == nil else { return nil }
        discrepancy.state = .autoResolved
        discrepancy.clearedAt = now
        discrepancy.evidence =
            Array(discrepancy.evidence.suffix(DiscrepancyLedger.evidenceMax - 1)) + [evidence]
        return record(.cleared, discrepancy, key: key, at: now)
    }

    /// A person decided. `nil` where there is no such discrepancy, or it is settled, or that was decided
    /// before.
    package mutating func decide(_ decision: OperatorDecision, at now: UTCInstant) -> DiscrepancyChange? {
        guard let key = entries.first(where: { $0.value.discrepancy.id == decision.discrepancyID })?.key,
            var discrepancy = entries[key]?.discrepancy, discrepancy.clearedAt == nil
        else { return nil }
        let words: (chinese: String, english: String)
        switch decision.verb {
        case .confirm:
            guard discrepancy.state == .open else { return nil }
            discrepancy.state = .confirmed
            words = ("核实属实", "confirmed")
        case .dismiss:
            discrepancy.state = .dismissed
            discrepancy.clearedAt = now
            words = ("判为误报", "dismissed")
        }
        let evidence = Evidence(
            at: now, source: "operator \(decision.actor.name)",
            chinese: "\(words.chinese)：\(decision.reason)",
            english: "\(words.english): \(decision.reason)")
        discrepancy.evidence =
            Array(discrepancy.evidence.suffix(DiscrepancyLedger.evidenceMax - 1)) + [evidence]
        return record(decision.verb == .confirm ? .confirmed : .dismissed, discrepancy, key: key, at: now)
    }

    /// Enough to tell the story, small enough for one message.
    package static let evidenceMax = 8

    private mutating func open(_ proposal: Proposal, key: Key, at now: UTCInstant) -> DiscrepancyChange {
        let id = DiscrepancyID.make(code: proposal.code, subject: proposal.subject, cause: proposal.cause)
        var discrepancy = Discrepancy(
            id: id, code: proposal.code, subject: proposal.subject, cause: proposal.cause, openedAt: now,
            ruleSet: rules.ruleSet)
        proposal.fill(&discrepancy)
        return record(.opened, discrepancy, key: key, at: now)
    }

    private mutating func hold(_ key: Key, with proposal: Proposal, at now: UTCInstant) -> DiscrepancyChange?
    {
        guard var entry = entries[key] else { return nil }
        let isDue = now.milliseconds - entry.reportedAt.milliseconds >= rules.heldEvery.milliseconds
        guard isDue || proposal.isWider else { return nil }
        proposal.fill(&entry.discrepancy)
        return record(.held, entry.discrepancy, key: key, at: now)
    }

    private mutating func record(
        _ kind: DiscrepancyChange.Kind, _ discrepancy: Discrepancy, key: Key, at now: UTCInstant
    ) -> DiscrepancyChange {
        entries[key] = Entry(discrepancy: discrepancy, reportedAt: now)
        isDirty = true
        return DiscrepancyChange(kind, discrepancy, at: now)
    }
}

extension DiscrepancyCode {
    /// Findings about a tag itself, wherever it is. What a person dismissed of them stays so until the books
    /// change: another read of the same tag is no other cause.
    var dismissalLasts: Bool {
        switch self {
        case .tagDuplicate, .tagRebound, .surplusUnknownTag, .surplusNoCard, .disposedStillPresent:
            return true
        case .locationMismatch, .missingSuspect, .readerOffline, .terminalUnknown, .terminalSilent,
            .coverageGap, .clockSkew, .noFix, .deviceUnknown:
            return false
        }
    }
}

/// What a rule wants to say. The ledger decides whether that is news.
package struct Proposal: Sendable {
    package var code: DiscrepancyCode
    package var subject: Subject
    /// Event-time instant that the rule names as the cause.
    package var cause: UTCInstant
    package var site: String?
    package var zone: String?
    package var expected: String?
    package var actual: String?
    package var confidence: Double
    package var exposureFen: Int64?
    package var evidence: Evidence
    package var evidenceCount: Int
    /// More is wrong than was told: not to be kept back.
    package var isWider = false

    package init(_ code: DiscrepancyCode, _ subject: Subject, cause: UTCInstant, evidence: Evidence) {
        self.code = code
        self.subject = subject
        self.cause = cause
        self.evidence = evidence
        confidence = 1
        evidenceCount = 1
    }

    func fill(_ discrepancy: inout Discrepancy) {
        discrepancy.subject = subject
        discrepancy.site = site
        discrepancy.zone = zone
        discrepancy.expected = expected
        discrepancy.actual = actual
        discrepancy.confidence = confidence
        discrepancy.exposureFen = exposureFen
        discrepancy.evidenceCount = max(discrepancy.evidenceCount, evidenceCount)
        discrepancy.evidence =
            Array(discrepancy.evidence.suffix(DiscrepancyLedger.evidenceMax - 1)) + [evidence]
    }
}

extension DiscrepancyLedger {
    /// Drops what was cleared longer ago than the reopen window, then gives the whole ledger if it changed.
    package mutating func takeChunks(all: Bool, at now: UTCInstant) -> [Checkpoint.Chunk] {
        prune(at: now)
        guard isDirty || all else { return [] }
        isDirty = false
        var writer = ByteWriter()
        for key in entries.keys.sorted() {
            guard let entry = entries[key] else { continue }
            writer.put(entry.reportedAt)
            writer.put(discrepancy: entry.discrepancy)
        }
        return [Checkpoint.Chunk(table: "discrepancies", index: 0, bytes: writer.bytes)]
    }

    /// Cleared discrepancies remembered beyond the reopen window, so that one that comes back for the same
    /// cause is reopened and not opened twice; with 600 bytes each they add half a MiB to a checkpoint.
    package static let clearedRememberedMax = 1_000

    /// Forgets the ones cleared longest ago, never one inside the reopen window.
    private mutating func prune(at now: UTCInstant) {
        let horizon = now.milliseconds - rules.reopenWindow.milliseconds
        var old: [(clearedAt: Int64, key: Key)] = []
        // What a person dismissed is remembered for as long as its cause may last: nothing says when it ends.
        for (key, entry) in entries where entry.discrepancy.state != .dismissed {
            guard let clearedAt = entry.discrepancy.clearedAt, clearedAt.milliseconds < horizon else {
                continue
            }
            old.append((clearedAt.milliseconds, key))
        }
        guard old.count > DiscrepancyLedger.clearedRememberedMax else { return }
        old.sort { ($0.clearedAt, $0.key) < ($1.clearedAt, $1.key) }
        for (_, key) in old.prefix(old.count - DiscrepancyLedger.clearedRememberedMax) { entries[key] = nil }
        isDirty = true
    }

    package mutating func restore(_ chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "discrepancies" }) else { return }
        var reader = ByteReader(chunk.bytes)
        entries = [:]
        while !reader.atEnd {
            let reportedAt = try reader.takeInstant()
            let discrepancy = try reader.takeDiscrepancy()
            let key = Key(code: discrepancy.code, subject: discrepancy.subject.key)
            entries[key] = Entry(discrepancy: discrepancy, reportedAt: reportedAt)
        }
        isDirty = false
    }
}
