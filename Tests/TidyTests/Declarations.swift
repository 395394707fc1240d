/// A function, initialiser, deinitialiser or subscript found in a source.
struct Declaration: Equatable {
    /// `func name`, `init`, …
    var name: String
    /// From 0.
    var line: Int
    var parameters: Int
    /// Lines from the declaration to its closing brace, texts in multi-line strings left out; 0 where it has
    /// no body.
    var codeLines: Int
    /// An initialiser that does nothing but assign: its parameters are the fields of a value.
    var onlyAssigns: Bool
}

/// Finds declarations in blanked source by their keywords, parentheses and braces. Not a parser: generic
/// constraints with parentheses before the parameters would mislead it, and nobody writes those.
struct DeclarationScan {
    private let code: SwiftCode
    private let bytes: [UInt8]
    private let lineOf: [Int]

    init(_ code: SwiftCode) {
        self.code = code
        var bytes: [UInt8] = []
        var lineOf: [Int] = []
        for (number, line) in code.lines.enumerated() {
            bytes += line
            bytes.append(UInt8(ascii: "\n"))
            lineOf += Array(repeating: number, count: line.count + 1)
        }
        self.bytes = bytes
        self.lineOf = lineOf
    }

    func declarations() -> [Declaration] {
        var found: [Declaration] = []
        var at = 0
        while at < bytes.count {
            guard isWordByte(bytes[at]) else {
                at += 1
                continue
            }
            let end = wordEnd(from: at)
            let word = String(decoding: bytes[at..<end], as: UTF8.self)
            if ["func", "init", "deinit", "subscript"].contains(word), !follows(".", at),
                let one = declaration(word, at, end)
            {
                found.append(one)
            }
            at = end
        }
        return found
    }

    private func declaration(_ word: String, _ start: Int, _ end: Int) -> Declaration? {
        var next = end
        var parameters = 0
        if word != "deinit" {
            guard let open = opening(after: end, of: word), let close = closing(of: open) else { return nil }
            parameters = commas(between: open, close)
            next = close + 1
        }
        let body = bodyRange(after: next)
        let lines = body.map { lineOf[start]...lineOf[$0.upperBound] }
        let counted = lines?.filter { !code.textLines.contains($0) }.count ?? 0
        let named = word == "func" ? "func " + functionName(after: end) : word
        return Declaration(
            name: named, line: lineOf[start], parameters: parameters, codeLines: counted,
            onlyAssigns: word == "init" && body.map(onlyAssigns) ?? false)
    }

    /// The parenthesis that opens the parameters; `nil` where the word is something else, as `init` in a
    /// comment's code.
    private func opening(after end: Int, of word: String) -> Int? {
        guard let open = bytes[end...].firstIndex(of: UInt8(ascii: "(")) else { return nil }
        if word == "func" { return open }
        let between = String(decoding: bytes[end..<open], as: UTF8.self)
        let isPlain =
            between.allSatisfy { "?! ".contains($0) } || between.first == "<" || between.first == "?"
        return isPlain ? open : nil
    }

    private func functionName(after end: Int) -> String {
        let rest = bytes[end...].drop { $0 == UInt8(ascii: " ") }
        return String(decoding: rest.prefix { isWordByte($0) }, as: UTF8.self)
    }

    private func closing(of open: Int) -> Int? {
        let pairs: [UInt8: Int] = [
            UInt8(ascii: "("): 1, UInt8(ascii: ")"): -1, UInt8(ascii: "{"): 1, UInt8(ascii: "}"): -1,
            UInt8(ascii: "["): 1, UInt8(ascii: "]"): -1,
        ]
        var depth = 0
        for index in open..<bytes.count {
            depth += pairs[bytes[index]] ?? 0
            if depth == 0 { return index }
        }
        return nil
    }

    /// Parameters between parentheses: commas outside of all brackets, and one more.
    private func commas(between open: Int, _ close: Int) -> Int {
        var depth = 0
        var angles = 0
        var pieces: [Bool] = [false]
        for index in (open + 1)..<close {
            switch bytes[index] {
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: "<"): angles += 1
            case UInt8(ascii: ">") where bytes[index - 1] != UInt8(ascii: "-"): angles = max(0, angles - 1)
            case UInt8(ascii: ",") where depth == 0 && angles == 0: pieces.append(false)
            case UInt8(ascii: " "), UInt8(ascii: "\n"): break
            default: pieces[pieces.count - 1] = true
            }
        }
        return pieces.filter { $0 }.count
    }

    /// From the opening to the closing brace; `nil` for a requirement of a protocol.
    private func bodyRange(after start: Int) -> ClosedRange<Int>? {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "{"): return closing(of: index).map { index...$0 }
            case UInt8(ascii: "}"): return nil
            case UInt8(ascii: "("): index = closing(of: index) ?? bytes.count
            case UInt8(ascii: "\n"): if !continues(after: index) { return nil }
            default: break
            }
            index += 1
        }
        return nil
    }

    /// The declaration goes on in the next line.
    private func continues(after lineBreak: Int) -> Bool {
        let rest = bytes[(lineBreak + 1)...].drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        let starts = ["{", "->", "where ", "throws", "async", "rethrows"]
        return starts.contains { rest.starts(with: $0.utf8) }
    }

    private func onlyAssigns(_ body: ClosedRange<Int>) -> Bool {
        let inner = String(decoding: bytes[(body.lowerBound + 1)..<body.upperBound], as: UTF8.self)
        let statements = inner.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }.filter {
            !$0.isEmpty
        }
        return statements.allSatisfy { statement in
            let words = statement.split(separator: " ")
            return words.count >= 3 && words[1] == "="
        }
    }

    private func follows(_ character: String, _ at: Int) -> Bool {
        at > 0 && bytes[at - 1] == character.utf8.first
    }

    private func wordEnd(from start: Int) -> Int {
        bytes[start...].firstIndex { !isWordByte($0) } ?? bytes.count
    }
}

func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "_"), 0x80...:
        return true
    default: return false
    }
}
