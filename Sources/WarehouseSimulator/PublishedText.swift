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

        enum CodingKeys: String, CodingKey {
            case id, code, subject, change
            case openedAt = "opened_at"
            case clearedAt = "cleared_at"
        }
    }

    private struct Truth: Decodable {
        var code: DiscrepancyCode
        var subject: [String: String]
        var at: String
        var detectableFrom: String
        var until: String?
        var zh: String?
        var en: String?

        enum CodingKeys: String, CodingKey {
            case code, subject, at, until, zh, en
            case detectableFrom = "detectable_from"
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
        let said = isCleared ? document.clearedAt : document.openedAt
        guard let at = heardAt ?? said.flatMap({ UTCInstant(rfc3339: $0) }) else {
            throw Unreadable(text: text, reason: "opened_at, cleared_at")
        }
        let names = (document.subject ?? [:]).compactMapValues { $0 }
        return ReportedDiscrepancy(id: id, code: code, subject: subject(names), isCleared: isCleared, at: at)
    }

    package static func plantedEvent(_ text: String) throws(Unreadable) -> PlantedEvent {
        let truth: Truth = try decode(text)
        let until = truth.until.flatMap { UTCInstant(rfc3339: $0) }
        guard let at = UTCInstant(rfc3339: truth.at), let from = UTCInstant(rfc3339: truth.detectableFrom),
            (until == nil) == (truth.until == nil)
        else { throw Unreadable(text: text, reason: "at, detectable_from, until") }
        var event = PlantedEvent(truth.code, subject: subject(truth.subject), at: at, detectableFrom: from)
        event.until = until
        event.chinese = truth.zh ?? ""
        event.english = truth.en ?? ""
        return event
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
