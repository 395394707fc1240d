package import AssetModel

/// The MQTT bridge of llrpkit, an LLRP client: `{base}/tags`, `{base}/events`, `{base}/status`.
///
///     {"reader": "dock-door-1", "epc": hex, "antenna": 3, "rssi_dbm": -52.25, "phase_deg": 123.5,
///      "doppler_hz": -12.5, "channel": 7, "tid": hex | null, "at": 1770950400.123}
///     {"event": "arrived", "reader": …, "epc": hex, "antenna": 3, "dwell_s": null, "reads": 4, "at": …}
///     {"status": "online", "reader": …, "topic": "llrpkit/dock-door-1/tags", "at": …}
///
/// - Told apart by their members: topics are free. All keys are always there, `null` where nothing is known.
/// - `at` is when the bridge published, in seconds with a fraction. `channel` is an index into the reader's
///   hop table and no frequency.
/// - An arrival stands for its `reads`. A departure is the bridge's own judgement of silence: passed over.
/// - Arrivals come once for each visit. Where they come alone, silence of a tag says nothing; where single
///   reads come too, those count.
/// - The last will is composed when the bridge connects, so `at` of "offline" may be hours old. It is not
///   taken: an old time would make the will look like history.
/// - The bodies of its webhook (`{"reader", "token", "events": […]}`, the word under `kind`) are taken too,
///   where somebody passes them on.
/// - Windows of gated inventory and the alerts of its antenna monitor are values of the library; the bridge
///   of 0.3.0 publishes neither. Where somebody passes them on under `event`, a window is passed over (its
///   reads come singly), an antenna that is connected or disconnected is taken, and one that fell quiet is
///   silence.
///
/// Source: docs/integration.md, mqtt.py, webhook.py and health.py of llrpkit 0.3.0 (MIT).
/// Vectors: `Fixtures/llrpkit.ndjson` of the tests.
package struct LLRPKit: MessageFamily {
    package static let format = MessageFormat.llrpkit

    private var tape = JSONTape()
    /// Single reads have come: arrivals are not all that this source tells.
    private var hearsReads = false
    private var stateChanged = false

    package init() {}

    /// Only with all the names that the bridge always writes: a few of them are everybody's.
    package static func recognition(of message: RawMessage) -> Recognition {
        JSONPage.recognition(of: message) { page in
            guard let root = ReadRecord(JSONPage.root, of: page), root.has("reader") else { return false }
            if let events = root.array("events") {
                let first = page.firstElement(of: events).flatMap { ReadRecord($0, of: page) }
                return first.map { hasAll(["epc", "kind", "dwell_s", "at"], $0) } ?? false
            }
            return hasAll(["epc", "rssi_dbm", "phase_deg", "channel", "at"], root)
                || hasAll(["event", "epc", "dwell_s", "reads", "at"], root)
                || (hasAll(["status", "topic", "at"], root) && isStatus(root))
        }
    }

    private static func hasAll(_ names: [StaticString], _ record: ReadRecord) -> Bool {
        names.allSatisfy(record.has)
    }

    private static func isStatus(_ record: ReadRecord) -> Bool {
        let word = record.text("status")
        return (word == "online" || word == "offline") && record.text("topic")?.hasSuffix("/tags") ?? false
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            JSONDocuments.read(bytes, &tape, into: &decoded, LLRPKit.take)
        }
        if decoded.reportMode == .unstated, !hearsReads {
            hearsReads = true
            stateChanged = true
        }
        if decoded.reportMode == .once, hearsReads { decoded.reportMode = nil }
    }

    package mutating func takeStateChanged() -> Bool {
        defer { stateChanged = false }
        return stateChanged
    }

    /// One byte once single reads have come, else nothing.
    package func encodeState() -> [UInt8] { hearsReads ? [1] : [] }

    package mutating func restoreState(_ bytes: [UInt8]) throws(ByteReader.Damaged) {
        let reader = ByteReader(bytes)
        guard bytes.isEmpty || bytes == [1] else { throw reader.damage }
        hearsReads = !bytes.isEmpty
    }

    private static func take(_ page: JSONPage, into decoded: inout DecodedMessage) -> DocumentOutcome {
        guard let root = ReadRecord(JSONPage.root, of: page) else { return page.unknownShape }
        var walk = RecordWalk(page, into: decoded)
        if let events = root.array("events") {
            if let refused = decoded.takeName(of: root, "reader") { return refused }
            walk.takeElements(of: events, "events", into: &decoded, entry)
        } else if root.has("epc") || root.has("event") {
            walk.take(JSONPage.root, "", into: &decoded, entry)
        } else if root.has("status") {
            walk.take(JSONPage.root, "", into: &decoded, status)
        } else {
            return page.unknownShape
        }
        return walk.outcome(decoded, without: "llrpkit_no_events")
    }

    private static func status(
        _ record: ReadRecord, _ decoded: inout DecodedMessage
    ) throws(MappedFault) -> RecordOutcome {
        try decoded.name(try record.name("reader"), field: "reader")
        switch record.text("status") {
        case "online":
            decoded.sentAt = record.hint("at", TimeReading().instant(of:))
            return .events([.connected])
        case "offline":
            return .events([.disconnected])
        default:
            throw MappedFault(field: "status", reason: .unknownShape)
        }
    }

    /// A read, an arrival or what else stands under `event` or, in the webhook, under `kind`.
    private static func entry(
        _ record: ReadRecord, _ decoded: inout DecodedMessage
    ) throws(MappedFault) -> RecordOutcome {
        try decoded.name(try record.name("reader"), field: "reader")
        switch record.text("event") ?? record.text("kind") {
        case nil where record.has("event") || record.has("kind"):
            throw MappedFault(field: record.has("event") ? "event" : "kind", reason: .unknownShape)
        case nil, "read":
            let read = try read(record)
            decoded.reportMode = .unstated
            return .read(read)
        case "arrived":
            let read = try read(record)
            decoded.reportMode = decoded.reportMode ?? .once
            return .read(read)
        case "departed":
            return .passedOver("llrpkit_departed")
        case "window":
            return .passedOver("llrpkit_window")
        case "quiet", "recovered", "exception":
            return .passedOver("llrpkit_antenna_alert")
        case "disconnected":
            return .events([.antennaDisconnected(port: try antenna(record))])
        case "connected":
            return .events([.antennaConnected(port: try antenna(record))])
        default:
            return .passedOver("llrpkit_other_event")
        }
    }

    private static func antenna(_ record: ReadRecord) throws(MappedFault) -> UInt16 {
        guard let port = try record.port("antenna") else {
            throw MappedFault(field: "antenna", reason: .unknownAntenna)
        }
        return port
    }

    private static func read(_ record: ReadRecord) throws(MappedFault) -> TagRead {
        var read = TagRead(tag: try record.requiredEPC("epc"))
        read.tid = try record.tid("tid")
        read.antennaPort = try record.port("antenna")
        if let signal = try record.signal("rssi_dbm") {
            read.peakSignal = signal
        } else {
            read.peakSignal = try record.signal("rssi")
        }
        read.heardAt = try record.instant("at")
        read.reads = try record.readCount("reads") ?? 1
        read.radio.phaseCentidegrees = record.centidegrees("phase_deg")
        return read
    }
}
