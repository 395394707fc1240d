import Glibc

/// Keeps a second daemon off the same database: two writers could damage it (SQLite's WAL-reset fault,
/// repaired in 3.51.3 and present in Debian 12 and 13). The kernel lets the lock go when the process ends,
/// however it ends.
final class StoreLock {
    private let descriptor: Int32

    init(path: String) throws(StoreError) {
        let file = path + ".lock"
        descriptor = open(file, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOSPC || code == EDQUOT {
                throw .full(detail: "\(file): \(String(cString: strerror(code)))")
            }
            throw .refused(detail: "\(file): \(String(cString: strerror(code)))", hint: .permissions)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .refused(detail: "\(file) is locked", hint: .secondDaemon)
        }
    }

    deinit {
        // Closing alone would leave the lock with a child that is between fork and exec at this moment and
        // still holds a copy of the descriptor.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
