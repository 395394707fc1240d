import AssetModel

/// The name by which a platform knows a terminal: what stands in `terminalPhone` of the vehicle's line.
struct TerminalName: Equatable {
    /// Zeros in front of a number do not count, as in the header of JT/T 808.
    let name: String
    let raw: String

    /// Longer is no name of a device.
    private static let bytesMax = 64

    /// `nil` for a text that can be no name: empty, too long, or with space or control characters in it.
    init?(_ text: String?) {
        guard let text, !text.isEmpty, text.utf8.count <= TerminalName.bytesMax,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { return nil }
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        name = isNumber ? JT808Frame.withoutLeadingZeros(text) : text
        raw = text
    }
}

/// One position report of a JSON family while its fields are read. What is broken is noted by its name and
/// leaves the rest of the report as it is; what is not said stays at its default.
struct FixDraft {
    var fix: VehicleFix
    private(set) var refusals: [Rejection] = []
    /// In front of the names of fields: where the report stands in the message.
    private let place: String

    /// More than any vehicle drives, in km/h.
    private static let speedMax = 2_000.0
    /// Beyond these an altitude is none of a vehicle, in metres.
    private static let altitudes = -1_000.0...20_000.0
    /// Metres: ten million kilometres.
    private static let odometerMax = 1e10
    private static let accuracyMax = 1e8

    init(of terminal: TerminalName, at place: String) {
        fix = VehicleFix(phone: terminal.name, phoneRaw: terminal.raw)
        // The bits are set here, and with the meaning that they have since.
        fix.isEdition2019 = true
        self.place = place
    }

    mutating func refuse(_ reason: Rejection.Reason, _ field: String) {
        refusals.append(Rejection(reason, at: TerminalReports.path(place, field)))
    }

    /// - Parameter prefix: the object that holds the field, with its point.
    mutating func number(
        _ name: StaticString, of record: ReadRecord?, _ prefix: StaticString = ""
    ) -> Double? {
        do throws(MappedFault) {
            return try record?.value(name) { text in
                let number = NumberText.number(of: text)?.double
                return number.map { .success($0) } ?? .failure(FieldFault(reason: .malformedNumber))
            }
        } catch {
            refuse(error.reason, "\(prefix)\(name)")
            return nil
        }
    }

    /// An epoch, or a date with its offset from UTC.
    mutating func time(
        _ name: StaticString, of record: ReadRecord?, _ prefix: StaticString = ""
    ) -> UTCInstant? {
        do throws(MappedFault) {
            return try record?.instant(name)
        } catch {
            refuse(error.reason, "\(prefix)\(name)")
            return nil
        }
    }

    /// Takes the place, in degrees, and whether the source vouches for it
    /// (``VehicleFix/takePlace(latitude:longitude:isVouchedFor:)``). Out of range it is refused.
    mutating func takePlace(_ latitude: Double?, _ longitude: Double?, isValid: Bool) {
        guard let latitude, let longitude else {
            // One that could not be read has been noted by its own name.
            let isHalf = (latitude == nil) != (longitude == nil)
            if isHalf, refusals.isEmpty { refuse(.unknownShape, "position") }
            return
        }
        guard abs(latitude) <= 90, abs(longitude) <= 180 else {
            return refuse(.positionOutOfRange, "position")
        }
        fix.takePlace(latitude: latitude, longitude: longitude, isVouchedFor: isValid)
    }

    /// Below zero is how telephones say that they do not know.
    mutating func takeSpeed(kilometresPerHour speed: Double?, _ field: StaticString) {
        guard let speed, speed >= 0 else { return }
        guard speed <= FixDraft.speedMax else { return refuse(.numberOutOfRange, "\(field)") }
        fix.speedKilometresPerHour = speed
    }

    /// Degrees from north, clockwise; below zero as in ``takeSpeed(kilometresPerHour:_:)``.
    mutating func takeDirection(_ degrees: Double?, _ field: StaticString) {
        guard let degrees, degrees >= 0 else { return }
        guard degrees <= 360 else { return refuse(.numberOutOfRange, "\(field)") }
        fix.directionDegrees = degrees == 360 ? 0 : degrees
    }

    mutating func takeAltitude(_ metres: Double?, _ field: StaticString) {
        guard let metres else { return }
        guard FixDraft.altitudes.contains(metres) else { return refuse(.numberOutOfRange, "\(field)") }
        fix.altitudeMetres = metres
    }

    mutating func takeOdometer(metres: Double?, _ field: StaticString) {
        guard let metres else { return }
        guard metres >= 0, metres <= FixDraft.odometerMax else {
            return refuse(.numberOutOfRange, "\(field)")
        }
        fix.odometerMetres = UInt64(metres.rounded())
    }

    /// Zero is how platforms say that it is not known.
    mutating func takeAccuracy(_ metres: Double?) {
        guard let metres, metres > 0, metres < FixDraft.accuracyMax else { return }
        fix.accuracyMetres = metres
    }

    mutating func takeSatellites(_ count: Double?, _ field: String) {
        guard let count else { return }
        guard count >= 0, count <= 255 else { return refuse(.numberOutOfRange, field) }
        fix.satellitesUsed = UInt8(count)
    }

    /// Sets a bit with the meaning that JT/T 808 gives it.
    mutating func set(status bit: UInt32, to flag: Bool?) {
        if flag ?? false { fix.statusBits |= 1 << bit }
    }

    func append(to decoded: inout DecodedMessage) {
        decoded.fixes.append(fix)
        decoded.rejections.append(contentsOf: refusals)
    }
}

/// Bits of ``VehicleFix/statusBits`` that other formats say too.
enum TerminalStatusBit {
    static let ignition: UInt32 = 0
    static let moving: UInt32 = 22
}

/// What alarm bits of JT/T 808 say of the terminal itself: it lost its main power (8), or the cable of its
/// antenna (5).
enum TerminalAlarms {
    static let antennaCutBit: UInt32 = 5
    static let powerCutBit: UInt32 = 8

    static func events(in bits: UInt32) -> [DeviceEvent] {
        var events: [DeviceEvent] = []
        if bits >> powerCutBit & 1 == 1 { events.append(.powerCut) }
        if bits >> antennaCutBit & 1 == 1 { events.append(.antennaCut) }
        return events
    }
}

/// A JSON text that is one report of a terminal, or an array of them.
enum TerminalReports {
    enum Outcome {
        case taken
        case ignored(StaticString)
        case refused(Rejection.Reason, String)
    }

    /// - Parameter place: where the report stands, empty for the root.
    typealias Taker = (_ record: ReadRecord, _ place: String, _ decoded: inout DecodedMessage) -> Outcome

    static func path(_ place: String, _ field: String) -> String {
        if place.isEmpty { return field }
        return field.hasPrefix(eventOf) ? "\(place): \(field)" : "\(place).\(field)"
    }

    /// In front of a terminal's name; no field is called so.
    static let eventOf = "event of terminal "

    static func read(
        _ page: JSONPage, into decoded: inout DecodedMessage, emptyKind: StaticString, _ take: Taker
    ) -> DocumentOutcome {
        if let record = ReadRecord(JSONPage.root, of: page) {
            switch take(record, "", &decoded) {
            case .taken: return .taken
            case .ignored(let kind): return .ignored(kind)
            case .refused(let reason, let field): return .refused(Rejection(reason, at: field))
            }
        }
        guard page.kind(JSONPage.root) == .array else { return page.unknownShape }
        let before = decoded.recordCount
        var kind = emptyKind
        var index = 0
        var element = page.firstElement(of: JSONPage.root)
        while let node = element {
            let place = "[\(index)]"
            let outcome = ReadRecord(node, of: page).map { take($0, place, &decoded) }
            switch outcome ?? .refused(.unknownShape, "") {
            case .taken:
                // A report may bring several refused fields with it.
                if decoded.rejections.count >= RecordLimit.refusedRecordsMax { return .tooManyRefused }
            case .ignored(let other): kind = other
            case .refused(let reason, let field):
                let way = field.isEmpty ? place : path(place, field)
                guard decoded.refuseRecord(Rejection(reason, at: way)) else { return .tooManyRefused }
            }
            index += 1
            element = page.element(after: node, in: JSONPage.root)
        }
        return decoded.recordCount > before ? .taken : .ignored(kind)
    }
}

extension DecodedMessage {
    /// Notes that a terminal is there. The terminal of a message is the first that it names.
    mutating func hear(_ terminal: TerminalName) {
        if terminalPhone.isEmpty { terminalPhone = terminal.name }
    }

    /// Where an event stands that was refused because it is not the first terminal's.
    static func event(of terminal: String) -> String { TerminalReports.eventOf + terminal }

    /// An event of another terminal in the same message would be laid at the wrong door: `nil` where all
    /// was taken, else the refusal.
    mutating func take(
        _ events: [DeviceEvent], of terminal: TerminalName
    ) -> TerminalReports.Outcome? {
        guard terminal.name == terminalPhone else {
            return .refused(.unknownDevice, DecodedMessage.event(of: terminal.name))
        }
        for event in events where !deviceEvents.contains(event) { deviceEvents.append(event) }
        return nil
    }
}
