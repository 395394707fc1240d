import AssetModel

/// What one input line turned out to be: fields in the order in which they are printed. The same tree is
/// written as JSON and shown to people.
indirect enum DecodedValue: Equatable {
    case null
    case flag(Bool)
    case whole(Int64)
    /// A number as its digits, so that nothing is rounded on the way out: `"39.904200"`.
    case decimal(String)
    case text(String)
    /// A word of a documented list, with its meaning for people.
    case word(String, chinese: String)
    case list([DecodedValue])
    case object([DecodedField])

    static func text(_ text: String?) -> DecodedValue { text.map { .text($0) } ?? .null }

    /// Text, or null where it is empty.
    static func said(_ text: String) -> DecodedValue { text.isEmpty ? .null : .text(text) }

    static func whole(_ number: (some BinaryInteger)?) -> DecodedValue {
        number.map { .whole(Int64(clamping: $0)) } ?? .null
    }

    /// RFC 3339 with Z and milliseconds.
    static func instant(_ instant: UTCInstant?) -> DecodedValue { .text(instant?.rfc3339()) }

    /// RFC 3339 with Z. Terminals give whole seconds mostly, and are shown no more exact than that.
    static func wholeSeconds(_ instant: UTCInstant?) -> DecodedValue {
        guard let instant, instant.milliseconds % 1_000 == 0 else { return .instant(instant) }
        return .text(instant.rfc3339().replacing(".000Z", with: "Z"))
    }

    /// To one decimal; the source's own number may be of any size.
    static func decimal(metres: Double) -> DecodedValue {
        .decimal(Int64((min(max(metres, 0), 1e9) * 10).rounded()), places: 1)
    }

    /// As many decimals as it has, six at most; null where there is none. Of a physical quantity, so that it
    /// is far below the billions where whole numbers end.
    static func decimal(_ number: Double?) -> DecodedValue {
        guard let number, number.magnitude <= 1e9 else { return .null }
        return .decimal(Int64((number * 1_000_000).rounded()), places: 6)
    }

    /// A multiple of a power of ten: 3990, two places → `39.9`; with all places → `39.90`.
    static func decimal(_ digits: Int64, places: Int, isPadded: Bool = false) -> DecodedValue {
        let size = String(digits.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - size.utf8.count)) + size
        var fraction = padded.suffix(places)
        if !isPadded { while fraction.last == "0" { fraction.removeLast() } }
        let whole = padded.dropLast(places)
        return .decimal((digits < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction))
    }
}

struct DecodedField: Equatable {
    let key: String
    let value: DecodedValue

    init(_ key: String, _ value: DecodedValue) {
        self.key = key
        self.value = value
    }
}

extension DecodedValue {
    /// JSON on one line, keys in order.
    var json: String {
        switch self {
        case .null: return "null"
        case .flag(let flag): return flag ? "true" : "false"
        case .whole(let number): return String(number)
        case .decimal(let digits): return digits
        case .text(let text), .word(let text, _): return DecodedValue.quoted(text)
        case .list(let values): return "[" + values.map(\.json).joined(separator: ",") + "]"
        case .object(let fields):
            let members = fields.map { DecodedValue.quoted($0.key) + ":" + $0.value.json }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.value(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension DecodedField {
    /// `rejections` of a good line: what was refused in it.
    static func rejections(_ rejections: [Rejection]) -> DecodedField {
        DecodedField(
            "rejections",
            .list(
                rejections.map {
                    .object([
                        DecodedField("reason", .text($0.reason.rawValue)), DecodedField("at", .text($0.at)),
                    ])
                }))
    }

    /// The two fields of a refused line.
    static func rejected(_ rejection: Rejection) -> [DecodedField] {
        [
            DecodedField("rejected", .text(rejection.reason.rawValue)),
            DecodedField("at", .text(rejection.at)),
        ]
    }
}

extension DeviceEvent {
    /// `{"kind": …}` and what else the event says.
    var decodedFields: [DecodedField] {
        var fields = [DecodedField("kind", .text(kind))]
        switch self {
        case .antennaConnected(let port), .antennaDisconnected(let port), .antennaActivated(let port):
            fields.append(DecodedField("port", .whole(port)))
        case .overflow(let first, let last, let purged):
            fields.append(DecodedField("first", .instant(first)))
            fields.append(DecodedField("last", .instant(last)))
            fields.append(DecodedField("purged", .whole(purged)))
        case .sequenceGap(let first, let last, let missed):
            fields.append(DecodedField("first", .instant(first)))
            fields.append(DecodedField("last", .instant(last)))
            fields.append(DecodedField("missed", .whole(missed)))
        case .generalPurposeInput(let pin, let high):
            fields.append(DecodedField("pin", .whole(pin)))
            fields.append(DecodedField("state", .text(high ? "HIGH" : "LOW")))
        case .backlog(let dropped, let retained):
            fields.append(DecodedField("dropped", .whole(dropped)))
            fields.append(DecodedField("retained", .whole(retained)))
        case .registered(let terminalID): fields.append(DecodedField("terminal_id", .said(terminalID)))
        case .authenticated(let imei): fields.append(DecodedField("imei", .said(imei)))
        case .described(let terminalID, let iccid, let systems):
            fields.append(DecodedField("terminal_id", .said(terminalID)))
            fields.append(DecodedField("iccid", .said(iccid)))
            // A bit each: GPS, BDS, GLONASS, Galileo. A terminal that has none, or does not say.
            fields.append(DecodedField("satellite_systems", systems == 0 ? .null : .whole(systems)))
        case .driverCardInserted(let code, let at):
            fields.append(DecodedField("code", .said(code)))
            fields.append(DecodedField("time_utc", .wholeSeconds(at)))
        case .driverCardRemoved(let at): fields.append(DecodedField("time_utc", .wholeSeconds(at)))
        case .connected, .disconnected, .inventoryRunning, .inventoryIdle, .inventoryArmed, .heartbeat,
            .deregistered, .powerCut, .antennaCut, .readsRefused:
            break
        }
        return fields
    }
}
