package import AssetModel

/// GB/T 32960, the reports of new-energy vehicles, as the GB/T 32960 gateway of EMQX publishes them.
///
///     gbt32960/<VIN>/upstream/vlogin | vlogout | info | reinfo
///     {"Cmd": 2, "Encrypt": 1, "Vin": …, "Data": {"Time": {"Year": 26, …}, "Infos": [{"Type": …}, …]}}
///
/// - The vehicle is named by its VIN: that is what `terminalPhone` of the vehicle's line then holds. A VIN
///   that is not the topic's is refused.
/// - **The meaning of the validity bit is the opposite of JT/T 808**: bit 0 of a location's `Status` set says
///   that there is no fix. Bit 1 is south, bit 2 west. Degrees are magnitudes in 1e-6.
/// - `Speed` is in 0.1 km/h, `Mileage` in 0.1 km; `FFFE` (abnormal) and `FFFF` (invalid), and the same in
///   four bytes, are no numbers. All numbers are whole, as in the frame: with a point in it a number is of
///   another unit and refused. `Status` 1 of the vehicle is "started".
/// - The time is in GMT+8, its year of two digits.
/// - `reinfo` (command 3) holds what was kept while the line was lost: back-fill.
/// - `vlogin` and `vlogout` become *connected* and *disconnected*: the vehicle logs in when it is switched on
///   and out when it is switched off, which says that its terminal is there, and no more. A vehicle that is
///   parked is silent and not gone.
/// - **`Encrypt` 1 means not encrypted** (0 in JT/T 808 and EMQX's gateway for it).
///
/// Source: GB/T 32960.3-2016; documentation of the gateway. Bits 1 and 2 from memory of the standard.
/// Vectors: `Fixtures/gbt32960.ndjson` of the tests.
package struct GBT32960: MessageFamily {
    package static let format = MessageFormat.gbt32960

    private var tape = JSONTape()

    package init() {}

    private enum Command: Int64 {
        case logIn = 1
        case report = 2
        case backfill = 3
        case logOut = 4
    }

    /// `Encrypt` of a body that is none.
    private static let plainText: Int64 = 1

    /// By the names that the gateway gives the head of every message.
    package static func recognition(of message: RawMessage) -> Recognition {
        JSONPage.recognition(of: message) { page in
            let names: [StaticString] = ["Cmd", "Encrypt", "Vin"]
            return page.firstRecord.map { names.allSatisfy($0.has) } ?? false
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        let levels = message.topic.split(separator: "/", omittingEmptySubsequences: false)
        let stream = levels.firstIndex(of: "upstream")
        let topicVIN = stream.flatMap { $0 > 0 ? String(levels[$0 - 1]) : nil }
        let isBackfill = levels.last == "reinfo"
        message.payload.withUnsafeBytes { bytes in
            JSONDocuments.read(bytes, &tape, into: &decoded) { page, decoded in
                TerminalReports.read(page, into: &decoded, emptyKind: "gbt32960_empty") {
                    record, place, decoded in
                    GBT32960.take(record, topicVIN, isBackfill, at: place, &decoded)
                }
            }
        }
    }

    private static func take(
        _ record: ReadRecord, _ topicVIN: String?, _ isBackfill: Bool, at place: String,
        _ decoded: inout DecodedMessage
    ) -> TerminalReports.Outcome {
        guard let vin = TerminalName(record.text("Vin")) else { return .refused(.unknownDevice, "Vin") }
        guard topicVIN == nil || topicVIN == vin.raw else { return .refused(.unknownDevice, "Vin") }
        guard let number = whole("Cmd", of: record) else { return .refused(.unknownShape, "Cmd") }
        decoded.hear(vin)
        guard whole("Encrypt", of: record) == plainText else { return .refused(.frameEncrypted, "Encrypt") }
        switch Command(rawValue: number) {
        case .logIn: return decoded.take([.connected], of: vin) ?? .taken
        case .logOut: return decoded.take([.disconnected], of: vin) ?? .taken
        case .report: return takeReport(record, of: vin, isBackfill: isBackfill, at: place, into: &decoded)
        case .backfill: return takeReport(record, of: vin, isBackfill: true, at: place, into: &decoded)
        case nil: return .ignored("gbt32960_other")
        }
    }

    private static func takeReport(
        _ record: ReadRecord, of vin: TerminalName, isBackfill: Bool, at place: String,
        into decoded: inout DecodedMessage
    ) -> TerminalReports.Outcome {
        guard let data = record.object("Data"), let list = data.array("Infos") else {
            return .refused(.unknownShape, "Data.Infos")
        }
        var draft = FixDraft(of: vin, at: TerminalReports.path(place, "Data"))
        var location, vehicle: ReadRecord?
        var index = 0
        var element = data.page.firstElement(of: list)
        while let node = element {
            let info = ReadRecord(node, of: data.page)
            switch info?.text("Type") {
            case "Location":
                // Two places of one instant: neither is more likely.
                if location != nil { draft.refuse(.unknownShape, "Infos[\(index)]") }
                location = location ?? info
            case "Vehicle": vehicle = vehicle ?? info
            default: break
            }
            index += 1
            element = data.page.element(after: node, in: list)
        }
        guard let location else { return .ignored("gbt32960_no_position") }
        if draft.refusals.isEmpty { takePlace(location, into: &draft) }
        if let vehicle { takeVehicle(vehicle, into: &draft) }
        draft.fix.isBackfill = isBackfill
        draft.fix.fixedAt = data.object("Time").flatMap(instant)
        if draft.fix.fixedAt == nil { draft.refuse(.malformedTime, "Time") }
        draft.append(to: &decoded)
        return .taken
    }

    private static func takePlace(_ location: ReadRecord, into draft: inout FixDraft) {
        let microdegrees = 1_000_000.0
        // Without its bits a place may lie in any of four quarters of the Earth.
        guard let status = whole("Status", of: location) else {
            return draft.refuse(.malformedNumber, "Status")
        }
        let latitude = wholeNumber("Latitude", of: location, &draft)
        let longitude = wholeNumber("Longitude", of: location, &draft)
        guard let latitude, let longitude else {
            if draft.refusals.isEmpty { draft.refuse(.unknownShape, "position") }
            return
        }
        guard latitude >= 0, longitude >= 0 else { return draft.refuse(.positionOutOfRange, "position") }
        let (south, west) = (status & 1 << 1 != 0, status & 1 << 2 != 0)
        draft.takePlace(
            latitude / microdegrees * (south ? -1 : 1), longitude / microdegrees * (west ? -1 : 1),
            isValid: status & 1 == 0)
    }

    private static func takeVehicle(_ vehicle: ReadRecord, into draft: inout FixDraft) {
        let tenths = 10.0
        let metresInTenth = 100.0
        let speed = wholeNumber("Speed", of: vehicle, &draft).flatMap { isSaid($0, bytes: 2) ? $0 : nil }
        draft.takeSpeed(kilometresPerHour: speed.map { $0 / tenths }, "Speed")
        let mileage = wholeNumber("Mileage", of: vehicle, &draft).flatMap { isSaid($0, bytes: 4) ? $0 : nil }
        draft.takeOdometer(metres: mileage.map { $0 * metresInTenth }, "Mileage")
        draft.set(status: TerminalStatusBit.ignition, to: whole("Status", of: vehicle) == 1)
    }

    private static func wholeNumber(
        _ name: StaticString, of record: ReadRecord, _ draft: inout FixDraft
    ) -> Double? {
        guard let number = draft.number(name, of: record) else { return nil }
        guard number == number.rounded() else {
            draft.refuse(.malformedNumber, "\(name)")
            return nil
        }
        return number
    }

    /// All bits set is "invalid", one less "abnormal".
    private static func isSaid(_ value: Double, bytes: Int) -> Bool {
        let abnormal = Double((UInt64(1) << UInt64(8 * bytes)) - 2)
        return value < abnormal
    }

    /// GMT+8. Years 70...99 are 1970...1999, as of a clock that was never set (see ``BCDTime``).
    private static func instant(_ time: ReadRecord) -> UTCInstant? {
        let gmt8Minutes = 8 * 60
        let names: [StaticString] = ["Year", "Month", "Day", "Hour", "Minute", "Second"]
        let fields = names.compactMap { name in whole(name, of: time).flatMap { Int(exactly: $0) } }
        guard fields.count == names.count, fields.allSatisfy({ (0...99).contains($0) }) else { return nil }
        return UTCInstant(
            date: (fields[0] + (fields[0] >= 70 ? 1_900 : 2_000), fields[1], fields[2]),
            time: (fields[3], fields[4], fields[5], 0), offsetMinutes: gmt8Minutes)
    }

    private static func whole(_ name: StaticString, of record: ReadRecord) -> Int64? {
        record.hint(name) { text in
            let number = NumberText.number(of: text)?.integer
            return number.map { .success($0) } ?? .failure(FieldFault(reason: .malformedNumber))
        }
    }
}
