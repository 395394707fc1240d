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
        router.get(RouterPath(OperatorRoute.status)) { _, _ in
            answer { try answers.status() }
        }
        router.get(RouterPath(OperatorRoute.discrepancies)) { request, _ in
            answer { try answers.discrepancies(request.uri.queryParameters) }
        }
        router.get(RouterPath(OperatorRoute.discrepancies + "/{id}")) { _, context in
            answer { try answers.discrepancy(context.parameters.get("id") ?? "") }
        }
        router.get(RouterPath(OperatorRoute.whereabouts)) { request, _ in
            answer { try answers.whereabouts(request.uri.queryParameters) }
        }
        router.post(RouterPath(OperatorRoute.registerImport)) { request, context in
            await importBook(request, context)
        }
        return router
    }

    private func importBook(_ request: Request, _ context: ControlContext) async -> Response {
        do {
            let caller = try await context.caller()
            let body = try await request.body.collect(upTo: OperatorRoute.importBodyBytesMax)
            let reply = try await imports.run(
                Array(body.readableBytesView), query: request.uri.queryParameters, caller: caller)
            return json(reply, status: reply.status)
        } catch let error as RefusedRequest {
            return json(error.reply, status: error.reply.code.status)
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
            let reply = ErrorReply(
                .internalError, chinese: "内部错误：\(error)", english: "internal error: \(error)")
            return json(reply, status: reply.code.status)
        }
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
