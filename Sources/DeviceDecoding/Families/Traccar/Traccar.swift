package import AssetModel

/// Traccar's position and event forwarding (`forward.type = mqtt`, `event.forward.type = mqtt`).
///
///     {"position": {"fixTime": …, "valid": …, "latitude": …, "speed": knots, "attributes": {…}, …},
///      "device": {"uniqueId": …, …}}
///     {"event": {"type": …, "attributes": {…}}, "position": {…}?, "device": {…}}
///
/// - The terminal is `device.uniqueId`: an IMEI, or the phone number of JT/T 808 without zeros in front.
/// - **Speed is in knots, the odometer in metres**; times carry their offset as `+00:00` or, in old versions,
///   `+0000`.
/// - `archive` marks what the terminal kept while it had no line. A place that Traccar took over from the
///   report before (`outdated`) or worked out from radio cells (`approximate`) is given as not valid.
/// - `ignition` and `motion` become the status bits that JT/T 808 has for them. `totalDistance` is worked out
///   by Traccar and is no odometer.
/// - Of the alarms only those with the very meaning of an alarm bit are taken (``TraccarAlarms``).
/// - `deviceOnline` and `deviceOffline` are events of the line; others but `alarm` are Traccar's own
///   conclusions. The position beside an event is taken with its own time, where there is one: events may be
///   all that is forwarded. What it says of alarms is no news then.
/// - Traccar writes 0 for a speed, course or altitude that the terminal did not send: those zeros cannot be
///   told from true ones. A key that is not there at all is not known.
/// - Who drives (`driverUniqueId`) is never taken.
///
/// Source: Position.java, PositionData.java, EventData.java, Event.java of traccar/traccar.
/// Vectors: `Fixtures/traccar.ndjson` of the tests.
package struct Traccar: MessageFamily {
    package static let format = MessageFormat.traccar

    private static let kilometresPerHourInKnot = 1.852

    private var tape = JSONTape()

    package init() {}

    /// By the names that Traccar's own classes give the message: a device with its id, beside a position or
    /// an event.
    package static func recognition(of message: RawMessage) -> Recognition {
        JSONPage.recognition(of: message) { page in
            guard let record = page.firstRecord, record.object("device")?.has("uniqueId") ?? false else {
                return false
            }
            let hasPosition = record.object("position")?.has("fixTime") ?? false
            return hasPosition || record.object("event")?.has("type") ?? false
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            JSONDocuments.read(bytes, &tape, into: &decoded) { page, decoded in
                TerminalReports.read(page, into: &decoded, emptyKind: "traccar_empty", Traccar.take)
            }
        }
    }

    private static func take(
        _ record: ReadRecord, _ place: String, _ decoded: inout DecodedMessage
    ) -> TerminalReports.Outcome {
        guard let device = record.object("device") else { return .refused(.unknownShape, "device") }
        guard let terminal = TerminalName(device.text("uniqueId")) else {
            return .refused(.unknownDevice, "device.uniqueId")
        }
        let position = record.object("position")
        if let event = record.object("event") {
            decoded.hear(terminal)
            if let position { take(position, of: terminal, at: place, into: &decoded) }
            switch take(event, of: terminal, into: &decoded) {
            case .taken: return .taken
            case .ignored(let kind): return position == nil ? .ignored(kind) : .taken
            case .refused(let reason, let field):
                guard position != nil else { return .refused(reason, field) }
                decoded.rejections.append(Rejection(reason, at: TerminalReports.path(place, field)))
                return .taken
            }
        }
        guard let position else { return .refused(.unknownShape, "position") }
        decoded.hear(terminal)
        let fix = take(position, of: terminal, at: place, into: &decoded)
        // What was the matter when the terminal had no line is no news.
        let events = fix.isBackfill ? [] : TerminalAlarms.events(in: fix.alarmBits)
        return events.isEmpty ? .taken : decoded.take(events, of: terminal) ?? .taken
    }

    private static func take(
        _ event: ReadRecord, of terminal: TerminalName, into decoded: inout DecodedMessage
    ) -> TerminalReports.Outcome {
        let events: [DeviceEvent]
        switch event.text("type") {
        case "deviceOnline": events = [.connected]
        case "deviceOffline": events = [.disconnected]
        case "alarm":
            let alarms = TraccarAlarms(event.object("attributes")?.text("alarm"), protocolName: nil)
            if alarms.events.isEmpty { return .ignored("traccar_alarm") }
            events = alarms.events
        case nil: return .refused(.unknownShape, "event.type")
        default: return .ignored("traccar_event")
        }
        return decoded.take(events, of: terminal) ?? .taken
    }

    @discardableResult
    private static func take(
        _ position: ReadRecord, of terminal: TerminalName, at place: String,
        into decoded: inout DecodedMessage
    ) -> VehicleFix {
        let attributes = position.object("attributes")
        var draft = FixDraft(of: terminal, at: TerminalReports.path(place, "position"))
        draft.fix.fixedAt = draft.time("fixTime", of: position)
        let latitude = draft.number("latitude", of: position)
        let longitude = draft.number("longitude", of: position)
        draft.takePlace(latitude, longitude, isValid: isFound(position, attributes))
        let knots = draft.number("speed", of: position)
        draft.takeSpeed(kilometresPerHour: knots.map { $0 * kilometresPerHourInKnot }, "speed")
        draft.takeDirection(draft.number("course", of: position), "course")
        draft.takeAltitude(draft.number("altitude", of: position), "altitude")
        draft.takeAccuracy(draft.number("accuracy", of: position))
        draft.takeOdometer(
            metres: draft.number("odometer", of: attributes, "attributes."), "attributes.odometer")
        draft.takeSatellites(draft.number("sat", of: attributes, "attributes."), "attributes.sat")
        let visible = draft.number("satVisible", of: attributes, "attributes.")
        draft.fix.satellitesInView = visible.flatMap { $0 >= 0 && $0 <= 255 ? UInt8($0) : nil }
        draft.set(status: TerminalStatusBit.ignition, to: attributes?.flag("ignition"))
        draft.set(status: TerminalStatusBit.moving, to: attributes?.flag("motion"))
        draft.fix.isBackfill = attributes?.flag("archive") ?? false
        let alarms = TraccarAlarms(attributes?.text("alarm"), protocolName: position.text("protocol"))
        draft.fix.alarmBits = alarms.bits
        draft.append(to: &decoded)
        return draft.fix
    }

    private static func isFound(_ position: ReadRecord, _ attributes: ReadRecord?) -> Bool {
        let isStale = position.flag("outdated") ?? attributes?.flag("outdated") ?? false
        let isGuess = attributes?.flag("approximate") ?? false
        return position.flag("valid") ?? false && !isStale && !isGuess
    }
}

/// The words of `alarm`, a list with commas, that say exactly what an alarm bit of JT/T 808 says.
///
/// | word | bit | event |
/// | --- | --- | --- |
/// | `sos` | 0 | |
/// | `overspeed` | 1 | |
/// | `fatigueDriving` | 2 | |
/// | `gpsAntennaCut` | 5 | the antenna is cut |
/// | `powerCut`; of a JT/T 808 terminal also `powerOff` | 8 | the power is cut |
///
/// `powerOff` of any other terminal may mean that it was switched off. Traccar writes several bits of
/// JT/T 808 as one word (16 and 17 as `tampering`), so that the bit cannot be told: the other words are
/// passed over.
struct TraccarAlarms {
    private(set) var bits: UInt32 = 0
    var events: [DeviceEvent] { TerminalAlarms.events(in: bits) }

    /// JT/T 808 under its names in Traccar, the newer one first.
    private static let jt808Names: [String] = ["jt808", "huabao"]

    init(_ words: String?, protocolName: String?) {
        let isJT808 = protocolName.map(TraccarAlarms.jt808Names.contains) ?? false
        for word in (words ?? "").split(separator: ",") {
            switch word.filter({ $0 != " " }) {
            case "sos": bits |= 1 << 0
            case "overspeed": bits |= 1 << 1
            case "fatigueDriving": bits |= 1 << 2
            case "gpsAntennaCut": bits |= 1 << TerminalAlarms.antennaCutBit
            case "powerCut": bits |= 1 << TerminalAlarms.powerCutBit
            case "powerOff" where isJT808: bits |= 1 << TerminalAlarms.powerCutBit
            default: break
            }
        }
    }
}
