import AssetModel
import GatewayConfiguration
import OperatorAPI

/// The line of a discrepancy in the journal.
enum DiscrepancyLine {
    static func line(for change: DiscrepancyChange, language: OperatorLanguage) -> LogLine {
        LogLine(
            at: change.at, level: level(of: change), code: change.discrepancy.code.rawValue,
            word: word(for: change, language: language), fields: fields(of: change.discrepancy))
    }

    /// A new difference is as loud as its severity; that it went away or came back is worth knowing and no
    /// alarm.
    private static func level(of change: DiscrepancyChange) -> OperatorLevel {
        // One that comes back is as loud as one that is new: a reader that flaps at night must be heard.
        guard change.kind == .opened || change.kind == .reopened else {
            return change.kind == .held ? .info : .notice
        }
        switch change.discrepancy.code.severity {
        case .info: return .info
        case .warning: return .warning
        case .alarm: return .alarm
        }
    }

    private static func word(for change: DiscrepancyChange, language: OperatorLanguage) -> String {
        let code = change.discrepancy.code
        let noun = language == .chinese ? code.chinese : english(code)
        switch (change.kind, language) {
        case (.opened, _), (.held, _): return noun
        case (.reopened, .chinese): return noun + "（再次出现）"
        case (.reopened, .english): return noun + " (again)"
        case (.cleared, .chinese), (.confirmed, .chinese), (.dismissed, .chinese):
            return noun + "（\(chinese(change.discrepancy.state))）"
        case (.cleared, .english), (.confirmed, .english), (.dismissed, .english):
            return noun + " (\(english(change.discrepancy.state)))"
        }
    }

    private static func fields(of discrepancy: Discrepancy) -> [LogLine.Field] {
        var fields = [LogLine.Field("id", discrepancy.id), subject(discrepancy.subject)]
        if discrepancy.episode > 1 { fields.append(LogLine.Field("episode", "\(discrepancy.episode)")) }
        let place = discrepancy.zone.map { LogLine.Field("zone", $0) }
        if let place = place ?? discrepancy.site.map({ LogLine.Field("site", $0) }) { fields.append(place) }
        if let expected = discrepancy.expected { fields.append(LogLine.Field("exp", expected)) }
        if let actual = discrepancy.actual { fields.append(LogLine.Field("act", actual)) }
        fields.append(LogLine.Field("n", "\(discrepancy.evidenceCount)"))
        fields.append(LogLine.Field("rule", discrepancy.ruleSet))
        if let fen = discrepancy.exposureFen { fields.append(LogLine.Field("value", yuan(fen))) }
        return fields
    }

    private static func subject(_ subject: Subject) -> LogLine.Field {
        switch subject {
        case .asset(let assetNo, _): return LogLine.Field("asset", assetNo)
        case .tag(let epcHex): return LogLine.Field("epc", epcHex)
        case .vehicle(let plateNo): return LogLine.Field("plate", PlateMask.mask(plateNo))
        case .terminal(let phone): return LogLine.Field("terminal", PhoneMask.mask(phone))
        case .reader(let id): return LogLine.Field("reader", id)
        }
    }

    /// 元 with two decimals from 分.
    private static func yuan(_ fen: Int64) -> String {
        let cents = fen.magnitude % 100
        return (fen < 0 ? "-" : "") + "\(fen.magnitude / 100)." + (cents < 10 ? "0" : "") + "\(cents)"
    }

    private static func english(_ code: DiscrepancyCode) -> String {
        switch code {
        case .surplusUnknownTag: return "surplus, unknown tag"
        case .surplusNoCard: return "surplus, no card"
        case .locationMismatch: return "wrong place"
        case .missingSuspect: return "suspected missing"
        case .disposedStillPresent: return "disposed, still present"
        case .readerOffline: return "reader offline"
        case .terminalUnknown: return "unknown terminal"
        case .terminalSilent: return "terminal silent"
        case .tagDuplicate: return "one EPC, two tags"
        case .tagRebound: return "tag changed, not registered"
        case .coverageGap: return "not fully covered"
        case .clockSkew: return "device clock off"
        case .noFix: return "no position fix"
        case .deviceUnknown: return "unlisted device"
        }
    }

    private static func chinese(_ state: DiscrepancyState) -> String {
        switch state {
        case .open: return "待核实"
        case .confirmed: return "已核实"
        case .underReview: return "审核中"
        case .resolved: return "已处理"
        case .dismissed: return "误报"
        case .autoResolved: return "自动消除"
        }
    }

    private static func english(_ state: DiscrepancyState) -> String {
        switch state {
        case .open: return "open"
        case .confirmed: return "confirmed"
        case .underReview: return "under review"
        case .resolved: return "resolved"
        case .dismissed: return "dismissed"
        case .autoResolved: return "cleared by itself"
        }
    }
}
