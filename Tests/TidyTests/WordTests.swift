import Testing

/// Words that do not belong into the code, and where.
enum Words {
    /// Below floor 3 nothing asks a clock, starts a task, waits, prints, swallows an error or draws a random
    /// identity.
    private static let bannedBelowThree = ["Date()", "Task {", "Task.detached", "await", "print(", "UUID()"]
    /// Nowhere: an error is refused, thrown or a bug with its state.
    private static let bannedInSources = ["try?", "fatalError("]
    /// Paths of the machine that this was written on. Put together so that they do not stand here themselves.
    private static let machinePaths = ["/wo" + "rk/", "/tmp/re" + "search", "/ro" + "ot/"]

    static func breaches(inSource file: Repository.File) -> [Breach] {
        let words = bannedInSources + (Floors.belowThree.contains(file.target) ? bannedBelowThree : [])
        let code = SwiftCode(file.text)
        return code.lines.indices.flatMap { number in
            words.filter { contains($0, in: code.lines[number]) }
                .map {
                    Breach(path: file.path, line: number + 1, rule: "`\($0)` has no place in \(file.target)")
                }
        }
    }

    /// For every file that people wrote, comments and strings included.
    static func breaches(inText file: Repository.File) -> [Breach] {
        file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap {
            number, line in
            var rules = machinePaths.filter { line.contains($0) }.map { "a path of one machine: \($0)" }
            for word in ["TO" + "DO", "FIX" + "ME"] where line.contains(word) && !namesIssue(line) {
                rules.append("\(word) without an issue number")
            }
            return rules.map { Breach(path: file.path, line: number + 1, rule: $0) }
        }
    }

    /// The word as it stands, not as a part of a longer name: `fingerprint(` is not `print(`.
    static func contains(_ word: String, in line: [UInt8]) -> Bool {
        let word = Array(word.utf8)
        guard let first = word.first, let last = word.last, line.count >= word.count else { return false }
        return (0...(line.count - word.count)).contains { start in
            guard line[start..<(start + word.count)].elementsEqual(word) else { return false }
            let before = start > 0 ? line[start - 1] : 0
            let after = start + word.count < line.count ? line[start + word.count] : 0
            return !(isWordByte(first) && isWordByte(before)) && !(isWordByte(last) && isWordByte(after))
        }
    }

    private static func namesIssue(_ line: Substring) -> Bool {
        line.contains { $0 == "#" } && line.contains(#/#\d+/#)
    }
}

@Suite struct `words` {
    @Test func `nothing below floor 3 asks a clock, waits or prints, and nobody swallows an error`() throws {
        expectNone(try Repository.swiftFiles(in: "Sources").flatMap(Words.breaches(inSource:)))
    }

    @Test func `no path of one machine, no promise without an issue number`() throws {
        expectNone(try Repository.writtenFiles().flatMap(Words.breaches(inText:)))
    }

    @Test(
        arguments: [
            ("ReadRing", "let now = Date()", 1), ("ReadRing", "Task { run() }", 1),
            ("ReadRing", "await next()", 1),
            ("ReadRing", "print(\"x\")", 1), ("ReadRing", "let x = try? read()", 1),
            ("ReadRing", "UUID()", 1),
            ("ReadRing", "// await, print( and Date()", 0), ("ReadRing", "let s = \"await print(\"", 0),
            ("ReadRing", "let s = \"\\(print(1))\"", 1), ("ReadRing", "fingerprint(x); awaited()", 0),
            ("MQTTLink", "print(await Date())", 0), ("MQTTLink", "let x = try? read()", 1),
            ("MQTTLink", "fatalError(\"no\")", 1), ("MQTTLink", "/* try? /* nested */ try? */", 0),
        ])
    func `a planted word is found, in code only`(target: String, line: String, count: Int) {
        let file = Repository.File(
            path: "Sources/\(target)/Planted.swift", text: "import AssetModel\n\(line)\n")
        let found = Words.breaches(inSource: file)
        #expect(found.count == count, "\(found)")
        #expect(found.allSatisfy { $0.line == 2 })
    }

    @Test func `planted paths and promises are found`() {
        let text = ["// see /wo" + "rk/main", "// TO" + "DO: later", "// TO" + "DO #12: later", "fine"]
            .joined(separator: "\n")
        let found = Words.breaches(inText: Repository.File(path: "x", text: text))
        #expect(found.map(\.line) == [1, 2])
    }
}
