import AssetModel

/// The keys of a `[[mapping]]`, in the order of the printed default.
package enum MappingKeys {
    package static let all = [
        "id", "reads", "epc", "epc_encoding", "epc_offset_bytes", "epc_length_bytes", "epc_has_pc", "pc",
        "pc_encoding", "tid", "tid_encoding", "protocol", "protocol_words", "antenna", "antenna_first",
        "antenna_words", "rssi", "rssi_unit", "time", "time_format", "time_zone", "time_zone_unit",
        "time_pattern", "sent_at", "reads_count", "direction", "direction_words", "frequency",
        "frequency_unit", "phase", "tx_power", "tx_power_unit", "reader", "ignore_when", "heartbeat_when",
        "connected_when", "disconnected_when", "antenna_connected_when", "antenna_disconnected_when",
        "inventory_running_when", "inventory_idle_when", "overflow_when",
    ]
}

/// What is said about a mapping that cannot be read: Chinese, English.
enum MappingWords {
    static let directions = ["IN", "OUT", "NONE", "UNKNOWN"]

    /// Air interfaces by the words of a configuration.
    static let airProtocols: [String: AirProtocol] = [
        "gen2": .gen2, "6b": .iso6B, "gb": .gbt29768, "gjb": .gjb7377, "other": .other,
    ]
    static let airWords = ["gen2", "6b", "gb", "gjb", "other"]

    static func explain(_ reason: MappingPath.Fault.Reason) -> (chinese: String, english: String) {
        switch reason {
        case .emptyKey: return ("缺少键名", "a key is missing")
        case .unclosedQuote: return ("引号没有闭合", "the quote is not closed")
        case .unclosedBracket: return ("缺少 ]", "] is missing")
        case .badIndex: return ("[] 里只能是从 0 起的序号", "only an index from 0 may stand in [ ]")
        case .eachNotHere:
            return ("[] 只用于 reads；这里用序号，如 [0]", "[] is for reads; an index, such as [0], is for fields")
        case .unexpectedCharacter:
            return ("此处不能有这个字符；特殊键名加单引号", "this character cannot stand here; put unusual keys in ' '")
        case .tooDeep: return ("层次过深", "too many steps")
        }
    }

    static func explain(_ fault: TimePattern.Fault) -> (chinese: String, english: String) {
        switch fault {
        case .unknownField(let position):
            return (
                "第 \(position) 个字符处：只有 YYYY MM DD HH MM SS",
                "character \(position): fields are YYYY MM DD HH MM SS"
            )
        case .repeatedField(let position):
            return ("第 \(position) 个字符处：重复", "character \(position): stands twice")
        case .incomplete: return ("缺少年、月、日或时", "year, month, day or hour is missing")
        }
    }
}
