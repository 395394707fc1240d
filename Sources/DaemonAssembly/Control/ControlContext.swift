import AssetModel
import Foundation
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

    /// The `{id}` of the path as it was meant, a zone `甲/1` too; empty where the path has none.
    var pathID: String {
        let text = parameters.get("id") ?? ""
        return text.removingPercentEncoding ?? text
    }

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

    /// The one rule for everything that changes something: root, the daemon's own user, and its group.
    private var isTrusted: Bool { uid == 0 || uid == geteuid() || gid == getegid() }

    var mayChangeBooks: Bool { isTrusted }
    var mayDecide: Bool { isTrusted }

    /// Who this is, with the account's name now; the number stands in where there is no account.
    var actor: OperatorDecision.Actor {
        OperatorDecision.Actor(uid: uid, gid: gid, name: accountName ?? "\(uid)")
    }

    private var accountName: String? {
        var buffer = [CChar](repeating: 0, count: Caller.accountBytesMax)
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(uid, &entry, &buffer, buffer.count, &found) == 0, let name = found?.pointee.pw_name
        else { return nil }
        return String(cString: name)
    }

    /// One line of the account table, with room: the C library suggests 1,024.
    private static let accountBytesMax = 4_096
}

/// `struct ucred` of Linux, which the C library shows only with GNU extensions.
private struct PeerCredentials {
    var pid: Int32 = 0
    var uid: UInt32 = 0
    var gid: UInt32 = 0
}
