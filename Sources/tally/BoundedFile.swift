#if canImport(Glibc)
    import Glibc
#endif

/// Reads a whole file, up to a size.
enum BoundedFile {
    static func read(_ path: String, bytesMax: Int) throws(TallyFailure) -> [UInt8] {
        guard let file = fopen(path, "rb") else { throw unreadable(path, errno) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var slice = [UInt8](repeating: 0, count: sliceBytes)
        while true {
            let count = fread(&slice, 1, sliceBytes, file)
            bytes.append(contentsOf: slice.prefix(count))
            guard bytes.count <= bytesMax else {
                throw TallyFailure(
                    .badData, "\(path) 超过 \(bytesMax) 字节，请分成几个文件导入",
                    "\(path) is over \(bytesMax) bytes: import it in parts")
            }
            if count < sliceBytes {
                guard ferror(file) == 0 else { throw unreadable(path, errno) }
                return bytes
            }
        }
    }

    /// A megabyte at a time: few calls, little memory.
    private static let sliceBytes = 1_048_576

    private static func unreadable(_ path: String, _ code: Int32) -> TallyFailure {
        let reason = String(cString: strerror(code))
        let exit: TallyExit = code == EACCES || code == EPERM ? .notPermitted : .badData
        return TallyFailure(exit, "无法读取 \(path): \(reason)", "cannot read \(path): \(reason)")
    }
}
