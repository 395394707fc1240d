import AssetModel

/// The fields of a tag's `data` that we take.
///
/// | field | |
/// | --- | --- |
/// | `idHex`, in DIRECTIONALITY `tagId` | EPC, hex of either case; empty counts as not said |
/// | `TID` | hex, or **a sentence** where it could not be read: then the TID is unknown |
/// | `antenna` | 1-based |
/// | `peakRssi`, in raw DIRECTIONALITY `rssi` | dBm, whole or with a fraction |
/// | `reads` | since the last report; 0 counts as 1, since the report itself is a read |
/// | `PC` | PC word, four hex digits |
/// | `channel` | carrier frequency in MHz; only where every read is reported by itself |
/// | `phase` | degrees, -180...360; kept as 0...360; as `channel` |
/// | `hostName`, `MAC` | the reader |
///
/// EPC, TID, port, signal, count and time make the read: one that is broken refuses the record. `PC`,
/// `channel`, `phase` and names are said beside it and never cost a read: what is broken there is left out.
///
/// DIRECTIONALITY has `state` besides, and what it says about time:
///
/// - NEW, UPDATE, TRANSITION: the tag is seen, at the envelope's `timestamp`. `direction` says nothing yet.
/// - TIMED_OUT: the tag has **not** been seen for the reader's time-out (30 s to 3600 s); only now
///   `direction` holds: IN, OUT, NONE, UNKNOWN, ERROR (taken as unknown). The read that we make of it is the
///   verdict on a passage and stands at the newest entry of `zoneHistory` (epoch ms): there the reader did
///   see the tag. Without a history it stands at `timestamp`, an upper bound, late by the time-out. That is
///   the best there is: without any time the receipt would stand in, which is later still after an outage.
///
/// The zones of DIRECTIONALITY (`zone`, `prevZone`) are the reader's own and no antenna ports. Skipped too:
/// CRC, XPC, USER, accessResults, userDefined, azimuth, elevation, locationHistory; `EPC`, a copy that is
/// documented by its flag only (`idHex` is always there and decides); `eventNum`, since nothing says that its
/// numbers are without gaps on one topic, and what a reader dropped stands in its heartbeat.
struct ZebraTag {
    private var idHex: EPC?
    private var tagID: EPC?
    private var tid: EPC?
    private var antenna: UInt16?
    private var peakSignal: SignalStrength?
    private var reads: UInt32 = 1
    private var protocolControl: UInt16?
    private var radio = RadioDetail()
    private(set) var state: JSONString?
    private var direction: JSONString?
    private var newestZone: UTCInstant?
    private(set) var hostName: JSONString?
    private(set) var mac: JSONString?
    /// An identity's key was there, whatever stood in it.
    private(set) var isPresent = false

    /// Takes the value where the key is one of ours; else leaves it and returns `false`.
    mutating func read(
        _ key: JSONString, _ json: inout JSONCursor, _ refusal: inout Rejection?
    ) throws(JSONFault) -> Bool {
        switch key {
        case "idHex":
            isPresent = true
            idHex = try json.identity(.hex, at: "data.idHex", &refusal)
        case "tagId":
            isPresent = true
            tagID = try json.identity(.hex, at: "data.tagId", &refusal)
        case "TID":
            tid = try json.identityOrSentence(at: "data.TID", &refusal)
        case "antenna":
            let port = try json.whole(in: 1...Int64(UInt16.max), at: "data.antenna", &refusal)
            antenna = port.map { UInt16($0) }
        case "peakRssi":
            peakSignal = try json.decibelMilliwatts(at: "data.peakRssi", &refusal)
        case "rssi":
            peakSignal = try json.decibelMilliwatts(at: "data.rssi", &refusal)
        case "reads":
            let count = try json.whole(in: 0...Int64(UInt32.max), at: "data.reads", &refusal)
            reads = UInt32(max(count ?? 1, 1))
        case "state": state = try json.word(at: "data.state", &refusal)
        case "direction": direction = try json.word(at: "data.direction", &refusal)
        case "zoneHistory": newestZone = try json.newestZone()
        default: return try readBeside(key, &json)
        }
        return true
    }

    /// What is said beside the tag.
    private mutating func readBeside(_ key: JSONString, _ json: inout JSONCursor) throws(JSONFault) -> Bool {
        switch key {
        case "PC": protocolControl = try json.protocolControl()
        case "channel": radio.frequencyKilohertz = try json.kilohertz()
        case "phase": radio.phaseCentidegrees = try json.phaseCentidegrees(from: -180)
        case "hostName": hostName = try json.besideText()
        case "MAC": mac = try json.besideText()
        default: return false
        }
        return true
    }

    /// The read, once the whole envelope is known.
    func read(stamped timestamp: UTCInstant?, _ timestampRefusal: Rejection?) -> Result<TagRead, Rejection> {
        guard let tag = idHex ?? tagID else {
            return .failure(Rejection(.missingIdentity, at: "data.idHex"))
        }
        if let tagID, tagID != tag { return .failure(Rejection(.malformedIdentity, at: "data.tagId")) }
        var heardAt = timestamp
        var verdict: PassageDirection?
        switch state {
        case .some("NEW"), .some("UPDATE"), .some("TRANSITION"):
            break
        case nil where direction == nil:
            break
        case nil, .some("TIMED_OUT"):
            verdict = passage
            // An entry later than the message about it is a mistake of the reader's.
            if let newestZone { heardAt = min(newestZone, timestamp ?? newestZone) }
        default:
            // Whether this is a sighting is not known.
            return .failure(Rejection(.unknownShape, at: "data.state"))
        }
        if heardAt == nil, let timestampRefusal { return .failure(timestampRefusal) }
        var read = TagRead(
            tag: tag, tid: tid, antennaPort: antenna, peakSignal: peakSignal, heardAt: heardAt)
        read.reads = reads
        read.direction = verdict
        read.protocolControl = protocolControl
        read.radio = radio
        return .success(read)
    }

    /// A word that we do not know is no direction either.
    private var passage: PassageDirection {
        switch direction {
        case .some("IN"): return .inward
        case .some("OUT"): return .outward
        case .some("NONE"): return .none
        default: return .unknown
        }
    }
}

extension JSONCursor {
    /// A TID, or what the reader says in its place: "Error: tag returned error code 0x03 = Memory overrun".
    mutating func identityOrSentence(
        at path: StaticString, _ refusal: inout Rejection?
    ) throws(JSONFault) -> EPC? {
        if try kind() == .string {
            var ahead = self
            if try ahead.string().isSentence {
                self = ahead
                return nil
            }
        }
        return try identity(.hex, at: path, &refusal)
    }

    /// The newest `timestamp` of `zoneHistory`, a list of {"timestamp": epoch ms, "Zone": 2}. What has
    /// another shape is passed over: the verdict stands without its history.
    fileprivate mutating func newestZone() throws(JSONFault) -> UTCInstant? {
        guard try kind() == .array else {
            try skip()
            return nil
        }
        // Thirteen digits, years 2001 to 2286: any other number is not in milliseconds.
        let milliseconds = 1_000_000_000_000...Int64(9_999_999_999_999)
        var newest: Int64?
        var unused: Rejection?
        try enterArray()
        while try nextElement() {
            guard try enterMember(at: "data.zoneHistory", &unused) else { continue }
            while let key = try nextKey() {
                if key.equals("timestamp") {
                    let time = try whole(in: milliseconds, at: "data.zoneHistory.timestamp", &unused)
                    if let time { newest = max(newest ?? time, time) }
                } else {
                    try skip()
                }
            }
        }
        return newest.map { UTCInstant(milliseconds: $0) }
    }

    /// The PC word as four hex digits.
    fileprivate mutating func protocolControl() throws(JSONFault) -> UInt16? {
        guard let word = try besideIdentity(), word.bitCount == 16 else { return nil }
        return UInt16(truncatingIfNeeded: word.words.first >> 48)
    }

    /// MHz, kept as kHz. The bands of UHF RFID, all countries together: another number is in another unit, or
    /// none.
    fileprivate mutating func kilohertz() throws(JSONFault) -> UInt32? {
        try besideNumber(in: 840...960).map { UInt32(($0 * 1_000).rounded()) }
    }
}

extension JSONString {
    /// Words in the place of a TID: with a space in them, or "Error" in front; hex has neither.
    fileprivate var isSentence: Bool {
        withBytes { $0.contains(0x20) || $0.starts(with: "Error".utf8) }
    }
}
