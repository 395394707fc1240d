import AssetModel

/// `[[reader.light_barrier]]`: a beam across a gate on an input of a reader, as the electrician wired it.
struct LightBarrierSection {
    /// Which level says that something stands in the beam.
    enum Level: String, CaseIterable {
        case low, high
    }

    let report: ProblemReport
    let layout: SiteLayout

    /// Readers have 2 to 8 inputs; input boxes go to 16.
    static let pinMax = 64

    /// - Parameters:
    ///   - reader: the section of the reader.
    ///   - site: its site.
    ///   - zone: the position of a required reference, 0 where it was refused.
    func read(
        of reader: SectionReader, site: Int, zone position: (SectionReader) -> Int
    ) -> [SiteLayout.LightBarrier] {
        var lines: [Int: Int] = [:]
        return reader.sections("light_barrier").map { table in
            let entry = SectionReader(table, known: ConfigurationKeys.lightBarrier, report: report)
            if !entry.has("pin") { report.refuse(entry.place("pin"), "缺少必填键", "required key is missing") }
            let pin = entry.integer("pin", default: 0, in: 1...LightBarrierSection.pinMax)
            if pin > 0, let first = lines[pin] {
                report.refuse(
                    entry.place("pin"), "输入 \(pin) 重复（首次在第 \(first) 行）",
                    "duplicate pin \(pin), first on line \(first)")
            }
            lines[pin] = entry.place("pin").line
            let zone = position(entry)
            check(zone, in: entry, site: site)
            let level: Level = entry.word("active", default: .high)
            return SiteLayout.LightBarrier(
                pin: UInt16(pin), zone: zone, side: entry.word("side", default: .inside),
                isActiveHigh: level == .high)
        }
    }

    private func check(_ zone: Int, in entry: SectionReader, site: Int) {
        guard layout.zones.indices.contains(zone), layout.zones[zone].id == entry.text("zone") else { return }
        if layout.zones[zone].site != site {
            report.refuse(
                entry.place("zone"), "该库区不属于读写器的站点", "this zone is not in the site of the reader")
        } else if layout.zones[zone].kind != .gate {
            report.note(
                entry.place("zone"), "光栅只在 kind = \"gate\" 的库区起作用",
                "a light barrier does nothing but at a zone of kind = \"gate\"")
        }
    }
}
