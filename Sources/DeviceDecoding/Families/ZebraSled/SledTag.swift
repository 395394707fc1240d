import AssetModel

/// One record of `tagData`.
///
/// The reference requires `eventNum` alone and names no field of a tag in the part that is public. The names
/// of the first column are those of the vendor's fixed readers and its tag library: **derived, not
/// documented**.
///
/// | field | |
/// | --- | --- |
/// | `idHex`; else `EPCId`, `epcId`, `epc`, `EPC` | EPC, hex of either case; empty counts as not said |
/// | `TID` | hex, or a sentence where it could not be read: then the TID is unknown |
/// | `peakRssi`, `rssi`, `RSSI` | dBm, whole or with a fraction |
/// | `reads`, `seenCount`, `tagSeenCount` | 0 counts as 1 |
/// | `antenna`, `antennaId` | 1-based |
/// | `PC` | four hex digits |
/// | `channel`, `phase` | MHz, degrees |
///
/// A record without an EPC (only `eventNum`) is refused and its neighbours stand. `PC`, `channel` and `phase`
/// never cost a read. A record has no time of its own: the message's is that of its tags.
struct SledTag {
    private var idHex: EPC?
    /// Under one of the other names.
    private var alias: EPC?
    private var tid: EPC?
    private var antenna: UInt16?
    private var peakSignal: SignalStrength?
    private var reads: UInt32 = 1
    private var protocolControl: UInt16?
    private var radio = RadioDetail()

    /// The read, its time not yet known, or why it is none, by the way within the record.
    static func read(_ json: inout JSONCursor) throws(JSONFault) -> Result<TagRead, Rejection> {
        var refusal: Rejection?
        guard try json.kind() == .object else {
            try json.skip()
            return .failure(Rejection(.unknownShape, at: ""))
        }
        var tag = SledTag()
        try json.enterObject()
        while let key = try json.nextKey() { try tag.take(key, &json, &refusal) }
        if let refusal { return .failure(refusal) }
        guard let identity = tag.idHex ?? tag.alias else {
            return .failure(Rejection(.missingIdentity, at: "idHex"))
        }
        var read = TagRead(
            tag: identity, tid: tag.tid, antennaPort: tag.antenna, peakSignal: tag.peakSignal)
        read.reads = tag.reads
        read.protocolControl = tag.protocolControl
        read.radio = tag.radio
        return .success(read)
    }

    private mutating func take(
        _ key: JSONString, _ json: inout JSONCursor, _ refusal: inout Rejection?
    ) throws(JSONFault) {
        switch key {
        case "idHex": idHex = try json.identity(.hex, at: "idHex", &refusal)
        case "EPCId", "epcId", "epc", "EPC":
            let found = try json.identity(.hex, at: "epc", &refusal)
            // Two names, two tags: nobody knows which was read.
            if let alias, let found, alias != found {
                note(.malformedIdentity, at: "epc", &refusal)
            }
            alias = found ?? alias
        case "TID": tid = try json.identityOrSentence(at: "TID", &refusal)
        case "peakRssi", "rssi", "RSSI":
            peakSignal = try json.decibelMilliwatts(at: "peakRssi", &refusal)
        case "reads", "seenCount", "tagSeenCount":
            let range = 0...Int64(UInt32.max)
            let count = try json.whole(in: range, at: "reads", &refusal)
            reads = UInt32(max(count ?? 1, 1))
        case "antenna", "antennaId":
            let range = 1...Int64(UInt16.max)
            antenna = try json.whole(in: range, at: "antenna", &refusal).map { UInt16($0) }
        case "PC":
            let word = try json.besideIdentity()
            let isWord = word?.bitCount == 16
            protocolControl = isWord ? word.map { UInt16(truncatingIfNeeded: $0.words.first >> 48) } : nil
        case "channel":
            let megahertz = try json.besideNumber(in: 840...960)
            radio.frequencyKilohertz = megahertz.map { UInt32(($0 * 1_000).rounded()) }
        case "phase": radio.phaseCentidegrees = try json.phaseCentidegrees(from: -180)
        default: try json.skip()
        }
    }
}
