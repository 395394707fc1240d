#if canImport(Glibc)
    import Glibc
#endif

/// One line of the input, without its line end (LF or CR LF).
enum InputLine: Equatable {
    case whole([UInt8])
    /// Longer than a line may be; its bytes were passed over.
    case tooLong(bytes: Int)
}

/// Cuts bytes into lines as they come. Holds no more than one line.
struct LineSplitter {
    /// Twice what the daemon takes as a payload, since a frame as hex takes two digits a byte.
    static let lineBytesMax = 1_048_576

    private var held: [UInt8] = []
    /// Bytes of the line so far, also those passed over.
    private var count = 0

    /// The lines that end in these bytes.
    mutating func lines(in bytes: ArraySlice<UInt8>) -> [InputLine] {
        var lines: [InputLine] = []
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            hold(rest[..<end])
            lines.append(close())
            rest = rest[(end + 1)...]
        }
        hold(rest)
        return lines
    }

    /// The last line, where the input does not end with a line end.
    mutating func lastLine() -> InputLine? {
        count > 0 ? close() : nil
    }

    private mutating func hold(_ bytes: ArraySlice<UInt8>) {
        count += bytes.count
        // One more for the CR of a line that is just short enough.
        held += bytes.prefix(max(0, LineSplitter.lineBytesMax + 1 - held.count))
    }

    private mutating func close() -> InputLine {
        defer {
            held.removeAll(keepingCapacity: true)
            count = 0
        }
        if count == held.count, held.last == 0x0D {
            held.removeLast()
            count -= 1
        }
        return count > LineSplitter.lineBytesMax ? .tooLong(bytes: count) : .whole(held)
    }
}

/// Standard input and output of a filter.
enum FilterPipe {
    /// Runs `take` on every line of standard input in order and writes what it returns, at the latest before
    /// waiting for more input: a live stream comes out as it goes in.
    static func run(_ take: (InputLine) -> String) throws(TallyFailure) {
        var splitter = LineSplitter()
        var slice = [UInt8](repeating: 0, count: sliceBytes)
        while true {
            let count = read(STDIN_FILENO, &slice, sliceBytes)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let reason = String(cString: strerror(errno))
                throw TallyFailure(
                    .noInput, "无法读取标准输入: \(reason)", "cannot read standard input: \(reason)")
            }
            guard count > 0 else { break }
            var text = ""
            for line in splitter.lines(in: slice[..<count]) {
                text += take(line)
                if text.utf8.count > sliceBytes {
                    guard write(text) else { return }
                    text = ""
                }
            }
            guard write(text) else { return }
        }
        if let line = splitter.lastLine() { _ = write(take(line)) }
    }

    private static let sliceBytes = 65_536

    /// `false` once nobody reads any more.
    private static func write(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            written += count
        }
        return true
    }
}
