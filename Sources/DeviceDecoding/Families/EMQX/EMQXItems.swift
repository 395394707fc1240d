import AssetModel

/// `extra` of a position: the additional items, turned back into the bytes of the frame.
///
///     {"mileage": 100, "fuel_meter": 125, …, "20": base64, "custome": {"225": base64}}
///
/// - Numbers that the gateway read have the width that the standard gives their item, so their bytes are
///   known.
/// - `tire_pressure` (05) is a list of 30 numbers or their Base64, `carriage_temp` (06) a number: the frame's
///   WORD, or degrees with their sign.
/// - Other ids stand under their decimal number, base64: those from E1 on in `custome` (so spelt), the others
///   beside the numbers.
/// - `signal` and `io_status` are read by the gateway from the wrong end of their item and are never used.
/// - The order in the frame and second items of the same id are lost in the gateway. 0xE0 it reads twice: two
///   items in a row that are alike are one.
///
/// Source: the gateway's code; 05 and 06 were in no published message, so that both forms are taken.
struct EMQXItems {
    /// As in a frame: id, length, bytes, in the order of the message.
    private var records: [UInt8] = []
    /// Each id follows a smaller one.
    private var isSorted = true
    private var lastID: UInt8?

    /// Tyre pressure: one byte for each wheel.
    private static let tyreBytes = 30
    /// What most reports hold; no more memory is asked for then.
    private static let recordsCapacity = 96

    /// As in a frame, by id, of each id in the order of the message.
    func sorted() -> [UInt8] {
        if isSorted { return records }
        var sorted: [UInt8] = []
        sorted.reserveCapacity(records.count)
        for id in UInt8.min...UInt8.max {
            var last = 0..<0
            var at = 0
            while at < records.count {
                let one = at..<(at + 2 + Int(records[at + 1]))
                at = one.upperBound
                guard records[one.lowerBound] == id, !records[one].elementsEqual(records[last]) else {
                    continue
                }
                sorted.append(contentsOf: records[one])
                last = one
            }
        }
        return sorted
    }

    /// Takes the members of an object that was entered, to its end.
    mutating func read(_ json: inout JSONCursor, _ refusal: inout Rejection?) throws(JSONFault) {
        records.reserveCapacity(EMQXItems.recordsCapacity)
        while let key = try json.nextKey() {
            switch key {
            case "mileage": try number(0x01, bytes: 4, &json, &refusal)
            case "fuel_meter": try number(0x02, bytes: 2, &json, &refusal)
            case "speed": try number(0x03, bytes: 2, &json, &refusal)
            case "alarm_id": try number(0x04, bytes: 2, &json, &refusal)
            case "tire_pressure": try tyrePressure(&json, &refusal)
            case "carriage_temp": try temperature(&json, &refusal)
            case "overspeed_alarm": try record(0x11, EMQXItems.overspeed, &json, &refusal)
            case "in_out_alarm": try record(0x12, EMQXItems.passage, &json, &refusal)
            case "path_time_alarm": try record(0x13, EMQXItems.segment, &json, &refusal)
            case "analog": try record(0x2B, EMQXItems.analogue, &json, &refusal)
            case "rssi": try number(0x30, bytes: 1, &json, &refusal)
            case "gnss_sat_num": try number(0x31, bytes: 1, &json, &refusal)
            case "custome": try vendorItems(&json, &refusal)
            default: try rawItem(key, &json, &refusal)
            }
        }
    }

    /// The fields of an item, in the order of the frame.
    private typealias Fields = [(name: StaticString, bytes: Int)]
    private static let overspeed: Fields = [("type", 1), ("id", 4)]
    private static let passage: Fields = [("type", 1), ("id", 4), ("direction", 1)]
    private static let segment: Fields = [("id", 4), ("time", 2), ("result", 1)]
    private static let analogue: Fields = [("ad1", 2), ("ad0", 2)]

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
        try base64(id, length: nil, &json, &refusal)
    }

    /// - Parameter length: that of the standard's item; `nil` for any.
    private mutating func base64(
        _ id: UInt8, length: Int?, _ json: inout JSONCursor, _ refusal: inout Rejection?
    ) throws(JSONFault) {
        let text = try json.string().bytes
        guard case .bytes(let bytes) = text.withUnsafeBytes({ Base64.bytes(of: $0) }),
            length.map({ $0 == bytes.count }) ?? true, open(id, bytes.count)
        else { return EMQXItems.refuse(id, &refusal) }
        records.append(contentsOf: bytes)
        close(bytes.count)
    }

    private mutating func tyrePressure(
        _ json: inout JSONCursor, _ refusal: inout Rejection?
    ) throws(JSONFault) {
        let id: UInt8 = 0x05
        let kind = try json.kind()
        if kind == .string { return try base64(id, length: EMQXItems.tyreBytes, &json, &refusal) }
        guard kind == .array else {
            try json.skip()
            return EMQXItems.refuse(id, &refusal)
        }
        let before = records.count
        _ = open(id, EMQXItems.tyreBytes)
        var isGood = true
        var count = 0
        try json.enterArray()
        while try json.nextElement() {
            isGood = try append(1, &json) && isGood && count < EMQXItems.tyreBytes
            if !isGood { records.removeLast(records.count - before) }
            count += 1
        }
        guard isGood, count == EMQXItems.tyreBytes else {
            records.removeLast(records.count - before)
            return EMQXItems.refuse(id, &refusal)
        }
        close(count)
    }

    /// Sign and size, as in the frame (``JT808Item``).
    private mutating func temperature(
        _ json: inout JSONCursor, _ refusal: inout Rejection?
    ) throws(JSONFault) {
        let id: UInt8 = 0x06
        let signBit: Int64 = 0x8000
        guard let value = try EMQXItems.whole(&json), value > -signBit, value <= UInt16.max else {
            return EMQXItems.refuse(id, &refusal)
        }
        _ = open(id, 2)
        append(value < 0 ? -value | signBit : value, bytes: 2)
        close(2)
    }

    private mutating func number(
        _ id: UInt8, bytes count: Int, _ json: inout JSONCursor, _ refusal: inout Rejection?
    ) throws(JSONFault) {
        _ = open(id, count)
        guard try append(count, &json) else {
            records.removeLast(2)
            return EMQXItems.refuse(id, &refusal)
        }
        close(count)
    }

    /// An item of several fields. Without the last ones (an overspeed alarm of no area has its type alone) it
    /// ends before them.
    private mutating func record(
        _ id: UInt8, _ fields: Fields, _ json: inout JSONCursor, _ refusal: inout Rejection?
    ) throws(JSONFault) {
        guard try json.kind() == .object else {
            try json.skip()
            return EMQXItems.refuse(id, &refusal)
        }
        var values: (Int64?, Int64?, Int64?)
        try json.enterObject()
        while let key = try json.nextKey() {
            guard let index = fields.firstIndex(where: { key.equals($0.name) }) else {
                try json.skip()
                continue
            }
            let value = try EMQXItems.whole(&json, bytes: fields[index].bytes)
            if index == 0 { values.0 = value }
            if index == 1 { values.1 = value }
            if index == 2 { values.2 = value }
        }
        let isGapless = (values.1 == nil || values.0 != nil) && (values.2 == nil || values.1 != nil)
        guard isGapless, let first = values.0 else { return EMQXItems.refuse(id, &refusal) }
        let start = records.count
        _ = open(id, 0)
        append(first, bytes: fields[0].bytes)
        if let second = values.1 { append(second, bytes: fields[1].bytes) }
        if let third = values.2 { append(third, bytes: fields[2].bytes) }
        records[start + 1] = UInt8(records.count - start - 2)
        close(records.count - start - 2)
    }
}

/// Bytes of the frame.
extension EMQXItems {
    /// The head of a record. `false` for one that does not fit its length byte.
    private mutating func open(_ id: UInt8, _ count: Int) -> Bool {
        guard let length = UInt8(exactly: count) else { return false }
        records.append(id)
        records.append(length)
        return true
    }

    /// The last record, with that many bytes behind its head, is whole.
    private mutating func close(_ count: Int) {
        let id = records[records.count - count - 2]
        if let lastID, id <= lastID { isSorted = false }
        lastID = id
    }

    /// A whole number as that many bytes, big-endian. `false`, and nothing appended, where it is none or does
    /// not fit.
    private mutating func append(_ count: Int, _ json: inout JSONCursor) throws(JSONFault) -> Bool {
        guard let value = try EMQXItems.whole(&json, bytes: count) else { return false }
        append(value, bytes: count)
        return true
    }

    private mutating func append(_ value: Int64, bytes count: Int) {
        for place in 0..<count {
            records.append(UInt8(truncatingIfNeeded: value >> Int64(8 * (count - 1 - place))))
        }
    }

    /// `nil` where it is no whole number, or one that does not fit that many bytes.
    private static func whole(_ json: inout JSONCursor, bytes count: Int) throws(JSONFault) -> Int64? {
        guard let value = try whole(&json), value >= 0, value < 1 << Int64(8 * count) else { return nil }
        return value
    }

    private static func whole(_ json: inout JSONCursor) throws(JSONFault) -> Int64? {
        guard try json.kind() == .number else {
            try json.skip()
            return nil
        }
        return try json.number().integer
    }

    /// By the item's decimal id, as the gateway writes those that it does not know.
    private static func refuse(_ id: UInt8, _ refusal: inout Rejection?) {
        if refusal == nil { refusal = Rejection(.malformedItem, at: "extra.\(id)") }
    }
}
