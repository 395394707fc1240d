import AssetModel
import Hummingbird
import InventoryStorage
import OperatorAPI
import RegisterBooks

/// `POST /v1/register/import`: read, report, compare, and hand what changes to the loop.
struct ControlImports: Sendable {
    let reader: StoreReader
    let desk: ControlDesk

    func run(_ bytes: [UInt8], query: Parameters, caller: Caller?) async throws -> ImportReply {
        let isDryRun = query[Substring(OperatorRoute.Query.dryRun)] == "true"
        guard isDryRun || caller?.mayChangeBooks == true else {
            throw RefusedRequest(
                .notPermitted, chinese: "没有导入台账的权限", english: "not permitted to import into the books",
                hint: "以 root 或 tallyd 用户组身份运行 run as root or as a member of the daemon's group")
        }
        var options = BookOptions()
        options.isStrict = query[Substring(OperatorRoute.Query.strict)] == "true"
        let file = BookFile.read(bytes, kind: try kind(query), options: options)
        if file.report.isRefused { return ImportReply(of: file, isDryRun: isDryRun) }
        let diff = BookDiff(of: file, against: try reader.loadRegister())
        var reply = ImportReply(of: file, isDryRun: isDryRun, diff: diff)
        if isDryRun { return reply }
        try await apply(diff.effective, caller: caller)
        reply.isApplied = true
        return reply
    }

    private func kind(_ query: Parameters) throws -> BookKind? {
        guard let text = query[Substring(OperatorRoute.Query.kind)] else { return nil }
        guard let kind = BookKind(rawValue: String(text)) else {
            throw RefusedRequest(
                .badRequest, chinese: "kind 只能是 register、tags 或 vehicles",
                english: "kind is register, tags or vehicles")
        }
        return kind
    }

    /// Waits until the change is committed.
    private func apply(_ change: RegisterChange, caller: Caller?) async throws {
        let end = await withCheckedContinuation { continuation in
            let pending = OperatorQueue.PendingImport(change: change) { continuation.resume(returning: $0) }
            if !desk.queue.enqueue(pending) {
                continuation.resume(returning: .abandoned("too many imports waiting"))
            }
        }
        guard case .abandoned(let why) = end else {
            desk.log.write(
                .operatorAction,
                [
                    "action": "register import", "by_uid": caller.map { "\($0.uid)" } ?? "-",
                    "rows": "\(change.rowCount)",
                ])
            return
        }
        throw RefusedRequest(
            .busy, chinese: "导入未完成：\(why)", english: "the import was not taken: \(why)",
            hint: "稍后重试 try again")
    }
}
