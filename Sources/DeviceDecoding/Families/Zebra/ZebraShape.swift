/// The keys of a tag's envelope by what they mean for the shape of a record, see ``RecordShape``. What stands
/// nowhere here is constant, as `type` is: a record in which it changes goes the long way.
enum ZebraShape {
    static func meaning(of key: JSONString, isInside: Bool) -> ShapeKey {
        guard isInside else {
            switch key {
            case "timestamp": return .slot(.sentAt)
            case "data": return .members
            default: return .constant
            }
        }
        switch key {
        case "idHex", "tagId": return .slot(.tagHex)
        case "TID": return .slot(.tidHex)
        case "antenna": return .slot(.antennaPort)
        case "peakRssi": return .slot(.signalDBm)
        case "reads": return .slot(.reads)
        case "PC": return .slot(.protocolControlHex)
        case "channel": return .slot(.megahertz)
        case "phase": return .slot(.phase)
        case "eventNum": return .slot(.unusedNumber)
        case "CRC", "XPC": return .slot(.unusedText)
        default: return .constant
        }
    }
}
