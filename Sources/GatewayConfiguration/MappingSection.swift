import AssetModel

/// One `[[mapping]]`: what the fields of a payload mean.
struct MappingSection {
    private let entry: SectionReader
    private let report: ProblemReport
    private let sources: MappingSources

    init(_ entry: SectionReader) {
        self.entry = entry
        report = entry.report
        sources = MappingSources(entry: entry)
    }

    /// All mappings of a file, by id; ids that are missing or taken are reported.
    static func readAll(_ root: SectionReader) -> [(
        id: String, mapping: PayloadMapping, entry: SectionReader
    )] {
        var lines: [String: Int] = [:]
        return root.sections("mapping").map { table in
            let entry = SectionReader(table, known: MappingKeys.all, report: root.report)
            let mapping = MappingSection(entry).read()
            guard let id = entry.requiredText("id") else { return ("", mapping, entry) }
            let place = entry.place("id")
            IdentifierRule.check(id, at: place, isTopicLevel: false, report: entry.report)
            if let first = lines[id] {
                entry.report.refuse(
                    place, "编号“\(id)”重复（首次在第 \(first) 行）", "duplicate id \"\(id)\", first on line \(first)")
            } else {
                lines[id] = place.line
            }
            return (id, mapping, entry)
        }
    }

    private func read() -> PayloadMapping {
        var mapping = PayloadMapping(id: entry.text("id") ?? "")
        if entry.has("reads"), let path = sources.path("reads", isOfRecords: true) { mapping.reads = path }
        readIdentities(into: &mapping)
        mapping.epcCut = readCut()
        readAirProtocol(into: &mapping)
        readAntenna(into: &mapping)
        mapping.signal = sources.source("rssi", constant: .signal)
        mapping.signalUnit = entry.word("rssi_unit", default: .dBm)
        MappingTimeSection(entry, sources).read(into: &mapping)
        mapping.readCount = sources.source("reads_count", constant: .count)
        readDirection(into: &mapping)
        readRadio(into: &mapping)
        mapping.reader = sources.source("reader", constant: .text)
        readConditions(into: &mapping)
        MappingChecks(entry, sources).check(mapping)
        return mapping
    }

    private func readIdentities(into mapping: inout PayloadMapping) {
        if entry.has("epc") {
            if let source = sources.source("epc", constant: nil) { mapping.epc = source }
        } else {
            report.refuse(
                entry.place("epc"), "缺少必填键：EPC 在哪里", "required key is missing: where the EPC stands")
        }
        mapping.epcEncoding = entry.word("epc_encoding", default: .hex)
        mapping.tid = sources.source("tid", constant: nil)
        mapping.tidEncoding = entry.word("tid_encoding", default: mapping.epcEncoding)
        mapping.protocolControl = sources.source("pc", constant: nil)
        mapping.protocolControlEncoding = entry.word(
            "pc_encoding",
            default: ProtocolControlEncoding(rawValue: mapping.epcEncoding.rawValue) ?? .hex)
    }

    /// Memory of a tag in front of an EPC: the check sum, a TID, a header; none of them is long.
    private static let offsetBytesMax = 64

    private func readCut() -> IdentityCut {
        let offset = entry.integer(
            "epc_offset_bytes", default: 0, in: 0...MappingSection.offsetBytesMax)
        if entry.flag("epc_has_pc", default: false) { return .behindPC(offset: offset) }
        let count = entry.integer("epc_length_bytes", default: 2, in: 2...EPC.bytesMax)
        if count % 2 != 0 {
            report.refuse(
                entry.place("epc_length_bytes"), "EPC 以 16 位字为单位：须为偶数",
                "an EPC is whole words of 16 bits: an even number")
        }
        if entry.has("epc_length_bytes") { return .bytes(offset: offset, count: count) }
        return offset == 0 ? .whole : .bytes(offset: offset, count: nil)
    }

    private func readAirProtocol(into mapping: inout PayloadMapping) {
        mapping.airProtocol = sources.source("protocol", constant: .air)
        let words = SectionReader(
            entry.section("protocol_words"), known: MappingWords.airWords, report: report)
        for (name, word) in sources.wordsByOwner(words, MappingWords.airWords) {
            guard let air = MappingWords.airProtocols[name] else { continue }
            mapping.airProtocolWords.append(AirProtocolWord(word: word, air: air))
        }
    }

    private func readAntenna(into mapping: inout PayloadMapping) {
        mapping.antenna = sources.source("antenna", constant: .port)
        mapping.antennaFirst = UInt16(entry.integer("antenna_first", default: 1, in: 0...1))
        let table = entry.section("antenna_words")
        let words = SectionReader(table, known: table.keys, report: report)
        var taken: Set<String> = []
        mapping.antennaWords = table.keys.map { word in
            if !taken.insert(word.lowercased()).inserted {
                report.refuse(
                    words.place(word), "“\(word)”重复：不分大小写", "\"\(word)\" stands twice: case does not count")
            }
            return AntennaWord(
                word: word, port: UInt16(words.integer(word, default: 1, in: 1...Int(UInt16.max))))
        }
    }

    private func readDirection(into mapping: inout PayloadMapping) {
        mapping.direction = sources.source("direction", constant: .direction)
        let words = SectionReader(
            entry.section("direction_words"), known: MappingWords.directions, report: report)
        let owned = Dictionary(
            grouping: sources.wordsByOwner(words, MappingWords.directions), by: \.owner)
        for key in MappingWords.directions where words.has(key) {
            let texts = owned[key]?.map(\.word) ?? []
            switch key {
            case "IN": mapping.directionWords.inward = texts
            case "OUT": mapping.directionWords.outward = texts
            case "NONE": mapping.directionWords.none = texts
            default: mapping.directionWords.unknown = texts
            }
        }
    }

    private func readRadio(into mapping: inout PayloadMapping) {
        mapping.frequency = sources.source("frequency", constant: nil)
        mapping.frequencyUnit = entry.word("frequency_unit", default: .auto)
        mapping.phase = sources.source("phase", constant: nil)
        mapping.transmitPower = sources.source("tx_power", constant: .signal)
        mapping.transmitPowerUnit = entry.word("tx_power_unit", default: .dBm)
    }

    private func readConditions(into mapping: inout PayloadMapping) {
        mapping.ignoreWhen = sources.conditions("ignore_when")
        mapping.heartbeatWhen = sources.conditions("heartbeat_when")
        mapping.connectedWhen = sources.conditions("connected_when")
        mapping.disconnectedWhen = sources.conditions("disconnected_when")
        mapping.antennaConnectedWhen = sources.conditions("antenna_connected_when")
        mapping.antennaDisconnectedWhen = sources.conditions("antenna_disconnected_when")
        mapping.inventoryRunningWhen = sources.conditions("inventory_running_when")
        mapping.inventoryIdleWhen = sources.conditions("inventory_idle_when")
        mapping.overflowWhen = sources.conditions("overflow_when")
    }
}
