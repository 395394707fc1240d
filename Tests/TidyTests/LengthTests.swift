import Testing

/// Lengths that keep a page readable.
enum Lengths {
    /// Two pages side by side on a laptop.
    static let lineColumnsMax = 110
    /// One page of a function; what most should stay under is `functionLinesUsual`.
    static let functionLinesMax = 70
    static let functionLinesUsual = 40
    static let fileLinesMax = 500
    static let fileLinesUsual = 300
    static let parametersMax = 5

    static func declarations(in file: Repository.File) -> [Declaration] {
        DeclarationScan(SwiftCode(file.text)).declarations()
    }

    static func breaches(in file: Repository.File, declarations: [Declaration]) -> [Breach] {
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        var found = lines.enumerated().filter { $0.element.count > lineColumnsMax }.map { number, line in
            Breach(
                path: file.path, line: number + 1, rule: "\(line.count) columns, at most \(lineColumnsMax)")
        }
        let count = fileLines(file)
        if count > fileLinesMax {
            found.append(
                Breach(path: file.path, line: count, rule: "\(count) lines, at most \(fileLinesMax)"))
        }
        return found + declarations.flatMap { breaches(of: $0, in: file) }
    }

    private static func breaches(of declaration: Declaration, in file: Repository.File) -> [Breach] {
        var rules: [String] = []
        if declaration.codeLines > functionLinesMax {
            rules.append(
                "\(declaration.name) has \(declaration.codeLines) lines, at most \(functionLinesMax)")
        }
        // The initialiser of a plain value has a parameter for each field: a list, not a task.
        if declaration.parameters > parametersMax && !declaration.onlyAssigns {
            rules.append(
                "\(declaration.name) has \(declaration.parameters) parameters, at most \(parametersMax)")
        }
        return rules.map { Breach(path: file.path, line: declaration.line + 1, rule: $0) }
    }

    static func fileLines(_ file: Repository.File) -> Int {
        file.text.utf8.count { $0 == UInt8(ascii: "\n") }
    }
}

@Suite struct `lengths` {
    @Test(arguments: ["Sources", "Tests", "Fuzz/Targets", "Fuzz/Driver"])
    func `lines, functions, files and parameter lists`(folder: String)
        throws
    {
        let files = try Repository.swiftFiles(in: folder)
        let declarations = files.map(Lengths.declarations)
        expectNone(zip(files, declarations).flatMap { Lengths.breaches(in: $0, declarations: $1) })
        report(on: files, declarations.flatMap { $0 }, folder: folder)
    }

    /// What is allowed and worth a look.
    private func report(on files: [Repository.File], _ declarations: [Declaration], folder: String) {
        let functions = declarations.filter { $0.codeLines > 0 }
        let usual = functions.filter { $0.codeLines <= Lengths.functionLinesUsual }.count
        let share = functions.isEmpty ? 100 : 100 * usual / functions.count
        print(
            "\(folder): \(share) % of \(functions.count) functions fit \(Lengths.functionLinesUsual) lines"
        )
        for file in files where Lengths.fileLines(file) > Lengths.fileLinesUsual {
            print("\(file.path): \(Lengths.fileLines(file)) lines, more than \(Lengths.fileLinesUsual)")
        }
    }

    @Test func `a long line, a long file, a long function and a long list of parameters are found`() {
        #expect(rules(String(repeating: "x", count: 110)) == [])
        #expect(rules(String(repeating: "仓", count: 111)) == ["111 columns, at most 110"])
        #expect(rules(String(repeating: "\n", count: 500)) == [])
        #expect(rules(String(repeating: "\n", count: 501)) == ["501 lines, at most 500"])
        #expect(rules("func f() {\n" + String(repeating: "    x()\n", count: 68) + "}\n") == [])
        #expect(
            rules("func f() {\n" + String(repeating: "    x()\n", count: 69) + "}\n") == [
                "func f has 71 lines, at most 70"
            ])
        #expect(rules("func f(a: Int, b: Int, c: Int, d: Int, e: (Int, Int)) {}") == [])
        #expect(
            rules("func f(a: Int, b: Int, c: Int, d: Int, e: Int, f: Int) {}") == [
                "func f has 6 parameters, at most 5"
            ])
    }

    @Test func `a text inside a function is no code`() {
        let table =
            "    let t = \"\"\"\n" + String(repeating: "        row {\n", count: 100) + "        \"\"\"\n"
        #expect(rules("func f() {\n" + table + "}\n") == [])
    }

    @Test(
        arguments: [
            (
                "init(a: Int, b: Int, c: Int, d: Int, e: Int, f: Int) {\n    self.a = a\n    n = [a: 1]\n}\n",
                true
            ),
            (
                "init(a: Int, b: Int, c: Int, d: Int, e: Int, f: Int) {\n    self.a = a\n    start()\n}\n",
                false
            ),
            ("init(a: Int, b: Int, c: Int, d: Int, e: Int, f: Int) {\n    if a == 1 { b = 2 }\n}\n", false),
            ("func f(a: Int, b: Int, c: Int, d: Int, e: Int, f: Int) {\n    self.a = a\n}\n", false),
        ])
    func `the initialiser of a plain value may list its fields`(text: String, isAllowed: Bool) {
        #expect(rules(text).isEmpty == isAllowed)
    }

    private func rules(_ text: String) -> [String] {
        let file = Repository.File(path: "Sources/AssetModel/Planted.swift", text: text)
        return Lengths.breaches(in: file, declarations: Lengths.declarations(in: file)).map(\.rule)
    }
}
