import AssetModel
import Foundation
import GatewayConfiguration
import Testing

/// One page of `docs/`.
struct DocumentationPage: CustomStringConvertible {
    var file: Repository.File

    /// A block between three backticks. `info` is what follows the first ones: `json reader impinj`.
    struct Block {
        /// 1-based, of the opening backticks.
        var line: Int
        var info: [String]
        var text: String
    }

    var description: String { file.path }

    static func all() throws -> [DocumentationPage] {
        try Repository.writtenFiles().filter { $0.path.hasPrefix("docs/") && $0.path.hasSuffix(".md") }
            .map(DocumentationPage.init)
    }

    static func named(_ name: String) throws -> DocumentationPage {
        DocumentationPage(
            file: Repository.File(path: "docs/" + name, text: try Repository.text(of: "docs/" + name)))
    }

    var lines: [String] {
        file.text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }

    var blocks: [Block] {
        var blocks: [Block] = []
        var open: Block?
        var inside: [String] = []
        for (number, line) in lines.enumerated() {
            guard line.hasPrefix("```") else {
                inside.append(line)
                continue
            }
            if var block = open {
                block.text = inside.joined(separator: "\n")
                blocks.append(block)
                open = nil
            } else {
                let info = line.dropFirst(3).split(separator: " ").map { String($0) }
                open = Block(line: number + 1, info: info, text: "")
                inside = []
            }
        }
        return blocks
    }

    /// The code of each heading that begins with one: "### `GAP` …".
    var codes: [String] {
        lines.compactMap { line in
            guard line.hasPrefix("### `"), let end = line.dropFirst(5).firstIndex(of: "`") else { return nil }
            return String(line.dropFirst(5)[..<end])
        }
    }

    /// `[[mapping]]` of all the page's TOML together.
    func mappings() throws -> [PayloadMapping] {
        let text = blocks.filter { $0.info == ["toml"] && $0.text.contains("[[mapping]]") }.map(\.text)
        guard !text.isEmpty else { return [] }
        return try MappingFile.read(text.joined(separator: "\n"), file: file.path)
    }
}

// MARK: codes

@Suite struct `the lists of codes in docs` {
    /// Raw values of the cases that a source file declares, without compiling the daemon.
    private static func rawValues(in path: String) throws -> [String] {
        let text = try Repository.text(of: path)
        return text.matches(of: /case \w+ = "([A-Z_]+)"/).map { String($0.output.1) }
    }

    /// Codes that stand in the daemon's sources themselves, and the names of the loggers of its libraries.
    private static func literalCodes() throws -> [String] {
        try Repository.swiftFiles(in: "Sources/DaemonAssembly").flatMap { file in
            let codes = file.text.matches(of: /\bcode: "([A-Z_]+)"/).map { String($0.output.1) }
            let loggers = file.text.matches(of: /\.logger\("([a-z-]+)"/).map {
                $0.output.1.uppercased().replacing("-", with: "_")
            }
            return codes + loggers
        }
    }

    private static func expectSame(_ headings: [String], as codes: Set<String>, in page: String) {
        let missing = codes.subtracting(headings).sorted()
        let unknown = Set(headings).subtracting(codes).sorted()
        let twice = Dictionary(grouping: headings, by: { $0 }).filter { $0.value.count > 1 }.keys.sorted()
        #expect(missing == [], "codes without a heading in \(page)")
        #expect(unknown == [], "headings of no code in \(page)")
        #expect(twice == [], "headings that stand twice in \(page)")
    }

    @Test func `every code that the daemon writes has one heading in log-codes, and no heading lacks a code`()
        throws
    {
        let events = try Self.rawValues(in: "Sources/DaemonAssembly/Operations/GatewayEvent.swift")
        let inbox =
            try Self.rawValues(in: "Sources/RegisterInbox/RegisterInbox.swift")
            + Self.rawValues(in: "Sources/RegisterInbox/InboxSettings.swift")
        #expect(events.count > 12 && inbox.count > 3, "the sources are read as they are written")
        let codes = DiscrepancyCode.allCases.map(\.rawValue) + events + inbox + (try Self.literalCodes())
        Self.expectSame(
            try DocumentationPage.named("log-codes.md").codes, as: Set(codes), in: "docs/log-codes.md")
    }

    @Test func `every reason of a refusal has one heading in rejections, and no heading lacks a reason`()
        throws
    {
        let reasons = Set(Rejection.Reason.allCases.map(\.rawValue))
        Self.expectSame(
            try DocumentationPage.named("rejections.md").codes, as: reasons, in: "docs/rejections.md")
    }

    @Test func `the Chinese word of a discrepancy stands in its heading, with its severity below`() throws {
        let lines = try DocumentationPage.named("log-codes.md").lines
        for code in DiscrepancyCode.allCases {
            let heading = try #require(lines.firstIndex { $0.hasPrefix("### `\(code.rawValue)`") })
            #expect(lines[heading].contains(code.chinese), "the word of \(code.rawValue)")
            let below = lines[heading...].dropFirst().first { !$0.isEmpty } ?? ""
            #expect(below.contains("（\(code.severity.rawValue)）"), "the severity of \(code.rawValue)")
        }
    }
}

// MARK: configuration

@Suite struct `the configuration in docs` {
    /// Completes a snippet: what it refers to and does not hold itself.
    static func completed(_ snippet: String, mappings: String) -> String {
        var text = snippet
        func has(_ heading: String) -> Bool { text.contains(heading) }
        func named(_ key: Regex<(Substring, Substring)>) -> [String] {
            Set(snippet.matches(of: key).map { String($0.output.1) }).sorted()
        }
        let sites = named(/(?m)^site = "([^"]+)"/)
        let zones = named(/(?m)^zone = "([^"]+)"/)
        if has("vendor = \"mapping "), !has("[[mapping]]") { text = mappings + "\n" + text }
        for zone in zones where !text.contains("[[zone]]\nid = \"\(zone)\"") {
            text += "\n[[zone]]\nid = \"\(zone)\"\nsite = \"\(sites.first ?? "M01")\"\n"
        }
        let wanted = sites.isEmpty && !zones.isEmpty ? ["M01"] : sites
        for site in wanted where !text.contains("[[site]]\nid = \"\(site)\"") {
            text += "\n[[site]]\nid = \"\(site)\"\n"
        }
        if !has("[gateway]") { text = "[gateway]\nid = \"gateway-1\"\n\n" + text }
        return text
    }

    @Test func `every TOML block is taken by the configuration reader`() throws {
        var count = 0
        for page in try DocumentationPage.all() {
            let blocks = page.blocks.filter { $0.info.first == "toml" }
            let mappings = blocks.filter { $0.text.contains("[[mapping]]") }.map(\.text).joined(
                separator: "\n")
            for block in blocks {
                count += 1
                let text = Self.completed(block.text, mappings: mappings)
                let place = "\(page.file.path):\(block.line)"
                do throws(ConfigurationErrors) {
                    _ = try TallyConfiguration.parse(
                        text, file: place, needsBroker: block.text.contains("[broker"))
                } catch {
                    Issue.record("\(error)\n\(text)")
                }
            }
        }
        #expect(count >= 8, "the pages hold configuration")
    }

    @Test func `a snippet that the reader refuses is noticed`() {
        let text = Self.completed("[[reader]]\nid = \"R\"\nsite = \"M01\"\ntopic = [\"a\"]", mappings: "")
        #expect(throws: ConfigurationErrors.self) {
            _ = try TallyConfiguration.parse(text, file: "snippet", needsBroker: false)
        }
    }
}

// MARK: commands and links

@Suite struct `what docs point to` {
    private static func commandNames(of tool: String) throws -> Set<String> {
        let files = try Repository.swiftFiles(in: "Sources/" + tool)
        let names = files.flatMap {
            $0.text.matches(of: /commandName: "([a-z0-9]+)"/).map { "\($0.output.1)" }
        }
        return Set(names)
    }

    @Test func `every command that a page names exists`() throws {
        let known = [
            "tally": try Self.commandNames(of: "tally"), "tallyd": try Self.commandNames(of: "tallyd"),
        ]
        for page in try DocumentationPage.all() {
            for (number, line) in page.lines.enumerated() {
                for match in line.matches(of: /(?:^ {4}|`|\| )(tallyd?) ([a-z0-9]+)/) {
                    let (tool, command) = (String(match.output.1), String(match.output.2))
                    #expect(
                        known[tool]?.contains(command) == true, "\(page):\(number + 1): \(tool) \(command)")
                }
            }
        }
    }

    @Test func `every file that a page links to is there`() throws {
        for page in try DocumentationPage.all() {
            for match in page.file.text.matches(of: /\]\(([A-Za-z0-9_.\/-]+)(?:#[^)]*)?\)/) {
                let target = Repository.root.appendingPathComponent("docs/\(match.output.1)")
                #expect(FileManager.default.fileExists(atPath: target.path), "\(page): \(match.output.1)")
            }
        }
    }
}
