import AssetModel
import Hummingbird
import InventoryStorage
import OperatorAPI

/// `tally passages`: what went through the gates.
extension ControlAnswers {
    func passages(_ query: Parameters) throws -> PassageList {
        let limit = try number(
            query, OperatorRoute.Query.limit, 1...OperatorRoute.listLimitMax,
            leftOut: OperatorRoute.listLimitDefault)
        let gate = query[Substring(OperatorRoute.Query.gate)].map { String($0) }
        if let gate, !desk.board.snapshot.layout.zones.contains(where: { $0.id == gate && $0.kind == .gate })
        {
            throw RefusedRequest(.notFound, chinese: "没有这个门：\(gate)", english: "no such gate: \(gate)")
        }
        var since: UTCInstant?
        if let text = query[Substring(OperatorRoute.Query.since)] {
            since = UTCInstant(rfc3339: String(text))
            if since == nil {
                throw RefusedRequest(
                    .badRequest, chinese: "since 须为带时差的 RFC 3339 时间",
                    english: "since is an RFC 3339 time with offset")
            }
        }
        let found = try reader.passages(gate: gate, since: since, rowsMax: limit)
        return PassageList(total: Int64(found.total), items: found.rows.map { PassageReply($0) })
    }
}

extension PassageReply {
    init(_ record: PassageRecord) {
        self.init(
            id: record.id, site: record.site, gate: record.gate, direction: record.direction,
            confidence: record.confidence)
        (at, from, to) = ("\(record.at)", "\(record.from)", "\(record.to)")
        late = record.isLate
        means = Passage.Means.words.filter { record.means.contains($0.0) }.map(\.1)
        tags = record.tags.map { Tag(epcHex: $0.epcHex, confidence: $0.confidence, reads: $0.reads) }
        tagCount = record.tagCount
        bystanders = record.bystanders
        reasonChinese = record.reasonChinese
        reasonEnglish = record.reasonEnglish
    }
}
