import Glibc

/// Finds and reads the small files that hold a secret.
enum CredentialFile {
    /// MQTT carries user name and password in fields of at most 65,535 bytes.
    static let bytesMax = 65_535

    /// A name without a slash belongs to systemd's credentials, anything else is a path.
    static func path(of reference: String) throws(LinkError) -> String {
        if reference.contains("/") { return reference }
        guard let directory = getenv("CREDENTIALS_DIRECTORY") else {
            throw .credentialMissing(name: reference)
        }
        let path = String(cString: directory) + "/" + reference
        if access(path, F_OK) != 0 { throw .credentialMissing(name: reference) }
        return path
    }

    /// The text of the file without the newline that editors add.
    static func read(_ reference: String) throws(LinkError) -> String {
        let path = try path(of: reference)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 { throw .fileUnreadable(path: path, reason: String(cString: strerror(errno))) }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(file, buffer.baseAddress.map { $0 + filled }, buffer.count - filled)
            }
            if count < 0 { throw .fileUnreadable(path: path, reason: String(cString: strerror(errno))) }
            if count == 0 { break }
            filled += count
        }
        if filled > bytesMax { throw .fileUnreadable(path: path, reason: "> \(bytesMax) B") }
        var text = bytes.prefix(filled)
        if text.last == UInt8(ascii: "\n") { text.removeLast() }
        if text.last == UInt8(ascii: "\r") { text.removeLast() }
        guard !text.contains(0), let string = String(validating: text, as: UTF8.self) else {
            throw .fileUnreadable(path: path, reason: "not UTF-8 text")
        }
        return string
    }

    /// For files that a library reads: only looks whether it could.
    static func readablePath(of reference: String) throws(LinkError) -> String {
        let path = try path(of: reference)
        if access(path, R_OK) != 0 {
            throw .fileUnreadable(path: path, reason: String(cString: strerror(errno)))
        }
        return path
    }
}
