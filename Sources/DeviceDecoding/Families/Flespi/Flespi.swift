package import AssetModel

/// flespi: messages of trackers of many makers, brought to one set of names.
///
///     flespi/message/gw/devices/<id>    {"ident": …, "timestamp": s, "position.latitude": …, …}
///     flespi/message/gw/channels/<id>/… the same, or an array of them
///     flespi/log/gw/devices/<id>/connected | disconnected    {"ident": …, "timestamp": s, …}
///
/// - The names have points in them and are flat: `position.latitude` is one key. An object `position` with
///   `latitude` and the others in it, as scripts make of them, says the same.
/// - The terminal is `ident`, the IMEI as a rule. A line of the log without it names nobody.
/// - Times are seconds since 1970, with a fraction. `position.timestamp` is when the place was found, where
///   that differs from the message.
/// - `position.speed` is in km/h, `vehicle.mileage` in km. `position.valid` is false where the receiver had
///   no fix; many trackers never say it, and then send no place without a fix.
/// - `external.powersource.status` false is a power cut. A voltage alone is none: it is stated for batteries
///   of 12 V and of 24 V alike.
///
/// Source: flespi.com/kb/messages-basic-information-units, flespi.com/protocols/mqtt. The topics of the log,
/// `position.timestamp` and `external.powersource.status` are not confirmed by a message that was at hand.
/// Vectors: `Fixtures/flespi.ndjson` of the tests.
package struct Flespi: MessageFamily {
    package static let format = MessageFormat.flespi

    private var tape = JSONTape()

    package init() {}

    /// By `ident` and `timestamp` with a name in flespi's way of writing, or on a topic of flespi's log.
    package static func recognition(of message: RawMessage) -> Recognition {
        let isLog = lineEvent(of: message.topic) != nil
        return JSONPage.recognition(of: message) { page in
            guard let record = page.firstRecord, record.has("ident"), record.has("timestamp") else {
                return false
            }
            return isLog || names.contains(where: record.has)
        }
    }

    /// One of these stands in every message: by what it came, or a place.
    private static let names: [StaticString] = [
        "position.latitude", "position.valid", "protocol.id", "channel.id", "device.id", "server.timestamp",
    ]

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        let event = Flespi.lineEvent(of: message.topic)
        message.payload.withUnsafeBytes { bytes in
            JSONDocuments.read(bytes, &tape, into: &decoded) { page, decoded in
                TerminalReports.read(page, into: &decoded, emptyKind: "flespi_empty") {
                    Flespi.take($0, event, $1, &$2)
                }
            }
        }
    }

    private static func lineEvent(of topic: String) -> DeviceEvent? {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard let root = levels.firstIndex(of: "flespi"), levels.count > root + 2, levels[root + 1] == "log"
        else { return nil }
        switch levels[levels.count - 1] {
        case "connected": return .connected
        case "disconnected": return .disconnected
        default: return nil
        }
    }

    private static func take(
        _ record: ReadRecord, _ event: DeviceEvent?, _ place: String, _ decoded: inout DecodedMessage
    ) -> TerminalReports.Outcome {
        guard let terminal = TerminalName(record.text("ident")) else {
            return .refused(.unknownDevice, "ident")
        }
        decoded.hear(terminal)
        if let event { return decoded.take([event], of: terminal) ?? .taken }
        var events: [DeviceEvent] = []
        if record.flag("external.powersource.status") == false { events = [.powerCut] }
        if let position = FlespiPosition(in: record) {
            takePosition(position, record, of: terminal, at: place, into: &decoded)
        } else if events.isEmpty {
            return .ignored("flespi_no_position")
        }
        return events.isEmpty ? .taken : decoded.take(events, of: terminal) ?? .taken
    }

    private static func takePosition(
        _ position: FlespiPosition, _ record: ReadRecord, of terminal: TerminalName, at place: String,
        into decoded: inout DecodedMessage
    ) {
        let metresInKilometre = 1_000.0
        var draft = FixDraft(of: terminal, at: place)
        position.fill(&draft)
        if draft.fix.fixedAt == nil { draft.fix.fixedAt = draft.time("timestamp", of: record) }
        let kilometres = draft.number("vehicle.mileage", of: record)
        draft.takeOdometer(metres: kilometres.map { $0 * metresInKilometre }, "vehicle.mileage")
        draft.set(status: TerminalStatusBit.ignition, to: record.flag("engine.ignition.status"))
        draft.set(status: TerminalStatusBit.moving, to: record.flag("movement.status"))
        draft.append(to: &decoded)
    }
}

/// The position in a message: flat keys with `position.` in front, or an object of that name.
private struct FlespiPosition {
    private let record: ReadRecord
    private let names: Names

    private struct Names {
        let latitude, longitude, speed, direction, altitude, satellites, valid, timestamp: StaticString
        /// In front of the names in refusals.
        let prefix: StaticString
    }

    private static let flat = Names(
        latitude: "position.latitude", longitude: "position.longitude", speed: "position.speed",
        direction: "position.direction", altitude: "position.altitude", satellites: "position.satellites",
        valid: "position.valid", timestamp: "position.timestamp", prefix: "")
    private static let nested = Names(
        latitude: "latitude", longitude: "longitude", speed: "speed", direction: "direction",
        altitude: "altitude", satellites: "satellites", valid: "valid", timestamp: "timestamp",
        prefix: "position.")

    /// `nil` where nothing is said of a place, not even that there is none.
    init?(in message: ReadRecord) {
        let candidates =
            [(message, FlespiPosition.flat)]
            + (message.object("position").map { [($0, FlespiPosition.nested)] } ?? [])
        let found = candidates.first { record, names in
            record.has(names.latitude) || record.has(names.longitude) || record.flag(names.valid) == false
        }
        guard let found else { return nil }
        (record, names) = found
    }

    /// What cannot be read as a yes vouches for nothing.
    private var isValid: Bool {
        record.text(names.valid) == nil || record.flag(names.valid) ?? false
    }

    func fill(_ draft: inout FixDraft) {
        draft.fix.fixedAt = draft.time(names.timestamp, of: record, names.prefix)
        let latitude = draft.number(names.latitude, of: record, names.prefix)
        let longitude = draft.number(names.longitude, of: record, names.prefix)
        draft.takePlace(latitude, longitude, isValid: isValid)
        let speed = draft.number(names.speed, of: record, names.prefix)
        draft.takeSpeed(kilometresPerHour: speed, "position.speed")
        let direction = draft.number(names.direction, of: record, names.prefix)
        draft.takeDirection(direction, "position.direction")
        draft.takeAltitude(draft.number(names.altitude, of: record, names.prefix), "position.altitude")
        draft.takeSatellites(
            draft.number(names.satellites, of: record, names.prefix), "\(names.prefix)\(names.satellites)")
    }
}
