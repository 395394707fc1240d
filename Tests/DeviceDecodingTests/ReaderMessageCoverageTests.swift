import AssetModel
import DeviceDecoding
import Foundation
import Testing

/// `docs/coverage.md`, made of the fixtures.
///
/// The page is compared with what the fixtures give, so that it cannot claim more than is tested.
/// `scripts/coverage-table` writes it anew.
struct ReaderMessageCoverageTests {
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("docs/coverage.md")

    @Test func `the page about coverage says what the fixtures show`() throws {
        let page = try CoveragePage(CoverageTable(), PublishedMessage.all()).markdown
        if ProcessInfo.processInfo.environment["TALLY_WRITE_COVERAGE"] == "1" {
            try page.write(to: ReaderMessageCoverageTests.page, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: ReaderMessageCoverageTests.page, encoding: .utf8)
        let differs = zip(page.split(separator: "\n"), written.split(separator: "\n")).first { $0 != $1 }
        #expect(page == written, "scripts/coverage-table writes it; first at \(String(describing: differs))")
    }

    @Test func `every family of readers is in the table, and every published message too`() throws {
        let table = try CoverageTable()
        let formats: [MessageFormat] = [
            .impinj, .smartReader, .zebra, .zebraSled, .csl, .ifm, .llrpkit, .edgex, .rifidi, .sparkplug,
            .neuron, .plain, .mapping, .sweep, .jt808, .emqx,
        ]
        for format in formats { #expect(table.counts[format.rawValue] != nil, "\(format)") }
        let published = table.counts["auto"]?.values.reduce(0) { $0 + $1.messages }
        #expect(published == 63)
        #expect(table.words["mapping"]?.fields.count ?? 0 >= 14, "every field that a mapping can fill")
    }
}

/// The page's text.
struct CoveragePage {
    private var lines: [String] = []

    var markdown: String { lines.joined(separator: "\n") + "\n" }

    init(_ table: CoverageTable, _ published: [PublishedMessage]) throws {
        lines = [
            "# 报文覆盖 / Coverage of messages", "",
            "由测试样本生成，请勿手改：`scripts/coverage-table`。样本与来源见"
                + " `Tests/DeviceDecodingTests/Fixtures/README.md`。", "",
            "Made of the test fixtures, not by hand: `scripts/coverage-table`. The messages and their sources"
                + " stand in `Tests/DeviceDecodingTests/Fixtures/`.", "",
        ]
        addOrigins()
        addCounts(table)
        addWords(table)
        addPublished(published)
        try addIdentities()
        if !table.uncounted.isEmpty {
            lines += [
                "", "未计入 / not counted here: " + table.uncounted.map { "`\($0)`" }.joined(separator: " "),
            ]
        }
    }

    private mutating func addOrigins() {
        lines += [
            "## 来源 / Origins", "", "| 来源 / origin | 意思 | meaning |", "| --- | --- | --- |",
        ]
        for origin in FixtureOrigin.allCases {
            lines.append("| \(origin.rawValue) | \(origin.meaning.chinese) | \(origin.meaning.english) |")
        }
        lines.append("")
    }

    private mutating func addCounts(_ table: CoverageTable) {
        lines += [
            "## 数量 / Counts", "",
            "`auto` 是“已公开的读写器报文”一节的报文，按内容识别；其中须用映射的，另计入 `mapping`。",
            "`auto` are the messages of the section on published messages, recognised by content.", "",
            "| 格式 / format | 来源 / origin | 报文 / messages | 识读 / reads | 定位 / fixes | 事件 / events"
                + " | 略过 / ignored | 整条拒收 / messages refused | 记录拒收 / records refused |",
            "| --- | --- | --: | --: | --: | --: | --: | --: | --: |",
        ]
        for format in table.counts.keys.sorted() {
            for (origin, count) in (table.counts[format] ?? [:]).sorted(by: { $0.key < $1.key }) {
                lines.append("| `\(format)` | \(origin.rawValue) | \(count.cells) |")
            }
        }
    }

    private mutating func addWords(_ table: CoverageTable) {
        lines += [
            "", "## 见到的字段、事件、拒收原因 / Fields, events and refusals seen", "",
            "| 格式 / format | 字段 / fields | 事件 / events | 拒收 / refusals |", "| --- | --- | --- | --- |",
        ]
        for (format, words) in table.words.sorted(by: { $0.key < $1.key }) {
            lines.append("| `\(format)` | \(words.cells) |")
        }
    }

    private mutating func addPublished(_ published: [PublishedMessage]) {
        lines += [
            "", "## 已公开的读写器报文 / Published messages of readers", "",
            "| 设备 / device | 来源 / origin | 识别为 / recognised as | 结果 / outcome | 用映射 / by a mapping |",
            "| --- | --- | --- | --- | --- |",
        ]
        for line in published {
            let (message, vendor) = line.decodeAsAuto()
            let origin = FixtureOrigin(kind: line.kind, of: "reader-messages")
            let mapped = line.mapped.flatMap { try? line.decode(by: $0.toml) }.map(outcome) ?? "—"
            lines.append(
                "| \(line.vendor) | \(origin.rawValue) | \(vendor == "auto" ? "—" : "`\(vendor)`")"
                    + " | \(outcome(message)) | \(mapped) |")
        }
    }

    private func outcome(_ message: DecodedMessage) -> String {
        if let refusal = message.refusal { return "拒收 refused `\(refusal.reason.rawValue)`" }
        if let ignored = message.ignored { return "略过 ignored `\(ignored)`" }
        var parts: [String] = []
        if !message.tagReads.isEmpty { parts.append("识读 reads: \(message.tagReads.count)") }
        var counts: [(kind: String, count: Int)] = []
        for event in message.deviceEvents + message.gatewayEvents {
            if let index = counts.firstIndex(where: { $0.kind == event.kind }) {
                counts[index].count += 1
            } else {
                counts.append((event.kind, 1))
            }
        }
        parts += counts.map { "事件 event `\($0.kind)`" + ($0.count > 1 ? " × \($0.count)" : "") }
        parts += message.rejections.map { "记录拒收 record refused `\($0.reason.rawValue)`" }
        return parts.joined(separator: ", ")
    }

    private mutating func addIdentities() throws {
        let folder = try #require(Bundle.module.resourceURL).appendingPathComponent("Fixtures")
        let file = folder.appendingPathComponent("epc-vectors.csv")
        let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
        var vectors: [String: (taken: Int, refused: Int)] = [:]
        for row in rows {
            let fields = row.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
            let (hex, scheme) = (String(fields[0]), String(fields[1]))
            let found = (try? EPCDescription.describe(hex: hex))?.scheme?.lowercased()
            let isTaken = found == scheme.lowercased() && !row.hasSuffix("negative case")
            if isTaken {
                vectors[scheme, default: (0, 0)].taken += 1
            } else {
                vectors[scheme, default: (0, 0)].refused += 1
            }
        }
        lines += [
            "", "## EPC 向量 / EPC vectors", "",
            "| 方案 / scheme | 解码为该方案 / decoded as it | 不是该方案 / not taken for it |", "| --- | --: | --: |",
        ]
        for (scheme, count) in vectors.sorted(by: { $0.key < $1.key }) {
            lines.append("| \(scheme) | \(count.taken) | \(count.refused) |")
        }
    }
}
