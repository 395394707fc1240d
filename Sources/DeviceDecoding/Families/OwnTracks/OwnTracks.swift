package import AssetModel

/// OwnTracks, the app on a telephone and the gateways that write like it (qtripp, for Queclink trackers).
///
///     owntracks/<user>/<device>      {"_type": "location", "lat": …, "lon": …, "tst": s, "vel": km/h, …}
///     owntracks/<user>/<device>/…    {"_type": "transition" | "lwt" | "card" | …}
///
/// - The topic names the terminal, by its device; qtripp says the tracker's IMEI in the message as well
///   (`imei`). A will (`lwt`) says nothing but that the line is lost: its `tst` is when it was made.
/// - `vel` is in km/h, `odometer` (qtripp) in km, `acc` the radius in metres. A telephone writes -1 for what
///   it does not know.
/// - `ign` is the ignition. `t` says what the report was made for: qtripp's `e` is a power cut, `s` too
///   fast, `!` towed away, `i` and `I` ignition on and off. Other letters, and the app's own, say nothing
///   here.
/// - A transition into or out of a region says where it was noticed, and is taken as a place. The place in a
///   waypoint is that of a region: waypoints are passed over, as are cards, steps, and what is sent to the
///   app.
/// - `acc` or `vac` below zero is how telephones say that the place, or the altitude, cannot be relied on.
/// - A message that the app has sealed (`encrypted`) cannot be read.
///
/// Source: owntracks.org/booklet/tech/json; samples of Traccar's tests for its OwnTracks and qtripp decoders.
/// Vectors: `Fixtures/owntracks.ndjson` of the tests.
package struct OwnTracks: MessageFamily {
    package static let format = MessageFormat.ownTracks

    private var tape = JSONTape()

    package init() {}

    /// By `_type`, which nobody else writes, with the fields of a location or a topic of OwnTracks.
    package static func recognition(of message: RawMessage) -> Recognition {
        let isOwnTopic = device(in: message.topic) != nil
        return JSONPage.recognition(of: message) { page in
            guard let record = page.firstRecord, let type = record.text("_type") else { return false }
            if type == "location" { return record.has("lat") && record.has("lon") && record.has("tst") }
            return isOwnTopic && (type == "encrypted" || kind(of: type) != nil)
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        let device = OwnTracks.device(in: message.topic)
        message.payload.withUnsafeBytes { bytes in
            JSONDocuments.read(bytes, &tape, into: &decoded) { page, decoded in
                TerminalReports.read(page, into: &decoded, emptyKind: "owntracks_empty") {
                    OwnTracks.take($0, device, $1, &$2)
                }
            }
        }
    }

    /// The level behind the user's, wherever a bridge put `owntracks` in the topic.
    private static func device(in topic: String) -> String? {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard let root = levels.firstIndex(of: "owntracks"), levels.count > root + 2 else { return nil }
        return String(levels[root + 2])
    }

    /// Messages without a place of their own; `nil` for what is none of OwnTracks'.
    private static func kind(of type: String) -> StaticString? {
        switch type {
        case "lwt": return "owntracks_lwt"
        case "transition": return "owntracks_transition"
        case "waypoint", "waypoints": return "owntracks_waypoints"
        case "card": return "owntracks_card"
        case "cmd", "request": return "owntracks_command"
        case "configuration", "dump": return "owntracks_configuration"
        case "beacon", "steps", "status": return "owntracks_status"
        default: return nil
        }
    }

    private static func take(
        _ record: ReadRecord, _ device: String?, _ place: String, _ decoded: inout DecodedMessage
    ) -> TerminalReports.Outcome {
        guard let type = record.text("_type") else { return .refused(.unknownShape, "_type") }
        if type == "encrypted" { return .refused(.frameEncrypted, "_type") }
        guard type == "location" || kind(of: type) != nil else { return .ignored("owntracks_other") }
        guard let terminal = TerminalName(record.text("imei") ?? device) else {
            return .refused(.unknownDevice, "topic")
        }
        decoded.hear(terminal)
        switch type {
        case "location": return takeLocation(record, of: terminal, at: place, into: &decoded)
        case "transition" where record.has("lat") || record.has("lon"):
            return takeLocation(record, of: terminal, at: place, into: &decoded)
        case "lwt": return decoded.take([.disconnected], of: terminal) ?? .taken
        default: return .ignored(kind(of: type) ?? "owntracks_other")
        }
    }

    private static func takeLocation(
        _ record: ReadRecord, of terminal: TerminalName, at place: String, into decoded: inout DecodedMessage
    ) -> TerminalReports.Outcome {
        let metresInKilometre = 1_000.0
        var draft = FixDraft(of: terminal, at: place)
        draft.fix.fixedAt = draft.time("tst", of: record)
        let latitude = draft.number("lat", of: record)
        let longitude = draft.number("lon", of: record)
        guard latitude != nil || longitude != nil || !draft.refusals.isEmpty else {
            return .refused(.unknownShape, "lat")
        }
        let (accuracy, altitudeAccuracy) = (
            draft.number("acc", of: record), draft.number("vac", of: record)
        )
        draft.takePlace(latitude, longitude, isValid: accuracy.map { $0 >= 0 } ?? true)
        draft.takeSpeed(kilometresPerHour: draft.number("vel", of: record), "vel")
        draft.takeDirection(draft.number("cog", of: record), "cog")
        let altitude = draft.number("alt", of: record)
        if altitudeAccuracy.map({ $0 >= 0 }) ?? true { draft.takeAltitude(altitude, "alt") }
        draft.takeAccuracy(accuracy)
        let kilometres = draft.number("odometer", of: record)
        draft.takeOdometer(metres: kilometres.map { $0 * metresInKilometre }, "odometer")
        let trigger = record.text("t")
        draft.set(
            status: TerminalStatusBit.ignition, to: ignition(by: trigger) ?? record.flag("ign"))
        draft.set(status: TerminalStatusBit.moving, to: record.flag("motion"))
        draft.fix.alarmBits = alarmBits(of: trigger)
        draft.append(to: &decoded)
        let events = TerminalAlarms.events(in: draft.fix.alarmBits)
        return events.isEmpty ? .taken : decoded.take(events, of: terminal) ?? .taken
    }

    /// Alarm bits of JT/T 808 with the same meaning: too fast, main power lost, moved with the ignition off.
    private static func alarmBits(of trigger: String?) -> UInt32 {
        switch trigger {
        case "s": return 1 << 1
        case "e": return 1 << TerminalAlarms.powerCutBit
        case "!": return 1 << 28
        default: return 0
        }
    }

    /// The report that was made because the ignition changed says what it changed to.
    private static func ignition(by trigger: String?) -> Bool? {
        switch trigger {
        case "i": return true
        case "I": return false
        default: return nil
        }
    }
}
