import AssetModel

/// What no single key of a `[[mapping]]` shows: keys without those that they belong to, and keys that
/// contradict each other.
struct MappingChecks {
    private let entry: SectionReader
    private let report: ProblemReport
    private let sources: MappingSources

    init(_ entry: SectionReader, _ sources: MappingSources) {
        self.entry = entry
        self.sources = sources
        report = entry.report
    }

    func check(_ mapping: PayloadMapping) {
        checkCompanions()
        checkConstants(of: mapping)
        checkExclusions()
        checkConditions(of: mapping)
        checkReach(of: mapping)
    }

    /// Keys that say how to read another one.
    private func checkCompanions() {
        let needs: [(key: String, needed: [String])] = [
            ("tid_encoding", ["tid"]), ("pc_encoding", ["pc"]), ("protocol_words", ["protocol"]),
            ("antenna_words", ["antenna"]), ("antenna_first", ["antenna"]), ("rssi_unit", ["rssi"]),
            ("time_format", ["time", "sent_at"]), ("time_zone", ["time", "sent_at"]),
            ("time_pattern", ["time", "sent_at"]), ("time_zone_unit", ["time_zone"]),
            ("direction_words", ["direction"]), ("frequency_unit", ["frequency"]),
            ("tx_power_unit", ["tx_power"]), ("antenna_connected_when", ["antenna"]),
            ("antenna_disconnected_when", ["antenna"]),
        ]
        for (key, needed) in needs where entry.has(key) && !needed.contains(where: entry.has) {
            report.refuse(
                entry.place(key), "还需要 \(needed.joined(separator: " 或 "))",
                "needs \(needed.joined(separator: " or ")) beside it")
        }
    }

    /// A constant is written in our own words and units: there is nothing left to say how to read it.
    private func checkConstants(of mapping: PayloadMapping) {
        let readings: [(source: MappingSource?, field: String, keys: [String])] = [
            (mapping.antenna, "antenna", ["antenna_words", "antenna_first"]),
            (mapping.signal, "rssi", ["rssi_unit"]), (mapping.direction, "direction", ["direction_words"]),
            (mapping.airProtocol, "protocol", ["protocol_words"]),
            (mapping.transmitPower, "tx_power", ["tx_power_unit"]),
        ]
        for (source, field, keys) in readings {
            guard case .constant? = source else { continue }
            for key in keys where entry.has(key) {
                report.refuse(
                    entry.place(key), "\(field) 是常量，不用此键",
                    "\(field) is a constant and has no use for this key")
            }
        }
    }

    /// Two keys that say the same thing, or the opposite.
    private func checkExclusions() {
        let hasPC = entry.has("epc_has_pc") && entry.flag("epc_has_pc", default: false)
        for (key, reasons) in [
            ("epc_length_bytes", ("长度由 PC 字给出", "the PC word tells the length")),
            ("pc", ("PC 字已在 EPC 之前", "the PC word stands before the EPC")),
        ] where hasPC && entry.has(key) {
            report.refuse(
                entry.place(key), "epc_has_pc = true：\(reasons.0)", "epc_has_pc = true: \(reasons.1)")
        }
    }

    /// One condition cannot mean two things.
    private func checkConditions(of mapping: PayloadMapping) {
        let lists: [(key: String, conditions: [MappingCondition])] = [
            ("disconnected_when", mapping.disconnectedWhen), ("connected_when", mapping.connectedWhen),
            ("antenna_disconnected_when", mapping.antennaDisconnectedWhen),
            ("antenna_connected_when", mapping.antennaConnectedWhen),
            ("inventory_idle_when", mapping.inventoryIdleWhen),
            ("inventory_running_when", mapping.inventoryRunningWhen),
            ("overflow_when", mapping.overflowWhen), ("heartbeat_when", mapping.heartbeatWhen),
            ("ignore_when", mapping.ignoreWhen),
        ]
        var owners: [MappingCondition: String] = [:]
        for (key, conditions) in lists {
            for condition in conditions.flatMap(\.single) {
                if let other = owners[condition] {
                    report.refuse(
                        entry.place(key), "同一条件已属于 \(other)", "the same condition stands under \(other)")
                    break
                }
                owners[condition] = key
            }
        }
    }

    /// `^` goes out by one array each; there are no more than `reads` enters. A record that is the root
    /// itself has nothing around it.
    private func checkReach(of mapping: PayloadMapping) {
        let levels = mapping.reads.steps.isEmpty ? 0 : max(mapping.reads.arrays, 1)
        if case .enclosing = mapping.reads.anchor {
            report.refuse(
                entry.place("reads"), "记录的位置从报文根部写起，不能用 ^",
                "the way to the records begins at the root: no ^ here")
        }
        for (key, path) in sources.pathsTaken {
            guard case .enclosing(let count) = path.anchor, count > levels, key != "reads" else { continue }
            report.refuse(
                entry.place(key), "“\(path.text)”的 ^ 多于 reads 里的 []（\(levels)）",
                "\"\(path.text)\" has more ^ than reads has [] (\(levels))")
        }
    }
}

extension MappingCondition {
    /// The same for each of its words alone, without regard to case.
    fileprivate var single: [MappingCondition] {
        guard case .any(let words) = test else { return [self] }
        return Set(words.map { $0.lowercased() }).sorted().map {
            var single = self
            single.test = .any([$0])
            return single
        }
    }
}
