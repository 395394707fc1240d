import AssetModel
import Foundation
import HTTPTypes
import Hummingbird
import InventoryStorage
import Logging
import NIOCore
import OperatorAPI
import ServiceLifecycle

/// The control socket: HTTP/1.1 with JSON over a Unix stream socket. Reads what is committed.
struct ControlServer: Service {
    private let answers: ControlAnswers
    private let imports: ControlImports
    private let decisions: ControlDecisions
    private let socketPath: String
    private let logger: Logger
    private let log: OperatorLog

    init(
        socketPath: String, reader: StoreReader, desk: ControlDesk, logger: Logger
    ) {
        self.socketPath = socketPath
        self.logger = logger
        log = desk.log
        answers = ControlAnswers(reader: reader, desk: desk)
        imports = ControlImports(reader: reader, desk: desk)
        decisions = ControlDecisions(reader: reader, desk: desk)
    }

    /// Owner and group may connect; who may do what is decided by peer credentials.
    private static let socketMode: mode_t = 0o660

    func run() async throws {
        unlink(socketPath)
        let application = Application(
            responder: router().buildResponder(),
            configuration: .init(address: .unixDomainSocket(path: socketPath), serverName: "tallyd"),
            onServerRunning: { [socketPath] _ in chmod(socketPath, ControlServer.socketMode) },
            logger: logger)
        defer { unlink(socketPath) }
        do {
            try makeDirectory()
            try await application.run()
        } catch {
            // The daemon does its work without: reads must not be lost because nobody can ask about them.
            log.write(
                .error, code: "CONTROL_SOCKET", word: "控制套接字不可用",
                fields: [LogLine.Field("socket", socketPath), LogLine.Field("detail", "\(error)")])
        }
    }

    /// systemd makes the directory; started by hand, we do.
    private func makeDirectory() throws {
        let directory = URL(fileURLWithPath: socketPath).deletingLastPathComponent().path
        if FileManager.default.fileExists(atPath: directory) { return }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    }

    private func router() -> Router<ControlContext> {
        let router = Router(context: ControlContext.self)
        get(OperatorRoute.status, on: router) { answers, _ in try answers.status() }
        get(OperatorRoute.discrepancies, on: router) { try $0.discrepancies($1.query) }
        get(OperatorRoute.discrepancies + "/{id}", on: router) { try $0.discrepancy($1.id) }
        get(OperatorRoute.changes, on: router) { try $0.changes($1.query) }
        get(OperatorRoute.whereabouts, on: router) { try $0.whereabouts($1.query) }
        get(OperatorRoute.readers, on: router) { try $0.readers($1.query) }
        get(OperatorRoute.readers + "/{id}", on: router) { try $0.reader($1.id) }
        get(OperatorRoute.zones, on: router) { try $0.zones($1.query) }
        get(OperatorRoute.zones + "/{id}", on: router) { try $0.zone($1.id, $1.query) }
        get(OperatorRoute.quarantine, on: router) { try $0.quarantine($1.query) }
        get(OperatorRoute.quarantine + "/{id}", on: router) { try $0.quarantined($1.id) }
        get(OperatorRoute.passages, on: router) { try $0.passages($1.query) }
        router.post(RouterPath(OperatorRoute.registerImport)) { request, context in
            await importBook(request, context)
        }
        for verb in OperatorDecision.Verb.allCases {
            router.post(RouterPath(OperatorRoute.decision(verb.rawValue, on: "{id}"))) { request, context in
                await decide(verb, request, context)
            }
        }
        return router
    }

    /// What a question holds beside its path.
    private struct Question {
        var query: Parameters
        var id: String
    }

    private func get(
        _ path: String, on router: Router<ControlContext>,
        _ make: @escaping @Sendable (ControlAnswers, Question) throws -> some Encodable & Sendable
    ) {
        router.get(RouterPath(path)) { request, context in
            let question = Question(query: request.uri.queryParameters, id: context.pathID)
            return answer { try make(answers, question) }
        }
    }

    private func importBook(_ request: Request, _ context: ControlContext) async -> Response {
        await answered(request, context, bytesMax: OperatorRoute.importBodyBytesMax) { body, caller in
            let reply = try await imports.run(body, query: request.uri.queryParameters, caller: caller)
            return json(reply, status: reply.status)
        }
    }

    private func decide(
        _ verb: OperatorDecision.Verb, _ request: Request, _ context: ControlContext
    ) async -> Response {
        await answered(request, context, bytesMax: OperatorRoute.decisionBodyBytesMax) { body, caller in
            let id = context.pathID
            return json(try await decisions.run(verb, on: id, body: body, caller: caller), status: 200)
        }
    }

    /// Reads the body and asks who calls.
    private func answered(
        _ request: Request, _ context: ControlContext, bytesMax: Int,
        _ make: ([UInt8], Caller?) async throws -> Response
    ) async -> Response {
        do {
            let caller = try await context.caller()
            let body = try await request.body.collect(upTo: bytesMax)
            return try await make(Array(body.readableBytesView), caller)
        } catch let error as RefusedRequest {
            return json(error.reply, status: error.reply.code.status)
        } catch let error as StoreError {
            return internalError(error)
        } catch {
            let reply = ErrorReply(
                .bodyTooLarge, chinese: "请求无法读取：\(error)", english: "request cannot be read: \(error)")
            return json(reply, status: reply.code.status)
        }
    }

    private func answer(_ make: () throws -> some Encodable & Sendable) -> Response {
        do {
            return json(try make(), status: 200)
        } catch let error as RefusedRequest {
            return json(error.reply, status: error.reply.code.status)
        } catch {
            return internalError(error)
        }
    }

    private func internalError(_ error: any Error) -> Response {
        let reply = ErrorReply(
            .internalError, chinese: "内部错误：\(error)", english: "internal error: \(error)")
        return json(reply, status: reply.code.status)
    }

    private func json(_ reply: some Encodable, status: Int) -> Response {
        do {
            let bytes = try OperatorJSON.bytes(reply)
            return Response(
                status: .init(code: status), headers: [.contentType: "application/json; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
        } catch {
            return Response(status: .internalServerError)
        }
    }
}

/// A request that is refused, with the words for it.
struct RefusedRequest: Error, Sendable {
    var reply: ErrorReply

    init(_ code: ErrorReply.Code, chinese: String, english: String, hint: String? = nil) {
        reply = ErrorReply(code, chinese: chinese, english: english, hint: hint)
    }
}
