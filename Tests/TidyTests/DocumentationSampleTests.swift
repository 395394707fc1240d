import AssetModel
import DeviceDecoding
import Testing

/// A block whose info string says what decodes it:
///
///     json reader impinj                    json terminal emqx                json sweep
///     json reader auto refuses=malformed_json                                 text terminal jt808 ignored=…
///     json reader mapping:keonn             (a [[mapping]] of the same page)
///
/// Without `refuses` and `ignored` something is taken and nothing refused. The whole block is one payload.
private struct DocumentedSample {
    let block: DocumentationPage.Block
    let kind: String

    init?(_ block: DocumentationPage.Block) {
        guard block.info.count >= 2, ["reader", "terminal", "sweep"].contains(block.info[1]) else {
            return nil
        }
        self.block = block
        kind = block.info[1]
    }

    private var format: String { kind == "sweep" ? "sweep" : block.info.count > 2 ? block.info[2] : "" }

    private func word(_ key: String) -> String? {
        block.info.first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
    }

    private var topic: String { word("topic") ?? (kind == "sweep" ? "tally/v1/M01/sweep" : "docs/sample") }

    private func decode(mappings: [PayloadMapping]) throws -> DecodedMessage {
        var reader = SiteLayout.Reader(id: "docs", site: 0, topics: [topic])
        if format.hasPrefix("mapping:") {
            reader.format = .mapping
            let mapping = mappings.first { "mapping:" + $0.id == format }
            let known: PayloadMapping = try #require(mapping, "no \(format) on the page")
            reader.mapping = known
        } else {
            reader.format = try #require(MessageFormat(rawValue: format), "format \(format)")
        }
        let terminals = SiteLayout.TerminalSource(id: "docs", topics: [topic], format: reader.format)
        let source: MessageSource
        switch kind {
        case "terminal": source = .terminalSource(0)
        case "sweep": source = .sweep(site: 0)
        default: source = .reader(0)
        }
        var decoder = DeviceDecoder(
            layout: SiteLayout(
                sites: [SiteLayout.Site(id: "M01")], readers: [reader], terminalSources: [terminals]))
        var decoded = DecodedMessage()
        let noon = UTCInstant(milliseconds: 1_795_262_400_000)  // 2026-11-21T12:00:00Z
        let message = RawMessage(topic: topic, payload: Array(block.text.utf8))
        decoder.decode(message, from: source, receivedAt: noon, into: &decoded)
        return decoded
    }

    /// What is not as the page says; `nil` where all is.
    func fault(mappings: [PayloadMapping]) throws -> String? {
        let decoded = try decode(mappings: mappings)
        let reasons = ([decoded.refusal].compactMap { $0 } + decoded.rejections).map(\.reason.rawValue)
        let ignored = decoded.ignored.map { "\($0)" }
        if let expected = word("refuses") {
            return reasons.contains(expected) ? nil : "refused as \(reasons), ignored \(ignored ?? "-")"
        }
        if !reasons.isEmpty { return "refused as \(reasons)" }
        if let expected = word("ignored") { return ignored == expected ? nil : "ignored \(ignored ?? "-")" }
        let isTaken = decoded.recordCount > 0 || decoded.sweep != nil
        return isTaken ? nil : "nothing taken, ignored \(ignored ?? "-")"
    }
}

@Suite struct `the samples in docs` {
    @Test func `every sample decodes as its page says`() throws {
        var count = 0
        for page in try DocumentationPage.all() {
            let mappings = try page.mappings()
            for sample in page.blocks.compactMap(DocumentedSample.init) {
                count += 1
                if let fault = try sample.fault(mappings: mappings) {
                    Issue.record("\(page.file.path):\(sample.block.line): \(fault)")
                }
            }
        }
        #expect(count >= 20, "the pages hold samples")
    }

    @Test(arguments: [
        (["json", "reader", "plain"], #"{"epc": "xyz"}"#),
        (["json", "reader", "plain", "refuses=missing_identity"], #"{"epc": "xyz"}"#),
        (["json", "reader", "zebra", "ignored=gpo"], #"{"type": "gpi", "data": {}}"#),
    ])
    func `a sample that is not as its page says is noticed`(info: [String], text: String) throws {
        let block = DocumentationPage.Block(line: 1, info: info, text: text)
        #expect(try DocumentedSample(block)?.fault(mappings: []) != nil)
    }
}
