import Glibc

/// What the system said when it was asked to do something with the watched directory.
package struct InboxFault: Error, Equatable, CustomStringConvertible {
    let action: String
    let subject: String
    let code: Int32

    package var description: String { "\(action) \(subject): " + String(cString: strerror(code)) }
}

/// A name in a directory, as the bytes that it is: files from other systems have names that are no UTF-8.
struct FileName: Hashable, Comparable {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// For people and for new names: what is no UTF-8, no character that shows, or a slash, becomes `_`.
    var shown: String {
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let isPlain = scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
            text.append(isPlain && scalar != "/" && scalar != "\u{FFFD}" ? scalar : "_")
        }
        return String(text)
    }

    func withPath<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { preconditionFailure("a name without a terminator") }
            return body(base)
        }
    }

    static func < (left: FileName, right: FileName) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

/// What is known of a directory entry without opening it.
struct FileStatus: Equatable {
    let isRegular: Bool
    let bytes: Int64
    let inode: UInt64
    let changedSeconds: Int64
    let changedNanoseconds: Int64

    init(_ status: stat) {
        isRegular = status.st_mode & S_IFMT == S_IFREG
        bytes = Int64(status.st_size)
        inode = UInt64(status.st_ino)
        changedSeconds = Int64(status.st_mtim.tv_sec)
        changedNanoseconds = Int64(status.st_mtim.tv_nsec)
    }
}

/// An open directory. Every name is looked up in it and never followed: whoever may write into the inbox
/// cannot make the daemon read or write anything else.
final class Folder {
    let path: String
    private let descriptor: Int32

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Opens a directory, making it where it is missing.
    static func open(_ path: String, mode: mode_t) throws(InboxFault) -> Folder {
        try Folder.open(in: AT_FDCWD, FileName(path), path: path, mode: mode, flags: 0)
    }

    func folder(_ name: String, mode: mode_t) throws(InboxFault) -> Folder {
        try Folder.open(
            in: descriptor, FileName(name), path: path + "/" + name, mode: mode, flags: O_NOFOLLOW)
    }

    private static func open(
        in parent: Int32, _ name: FileName, path: String, mode: mode_t, flags: Int32
    ) throws(InboxFault) -> Folder {
        let made = name.withPath { mkdirat(parent, $0, mode) } == 0
        if !made, errno != EEXIST { throw InboxFault(action: "mkdir", subject: path, code: errno) }
        let descriptor = name.withPath { openat(parent, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags) }
        guard descriptor >= 0 else { throw InboxFault(action: "open", subject: path, code: errno) }
        // Whatever mask the daemon was started with.
        if made { fchmod(descriptor, mode) }
        return Folder(path: path, descriptor: descriptor)
    }

    /// Holds the directory against other processes while the result lives; `nil` where another holds it.
    func lock() throws(InboxFault) -> FileLock? {
        let name = FileName(".lock")
        let lock = name.withPath {
            openat(descriptor, $0, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        guard lock >= 0 else { throw fault("open", name) }
        if flock(lock, LOCK_EX | LOCK_NB) == 0 { return FileLock(descriptor: lock) }
        let reason = errno
        close(lock)
        if reason == EWOULDBLOCK { return nil }
        throw InboxFault(action: "lock", subject: path, code: reason)
    }

    /// At most `max` names, sorted; `.` and `..` are none.
    func names(max: Int) throws(InboxFault) -> [FileName] {
        let copy = FileName(".").withPath { openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard copy >= 0 else { throw InboxFault(action: "open", subject: path, code: errno) }
        guard let stream = fdopendir(copy) else {
            let reason = errno
            close(copy)
            throw InboxFault(action: "open", subject: path, code: reason)
        }
        defer { closedir(stream) }
        var names: [FileName] = []
        errno = 0
        while names.count < max, let entry = readdir(stream) {
            let bytes = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if bytes != [0x2E], bytes != [0x2E, 0x2E] { names.append(FileName(bytes: bytes)) }
            errno = 0
        }
        guard errno == 0 else { throw InboxFault(action: "list", subject: path, code: errno) }
        return names.sorted()
    }

    /// `nil` where there is nothing of that name.
    func status(of name: FileName) throws(InboxFault) -> FileStatus? {
        var status = stat()
        if name.withPath({ fstatat(descriptor, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0 {
            return FileStatus(status)
        }
        guard errno == ENOENT else { throw fault("stat", name) }
        return nil
    }

    func has(_ name: String) throws(InboxFault) -> Bool { try status(of: FileName(name)) != nil }

    /// Reads a whole file; never more than `bytesMax` + 1 bytes, so that one too large shows itself.
    func read(_ name: FileName, bytesMax: Int) throws(InboxFault) -> (bytes: [UInt8], status: FileStatus) {
        // Not blocking: a fifo put there in the meantime must not stop the daemon.
        let file = name.withPath { openat(descriptor, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
        guard file >= 0 else { throw fault("open", name) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw fault("stat", name) }
        guard FileStatus(status).isRegular else {
            throw InboxFault(action: "open", subject: name.shown, code: EINVAL)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(Int(status.st_size), bytesMax) + 1)
        var slice = [UInt8](repeating: 0, count: Folder.sliceBytes)
        while bytes.count <= bytesMax {
            let count = Glibc.read(file, &slice, min(slice.count, bytesMax + 1 - bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fault("read", name) }
            if count == 0 { break }
            bytes.append(contentsOf: slice.prefix(count))
        }
        return (bytes, FileStatus(status))
    }

    /// Writes a file that was not there, whole and durable or not at all under its name.
    func write(_ bytes: [UInt8], to name: String) throws(InboxFault) {
        let working = FileName(".writing.tmp")
        let file = working.withPath {
            openat(descriptor, $0, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o640)
        }
        guard file >= 0 else { throw fault("create", FileName(name)) }
        var written = 0
        var reason: Int32 = 0
        while written < bytes.count, reason == 0 {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count > 0 { written += count } else if errno != EINTR { reason = count < 0 ? errno : EIO }
        }
        if reason == 0, fsync(file) != 0 { reason = errno }
        if close(file) != 0, reason == 0 { reason = errno }
        guard reason == 0 else {
            _ = working.withPath { unlinkat(descriptor, $0, 0) }
            throw InboxFault(action: "write", subject: path + "/" + name, code: reason)
        }
        try move(working, to: self, as: FileName(name))
    }

    func move(_ name: FileName, to other: Folder, as newName: FileName) throws(InboxFault) {
        let moved = name.withPath { old in
            newName.withPath { renameat(descriptor, old, other.descriptor, $0) }
        }
        guard moved == 0 else { throw fault("move", name) }
    }

    /// Makes names durable.
    func sync() throws(InboxFault) {
        guard fsync(descriptor) == 0 else { throw InboxFault(action: "fsync", subject: path, code: errno) }
    }

    private func fault(_ action: String, _ name: FileName) -> InboxFault {
        InboxFault(action: action, subject: path + "/" + name.shown, code: errno)
    }

    /// A megabyte at a time: few calls, little memory.
    private static let sliceBytes = 1_048_576
}

/// Ends with the last reference, and with the process.
final class FileLock {
    private let descriptor: Int32

    init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }
}
