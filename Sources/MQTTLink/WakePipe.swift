import AssetModel
import Glibc

/// Ends a `poll` from another thread: one byte through a pipe to ourselves. Everything here is thread-safe.
final class WakePipe: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    init() throws(LinkError) {
        var ends: [Int32] = [-1, -1]
        if pipe(&ends) != 0 { throw .refused(call: "pipe", reason: String(cString: strerror(errno))) }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// A full pipe is as good as a written one: the reader is woken either way.
    func wake() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    struct Wakening {
        var isCalled: Bool
        /// `POLLIN`, `POLLOUT`, `POLLERR`, `POLLHUP`; 0 for nothing.
        var socket: Int32
    }

    /// Sleeps until the socket is ready, `wake()` is called or was called before, or the time is over.
    ///
    /// - Parameters:
    ///   - socket: negative for none.
    ///   - events: `POLLIN`, `POLLOUT` or both; errors and hang-ups end the sleep as well.
    func wait(for socket: Int32, events: Int32, atMost time: ElapsedTime) -> Wakening {
        // Rounded up by one: a sleep that ends a moment early would only spin. Capped at a day: poll takes 32
        // bits.
        let milliseconds = Int32(min(max(time.milliseconds, 0), 86_400_000)) + (time > .zero ? 1 : 0)
        return withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { descriptors in
            descriptors[0] = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            descriptors[1] = pollfd(fd: socket, events: Int16(truncatingIfNeeded: events), revents: 0)
            let ready = poll(descriptors.baseAddress, 2, milliseconds)
            if ready <= 0 { return Wakening(isCalled: false, socket: 0) }
            let isCalled = descriptors[0].revents != 0
            if isCalled { drain() }
            return Wakening(isCalled: isCalled, socket: Int32(descriptors[1].revents))
        }
    }

    private func drain() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { bytes in
            while read(readEnd, bytes.baseAddress, bytes.count) > 0 {}
        }
    }
}
