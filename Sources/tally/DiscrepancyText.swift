import AssetModel
import OperatorAPI

/// Discrepancies as a person reads them. Plate numbers are masked: the table may hang on a wall.
struct DiscrepancyText {
    let language: Language

    func lines(of list: DiscrepancyList) -> [String] {
        guard !list.items.isEmpty else { return [language.sentence("没有差异", "no discrepancies")] }
        var table = TextTable(headings: [
            language.label("编号", "id"), language.label("差异", "code"), language.label("状态", "state"),
            language.label("对象", "subject"), language.label("应在", "expected"), language.label("实际", "actual"),
            language.label("发现于", "opened"),
        ])
        table.rows = list.items.map { item in
            [
                item.id, language == .zh ? "\(item.chinese) \(item.code)" : item.code, state(of: item),
                subject(of: item), item.expected ?? "-", item.actual ?? "-",
                LocalTime.shown(item.openedAt) ?? "-",
            ]
        }
        let shown = list.items.count
        let rest = "\(shown) / \(list.total)"
        return table.lines + ["", language.sentence("共 \(list.total) 条，显示 \(shown) 条", "shown: " + rest)]
    }

    func lines(of detail: DiscrepancyDetail) -> [String] {
        lines(of: detail.discrepancy) + history(of: detail)
    }

    private func lines(of item: DiscrepancyReply) -> [String] {
        var list = FieldList()
        list.add(
            language.label("编号", "id"), "\(item.id)  (\(language.label("次数", "episode")) \(item.episode))")
        list.add(language.label("差异", "code"), language == .zh ? "\(item.chinese) \(item.code)" : item.code)
        list.add(language.label("级别", "severity"), item.severity)
        list.add(language.label("状态", "state"), state(of: item))
        list.add(language.label("对象", "subject"), subject(of: item))
        list.add(
            language.label("位置", "place"), [item.site, item.zone].compactMap { $0 }.joined(separator: "/"))
        list.add(language.label("应在", "expected"), item.expected)
        list.add(language.label("实际", "actual"), item.actual)
        list.add(language.label("发现于", "opened"), LocalTime.shown(item.openedAt))
        list.add(language.label("消除于", "cleared"), LocalTime.shown(item.clearedAt))
        list.add(language.label("可信度", "confidence"), "\(item.confidence)")
        list.add(language.label("涉及原值", "exposure"), item.exposureFen.map { Yuan.shown($0) })
        list.add(language.label("规则", "rule set"), item.ruleSet)
        return list.lines + evidence(of: item)
    }

    private func evidence(of item: DiscrepancyReply) -> [String] {
        guard !item.evidence.isEmpty else { return [] }
        var table = TextTable(headings: [
            language.label("证据", "evidence"), language.label("来源", "source"), language.label("说明", "reason"),
        ])
        table.rows = item.evidence.map { piece in
            [LocalTime.shown(piece.at) ?? "-", piece.source, language.sentence(piece.chinese, piece.english)]
        }
        return [""] + table.lines
    }

    private func history(of detail: DiscrepancyDetail) -> [String] {
        guard !detail.history.isEmpty else { return [] }
        var table = TextTable(headings: [
            language.label("经过", "history"), language.label("变化", "change"),
            language.label("次数", "episode"), language.label("状态", "state"), language.label("何人", "who"),
            language.label("理由", "why"),
        ])
        table.rows = detail.history.map { step in
            [
                LocalTime.shown(step.at) ?? "-", change(step.change), "\(step.episode)", state(step.state),
                step.by.map { who($0) } ?? "-", step.reason ?? "-",
            ]
        }
        var lines = [""] + table.lines
        let unlisted = detail.historyTotal - detail.history.count
        if unlisted > 0 {
            lines.append(language.sentence("更早的 \(unlisted) 步未列出", "\(unlisted) earlier steps"))
        }
        if detail.heldTotal > 0 {
            let last = LocalTime.shown(detail.lastHeldAt) ?? "-"
            lines.append(
                language.sentence(
                    "期间有 \(detail.heldTotal) 次新证据，最近 \(last)",
                    "new evidence \(detail.heldTotal) times, last \(last)"))
        }
        return lines
    }

    func change(_ word: String) -> String {
        guard language == .zh else { return word }
        return [ChangeWords.chinese(word), word].compactMap { $0 }.joined(separator: " ")
    }

    func who(_ actor: ActorReply) -> String {
        actor.name == "\(actor.uid)" ? "uid \(actor.uid)" : "\(actor.name) (uid \(actor.uid))"
    }

    private func state(of item: DiscrepancyReply) -> String { state(item.state) }

    func state(_ word: String) -> String {
        guard language == .zh, let state = DiscrepancyState(rawValue: word) else { return word }
        return "\(CodeWords.chinese(state)) \(word)"
    }

    func subject(of item: DiscrepancyReply) -> String {
        switch item.subject {
        case .asset(let assetNo, let epcHex): return epcHex.map { "\(assetNo) (\($0))" } ?? assetNo
        case .tag(let epcHex): return epcHex
        case .vehicle(let plateNo): return PlateMask.mask(plateNo)
        case .terminal(let phone): return language.label("终端", "terminal") + " " + phone
        case .reader(let id): return language.label("读写器", "reader") + " " + id
        }
    }
}

/// The Chinese words of codes.
enum CodeWords {
    /// Empty for a code that this program does not know.
    static func chinese(_ code: String) -> String {
        DiscrepancyCode(rawValue: code)?.chinese ?? ""
    }

    static func chinese(_ state: DiscrepancyState) -> String {
        switch state {
        case .open: return "待核实"
        case .confirmed: return "已核实"
        case .underReview: return "审核中"
        case .resolved: return "已处理"
        case .dismissed: return "误报"
        case .autoResolved: return "自动消除"
        }
    }
}

/// The Chinese words of changes.
enum ChangeWords {
    /// `nil` for a word that this program does not know.
    static func chinese(_ word: String) -> String? {
        switch word {
        case "opened": return "发现"
        case "held": return "新证据"
        case "cleared": return "消除"
        case "reopened": return "再次出现"
        case "confirmed": return "核实"
        case "dismissed": return "判为误报"
        case "online": return "上线"
        case "offline": return "离线"
        case "heard": return "收到数据"
        case "silent": return "无数据"
        case "gap": return "覆盖不足"
        case "covering": return "恢复覆盖"
        case "skewed": return "时钟偏差"
        case "clock_set": return "时钟被拨"
        case "in_step": return "时钟恢复"
        case "no_fix": return "定位失效"
        case "fixed": return "恢复定位"
        default: return nil
        }
    }
}
