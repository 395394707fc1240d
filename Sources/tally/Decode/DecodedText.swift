/// One decoded line as a person reads it: labels and values below one another, what is absent left out.
struct DecodedText {
    let fields: [DecodedField]
    let language: Language

    private static let indent = "  "

    /// Without the blank line that separates it from the next one.
    var lines: [String] {
        guard let line = fields.first else { return [] }
        let heading = "── " + label(line.key) + " \(shown(line.value))"
        return [heading] + block(Array(fields.dropFirst()), indent: DecodedText.indent)
    }

    /// Plain fields first, as a list with aligned values; then each object of each list under its own
    /// heading.
    private func block(_ fields: [DecodedField], indent: String) -> [String] {
        var plain = FieldList()
        var nested: [String] = []
        for field in fields {
            if case .list(let values) = field.value, case .object? = values.first {
                for (index, value) in values.enumerated() {
                    nested += entry(value, heading: "\(label(field.key)) \(index + 1)", indent: indent)
                }
            } else {
                plain.add(label(field.key), shown(field.value))
            }
        }
        return plain.lines.map { indent + $0 } + nested
    }

    /// A record with lists of its own takes a block, a small one a single line.
    private func entry(_ value: DecodedValue, heading: String, indent: String) -> [String] {
        guard case .object(let fields) = value else { return [] }
        guard fields.count > DecodedText.inlineFieldsMax else {
            let parts = fields.map { shown($0.value) }.filter { !$0.isEmpty }
            return [indent + heading + DecodedText.indent + parts.joined(separator: " ")]
        }
        return [indent + heading] + block(fields, indent: indent + DecodedText.indent)
    }

    /// An item, an event, a refusal: each of them makes sense without labels.
    private static let inlineFieldsMax = 4

    private func shown(_ value: DecodedValue) -> String {
        switch value {
        case .null: return ""
        case .flag(let flag): return flag ? language.yesNo(true) : ""
        case .whole(let number): return String(number)
        case .decimal(let digits): return digits
        case .text(let text): return DisplayText.plain(text)
        case .word(let word, let chinese): return language.label(chinese, word)
        case .list(let values):
            return values.map { shown($0) }.joined(separator: language.sentence("，", ", "))
        case .object(let fields): return fields.map { shown($0.value) }.joined(separator: " ")
        }
    }

    private func label(_ key: String) -> String {
        guard let chinese = DecodedText.chinese[key] else { return key }
        return language.label(chinese, key)
    }

    /// The keys of the JSON form are the English labels.
    private static let chinese = [
        "line": "行", "rejected": "拒收", "at": "位置", "rejections": "拒收项", "ignored": "无需处理",
        "hex": "十六进制", "scheme": "编码方案", "pure_identity_uri": "纯标识", "tag_uri": "标签",
        "element_string": "要素字符串", "vendor": "格式", "observations": "读取", "reader_events": "读写器事件",
        "pc_hex": "协议控制字", "protocol": "空口协议", "frequency_khz": "频率", "phase_deg": "相位",
        "tx_power_dbm": "发射功率",
        "epc_hex": "标签", "tid_hex": "芯片号", "antenna": "天线", "peak_rssi_dbm": "信号强度", "heard_at": "读取时间",
        "reads": "次数", "direction": "方向", "message_id": "消息", "phone": "终端号", "phone_raw": "原始终端号",
        "serial": "流水号", "pending": "等待分包", "fixes": "定位", "terminal_events": "终端事件", "lat_deg": "纬度",
        "lon_deg": "经度", "altitude_m": "海拔", "speed_km_h": "速度", "direction_deg": "航向",
        "time_utc": "定位时间", "valid": "已定位", "backfill": "盲区补报", "odometer_m": "里程", "alarms": "报警",
        "status": "状态", "items": "附加项", "sweep": "盘点", "satellites": "卫星数", "accuracy_m": "精度",
        "input": "输入", "digital_link": "数字链接", "raw_uri": "原始编码", "filter": "过滤值",
        "afi_hex": "应用族", "announced_bits": "应有位数", "class": "类别", "designer_id": "设计商号",
        "designer": "设计商", "model_hex": "型号", "xtid": "XTID", "security": "安全功能", "file": "文件功能",
        "xtid_header_hex": "XTID字", "serial_bits": "序列号位数", "serial_hex": "序列号", "segments": "分段",
    ]
}
