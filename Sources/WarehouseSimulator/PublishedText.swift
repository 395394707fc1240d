package import AssetModel
import Foundation

/// Reads what the daemon publishes (`tally/v1/<site>/discrepancies/<id>`), what `tallyd replay` prints, and
/// the truth file: JSON documents of which only the keys below matter.
package enum PublishedText {
    /// A line or payload that is no document of the expected form.
    package struct Unreadable: Error, CustomStringConvertible {
        package var text: String
        package var reason: String
        package var description: String { "不可读 unreadable: \(reason): \(text.prefix(120))" }
    }

    private struct Document: Decodable {
        var id: String?
        var code: String?
        var subject: [String: String?]?
        var openedAt: String?
        var clearedAt: String?
        var change: String?
        var episode: Int?
        var evidence: [Evidence]?

        struct Evidence: Decodable {
            var at: String
        }

        enum CodingKeys: String, CodingKey {
            case id, code, subject, change, episode, evidence
            case openedAt = "opened_at"
            case clearedAt = "cleared_at"
        }
    }

    private struct Truth: Decodable {
        var code: DiscrepancyCode?
        var event: String?
        var subject: [String: String]?
        var at: String?
        var detectableFrom: String?
        var openBy: String?
        var until: String?
        var clearBy: String?
        var zh: String?
        var en: String?

        enum CodingKeys: String, CodingKey {
            case code, event, subject, at, until, zh, en
            case detectableFrom = "detectable_from"
            case openBy = "open_by"
            case clearBy = "clear_by"
        }
    }

    /// - Parameter heardAt: when the message came; `nil` for a replay, where the document's own times count.
    /// - Returns: `nil` for a document that is not about a discrepancy, as the accounts at the end of a
    ///   replay.
    package static func discrepancy(
        _ text: String, heardAt: UTCInstant?
    ) throws(Unreadable) -> ReportedDiscrepancy? {
        let document: Document = try decode(text)
        guard let id = document.id, let code = document.code else { return nil }
        let isCleared = document.clearedAt != nil || document.change == "cleared"
        guard let at = heardAt ?? said(document, isCleared: isCleared) else {
            throw Unreadable(text: text, reason: "opened_at, cleared_at")
        }
        let names = (document.subject ?? [:]).compactMapValues { $0 }
        return ReportedDiscrepancy(id: id, code: code, subject: subject(names), isCleared: isCleared, at: at)
    }

    /// The time of the change by the document itself. It does not say when it was opened again: not before
    /// the evidence, which counts in epochs of five seconds from their beginning.
    private static func said(_ document: Document, isCleared: Bool) -> UTCInstant? {
        let instant = { (text: String?) in text.flatMap { UTCInstant(rfc3339: $0) } }
        if isCleared { return instant(document.clearedAt) }
        guard let opened = instant(document.openedAt) else { return nil }
        guard document.episode ?? 1 > 1, let last = instant(document.evidence?.last?.at) else {
            return opened
        }
        return max(opened, last + evidenceEpoch)
    }

    private static let evidenceEpoch = ElapsedTime(seconds: 5)

    /// - Returns: `nil` for a line about the world (`event`), which is for finer scores than this one.
    package static func plantedEvent(_ text: String) throws(Unreadable) -> PlantedEvent? {
        let truth: Truth = try decode(text)
        if truth.event != nil && truth.code == nil { return nil }
        guard let code = truth.code, let names = truth.subject,
            let at = try instant(truth.at, "at", in: text),
            let from = try instant(truth.detectableFrom, "detectable_from", in: text)
        else { throw Unreadable(text: text, reason: "code, subject, at, detectable_from") }
        var event = PlantedEvent(code, subject: subject(names), at: at, detectableFrom: from)
        event.openBy = try instant(truth.openBy, "open_by", in: text)
        event.until = try instant(truth.until, "until", in: text)
        event.clearBy = try instant(truth.clearBy, "clear_by", in: text)
        event.chinese = truth.zh ?? ""
        event.english = truth.en ?? ""
        return event
    }

    private static func instant(
        _ said: String?, _ key: String, in text: String
    ) throws(Unreadable) -> UTCInstant? {
        guard let said else { return nil }
        guard let instant = UTCInstant(rfc3339: said) else { throw Unreadable(text: text, reason: key) }
        return instant
    }

    /// In the order of the keys, so that the asset number stands before its tag.
    private static func subject(_ names: [String: String]) -> [SubjectName] {
        names.compactMap { name in SubjectName.Key(rawValue: name.key).map { SubjectName($0, name.value) } }
            .sorted()
    }

    private static func decode<Shape: Decodable>(_ text: String) throws(Unreadable) -> Shape {
        do {
            return try JSONDecoder().decode(Shape.self, from: Data(text.utf8))
        } catch {
            throw Unreadable(text: text, reason: "\(error)")
        }
    }
}
