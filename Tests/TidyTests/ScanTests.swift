import Testing

@Suite struct `reading Swift` {
    @Test(
        arguments: [
            ("let a = 1 // note", "let a = 1        "), ("let a = \"x\" + b", "let a =     + b"),
            ("\"a\\(f(\"q\") + g)b\"", "   (f(   ) + g)  "), ("#\"a\"b\\(c)\"# d", "            d"),
            ("#\"\\#(c)\"#", "    (c)  "), ("/* a /* b */ c */ d", "                  d"),
            ("func `a \"b` () {", "func        () {"), ("\"\\\"\" x", "     x"), ("\"\\\\\" x", "     x"),
        ])
    func `comments, strings and raw identifiers are blanked`(source: String, expected: String) {
        #expect(SwiftCode(source).text(0) == expected)
    }

    @Test func `lines keep their numbers through multi-line strings`() {
        let code = SwiftCode("let a = \"\"\"\n    text \"quoted\" {\n    \"\"\"\nlet b = 1\n")
        #expect(code.lines.count == 5)
        #expect(code.textLines == [1, 2])
        #expect(code.text(3) == "let b = 1")
        #expect(code.text(1).allSatisfy { $0 == " " })
    }

    @Test(
        arguments: [
            ("func f() {}", "func f", 0, 1),
            ("func f(_ a: [String: Int], b: (Int, Int) -> Void) {\n}", "func f", 2, 2),
            ("static func < (left: A, right: B) -> Bool {\n    x\n}", "func ", 2, 3),
            (
                "func f<V: P>(_: Dictionary<Int, V>, c: Int = g(1, 2)) async throws(E)\n    -> Int\n{\n}",
                "func f", 2, 4
            ),
            ("func required(a: Int) -> Int\nfunc other() {}", "func required", 1, 0),
            ("package init?(hex: String) {\n    self.init(hex: hex.utf8)\n}", "init", 1, 3),
            ("deinit {\n}", "deinit", 0, 2),
            ("subscript(index: Int) -> Int {\n    get { 1 }\n}", "subscript", 1, 3),
            ("func f(a: Int,\n    b: Int,\n) {\n}", "func f", 2, 4),
        ])
    func `a declaration has a name, parameters and lines`(
        source: String, name: String, parameters: Int, lines: Int
    ) {
        let first = DeclarationScan(SwiftCode(source)).declarations().first
        #expect(first?.name == name)
        #expect(first?.parameters == parameters)
        #expect(first?.codeLines == lines)
    }

    @Test func `calls of initialisers are no declarations`() {
        #expect(
            DeclarationScan(SwiftCode("let a = A.init(1)\nself.init(2)\nx.map(B.init)")).declarations()
                .isEmpty)
    }
}
