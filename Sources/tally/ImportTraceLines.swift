import RegisterBooks

#if canImport(Glibc)
    import Glibc
#endif

/// The records of a CSV file, read a slice at a time: memory does not grow with the file. Blank lines are
/// passed over; a quoted cell ends on its own line.
struct TraceLines {
    private let path: String
    private let file: FileHandleOfC
    private var splitter = LineSplitter()
    private var slice = [UInt8](repeating: 0, count: TraceLines.sliceBytes)
    private var waiting: [InputLine] = []
    private var isAtEnd = false
    /// 1-based, of the record that was given last.
    private(set) var number = 0

    private static let sliceBytes = 65_536

    init(path: String) throws(TallyFailure) {
        self.path = path
        guard let opened = fopen(path, "rb") else { throw TraceFault.unreadable(path, errno) }
        file = FileHandleOfC(opened)
        var facts = stat()
        guard fstat(fileno(opened), &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw TallyFailure(
                .noInput, "\(path) 不是普通文件；先存成文件", "\(path) is no plain file; save it as one first")
        }
    }

    /// The cells of the next record, without the spaces around them; `nil` at the end of the file.
    mutating func next() throws(TallyFailure) -> [String]? {
        while let line = try nextLine() {
            number += 1
            guard case .whole(let bytes) = line else {
                throw fault("行太长", "the row is too long")
            }
            guard CSVReader.firstInvalidByte(in: bytes) == nil else {
                throw fault("不是 UTF-8", "is not UTF-8")
            }
            var reader = CSVReader(bytes)
            guard let record = reader.next() else { continue }
            guard record.fault == nil, reader.next() == nil else {
                throw fault("不是有效的 CSV", "is no valid CSV")
            }
            if record.isBlank { continue }
            return record.fields.map(TraceLines.trimmed)
        }
        return nil
    }

    private func fault(_ chinese: String, _ english: String) -> TallyFailure {
        TallyFailure(.badData, "\(path):\(number): \(chinese)", "\(path):\(number): \(english)")
    }

    private mutating func nextLine() throws(TallyFailure) -> InputLine? {
        while waiting.isEmpty, !isAtEnd {
            let count = fread(&slice, 1, TraceLines.sliceBytes, file.pointer)
            if count > 0 { waiting = splitter.lines(in: slice[..<count]).reversed() }
            guard count < TraceLines.sliceBytes else { continue }
            guard ferror(file.pointer) == 0 else { throw TraceFault.unreadable(path, errno) }
            isAtEnd = true
            if let last = splitter.lastLine() { waiting.insert(last, at: 0) }
        }
        return waiting.popLast()
    }

    private static func trimmed(_ text: String) -> String {
        let spaces: Set<Character> = [" ", "\t"]
        guard let first = text.first, let last = text.last, spaces.contains(first) || spaces.contains(last)
        else { return text }
        var cell = text[...].drop { spaces.contains($0) }
        while let last = cell.last, spaces.contains(last) { cell.removeLast() }
        return String(cell)
    }
}

/// Closes its file with its last owner.
private final class FileHandleOfC {
    let pointer: UnsafeMutablePointer<FILE>

    init(_ pointer: UnsafeMutablePointer<FILE>) {
        self.pointer = pointer
    }

    deinit { fclose(pointer) }
}

/// What can be wrong with a trace as a whole.
enum TraceFault {
    static func unreadable(_ path: String, _ code: Int32) -> TallyFailure {
        let reason = String(cString: strerror(code))
        let exit: TallyExit = code == EACCES || code == EPERM ? .notPermitted : .noInput
        return TallyFailure(exit, "无法读取 \(path): \(reason)", "cannot read \(path): \(reason)")
    }

    static func changed(_ path: String) -> TallyFailure {
        TallyFailure(
            .badData, "\(path) 在读取时被改动，请重试", "\(path) changed while it was read; try again")
    }

    static func tooLongToSort(_ path: String, _ session: String, _ rowsMax: Int) -> TallyFailure {
        TallyFailure(
            .badData, "\(path): 会话 \(session) 不按时间排列，且超过 \(rowsMax) 行；请先按 t_ms 排序",
            "\(path): session \(session) is not in order of time and has over \(rowsMax) rows: "
                + "sort it by t_ms")
    }

    static func tooLate(_ path: String, _ session: String) -> TallyFailure {
        TallyFailure(
            .badData, "\(path): 会话 \(session) 延续到公元 9999 年以后",
            "\(path): session \(session) goes on after the year 9999")
    }
}

/// Standard output, a slice at a time.
struct TraceOutput {
    private var text = ""

    /// - Returns: `false` once nobody reads any more.
    mutating func take(_ line: String) -> Bool {
        text += line
        text += "\n"
        return text.utf8.count < TraceOutput.sliceBytes || flush()
    }

    @discardableResult
    mutating func flush() -> Bool {
        var bytes = Array(text.utf8)[...]
        text.removeAll(keepingCapacity: true)
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    private static let sliceBytes = 65_536
}
