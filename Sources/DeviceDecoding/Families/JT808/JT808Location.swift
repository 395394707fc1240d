import AssetModel

/// The bodies of 0x0200, 0x0201 and 0x0704.
///
///     0x0200:  alarm DWORD | status DWORD | latitude DWORD 1e-6° | longitude DWORD 1e-6° | altitude WORD m |
///              speed WORD 0.1 km/h | direction WORD 0...359 | time BCD[6] YYMMDDhhmmss GMT+8 | items…
///     item:    id BYTE | length BYTE | bytes
///     0x0201:  serial of the query WORD | 0x0200 body
///     0x0704:  count WORD | type BYTE (0 live, 1 blind-area back-fill) |
///              count × { length WORD | 0x0200 body }
///     0x0801:  number DWORD | type BYTE | format BYTE | event BYTE | channel BYTE |
///              the first 28 bytes of a 0x0200 body (from 2013 on) | data
///
/// - The time stands at offset 22; the 21 printed in the 2013 and 2019 texts is a misprint (2011 says 22).
/// - What is wrong is refused alone and the rest kept (``JT808FixedPart``); an item that runs past the end is
///   dropped with what follows it. Items are kept as they came, those of makers too and second ones of an id:
///   what the standard's items say is read from them later (``JT808Item``).
/// - Of a picture the place is taken from its first part, where all 28 bytes make sense; the data never.
/// - While the power is cut (alarm bit 8) or the antenna (bit 5), each live message says so once, as an
///   event. A back-fill says nothing about now.
///
/// Source: JT/T 808-2013 tables 23-27, 0x0201 and 0x0704; -2019 table 24 for the status bits.
enum JT808Location {
    static let single: UInt16 = 0x0200
    static let queried: UInt16 = 0x0201
    static let batch: UInt16 = 0x0704
    static let picture: UInt16 = 0x0801
    /// What stands in front of the place of a picture.
    private static let pictureHeadSize = 8

    /// Where in a message one location stands; spelt out only for refusals.
    private enum Place {
        case body(offset: Int)
        case entry(Int)

        var name: String {
            switch self {
            case .body: return "body"
            case .entry(let index): return "batch[\(index)]"
            }
        }

        /// Offset of the location in what `name` names.
        var offset: Int {
            if case .body(let offset) = self { return offset }
            return 0
        }
    }

    /// `false` once too many records of this message were refused.
    static func read(
        _ body: UnsafeRawBufferPointer, of sender: JT808Sender, into decoded: inout DecodedMessage
    ) -> Bool {
        if sender.messageID == batch { return readBatch(body, sender, into: &decoded) }
        let offset = sender.messageID == queried ? min(2, body.count) : 0
        let location = body.part(offset..<body.count)
        return readOne(location, .body(offset: offset), sender, isBackfill: false, into: &decoded)
    }

    private static func readBatch(
        _ body: UnsafeRawBufferPointer, _ sender: JT808Sender, into decoded: inout DecodedMessage
    ) -> Bool {
        var fields = JT808Fields(body)
        guard let count = fields.word(), let type = fields.byte() else {
            return decoded.refuseRecord(Rejection(.frameLength, at: "batch of \(body.count) bytes"))
        }
        // The bytes count: some terminals write another number of entries than they send.
        var entries = 0
        while fields.count > 0 || entries < Int(count) {
            let place = Place.entry(entries)
            guard let length = fields.word(), let one = fields.take(Int(length)) else {
                return decoded.refuseRecord(Rejection(.frameLength, at: "\(place.name) of \(count)"))
            }
            guard readOne(one, place, sender, isBackfill: type == 1, into: &decoded) else { return false }
            entries += 1
        }
        guard entries != Int(count) else { return true }
        return decoded.refuseRecord(Rejection(.frameLength, at: "batch of \(entries), count \(count)"))
    }

    /// The first part of a picture or a sound, or the whole of it. `false` where no place stands there: the
    /// layout of 2011 has none, and whatever stands in its stead must not be taken for one.
    ///
    /// No event follows from its alarm bits: it may be sent long after it was made.
    static func readPicture(
        _ body: UnsafeRawBufferPointer, of sender: JT808Sender, into decoded: inout DecodedMessage
    ) -> Bool {
        guard body.count >= pictureHeadSize + JT808FixedPart.size else { return false }
        let end = pictureHeadSize + JT808FixedPart.size
        let fixed = JT808FixedPart(body.part(pictureHeadSize..<end))
        var fix = VehicleFix(phone: sender.phone, leadingZeros: sender.leadingZeros)
        fix.isEdition2019 = sender.is2019
        guard fixed.fill(&fix).isEmpty else { return false }
        decoded.fixes.append(fix)
        return true
    }

    /// A fix is kept whatever is wrong with parts of it, so the notes about it never end the message.
    private static func readOne(
        _ bytes: UnsafeRawBufferPointer, _ place: Place, _ sender: JT808Sender, isBackfill: Bool,
        into decoded: inout DecodedMessage
    ) -> Bool {
        guard bytes.count >= JT808FixedPart.size else {
            let size = bytes.count + place.offset
            return decoded.refuseRecord(Rejection(.frameLength, at: "\(place.name) of \(size) bytes"))
        }
        let fixed = JT808FixedPart(bytes)
        let items = bytes.part(JT808FixedPart.size..<bytes.count)
        // Copied from one that lies still and filled where it stands: a fix is large to make and to move.
        decoded.fixes.append(blank)
        let (refusals, whole) = fill(
            &decoded.fixes[decoded.fixes.count - 1], sender, fixed, items, isBackfill: isBackfill)
        if !isBackfill { noteAlarms(fixed.alarm, of: sender, in: &decoded) }
        for (reason, part) in refusals {
            decoded.rejections.append(Rejection(reason, at: "\(place.name).\(part)"))
        }
        if whole < items.count {
            let offset = place.offset + JT808FixedPart.size + whole
            decoded.rejections.append(Rejection(.malformedItem, at: "\(place.name) offset \(offset)"))
        }
        return true
    }

    private static let blank = VehicleFix(phone: "", leadingZeros: 0)

    @inline(__always)
    private static func fill(
        _ fix: inout VehicleFix, _ sender: JT808Sender, _ fixed: JT808FixedPart,
        _ items: UnsafeRawBufferPointer, isBackfill: Bool
    ) -> (refusals: [(Rejection.Reason, StaticString)], wholeItemBytes: Int) {
        fix.identify(phone: sender.phone, leadingZeros: sender.leadingZeros)
        fix.isEdition2019 = sender.is2019
        fix.isBackfill = isBackfill
        return (fixed.fill(&fix), takeItems(items, into: &fix))
    }

    /// Takes items to the end. Returns where the first stands that runs past it.
    static func takeItems(_ items: UnsafeRawBufferPointer, into fix: inout VehicleFix) -> Int {
        var at = 0
        while at + 2 <= items.count {
            let next = at + 2 + Int(items[at + 1])
            guard next <= items.count else { break }
            if items[at] == odometerItem, next == at + 6, fix.odometerMetres == nil {
                let tenths: UInt32 = items.big(at + 2)
                fix.odometerMetres = UInt64(tenths) * 100
            } else if items[at] == satellitesItem, next == at + 3, fix.satellitesUsed == nil {
                fix.satellitesUsed = items[at + 2]
            }
            at = next
        }
        if at > 0 { fix.itemRecords.append(records: items.part(0..<at)) }
        return at
    }

    /// Item 0x01: DWORD, 0.1 km. Another length is another maker's item and stays raw.
    private static let odometerItem: UInt8 = 0x01

    /// Item 0x31: BYTE, satellites in the solution.
    private static let satellitesItem: UInt8 = 0x31

    private static func noteAlarms(
        _ alarms: UInt32, of sender: JT808Sender, in decoded: inout DecodedMessage
    ) {
        guard alarms != 0 else { return }
        let events = TerminalAlarms.events(in: alarms)
        guard sender.isFirst || events.isEmpty else {
            let place = DecodedMessage.event(of: sender.phone)
            decoded.rejections.append(Rejection(.unknownDevice, at: place))
            return
        }
        for event in events where !decoded.deviceEvents.contains(event) {
            decoded.deviceEvents.append(event)
        }
    }
}
