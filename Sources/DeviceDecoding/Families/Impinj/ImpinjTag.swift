import AssetModel

/// The fields of `tagInventoryEvent` that we take. All are optional; which are sent is set in the preset.
///
/// | field | |
/// | --- | --- |
/// | `epc`, `epcHex` | EPC, base64url and hex; both must agree; empty counts as not said |
/// | `tid`, `tidHex` | TID, base64url and hex; both must agree; empty says that it was not read |
/// | `pc` | PC word, base64 of two bytes ("NAA=" is 3400h); four hex digits are taken too |
/// | `antennaPort` | 1-based, up to 32 with antenna hubs |
/// | `peakRssiCdbm`, `transmitPowerCdbm` | 1/100 dBm |
/// | `frequency` | kHz |
/// | `phaseAngle` | degrees, 0...360 |
/// | `lastSeenTime` | RFC 3339, when the tag was read |
/// | `tagMemoryData[]` | {`memoryBank`, `wordOffset`, `tagDataHex`}: the TID bank from word 0 is the TID |
/// | `tagAuthenticationResponse` | {`messageHex`, `responseHex`, `tidHex`}: TID where the tag answered |
///
/// EPC, TID, port, signal strength and time make the read: one that is broken refuses the record. The others
/// are said beside it and never cost a read: what is broken there is left out.
///
/// The TID of `tagMemoryData` or of the authentication only fills in where `tid` and `tidHex` say nothing;
/// empty `tagDataHex` or `responseHex` is a failure and no fact. The **EPC bank** of `tagMemoryData` is not
/// taken: it comes from a second access, perhaps after the tag was rewritten, and may hold more words than
/// the identity has, so it could only contradict what the tag sent when it was singled out.
///
/// Not taken either: `antennaName`, since "Antenna 2" is free text that anybody may have given to port 3, and
/// a read in the wrong zone is worse than none; `xpcHex`; the results of writing passwords and security
/// modes.
struct ImpinjTagInventory {
    private var epc: EPC?
    private var epcHex: EPC?
    private var tid: EPC?
    private var tidHex: EPC?
    private var memoryTID: EPC?
    private var authenticatedTID: EPC?
    private var protocolControl: UInt16?
    private var antennaPort: UInt16?
    private var peakSignal: SignalStrength?
    private var lastSeenAt: UTCInstant?
    private var radio = RadioDetail()

    mutating func read(_ json: inout JSONCursor, _ refusal: inout Rejection?) throws(JSONFault) {
        guard try json.enterMember(at: "tagInventoryEvent", &refusal) else { return }
        while let key = try json.nextKey() {
            switch key {
            case "epc":
                epc = try json.identity(.base64, at: "tagInventoryEvent.epc", &refusal)
            case "epcHex":
                epcHex = try json.identity(.hex, at: "tagInventoryEvent.epcHex", &refusal)
            case "tid":
                tid = try json.identity(.base64, at: "tagInventoryEvent.tid", &refusal)
            case "tidHex":
                tidHex = try json.identity(.hex, at: "tagInventoryEvent.tidHex", &refusal)
            case "antennaPort":
                antennaPort = try json.port(at: "tagInventoryEvent.antennaPort", &refusal)
            case "peakRssiCdbm":
                let range = ImpinjTagInventory.centiDBm
                let signal = try json.whole(in: range, at: "tagInventoryEvent.peakRssiCdbm", &refusal)
                peakSignal = signal.map { SignalStrength(centiDBm: Int16($0)) }
            case "lastSeenTime":
                lastSeenAt = try json.instant(at: "tagInventoryEvent.lastSeenTime", &refusal)
            default:
                try readBeside(key, &json)
            }
        }
    }

    /// What SignalStrength holds; a UHF reader's real range is about -90 to -20 dBm, its power 10 to 33 dBm.
    private static let centiDBm = Int64(Int16.min)...Int64(Int16.max)

    /// The bands of UHF RFID in kHz, all countries together: another number is in another unit, or none.
    private static let kilohertz: ClosedRange<Int64> = 840_000...960_000

    /// What is said beside the read.
    private mutating func readBeside(_ key: JSONString, _ json: inout JSONCursor) throws(JSONFault) {
        switch key {
        case "pc":
            protocolControl = try json.pcWord()
        case "frequency":
            let frequency = try json.besideWhole(in: ImpinjTagInventory.kilohertz)
            radio.frequencyKilohertz = frequency.map { UInt32($0) }
        case "transmitPowerCdbm":
            let power = try json.besideWhole(in: ImpinjTagInventory.centiDBm)
            radio.transmitPower = power.map { SignalStrength(centiDBm: Int16($0)) }
        case "phaseAngle":
            radio.phaseCentidegrees = try json.phaseCentidegrees(from: 0)
        case "tagMemoryData":
            memoryTID = try json.tidOfMemory()
        case "tagAuthenticationResponse":
            authenticatedTID = try json.tidOfAuthentication()
        default:
            try json.skip()
        }
    }

    /// The read, once the whole message is known. `queuedAt` stands in for the time of the read.
    func read(queuedAt: UTCInstant?, _ timestampRefusal: Rejection?) -> Result<TagRead, Rejection> {
        guard let tag = epcHex ?? epc else {
            return .failure(Rejection(.missingIdentity, at: "tagInventoryEvent.epc"))
        }
        if let epc, epc != tag {
            return .failure(Rejection(.malformedIdentity, at: "tagInventoryEvent.epcHex"))
        }
        if let tid, let tidHex, tid != tidHex {
            return .failure(Rejection(.malformedIdentity, at: "tagInventoryEvent.tidHex"))
        }
        if lastSeenAt == nil, let timestampRefusal { return .failure(timestampRefusal) }
        var read = TagRead(
            tag: tag, tid: tidHex ?? tid ?? memoryTID ?? authenticatedTID, antennaPort: antennaPort,
            peakSignal: peakSignal, heardAt: lastSeenAt ?? queuedAt)
        read.protocolControl = protocolControl
        read.radio = radio
        return .success(read)
    }
}

extension JSONCursor {
    /// Antenna ports are 1-based, up to 32 with hubs; which of them exist is the layout's question, not this
    /// one's.
    mutating func port(at path: StaticString, _ refusal: inout Rejection?) throws(JSONFault) -> UInt16? {
        try whole(in: 1...Int64(UInt16.max), at: path, &refusal).map { UInt16($0) }
    }
}

/// Fields beside the read, after the manner of ``JSONCursor/besideText()``.
extension JSONCursor {
    /// Base64 of two bytes ends in `=` or is three characters long, so four others are hex.
    fileprivate mutating func pcWord() throws(JSONFault) -> UInt16? {
        guard let text = try besideText() else { return nil }
        let reading = text.withBytes { text in
            let isHex = text.count == 4 && text.last != 0x3D
            return IdentityText.read(text, as: isHex ? .hex : .base64)
        }
        guard case .identity(let word) = reading, word.bitCount == 16 else { return nil }
        return UInt16(truncatingIfNeeded: word.words.first >> 48)
    }

    /// The first entry of `tagMemoryData` that holds the TID bank from its beginning.
    fileprivate mutating func tidOfMemory() throws(JSONFault) -> EPC? {
        guard try kind() == .array else {
            try skip()
            return nil
        }
        var tid: EPC?
        try enterArray()
        while try nextElement() {
            guard try kind() == .object else {
                try skip()
                continue
            }
            let found = try tidOfMemoryEntry()
            tid = tid ?? found
        }
        return tid
    }

    private mutating func tidOfMemoryEntry() throws(JSONFault) -> EPC? {
        var isTID = false
        var isFromStart = false
        var bits: EPC?
        try enterObject()
        while let key = try nextKey() {
            switch key {
            case "memoryBank": isTID = try besideText()?.equals("tid") ?? false
            case "wordOffset": isFromStart = try besideWhole(in: 0...0) != nil
            case "tagDataHex": bits = try besideIdentity()
            default: try skip()
            }
        }
        return isTID && isFromStart ? bits : nil
    }

    /// `tidHex` of a tag that answered its challenge.
    fileprivate mutating func tidOfAuthentication() throws(JSONFault) -> EPC? {
        guard try kind() == .object else {
            try skip()
            return nil
        }
        var tid: EPC?
        var hasAnswered = false
        try enterObject()
        while let key = try nextKey() {
            switch key {
            case "responseHex": hasAnswered = try besideText()?.raw.isEmpty == false
            case "tidHex": tid = try besideIdentity()
            default: try skip()
            }
        }
        return hasAnswered ? tid : nil
    }
}
