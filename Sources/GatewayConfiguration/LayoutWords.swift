import AssetModel

/// What a site is for. Only one thing follows from it: whether what stands there is in stock.
enum SiteRole: String, CaseIterable {
    case main, branch, reserve, regular, emergency, store
    case office, unit, virtual

    var isStore: Bool {
        switch self {
        case .main, .branch, .reserve, .regular, .emergency, .store: return true
        case .office, .unit, .virtual: return false
        }
    }
}

/// `site.timezone`: a fixed offset. China has one zone and no daylight saving time.
package enum SiteTimezone {
    package static let shanghaiMinutes = 480

    /// Minutes east of UTC.
    static func read(_ entry: SectionReader) -> Int {
        guard let text = entry.text("timezone") else { return shanghaiMinutes }
        switch text {
        case "Asia/Shanghai": return shanghaiMinutes
        case "UTC": return 0
        default: break
        }
        if let minutes = fixedOffset(text) { return minutes }
        entry.refuseWord("timezone", text, known: ["Asia/Shanghai", "UTC", "+08:00"])
        return shanghaiMinutes
    }

    /// `+08:00`, `-03:30`; at most 14 hours, the largest offset in use.
    private static func fixedOffset(_ text: String) -> Int? {
        let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard let sign = text.first, sign == "+" || sign == "-", parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), minutes < 60,
            hours * 60 + minutes <= 14 * 60
        else { return nil }
        return (hours * 60 + minutes) * (sign == "-" ? -1 : 1)
    }
}

/// `reader.vendor`: the words of the manual.
enum VendorWord {
    /// Every word but `mapping NAME`, in the order of the manual.
    private static let formats: [MessageFormat] = [
        .auto, .impinj, .smartReader, .zebra, .zebraSled, .csl, .ifm, .llrpkit, .edgex, .rifidi, .sparkplug,
        .neuron, .plain,
    ]
    private static let words = formats.map(\.rawValue) + ["mapping NAME"]

    /// The family, and the mapping where the word names one.
    static func read(
        _ entry: SectionReader, mappings: [PayloadMapping]
    ) -> (MessageFormat, PayloadMapping?) {
        guard let text = entry.text("vendor") else { return (.auto, nil) }
        if let format = formats.first(where: { $0.rawValue == text }) { return (format, nil) }
        if let name = mappingName(text) {
            if let mapping = mappings.first(where: { $0.id == name }) { return (.mapping, mapping) }
            entry.report.refuse(
                entry.place("vendor"), "没有 id 为“\(name)”的 [[mapping]]",
                "no [[mapping]] has the id \"\(name)\"")
        } else {
            entry.refuseWord("vendor", text, known: words)
        }
        return (.auto, nil)
    }

    /// NAME of `mapping NAME`; empty where it was left out.
    static func mappingName(_ vendor: String) -> String? {
        if vendor == "mapping" { return "" }
        guard vendor.hasPrefix("mapping ") else { return nil }
        return String(vendor.dropFirst("mapping ".count).drop { $0 == " " })
    }
}

/// `terminal_source.format`.
enum TerminalFormatWord {
    private static let formats: [MessageFormat] = [
        .auto, .jt808, .emqx, .traccar, .ownTracks, .flespi, .gbt32960, .nmea, .jt809,
    ]
    /// A second word for the gateway's own JSON, which names the protocol.
    private static let emqxJT808 = "emqx-jt808"

    static func read(_ entry: SectionReader) -> MessageFormat {
        guard let text = entry.text("format") else { return .jt808 }
        if text == emqxJT808 { return .emqx }
        if let format = formats.first(where: { $0.rawValue == text }) { return format }
        entry.refuseWord("format", text, known: formats.map(\.rawValue))
        return .jt808
    }
}

/// MQTT topic filters: `+` stands alone in its level, `#` alone in the last one.
enum TopicFilterRule {
    /// Bytes of UTF-8. MQTT allows 65,535; no reader has a topic near this.
    static let bytesMax = 512

    /// The filters of an entry, each checked.
    static func take(from entry: SectionReader) -> [String] {
        entry.texts("topics").map { filter, place in
            if let (chinese, english) = fault(in: filter) {
                entry.report.refuse(
                    place, "主题过滤器“\(filter)”有误：\(chinese)", "bad topic filter \"\(filter)\": \(english)")
            }
            return filter
        }
    }

    static func fault(in filter: String) -> (chinese: String, english: String)? {
        if filter.isEmpty { return ("为空", "it is empty") }
        if filter.utf8.count > bytesMax { return ("超过 \(bytesMax) 字节", "longer than \(bytesMax) bytes") }
        if filter.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return ("含控制字符", "it holds a control character")
        }
        if filter.hasPrefix("$share/") { return ("不支持共享订阅", "shared subscriptions are not supported") }
        let levels = filter.split(separator: "/", omittingEmptySubsequences: false)
        for (index, level) in levels.enumerated() {
            if level.contains("#") && (level != "#" || index != levels.count - 1) {
                return ("# 只能单独位于最后一级", "# must stand alone in the last level")
            }
            if level.contains("+") && level != "+" {
                return ("+ 必须独占一级", "+ must stand alone in its level")
            }
        }
        return nil
    }
}
