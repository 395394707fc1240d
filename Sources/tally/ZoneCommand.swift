import ArgumentParser
import NIOCore
import OperatorAPI

struct ZoneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zone", abstract: "区域：应有什么，听到什么。 Zones: what belongs there, what is heard there.",
        subcommands: [ZoneListCommand.self, ZoneShowCommand.self])
}

struct ZoneListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "各区域的数目。 Every zone with its counts.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var window: WindowOptions

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            let request = ControlRequest(
                path: OperatorRoute.zones, query: window.query, patience: ZoneShowCommand.patience)
            let list = try await connection.client.ask(request, for: ZoneList.self)
            if json {
                try Output.show(json: list)
            } else {
                Output.show(ZoneText(language: connection.language).lines(of: list))
            }
            return .ok
        }
    }
}

struct ZoneShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "一个区域：应在、在、未听到、错放。 One zone: expected, seen, not seen, in the wrong place.",
        discussion: """
            区域未被覆盖时，没听到不等于不在：这些资产列为“无法判断”。--limit 与 --offset 作用于每一组。
            While a zone is not covered, silence says nothing: such assets are listed as not covered, never \
            as missing. --limit and --offset apply to each group.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var window: WindowOptions

    @Argument(help: "区域编号。 The zone's id.")
    var id: String

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    /// Reading through a million cards takes a small box a while.
    static let patience = TimeAmount.seconds(60)

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            let request = ControlRequest(
                path: OperatorRoute.zones + "/" + ControlRequest.encoded(id), query: window.query,
                patience: ZoneShowCommand.patience)
            let reply = try await connection.client.ask(request, for: ZoneDetail.self)
            if json {
                try Output.show(json: reply)
            } else {
                Output.show(ZoneText(language: connection.language).lines(of: reply))
            }
            return .ok
        }
    }
}

/// Zones as a person reads them: counts first, things after.
struct ZoneText {
    let language: Language

    func lines(of list: ZoneList) -> [String] {
        guard !list.items.isEmpty else { return [language.sentence("没有区域", "no zones")] }
        var table = TextTable(headings: [
            language.label("区域", "zone"), language.label("站点", "site"), language.label("名称", "name"),
            language.label("种类", "kind"), language.label("覆盖", "covered"), language.label("天线", "antennas"),
            language.label("应在", "expected"), language.label("在", "seen"),
            language.label("疑似缺失", "missing"), language.label("错放", "misplaced"),
        ])
        table.rows = list.items.map { zone in
            [
                zone.id, zone.site, zone.name.isEmpty ? "-" : zone.name, kind(zone.kind),
                language.yesNo(zone.isCovered), "\(zone.antennasCovering)/\(zone.antennasTotal)",
                "\(zone.expected)", "\(zone.seen)", "\(zone.missingOpen)", "\(zone.misplacedOpen)",
            ]
        }
        return table.lines + ["", language.shown(list.items.count, of: list.total)]
    }

    func lines(of detail: ZoneDetail) -> [String] {
        var lines = head(of: detail).lines
        lines += ReaderText(language: language).antennas(detail.antennas)
        lines += [""] + counts(of: detail).lines
        let groups: [(String, ZoneGroup)] = [
            (language.label("未听到", "not seen"), detail.notSeen),
            (language.label("错放在此", "in the wrong place here"), detail.wrongPlace),
            (language.label("未覆盖，无法判断", "not covered, nothing can be said"), detail.notCovered),
            (language.label("未贴标", "untagged"), detail.untagged),
            (language.label("其他标签", "other tags"), detail.others),
            (language.label("在位", "found"), detail.found),
        ]
        for (title, group) in groups where group.total > 0 { lines += things(title, group) }
        if detail.passing.total > 0 { lines += passing(detail.passing) }
        return lines
    }

    private func passing(_ group: PassingGroup) -> [String] {
        var table = TextTable(headings: [
            language.label("正在经过", "in the field now"), language.label("名称", "name"), "EPC",
            language.label("进入", "since"), language.label("概率", "probability"),
        ])
        table.rows = group.items.map { thing in
            [
                thing.assetNo ?? "-", thing.assetName ?? "-", thing.epcHex,
                LocalTime.shown(thing.since) ?? "-",
                "\(Int((thing.probability * 100).rounded())) %",
            ]
        }
        let lines = [""] + table.lines
        return group.items.count == group.total
            ? lines : lines + [language.shown(group.items.count, of: group.total)]
    }

    private func head(of detail: ZoneDetail) -> FieldList {
        let zone = detail.zone
        var list = FieldList()
        list.add(language.label("区域", "zone"), zone.name.isEmpty ? zone.id : "\(zone.id) \(zone.name)")
        list.add(language.label("站点", "site"), zone.site)
        list.add(language.label("种类", "kind"), kind(zone.kind))
        list.add(language.label("相邻", "neighbours"), zone.neighbours.joined(separator: ", "))
        let since = zone.coveredSeconds.map { " (\(LocalTime.span(seconds: $0)))" } ?? ""
        list.add(language.label("覆盖", "covered"), language.yesNo(zone.isCovered) + since)
        if detail.antennas.isEmpty {
            list.add(language.label("天线", "antennas"), language.sentence("没有", "none"))
        }
        return list
    }

    private func counts(of detail: ZoneDetail) -> FieldList {
        var list = FieldList()
        list.add(
            language.label("应在", "expected"),
            "\(detail.zone.expected) = \(detail.found.total) " + language.label("在位", "found")
                + " + \(detail.notSeen.total) " + language.label("未听到", "not seen")
                + " + \(detail.notCovered.total) " + language.label("未覆盖", "not covered")
                + " + \(detail.untagged.total) " + language.label("未贴标", "untagged"))
        list.add(
            language.label("在此的标签", "tags settled here"),
            "\(detail.zone.seen), " + language.label("其中错放", "in the wrong place")
                + " \(detail.wrongPlace.total), " + language.label("其他", "others") + " \(detail.others.total)"
        )
        return list
    }

    private func things(_ title: String, _ group: ZoneGroup) -> [String] {
        var table = TextTable(headings: [
            title, language.label("名称", "name"), "EPC", language.label("区域", "zone"),
            language.label("最近听到", "last heard"), language.label("依据", "because"),
        ])
        table.rows = group.items.map { thing in
            [
                thing.assetNo ?? "-", thing.assetName ?? "-", thing.epcHex ?? "-", thing.zone ?? "-",
                LocalTime.shown(thing.lastHeardAt) ?? "-",
                language.sentence(thing.reasonChinese, thing.reasonEnglish),
            ]
        }
        let lines = [""] + table.lines
        return group.items.count == group.total
            ? lines : lines + [language.shown(group.items.count, of: group.total)]
    }

    private func kind(_ word: String) -> String {
        let chinese = [
            "shelf": "货架", "room": "房间", "gate": "通道门", "yard": "场地", "walk-by": "过道",
        ]
        return chinese[word].map { language.label($0, word) } ?? word
    }
}
