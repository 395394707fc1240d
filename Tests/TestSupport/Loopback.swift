import Glibc
import Synchronization

/// Plain TCP on 127.0.0.1.
package enum Loopback {
    package struct Failure: Error {
        package var errno: Int32
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return address
    }

    private static func withAddress(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = address(port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
        }
    }

    /// A listening socket on a port that was free.
    package static func listen() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard withAddress(0, { bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 16) == 0 else {
            throw Failure(errno: errno)
        }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return (descriptor, Int(in_port_t(bigEndian: address.sin_port)))
    }

    package static func connect(to port: Int) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if withAddress(port, { Glibc.connect(descriptor, $0, $1) }) == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    package static func send(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
    }

    /// - Returns: what is there now or next; `nil` at the end.
    package static func receive(from descriptor: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    /// Runs `body` on a thread of its own.
    package static func inBackground(_ body: @escaping @Sendable () -> Void) {
        final class Work: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Work(body)).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, context)
        pthread_detach(thread)
    }
}

/// A wire between a client and a broker that writes down what the client sends, and that can be cut.
package final class Wire: Sendable {
    private struct State {
        var sent: [UInt8] = []
        var descriptors: [Int32] = []
        var isBroken = false
        var isMuted = false
        var refused = 0
    }

    package let port: Int
    private let listener: Int32
    private let brokerPort: Int
    private let state = Mutex(State())

    package init(to brokerPort: Int) throws {
        (listener, port) = try Loopback.listen()
        self.brokerPort = brokerPort
        let (listener, state) = (
            listener, { @Sendable [weak self] (client: Int32) in self?.join(client) ?? false }
        )
        Loopback.inBackground {
            while case let client = accept(listener, nil, nil), client >= 0 {
                if !state(client) { close(client) }
            }
            close(listener)
        }
    }

    deinit {
        // Its thread closes it: a number closed here could be somebody else's before that thread wakes.
        shutdown(listener, Int32(SHUT_RDWR))
        cut()
    }

    /// Everything the client has sent so far, over all its connections.
    package var sent: [UInt8] { state.withLock { $0.sent } }

    /// Connections that were closed at once, because the wire was cut or nobody listened at its other end.
    package var refused: Int { state.withLock { $0.refused } }

    /// Ends the connections without a word, as a killed process does, and takes no new ones until ``mend()``.
    package func cut() {
        state.withLock { state in
            state.isBroken = true
            for descriptor in state.descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
            state.descriptors = []
        }
    }

    package func mend() {
        state.withLock { state in
            state.isBroken = false
            state.isMuted = false
        }
    }

    /// What the broker says is lost on the way from now on; what the client says still arrives.
    package func mute() {
        state.withLock { $0.isMuted = true }
    }

    private func join(_ client: Int32) -> Bool {
        guard !state.withLock({ $0.isBroken }), let broker = Loopback.connect(to: brokerPort) else {
            state.withLock { $0.refused += 1 }
            return false
        }
        state.withLock { $0.descriptors += [client, broker] }
        Loopback.inBackground { [weak self] in
            while let bytes = Loopback.receive(from: client) {
                self?.state.withLock { $0.sent += bytes }
                if !Loopback.send(bytes, to: broker) { break }
            }
            shutdown(broker, Int32(SHUT_RDWR))
            shutdown(client, Int32(SHUT_RDWR))
        }
        Loopback.inBackground { [weak self] in
            while let bytes = Loopback.receive(from: broker) {
                let isMuted = self?.state.withLock { $0.isMuted } ?? true
                if !isMuted && !Loopback.send(bytes, to: client) { break }
            }
            shutdown(broker, Int32(SHUT_RDWR))
            shutdown(client, Int32(SHUT_RDWR))
        }
        return true
    }
}

/// A broker of one kind of answer, for what mosquitto never says.
package final class ScriptedBroker: Sendable {
    package let port: Int
    private let listener: Int32
    private let levels = Mutex<[UInt8]>([])

    /// - Parameter refusal: the CONNACK that a CONNECT of MQTT 5 gets; 3.1.1 is accepted.
    package init(refusingV5With refusal: [UInt8]) throws {
        (listener, port) = try Loopback.listen()
        let (listener, note) = (
            listener,
            { @Sendable [weak self] (level: UInt8) in
                self?.levels.withLock { $0.append(level) } ?? ()
            }
        )
        Loopback.inBackground {
            while case let client = accept(listener, nil, nil), client >= 0 {
                ScriptedBroker.serve(client, refusal: refusal, note: note)
                close(client)
            }
            close(listener)
        }
    }

    deinit {
        // Its thread closes it: a number closed here could be somebody else's before that thread wakes.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// The protocol levels of the CONNECTs, in order: 5, or 4 for 3.1.1.
    package var levelsSeen: [UInt8] { levels.withLock { $0 } }

    private static func serve(_ client: Int32, refusal: [UInt8], note: (UInt8) -> Void) {
        // CONNECT: fixed header (2 bytes, short packet), "MQTT" with its length (6), then the level.
        guard let connect = Loopback.receive(from: client), connect.count > 8 else { return }
        note(connect[8])
        if connect[8] == 5 {
            _ = Loopback.send(refusal, to: client)
            return
        }
        _ = Loopback.send([0x20, 2, 0, 0], to: client)
        while let packet = Loopback.receive(from: client) {
            for (messageID, filters) in Packets.subscribes(in: packet) {
                let grants = [UInt8](repeating: 1, count: filters)
                _ = Loopback.send([0x90, UInt8(2 + filters)] + messageID + grants, to: client)
            }
        }
    }
}

/// Reads a stream of MQTT packets from the client's side, as far as the tests need it.
package enum Packets {
    /// Types and bodies, in order.
    package static func split(_ bytes: [UInt8]) -> [(type: UInt8, body: ArraySlice<UInt8>)] {
        var packets: [(type: UInt8, body: ArraySlice<UInt8>)] = []
        var at = 0
        while at < bytes.count {
            let type = bytes[at] & 0xF0
            var (length, shift, next) = (0, 0, at + 1)
            while next < bytes.count {
                length |= Int(bytes[next] & 0x7F) << shift
                shift += 7
                next += 1
                if bytes[next - 1] & 0x80 == 0 { break }
            }
            guard next + length <= bytes.count else { break }
            packets.append((type, bytes[next..<next + length]))
            at = next + length
        }
        return packets
    }

    /// SUBSCRIBE packets of MQTT 3.1.1: message id and number of filters.
    package static func subscribes(in bytes: [UInt8]) -> [(messageID: [UInt8], filters: Int)] {
        split(bytes).filter { $0.type == 0x80 }.map { packet in
            var (at, filters) = (packet.body.startIndex + 2, 0)
            while at + 1 < packet.body.endIndex {
                at += 3 + (Int(packet.body[at]) << 8 | Int(packet.body[at + 1]))
                filters += 1
            }
            return (Array(packet.body.prefix(2)), filters)
        }
    }

    /// Message ids of the PUBACKs, in order.
    package static func acknowledged(in bytes: [UInt8]) -> [Int] {
        split(bytes).filter { $0.type == 0x40 }.map { packet in
            packet.body.prefix(2).reduce(0) { $0 << 8 | Int($1) }
        }
    }
}
