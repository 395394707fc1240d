import AssetModel
import Hummingbird
import IntakePipeline
import InventoryStorage
import OperatorAPI

/// What the control socket needs beside the store.
struct ControlDesk: Sendable {
    var gatewayID: String
    var startedAt: UTCInstant
    var now: @Sendable () -> UTCInstant
    var board: StatusBoard
    var queue: OperatorQueue
    var log: OperatorLog
}

/// Answers questions from what is committed.
struct ControlAnswers: Sendable {
    let reader: StoreReader
    let desk: ControlDesk

    /// Gaps shown in the status: the latest.
    private static let gapsShown = 10

    // MARK: status

    func status() throws -> StatusReply {
        let board = desk.board.snapshot
        let figures = try reader.figures()
        var reply = StatusReply()
        reply.version = TallyVersion.text
        reply.gateway = desk.gatewayID
        reply.state = state(board)
        reply.uptimeSeconds = (desk.now() - desk.startedAt).seconds
        reply.store.path = figures.path
        reply.store.sizeBytes = figures.sizes.databaseBytes + figures.sizes.logBytes
        reply.store.synchronous = figures.synchronous
        reply.store.lastCommitAt = board.lastCommitAt.map { "\($0)" }
        reply.store.checkpointAt = figures.checkpointAt.map { "\($0)" }
        reply.store.isDiskFull = board.isStoreFull
        reply.broker.isConnected = board.isConnected
        reply.broker.isSessionPresent = board.isSessionPresent
        reply.broker.protocolVersion = board.protocolVersion
        reply.broker.since = board.connectionSince.map { "\($0)" }
        reply.accounts = AccountsStatus(figures.accounts)
        reply.readers = board.readers.map { ReaderStatus($0) }
        reply.terminals.known = Int64(board.terminals.known)
        reply.terminals.silent = Int64(board.terminals.silent)
        reply.terminals.unknown = Int64(board.terminals.unknown)
        reply.register.cards = Int64(figures.cards)
        reply.register.tags = Int64(figures.bindings)
        reply.register.vehicles = Int64(figures.vehicles)
        reply.discrepanciesOpen = figures.openByCode.mapValues { Int64($0) }
        reply.outboxPending = Int64(figures.outboxRows)
        reply.gaps = try reader.gaps(rowsMax: ControlAnswers.gapsShown).map {
            GapStatus(reason: $0.reason.rawValue, from: "\($0.from)", to: "\($0.to)", detail: $0.detail)
        }
        return reply
    }

    private func state(_ board: StatusBoard.Snapshot) -> GatewayState {
        if desk.queue.isShutdownRequested { return .stopping }
        if board.isStoreFull { return .storeFull }
        return board.commits > 0 || board.isConnected ? .running : .starting
    }

    // MARK: discrepancies

    func discrepancies(_ query: Parameters) throws -> DiscrepancyList {
        let filter = query[Substring(OperatorRoute.Query.state)].map { String($0) } ?? "open"
        guard let state = OperatorRoute.DiscrepancyFilter(rawValue: filter) else {
            throw RefusedRequest(
                .badRequest, chinese: "state 只能是 open 或 all", english: "state is open or all")
        }
        var code: DiscrepancyCode?
        if let text = query[Substring(OperatorRoute.Query.code)] {
            guard let known = DiscrepancyCode(rawValue: text.uppercased()) else {
                throw RefusedRequest(
                    .badRequest, chinese: "不认识的代码：\(text)", english: "unknown code: \(text)",
                    hint: DiscrepancyCode.allCases.map(\.rawValue).joined(separator: " "))
            }
            code = known
        }
        let limit = try number(
            query, OperatorRoute.Query.limit, 1...OperatorRoute.discrepanciesLimitMax,
            leftOut: OperatorRoute.discrepanciesLimitDefault)
        let found = try reader.discrepancies(
            InventoryStorage.DiscrepancyFilter(
                onlyOpen: state == .open, code: code, rowsMax: OperatorRoute.discrepanciesLimitMax))
        return DiscrepancyList(
            total: Int64(found.count), items: found.prefix(limit).map { DiscrepancyReply($0) })
    }

    func discrepancy(_ id: String) throws -> DiscrepancyDetail {
        guard let found = try reader.discrepancy(id) else { throw RefusedRequest.noDiscrepancy(id) }
        return DiscrepancyDetail(found, history: try reader.changes(of: id))
    }

    // MARK: what stands in a query

    func number<Number: FixedWidthInteger>(
        _ query: Parameters, _ name: String, _ range: ClosedRange<Number>, leftOut: Number
    ) throws -> Number {
        guard let text = query[Substring(name)] else { return leftOut }
        guard let number = Number(text), range.contains(number) else {
            throw RefusedRequest(
                .badRequest, chinese: "\(name) 须为 \(range.lowerBound) 至 \(range.upperBound)",
                english: "\(name) is \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `limit` and `offset` of the lists that have both.
    func window(_ query: Parameters) throws -> (limit: Int, offset: Int) {
        (
            limit: try number(
                query, OperatorRoute.Query.limit, 1...OperatorRoute.listLimitMax,
                leftOut: OperatorRoute.listLimitDefault),
            offset: try number(query, OperatorRoute.Query.offset, 0...Int(Int32.max), leftOut: 0)
        )
    }
}

extension RefusedRequest {
    static func noDiscrepancy(_ id: String) -> RefusedRequest {
        RefusedRequest(.notFound, chinese: "没有这条差异：\(id)", english: "no such discrepancy: \(id)")
    }
}

/// The program's own version.
package enum TallyVersion {
    package static let text = "0.1.0"
}
