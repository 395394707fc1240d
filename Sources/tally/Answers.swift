import OperatorAPI

extension ControlClient {
    /// Asks, and reads the answer as the reply it should be.
    ///
    /// - Parameter also: a status besides 200 with which the same reply may come.
    func ask<Reply: Decodable>(
        _ request: ControlRequest, for type: Reply.Type = Reply.self, also: Int? = nil
    ) async throws(TallyFailure) -> Reply {
        let answer = try await answer(to: request)
        guard answer.status == 200 || answer.status == also else { throw refusal(answer) }
        do throws(OperatorJSON.Failure) {
            return try OperatorJSON.reply(type, from: answer.body)
        } catch {
            throw TallyFailure(
                .unreachable, "答复无法识别，tally 与 tallyd 的版本可能不同: \(error)",
                "the answer makes no sense, tally and tallyd may differ in version: \(error)")
        }
    }

    private func refusal(_ answer: ControlAnswer) -> TallyFailure {
        do throws(OperatorJSON.Failure) {
            let reply = try OperatorJSON.reply(ErrorReply.self, from: answer.body)
            let hint = reply.hint.map { " (\($0))" } ?? ""
            let exit = reply.code == .alreadySettled ? .problems : exit(for: answer.status)
            return TallyFailure(exit, reply.chinese + hint, reply.english + hint)
        } catch {
            let status = answer.status
            return TallyFailure(
                exit(for: status), "守护进程拒绝了请求 (HTTP \(status))",
                "the daemon refused the request (HTTP \(status))")
        }
    }

    private func exit(for status: Int) -> TallyExit {
        switch status {
        case 403: return .notPermitted
        case 404: return .problems
        case 400, 405, 413, 422: return .badData
        default: return .unreachable
        }
    }
}
