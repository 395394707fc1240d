import AssetModel

/// `extra` of a position: the additional items, turned back into the bytes of the frame.
///
///     {"mileage": 100, "fuel_meter": 125, …, "20": base64, "custome": {"225": base64}}
///
/// - Numbers that the gateway read have the width that the standard gives their item, so their bytes are
///   known.
/// - Other ids stand under their decimal number, base64: those from E1 on in `custome` (so spelt), the others
///   beside the numbers.
/// - `signal` and `io_status` are read by the gateway from the wrong end of their item and are never used;
///   `tire_pressure` and `carriage_temp` were not seen, so that their form is not known, and are left out.
/// - The order in the frame and second items of the same id are lost in the gateway. 0xE0 it reads twice: two
///   items that are alike are one.
struct EMQXItems {
    private(set) var items: [VehicleFix.Item] = []

    /// Takes the members of an object that was entered, to its end.
    mutating func read(_ json: inout JSONCursor, _ refusal: inout Rejection?) throws(JSONFault) {
        while let key = try json.nextKey() {
            switch key {
            case "mileage": try number(0x01, bytes: 4, &json, &refusal)
            case "fuel_meter": try number(0x02, bytes: 2, &json, &refusal)
            case "speed": try number(0x03, bytes: 2, &json, &refusal)
            case "alarm_id": try number(0x04, bytes: 2, &json, &refusal)
            case "overspeed_alarm": try record(0x11, [("type", 1), ("id", 4)], &json, &refusal)
            case "in_out_alarm":
                try record(0x12, [("type", 1), ("id", 4), ("direction", 1)], &json, &refusal)
            case "path_time_alarm":
                try record(0x13, [("id", 4), ("time", 2), ("result", 1)], &json, &refusal)
            case "analog": try record(0x2B, [("ad1", 2), ("ad0", 2)], &json, &refusal)
            case "rssi": try number(0x30, bytes: 1, &json, &refusal)
            case "gnss_sat_num": try number(0x31, bytes: 1, &json, &refusal)
            case "custome": try vendorItems(&json, &refusal)
            default: try rawItem(key, &json, &refusal)
            }
        }
    }

    private mutating func vendorItems(
        _ json: inout JSONCursor, _ refusal: inout Rejection?
    ) throws(JSONFault) {
        guard try json.enterMember(at: "extra.custome", &refusal) else { return }
        while let key = try json.nextKey() { try rawItem(key, &json, &refusal) }
    }

    /// A member whose key is an item's id; every other one is passed over.
    private mutating func rawItem(
        _ key: JSONString, _ json: inout JSONCursor, _ refusal: inout Rejection?
    ) throws(JSONFault) {
        guard let id = UInt8(key.string), try json.kind() == .string else {
            try json.skip()
            return
        }
        let text = try json.string().bytes
        guard case .bytes(let bytes) = text.withUnsafeBytes({ Base64.bytes(of: $0) }) else {
            return EMQXItems.refuse("\(id)", &refusal)
        }
        items.append(VehicleFix.Item(id: id, bytes: bytes))
    }

    private mutating func number(
        _ id: UInt8, bytes count: Int, _ json: inout JSONCursor, _ refusal: inout Rejection?
    ) throws(JSONFault) {
        guard let bytes = try EMQXItems.bigEndian(count, &json) else {
            return EMQXItems.refuse("\(id)", &refusal)
        }
        items.append(VehicleFix.Item(id: id, bytes: bytes))
    }

    /// An item of several fields, given in the order of the frame. Without the last ones (an overspeed alarm
    /// of no area has its type alone) it ends before them.
    private mutating func record(
        _ id: UInt8, _ fields: [(name: StaticString, bytes: Int)], _ json: inout JSONCursor,
        _ refusal: inout Rejection?
    ) throws(JSONFault) {
        guard try json.kind() == .object else {
            try json.skip()
            return EMQXItems.refuse("\(id)", &refusal)
        }
        var values = [[UInt8]?](repeating: nil, count: fields.count)
        try json.enterObject()
        while let key = try json.nextKey() {
            if let index = fields.firstIndex(where: { key.equals($0.name) }) {
                values[index] = try EMQXItems.bigEndian(fields[index].bytes, &json)
            } else {
                try json.skip()
            }
        }
        let known = values.prefix { $0 != nil }
        guard !known.isEmpty, values.dropFirst(known.count).allSatisfy({ $0 == nil }) else {
            return EMQXItems.refuse("\(id)", &refusal)
        }
        items.append(VehicleFix.Item(id: id, bytes: known.flatMap { $0 ?? [] }))
    }

    /// A whole number as that many bytes; `nil` where it is none or does not fit.
    private static func bigEndian(_ count: Int, _ json: inout JSONCursor) throws(JSONFault) -> [UInt8]? {
        guard try json.kind() == .number else {
            try json.skip()
            return nil
        }
        guard let value = try json.number().integer, value >= 0, value < 1 << (8 * count) else { return nil }
        return (0..<count).map { UInt8(truncatingIfNeeded: value >> Int64(8 * (count - 1 - $0))) }
    }

    /// By the item's decimal id, as the gateway writes those that it does not know.
    private static func refuse(_ id: String, _ refusal: inout Rejection?) {
        if refusal == nil { refusal = Rejection(.malformedItem, at: "extra.\(id)") }
    }
}
