import Glibc
import Hummingbird
import NIOCore

/// A request on the control socket, and who makes it: known from the socket's peer credentials, nothing in
/// the request.
struct ControlContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// A path or a query is short; the one large body has its own limit.
    var maxUploadSize: Int { 1_048_576 }

    /// Who is at the other end; `nil` where the kernel does not say.
    func caller() async throws -> Caller? {
        guard let socket = channel as? any SocketOptionProvider else { return nil }
        let credentials: PeerCredentials = try await socket.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: SO_PEERCRED)
        ).get()
        return Caller(uid: credentials.uid, gid: credentials.gid)
    }
}

/// Who asks: user and primary group of the process at the other end of the socket.
struct Caller: Sendable, Equatable {
    var uid: UInt32
    var gid: UInt32

    /// Changing the books is for root, for the daemon's own user and for its group.
    var mayChangeBooks: Bool { uid == 0 || uid == geteuid() || gid == getegid() }
}

/// `struct ucred` of Linux, which the C library shows only with GNU extensions.
private struct PeerCredentials {
    var pid: Int32 = 0
    var uid: UInt32 = 0
    var gid: UInt32 = 0
}
