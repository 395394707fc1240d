/// Swift source with the contents of comments and of string literals blanked out, byte for byte, so that what
/// is left is code and every line and column stays where it was. Code inside `\( … )` of a string is kept.
///
/// Knows line and nested block comments, strings with any number of `#`, multi-line strings and raw
/// identifiers. Regex literals are taken for code, which is harmless as long as they hold no quotation marks.
struct SwiftCode {
    /// The code, one element a line, without line breaks.
    let lines: [[UInt8]]
    /// Line numbers (from 0) that lie wholly within a multi-line string literal: tables and texts rather than
    /// code.
    let textLines: Set<Int>

    init(_ source: String) {
        var blanking = Blanking(source: Array(source.utf8))
        blanking.run()
        lines = blanking.code.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(
            Array.init)
        textLines = blanking.textLines
    }

    /// The line as text.
    func text(_ line: Int) -> String { String(decoding: lines[line], as: UTF8.self) }
}

private struct Blanking {
    private enum Mode {
        /// Code; within an interpolation with the number of open parentheses.
        case code(parentheses: Int?)
        case string(hashes: Int, isMultiline: Bool)
    }

    private let source: [UInt8]
    private(set) var code: [UInt8] = []
    private(set) var textLines: Set<Int> = []
    private var at = 0
    private var line = 0
    private var modes = [Mode.code(parentheses: nil)]

    init(source: [UInt8]) {
        self.source = source
        code.reserveCapacity(source.count)
    }

    mutating func run() {
        while at < source.count {
            switch modes[modes.count - 1] {
            case .code(let parentheses): stepInCode(parentheses)
            case .string(let hashes, let isMultiline): stepInString(hashes: hashes, isMultiline: isMultiline)
            }
        }
    }

    private mutating func stepInCode(_ parentheses: Int?) {
        if starts("//") { return skipLineComment() }
        if starts("/*") { return skipBlockComment() }
        if starts("`") { return skipRawIdentifier() }
        if let opening = stringOpening() { return open(opening) }
        if let parentheses {
            if starts("(") { modes[modes.count - 1] = .code(parentheses: parentheses + 1) }
            if starts(")") {
                modes[modes.count - 1] = .code(parentheses: parentheses - 1)
                if parentheses == 1 { modes.removeLast() }
            }
        }
        keep()
    }

    private mutating func stepInString(hashes: Int, isMultiline: Bool) {
        let tail = String(repeating: "#", count: hashes)
        if starts("\\" + tail + "(") {
            blank(1 + hashes)
            keep()
            modes.append(.code(parentheses: 1))
            return
        }
        if starts("\\" + tail) { return blank(min(2 + hashes, source.count - at)) }
        if starts((isMultiline ? "\"\"\"" : "\"") + tail) {
            blank((isMultiline ? 3 : 1) + hashes)
            modes.removeLast()
            return
        }
        blank(1)
    }

    private mutating func open(_ opening: (hashes: Int, isMultiline: Bool)) {
        blank(opening.hashes + (opening.isMultiline ? 3 : 1))
        modes.append(.string(hashes: opening.hashes, isMultiline: opening.isMultiline))
    }

    /// A string that begins here: its `#` signs and whether it has three quotation marks.
    private func stringOpening() -> (hashes: Int, isMultiline: Bool)? {
        var hashes = 0
        while at + hashes < source.count, source[at + hashes] == UInt8(ascii: "#") { hashes += 1 }
        let quote = at + hashes
        guard quote < source.count, source[quote] == UInt8(ascii: "\"") else { return nil }
        let three = Array("\"\"\"".utf8)
        return (hashes, source[quote...].starts(with: three))
    }

    private mutating func skipLineComment() {
        while at < source.count, source[at] != UInt8(ascii: "\n") { blank(1) }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts("/*") { depth += 1 }
            if starts("*/") { depth -= 1 }
            blank(starts("/*") || starts("*/") ? 2 : 1)
        } while depth > 0 && at < source.count
    }

    private mutating func skipRawIdentifier() {
        blank(1)
        while at < source.count, source[at] != UInt8(ascii: "`"), source[at] != UInt8(ascii: "\n") {
            blank(1)
        }
        if at < source.count { blank(1) }
    }

    private func starts(_ text: String) -> Bool {
        source[at...].starts(with: text.utf8)
    }

    private mutating func keep() {
        if source[at] == UInt8(ascii: "\n") { line += 1 }
        code.append(source[at])
        at += 1
    }

    private mutating func blank(_ count: Int) {
        for _ in 0..<count {
            let isBreak = source[at] == UInt8(ascii: "\n")
            code.append(isBreak ? source[at] : UInt8(ascii: " "))
            at += 1
            guard isBreak else { continue }
            line += 1
            if case .string(_, true) = modes[modes.count - 1] { textLines.insert(line) }
        }
    }
}
