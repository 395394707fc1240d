import AssetModel
import DeviceDecoding
import Foundation
import Hummingbird
import InventoryStorage
import OperatorAPI

/// `tally quarantine`: refused messages, why, and what to do about it.
extension ControlAnswers {
    func quarantine(_ query: Parameters) throws -> QuarantineList {
        let limit = try number(
            query, OperatorRoute.Query.limit, 1...OperatorRoute.listLimitMax,
            leftOut: OperatorRoute.listLimitDefault)
        var reason: Rejection.Reason?
        if let text = query[Substring(OperatorRoute.Query.reason)] {
            guard let known = Rejection.Reason(rawValue: text.lowercased()) else {
                throw RefusedRequest(
                    .badRequest, chinese: "不认识的原因：\(text)", english: "unknown reason: \(text)",
                    hint: Rejection.Reason.allCases.map(\.rawValue).joined(separator: " "))
            }
            reason = known
        }
        let topic = query[Substring(OperatorRoute.Query.topic)].map { String($0) }
        let rows = try reader.quarantineRows(rowsMax: ControlAnswers.quarantineRowsMax).filter { row in
            (reason.map { $0 == row.entry.rejection.reason } ?? true)
                && (topic.map { TopicTable.matches(filter: $0, topic: row.entry.topic) } ?? true)
        }
        var topics = TopicTable(layout: desk.board.snapshot.layout)
        let items = rows.prefix(limit).map { reply($0, topics: &topics) }
        return QuarantineList(total: rows.count, items: items)
    }

    /// All that the store keeps, 1 KiB each.
    private static let quarantineRowsMax = Int(StoreLimits().quarantineRowsMax)

    func quarantined(_ number: String) throws -> QuarantineReply {
        guard let number = Int64(number), let row = try reader.quarantined(number) else {
            throw RefusedRequest(
                .notFound, chinese: "隔离区没有第 \(number) 条，可能已被清除",
                english: "nothing under \(number) in the quarantine; the oldest go first")
        }
        var topics = TopicTable(layout: desk.board.snapshot.layout)
        var reply = reply(row, topics: &topics)
        reply.payloadBase64 = Data(row.entry.payload).base64EncodedString()
        return reply
    }

    private func reply(_ row: QuarantineRow, topics: inout TopicTable) -> QuarantineReply {
        let entry = row.entry
        let reason = entry.rejection.reason
        var reply = QuarantineReply(
            number: row.number, receivedAt: "\(entry.receivedAt)", topic: entry.topic,
            reason: reason.rawValue, at: entry.rejection.at)
        reply.payloadBytes = entry.payloadBytes
        let words = reason.words
        reply.chinese = words.chinese
        reply.english = words.english
        let hint = reason.hint
        reply.hintChinese = hint.chinese
        reply.hintEnglish = hint.english
        let layout = desk.board.snapshot.layout
        switch topics.source(of: entry.topic) {
        case .reader(let index):
            reply.source = "reader"
            reply.sourceID = layout.readers[index].id
        case .terminalSource(let index):
            reply.source = "terminal"
            reply.sourceID = layout.terminalSources[index].id
        case .sweep(let site):
            reply.source = "sweep"
            reply.sourceID = layout.sites[site].id
        case nil: break
        }
        return reply
    }
}
