import AssetModel

/// `[[site]]`, `[[zone]]`, `[[reader]]`, `[[terminal_source]]` and `[[mapping]]`: identities first, then
/// references.
struct LayoutSections {
    private let root: SectionReader
    private let report: ProblemReport
    private let sites: [SectionReader]
    private let zones: [SectionReader]
    private let readers: [SectionReader]
    private let terminalSources: [SectionReader]
    private let mappings: [(id: String, mapping: PayloadMapping, entry: SectionReader)]
    private let siteIndex: [String: Int]
    private let zoneIndex: [String: Int]

    init(root: SectionReader) {
        self.root = root
        report = root.report
        sites = LayoutSections.entries(of: root, "site", ConfigurationKeys.site)
        zones = LayoutSections.entries(of: root, "zone", ConfigurationKeys.zone)
        readers = LayoutSections.entries(of: root, "reader", ConfigurationKeys.reader)
        terminalSources = LayoutSections.entries(
            of: root, "terminal_source", ConfigurationKeys.terminalSource)
        mappings = MappingSection.readAll(root)
        siteIndex = LayoutSections.index(sites, areTopicLevels: true)
        zoneIndex = LayoutSections.index(zones, areTopicLevels: false)
    }

    /// - Returns: the layout, and for each site its minutes east of UTC.
    func read() -> (layout: SiteLayout, offsetMinutes: [Int]) {
        var layout = SiteLayout()
        layout.sites = sites.map(readSite)
        layout.zones = zones.map(readZone)
        noteSharedLocations()
        readReaders(into: &layout)
        layout.terminalSources = readTerminalSources()
        SharedTopics(readers: readers, terminalSources: terminalSources, report: report).check()
        noteUnusedMappings()
        return (layout, sites.map(SiteTimezone.read))
    }

    private static func entries(of root: SectionReader, _ name: String, _ known: [String]) -> [SectionReader]
    {
        root.sections(name).map { SectionReader($0, known: known, report: root.report) }
    }

    // MARK: identities and references

    /// Ids to positions; reports ids that are missing, malformed or taken.
    private static func index(_ entries: [SectionReader], areTopicLevels: Bool) -> [String: Int] {
        var index: [String: Int] = [:]
        for (position, entry) in entries.enumerated() {
            guard let id = entry.requiredText("id") else { continue }
            let place = entry.place("id")
            IdentifierRule.check(id, at: place, isTopicLevel: areTopicLevels, report: entry.report)
            if let first = index[id] {
                let line = entries[first].place("id").line
                entry.report.refuse(
                    place, "编号“\(id)”重复（首次在第 \(line) 行）", "duplicate id \"\(id)\", first on line \(line)")
            } else {
                index[id] = position
            }
        }
        return index
    }

    /// The position of a required reference; 0 where it was refused.
    private func reference(_ entry: SectionReader, _ key: String, to index: [String: Int]) -> Int {
        guard let id = entry.requiredText(key) else { return 0 }
        if let position = index[id] { return position }
        refuseReference(id, at: entry.place(key), kind: key)
        return 0
    }

    private func refuseReference(_ id: String, at place: ConfigurationPlace, kind: String) {
        report.refuse(
            place, "没有 id 为“\(id)”的 [[\(kind)]]", "no [[\(kind)]] has the id \"\(id)\"")
    }

    // MARK: sites and zones

    private func readSite(_ entry: SectionReader) -> SiteLayout.Site {
        let role: SiteRole = entry.word("role", default: .store)
        return SiteLayout.Site(
            id: entry.text("id") ?? "", name: entry.text("name") ?? "",
            state: entry.word("state", default: .active), isStore: role.isStore)
    }

    private func readZone(_ entry: SectionReader) -> SiteLayout.Zone {
        var zone = SiteLayout.Zone(
            id: entry.text("id") ?? "", site: reference(entry, "site", to: siteIndex),
            kind: entry.word("kind", default: .shelf),
            missingAfter: entry.seconds("missing_after_seconds", in: 1...ReasonableTime.yearSeconds))
        zone.name = entry.text("name") ?? ""
        zone.neighbours = readNeighbours(of: entry)
        zone.locations = entry.texts("locations").map(\.text)
        // Beyond a day nobody waits for the word.
        if let within = entry.seconds("decide_within_seconds", in: 1...86_400) { zone.decideWithin = within }
        return zone
    }

    private func readNeighbours(of entry: SectionReader) -> [Int] {
        var neighbours: [Int] = []
        for (id, place) in entry.texts("neighbours") {
            guard let zone = zoneIndex[id] else {
                refuseReference(id, at: place, kind: "zone")
                continue
            }
            if id == entry.text("id") {
                report.refuse(place, "库区不能与自己相邻", "a zone is no neighbour of itself")
            }
            if !neighbours.contains(zone) { neighbours.append(zone) }
        }
        return neighbours
    }

    /// A text of the register that names two zones cannot say where an asset belongs.
    private func noteSharedLocations() {
        var owner: [String: String] = [:]
        for entry in zones {
            guard let id = entry.text("id") else { continue }
            for (text, place) in entry.texts("locations") {
                if let other = owner[text], other != id {
                    report.note(
                        place, "地点“\(text)”也属于库区 \(other)",
                        "location \"\(text)\" also belongs to zone \(other)")
                }
                owner[text] = id
            }
        }
    }

    // MARK: readers

    private func readReaders(into layout: inout SiteLayout) {
        _ = LayoutSections.index(readers, areTopicLevels: false)
        for (position, entry) in readers.enumerated() {
            if entry.text("id")?.hasPrefix(LayoutSections.handheldPrefix) == true {
                let prefix = LayoutSections.handheldPrefix
                report.refuse(
                    entry.place("id"), "“\(prefix)”留给手持盘点", "\"\(prefix)\" is kept for handheld sweeps")
            }
            var reader = readReader(entry)
            for antenna in readAntennas(of: entry, reader: position, site: reader.site) {
                reader.antennas.append(layout.antennas.count)
                layout.antennas.append(antenna)
            }
            let barriers = LightBarrierSection(report: report, layout: layout)
            reader.lightBarriers = barriers.read(of: entry, site: reader.site) {
                reference($0, "zone", to: zoneIndex)
            }
            layout.readers.append(reader)
        }
    }

    /// The ids that ``SiteLayout/withHandhelds()`` gives.
    private static let handheldPrefix = "sweep:"

    private func readReader(_ entry: SectionReader) -> SiteLayout.Reader {
        var reader = SiteLayout.Reader(
            id: entry.text("id") ?? "", site: reference(entry, "site", to: siteIndex),
            topics: TopicFilterRule.take(from: entry))
        if reader.topics.isEmpty {
            report.refuse(entry.place("topics"), "至少需要一个主题", "at least one topic filter is required")
        }
        (reader.format, reader.mapping) = VendorWord.read(entry, mappings: mappings.map(\.mapping))
        reader.identities = ReaderIdentities.read(entry)
        let week = 7 * 86_400
        reader.reportInterval = entry.seconds("report_interval_seconds", default: .zero, in: 0...86_400)
        reader.reportIntervalIsSet = entry.has("report_interval_seconds")
        let standard = ElapsedTime(milliseconds: max(3 * reader.reportInterval.milliseconds, 60_000))
        reader.offlineAfter = entry.seconds("offline_after_seconds", default: standard, in: 1...week)
        if reader.offlineAfter <= reader.reportInterval {
            report.refuse(
                entry.place("offline_after_seconds"), "应大于 report_interval_seconds，否则两次上报之间即判离线",
                "must exceed report_interval_seconds, or every pause between two reports is an outage")
        }
        reader.liveness = entry.word("liveness", default: .traffic)
        reader.isHandheld = entry.flag("handheld", default: false)
        return reader
    }

    private func readAntennas(of reader: SectionReader, reader position: Int, site: Int) -> [SiteLayout
        .Antenna]
    {
        var lines: [Int: Int] = [:]
        return reader.sections("antenna").map { table in
            let entry = SectionReader(table, known: ConfigurationKeys.antenna, report: report)
            if !entry.has("port") { report.refuse(entry.place("port"), "缺少必填键", "required key is missing") }
            let port = entry.integer("port", default: 0, in: 1...LayoutSections.antennaPortMax)
            if port > 0, let first = lines[port] {
                report.refuse(
                    entry.place("port"), "天线 \(port) 重复（首次在第 \(first) 行）",
                    "duplicate port \(port), first on line \(first)")
            }
            lines[port] = entry.place("port").line
            let zone = reference(entry, "zone", to: zoneIndex)
            checkSite(of: zone, in: entry, isSiteOfReader: site)
            return SiteLayout.Antenna(
                reader: position, port: UInt16(port), zone: zone, side: entry.optionalWord("side"))
        }
    }

    /// Antenna hubs go to 64 ports; beams of array readers stay below this as well.
    static let antennaPortMax = 256

    private func checkSite(of zone: Int, in antenna: SectionReader, isSiteOfReader site: Int) {
        guard zones.indices.contains(zone), sites.indices.contains(site), antenna.text("zone") != nil,
            let zoneSite = zones[zone].text("site"), let readerSite = sites[site].text("id"),
            zoneIndex[antenna.text("zone") ?? ""] != nil, siteIndex[zoneSite] != nil, zoneSite != readerSite
        else { return }
        report.refuse(
            antenna.place("zone"), "该库区属于站点 \(zoneSite)，而读写器属于 \(readerSite)",
            "this zone is in site \(zoneSite), the reader in \(readerSite)")
    }

    // MARK: terminals, mappings, topics

    private func readTerminalSources() -> [SiteLayout.TerminalSource] {
        _ = LayoutSections.index(terminalSources, areTopicLevels: false)
        return terminalSources.map { entry in
            let topics = TopicFilterRule.take(from: entry)
            if topics.isEmpty {
                report.note(entry.place("topics"), "没有主题，收不到任何消息", "without topics nothing is received")
            }
            return SiteLayout.TerminalSource(
                id: entry.text("id") ?? "", topics: topics, format: TerminalFormatWord.read(entry),
                datum: entry.word("datum", default: .wgs84))
        }
    }

    private func noteUnusedMappings() {
        let used = Set(readers.compactMap { $0.text("vendor").flatMap(VendorWord.mappingName) })
        for (id, _, entry) in mappings where !id.isEmpty && !used.contains(id) {
            report.note(
                entry.place("id"), "没有读写器用到此映射；写 vendor = \"mapping \(id)\" 来使用",
                "no reader uses this mapping; vendor = \"mapping \(id)\" does")
        }
    }
}
