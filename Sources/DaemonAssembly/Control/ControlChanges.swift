import AssetModel
import Hummingbird
import InventoryStorage
import OperatorAPI

/// `tally tail`: what changed, from the committed feed.
extension ControlAnswers {
    func changes(_ query: Parameters) throws -> ChangeList {
        let limit = try number(
            query, OperatorRoute.Query.limit, 1...OperatorRoute.listLimitMax,
            leftOut: OperatorRoute.listLimitDefault)
        var after: Int64?
        if query[Substring(OperatorRoute.Query.after)] != nil {
            after = try number(query, OperatorRoute.Query.after, 0...Int64.max, leftOut: 0)
        }
        let page = try reader.feed(
            after: after, rowsMax: limit, withHeld: query[Substring(OperatorRoute.Query.all)] == "true")
        return ChangeList(items: page.entries.map { ChangeReply($0) }, next: page.next)
    }
}

extension ChangeReply {
    init(_ entry: FeedEntry) {
        switch entry.change {
        case .discrepancy(let discrepancy, let kind, let decision):
            self.init(sequence: entry.sequence, at: "\(entry.at)", kind: .discrepancy, change: kind)
            self.discrepancy = DiscrepancyReply(discrepancy)
            by = decision.map { ActorReply($0.actor) }
            reason = decision?.reason
        case .device(let device):
            // Written from the words of ``Kind`` by the store and by nothing else.
            let kind = Kind(rawValue: device.kind) ?? .device
            self.init(sequence: entry.sequence, at: "\(entry.at)", kind: kind, change: device.word)
            self.device = device.name
            cause = "\(device.cause)"
            reasonChinese = device.reasonChinese
            reasonEnglish = device.reasonEnglish
        }
    }
}
