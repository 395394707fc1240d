import AssetModel
import Hummingbird
import InventoryStorage
import OperatorAPI

/// `POST /v1/discrepancies/{id}/confirm|dismiss`: a person decides, the path takes it up, and the answer is
/// given once it is committed.
struct ControlDecisions: Sendable {
    let reader: StoreReader
    let desk: ControlDesk

    func run(
        _ verb: OperatorDecision.Verb, on id: String, body: [UInt8], caller: Caller?
    ) async throws -> DecisionReply {
        guard let caller, caller.mayDecide else {
            throw RefusedRequest(
                .notPermitted, chinese: "没有核实差异的权限", english: "not permitted to decide about discrepancies",
                hint: "以 root 或 tallyd 用户组身份运行 run as root or as a member of the daemon's group")
        }
        let reason = try reason(in: body)
        try refuseIfSettled(id, for: verb)
        guard !desk.board.snapshot.isStoreFull else {
            throw RefusedRequest(
                .storeFull, chinese: "磁盘已满，决定无法保存", english: "the disk is full: nothing can be stored",
                hint: "先腾出空间 make room first")
        }
        let decision = OperatorDecision(discrepancyID: id, verb: verb, actor: caller.actor, reason: reason)
        return try await take(decision)
    }

    private func reason(in body: [UInt8]) throws -> String {
        let request: DecisionRequest
        do {
            request = try OperatorJSON.reply(from: body)
        } catch {
            throw RefusedRequest(
                .badRequest, chinese: "请求体须为 {\"reason\": \"…\"}", english: "the body is {\"reason\": \"…\"}")
        }
        do {
            return try DecisionRequest.checked(request.reason)
        } catch {
            throw RefusedRequest(.badRequest, chinese: error.chinese, english: error.english)
        }
    }

    /// What the store says before: most mistakes end here, and none of them costs a commit.
    private func refuseIfSettled(_ id: String, for verb: OperatorDecision.Verb) throws {
        guard let found = try reader.discrepancy(id) else { throw RefusedRequest.noDiscrepancy(id) }
        let isSettled = found.clearedAt != nil || !found.state.mayStillChange
        if isSettled || (verb == .confirm && found.state == .confirmed) {
            throw RefusedRequest.nothingToDecide(found)
        }
    }

    /// Waits until the decision is committed.
    private func take(_ decision: OperatorDecision) async throws -> DecisionReply {
        let end = await withCheckedContinuation { continuation in
            let pending = OperatorQueue.PendingDecision(decision) { continuation.resume(returning: $0) }
            if !desk.queue.enqueue(pending) {
                continuation.resume(returning: .abandoned("too many decisions waiting, or stopping"))
            }
        }
        switch end {
        case .taken(let record):
            let state = try reader.discrepancy(decision.discrepancyID)?.state ?? .open
            return DecisionReply(record, state: state)
        case .noChange:
            guard let found = try reader.discrepancy(decision.discrepancyID) else {
                throw RefusedRequest.noDiscrepancy(decision.discrepancyID)
            }
            throw RefusedRequest.nothingToDecide(found)
        case .abandoned(let why):
            throw RefusedRequest(
                .busy, chinese: "决定未生效：\(why)", english: "the decision was not taken: \(why)",
                hint: "稍后重试 try again")
        }
    }
}

extension DiscrepancyState {
    /// A person or new evidence may still settle it.
    fileprivate var mayStillChange: Bool {
        switch self {
        case .open, .confirmed, .underReview: return true
        case .resolved, .dismissed, .autoResolved: return false
        }
    }
}

extension RefusedRequest {
    fileprivate static func nothingToDecide(_ found: Discrepancy) -> RefusedRequest {
        RefusedRequest(
            .alreadySettled, chinese: "\(found.id) 已是 \(found.state.rawValue)，没有可决定的",
            english: "\(found.id) is \(found.state.rawValue): nothing is left to decide")
    }
}

extension DecisionReply {
    fileprivate init(_ record: DecisionRecord, state: DiscrepancyState) {
        let decision = record.decision
        self.init(
            decision.verb.rawValue, on: decision.discrepancyID, state: state.rawValue, at: "\(record.at)",
            by: ActorReply(decision.actor))
        episode = record.episode
        reason = decision.reason
    }
}
