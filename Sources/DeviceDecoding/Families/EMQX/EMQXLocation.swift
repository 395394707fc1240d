import AssetModel

/// The positions in the body of one message.
struct EMQXPositions {
    let header: EMQXHeader

    /// - Parameter body: an object whose grammar was checked.
    func read(_ body: UnsafeRawBufferPointer, into decoded: inout DecodedMessage) throws(JSONFault) {
        var json = JSONCursor(body)
        if header.messageID == JT808Location.batch { return try readBatch(&json, into: &decoded) }
        if header.messageID == JT808Location.single {
            let location = try EMQXLocation(&json)
            _ = take(location, "body", isBackfill: false, into: &decoded)
            return
        }
        try json.enterObject()
        while let key = try json.nextKey() {
            if key.equals("params"), try json.kind() == .object {
                let location = try EMQXLocation(&json)
                _ = take(location, "body.params", isBackfill: false, into: &decoded)
            } else {
                try json.skip()
            }
        }
        if decoded.recordCount == 0 { decoded.refuse(Rejection(.unknownShape, at: "body.params")) }
    }

    /// `{"type": 0 | 1, "length": n, "location": [{…}, …]}`, type 1 being a blind-area back-fill.
    private func readBatch(
        _ json: inout JSONCursor, into decoded: inout DecodedMessage
    ) throws(JSONFault) {
        var type, length: Int64?
        var locations: UnsafeRawBufferPointer?
        var refusal: Rejection?
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "type": type = try json.whole(in: 0...255, at: "body.type", &refusal)
            case "length": length = try json.whole(in: 0...0xFFFF, at: "body.length", &refusal)
            case "location":
                let isArray = try json.kind() == .array
                let text = json.slice(try json.skip())
                locations = isArray ? text : nil
            default: try json.skip()
            }
        }
        guard let locations, let type else {
            return decoded.refuse(refusal ?? Rejection(.unknownShape, at: "body.location"))
        }
        var list = JSONCursor(locations)
        var count: Int64 = 0
        try list.enterArray()
        while try list.nextElement() {
            let location = try EMQXLocation(&list)
            guard take(location, "body.location[\(count)]", isBackfill: type == 1, into: &decoded) else {
                return
            }
            count += 1
        }
        if let length, length != count {
            let place = length > count ? "body.location[\(count)] of" : "body.location of \(count), length"
            _ = decoded.refuseRecord(Rejection(.frameLength, at: "\(place) \(length)"))
        }
        if decoded.recordCount == 0 { decoded.ignored = "jt808_empty_batch" }
    }

    /// A fix is kept whatever is wrong with parts of it, so the notes about it never end the message.
    /// `false` once too many records were refused.
    private func take(
        _ location: EMQXLocation, _ place: String, isBackfill: Bool, into decoded: inout DecodedMessage
    ) -> Bool {
        guard let fixed = location.fixed else {
            let refusal = location.refusal ?? Rejection(.unknownShape, at: "time")
            return decoded.refuseRecord(Rejection(refusal.reason, at: "\(place).\(refusal.at)"))
        }
        var fix = VehicleFix(phone: header.phone, phoneRaw: header.phoneRaw)
        fix.isBackfill = isBackfill
        fix.isEdition2019 = header.is2019
        let refusals = fixed.fill(&fix)
        _ = location.items.withUnsafeBytes { JT808Location.takeItems($0, into: &fix) }
        decoded.fixes.append(fix)
        // An alarm of a blind area is no news.
        let alarms = isBackfill ? [] : TerminalAlarms.events(in: fix.alarmBits)
        for event in alarms where !decoded.deviceEvents.contains(event) { decoded.deviceEvents.append(event) }
        for (reason, part) in refusals {
            decoded.rejections.append(Rejection(reason, at: "\(place).\(part)"))
        }
        if let refusal = location.itemRefusal {
            decoded.rejections.append(Rejection(refusal.reason, at: "\(place).\(refusal.at)"))
        }
        return true
    }
}

/// One position as the gateway writes it: the numbers of the frame, nothing worked out from them.
///
///     {"alarm": …, "status": …, "latitude": 1e-6°, "longitude": 1e-6°, "altitude": m, "speed": 0.1 km/h,
///      "direction": …, "time": "171019193538", "extra": {…}?}
///
/// - Hemispheres are in the status bits, the time is BCD digits in GMT+8, the altitude is the frame's WORD
///   without a sign: all as in a raw frame, and read by the same code (``JT808FixedPart``).
/// - `extra` (``EMQXItems``) holds the additional items.
struct EMQXLocation {
    /// `nil` where a field is missing or is no number of its width; `refusal` then says which.
    private(set) var fixed: JT808FixedPart?
    private(set) var refusal: Rejection?
    /// As in a frame.
    private(set) var items: [UInt8] = []
    /// The first item that could not be taken.
    private(set) var itemRefusal: Rejection?

    private var alarm, status, latitude, longitude, altitude, speed, direction: Int64?
    private var time: UInt64?

    private static let word = 0...Int64(UInt16.max)
    private static let doubleWord = 0...Int64(UInt32.max)

    init(_ json: inout JSONCursor) throws(JSONFault) {
        guard try json.kind() == .object else {
            note(.unknownShape, at: "location", &refusal)
            try json.skip()
            return
        }
        let (word, doubleWord) = (EMQXLocation.word, EMQXLocation.doubleWord)
        // A place that does not fit its field is out of range like any other: the rest of the report counts.
        var place: Rejection?
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "alarm": alarm = try json.whole(in: doubleWord, at: "alarm", &refusal)
            case "status": status = try json.whole(in: doubleWord, at: "status", &refusal)
            case "latitude": latitude = try json.whole(in: doubleWord, at: "latitude", &place)
            case "longitude": longitude = try json.whole(in: doubleWord, at: "longitude", &place)
            case "altitude": altitude = try json.whole(in: word, at: "altitude", &refusal)
            case "speed": speed = try json.whole(in: word, at: "speed", &refusal)
            case "direction": direction = try json.whole(in: word, at: "direction", &refusal)
            case "time": time = try json.word(at: "time", &refusal)?.withBytes { EMQXLocation.packed($0) }
            case "extra": try readItems(&json)
            default: try json.skip()
            }
        }
        close()
    }

    /// Judges the fields once all were seen.
    private mutating func close() {
        guard refusal == nil else { return }
        guard let alarm, let status, let altitude, let speed, let direction, let time else {
            refusal = EMQXLocation.missing([
                ("alarm", alarm), ("status", status), ("altitude", altitude), ("speed", speed),
                ("direction", direction),
            ])
            return
        }
        // No place on Earth, where the payload gives none.
        let nowhere = EMQXLocation.doubleWord.upperBound
        fixed = JT808FixedPart(
            alarm: UInt32(alarm), status: UInt32(status), latitude: UInt32(latitude ?? nowhere),
            longitude: UInt32(longitude ?? nowhere), altitude: UInt16(altitude), speed: UInt16(speed),
            direction: UInt16(direction), time: time)
    }

    private mutating func readItems(_ json: inout JSONCursor) throws(JSONFault) {
        guard try json.enterMember(at: "extra", &itemRefusal) else { return }
        var read = EMQXItems()
        try read.read(&json, &itemRefusal)
        items = read.sorted()
    }

    private static func missing(_ fields: [(StaticString, Int64?)]) -> Rejection {
        Rejection(.unknownShape, at: "\(fields.first { $0.1 == nil }?.0 ?? "time")")
    }

    /// BCD[6] of twelve printed digits, ten to fifteen as `:;<=>?`. Any other text gives what is no date.
    static func packed(_ printed: UnsafeRawBufferPointer) -> UInt64 {
        var packed: UInt64 = 0
        for digit in printed {
            guard printed.count == 12, (0x30...0x3F).contains(digit) else { return BCDTime.none }
            packed = packed << 4 | UInt64(digit & 0xF)
        }
        return printed.isEmpty ? BCDTime.none : packed
    }
}
