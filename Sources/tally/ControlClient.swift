import NIOCore
import NIOHTTP1
import NIOPosix
import OperatorAPI

#if canImport(Glibc)
    import Glibc
#endif

/// One question to the daemon.
struct ControlRequest {
    var method = HTTPMethod.GET
    var path: String
    var query: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// Of the body.
    var mediaType = "text/csv; charset=utf-8"
    /// From the connection to the whole answer. Ten seconds: the daemon answers from a read-only connection.
    var patience = TimeAmount.seconds(10)

    /// Path and query, percent-encoded.
    var target: String {
        guard !query.isEmpty else { return path }
        let items = query.map { ControlRequest.encoded($0.name) + "=" + ControlRequest.encoded($0.value) }
        return path + "?" + items.joined(separator: "&")
    }

    /// Everything but the unreserved characters of RFC 3986 as `%XX`.
    static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return encoded
    }
}

struct ControlAnswer: Sendable {
    var status: Int
    var body: [UInt8]
}

/// HTTP/1.1 over the daemon's Unix socket: one connection, one request, one answer, within a time and a size.
struct ControlClient {
    let socketPath: String

    /// A socket on this machine connects at once or not at all; this is for a daemon too busy to accept.
    private static let connectPatience = TimeAmount.seconds(5)

    func answer(to request: ControlRequest) async throws(TallyFailure) -> ControlAnswer {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: ControlAnswer.self)
        do {
            let channel = try await connect(on: loop, promise: promise)
            let deadline = loop.scheduleTask(in: request.patience) {
                promise.fail(Unanswered.tooLate)
                channel.close(promise: nil)
            }
            defer { deadline.cancel() }
            write(request, to: channel)
            return try await promise.futureResult.get()
        } catch {
            promise.fail(error)
            throw failure(error)
        }
    }

    private func connect(
        on loop: any EventLoop, promise: EventLoopPromise<ControlAnswer>
    ) async throws -> any Channel {
        try await ClientBootstrap(group: loop)
            .connectTimeout(ControlClient.connectPatience)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(
                        NIOHTTPClientResponseAggregator(maxContentLength: OperatorRoute.replyBytesMax))
                    try pipeline.addHandler(AnswerHandler(promise: promise))
                }
            }
            .connect(unixDomainSocketPath: socketPath).get()
    }

    private func write(_ request: ControlRequest, to channel: any Channel) {
        var head = HTTPRequestHead(version: .http1_1, method: request.method, uri: request.target)
        head.headers.add(name: "Host", value: "localhost")
        head.headers.add(name: "Connection", value: "close")
        head.headers.add(name: "Accept", value: "application/json")
        if request.method == .POST {
            head.headers.add(name: "Content-Type", value: request.mediaType)
            head.headers.add(name: "Content-Length", value: "\(request.body.count)")
        }
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if !request.body.isEmpty {
            let body = channel.allocator.buffer(bytes: request.body)
            channel.write(HTTPClientRequestPart.body(.byteBuffer(body)), promise: nil)
        }
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
    }

    private func failure(_ error: any Error) -> TallyFailure {
        let detail = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
        switch error {
        case let error as IOError where error.errnoCode == EACCES || error.errnoCode == EPERM:
            return TallyFailure(
                .notPermitted,
                "无权访问 \(socketPath)：请用 sudo，或请管理员把本用户加入套接字所属的用户组",
                "no access to \(socketPath): use sudo, or ask to be added to the group that owns the socket")
        case Unanswered.tooLate:
            return TallyFailure(
                .unreachable, "守护进程没有及时答复，请查看日志: journalctl -u tallyd",
                "the daemon did not answer in time: see journalctl -u tallyd")
        case Unanswered.brokenOff:
            return TallyFailure(
                .unreachable, "守护进程中断了连接，请查看日志: journalctl -u tallyd",
                "the daemon broke off the connection: see journalctl -u tallyd")
        default:
            return TallyFailure(
                .unreachable,
                "连接不到守护进程 (\(socketPath))：请检查 systemctl status tallyd，或用 --socket 指定套接字 (\(detail))",
                "no daemon at \(socketPath): see systemctl status tallyd, or give --socket PATH (\(detail))"
            )
        }
    }
}

/// A connection that was made and brought no answer.
private enum Unanswered: Error {
    case tooLate, brokenOff
}

/// Fulfils the promise with the first answer, or with the reason why there is none. Used by its event loop
/// only.
private final class AnswerHandler: ChannelInboundHandler {
    typealias InboundIn = NIOHTTPClientResponseFull

    private let promise: EventLoopPromise<ControlAnswer>

    init(promise: EventLoopPromise<ControlAnswer>) {
        self.promise = promise
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let reply = unwrapInboundIn(data)
        let body = reply.body.map { Array($0.readableBytesView) } ?? []
        promise.succeed(ControlAnswer(status: Int(reply.head.status.code), body: body))
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(Unanswered.brokenOff)
        context.fireChannelInactive()
    }
}
