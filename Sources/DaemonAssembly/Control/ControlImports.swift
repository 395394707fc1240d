import AssetModel
import BookEncodings
import Hummingbird
import InventoryStorage
import OperatorAPI
import RegisterBooks

/// What an import is asked to be, by a caller at the control socket or by the watched directory.
struct ImportOrder: Sendable {
    /// `nil`: by the headings.
    var kind: BookKind?
    var isStrict = false
    var headings = HeadingMapping.auto
    var isDryRun = false
    /// Who brings it, as the journal names them: a user id, or `inbox`.
    var by = "-"
}

/// Reads a book, reports on it, compares it, and hands what changes to the loop: for
/// `POST /v1/register/import`, and for files of the watched directory.
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
        var order = ImportOrder()
        order.kind = try kind(query)
        order.isStrict = query[Substring(OperatorRoute.Query.strict)] == "true"
        order.headings = try headings(query)
        order.isDryRun = isDryRun
        order.by = caller.map { "\($0.uid)" } ?? "-"
        return try await run(bytes, order)
    }

    /// The one way into the books, whoever brings the file.
    func run(_ bytes: [UInt8], _ order: ImportOrder) async throws -> ImportReply {
        var options = BookOptions()
        options.isStrict = order.isStrict
        options.headings = order.headings
        options.gb18030 = GB18030.converter
        let file = BookFile.read(bytes, kind: order.kind, options: options)
        if file.report.isRefused { return ImportReply(of: file, isDryRun: order.isDryRun) }
        let diff = BookDiff(of: file, against: try reader.loadRegister())
        var reply = ImportReply(of: file, isDryRun: order.isDryRun, diff: diff)
        if order.isDryRun { return reply }
        try await apply(diff.effective, by: order.by)
        reply.isApplied = true
        return reply
    }

    private func headings(_ query: Parameters) throws -> HeadingMapping {
        guard let text = query[Substring(OperatorRoute.Query.headings)] else { return .auto }
        guard let mapping = HeadingMapping(rawValue: String(text)) else {
            let names = HeadingMapping.allCases.map(\.rawValue).joined(separator: ", ")
            throw RefusedRequest(
                .badRequest, chinese: "headings 只能是 \(names)", english: "headings is one of \(names)")
        }
        return mapping
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
    private func apply(_ change: RegisterChange, by: String) async throws {
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
                    "action": "register import", "by_uid": by,
                    "rows": "\(change.rowCount)",
                ])
            return
        }
        throw RefusedRequest(
            .busy, chinese: "导入未完成：\(why)", english: "the import was not taken: \(why)",
            hint: "稍后重试 try again")
    }
}
