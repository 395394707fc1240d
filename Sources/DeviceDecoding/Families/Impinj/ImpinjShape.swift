/// The keys of a tag's event by what they mean for the shape of a record, see ``RecordShape``. What stands
/// nowhere here is constant: a record in which it changes goes the long way.
enum ImpinjShape {
    static func meaning(of key: JSONString, isInside: Bool) -> ShapeKey {
        guard isInside else {
            switch key {
            case "timestamp": return .slot(.sentAt)
            case "tagInventoryEvent": return .members
            default: return .constant
            }
        }
        switch key {
        case "epc": return .slot(.tagBase64)
        case "epcHex": return .slot(.tagHex)
        case "tid": return .slot(.tidBase64)
        case "tidHex": return .slot(.tidHex)
        case "antennaPort": return .slot(.antennaPort)
        case "antennaName": return .slot(.unusedText)
        case "peakRssiCdbm": return .slot(.signalCentiDBm)
        case "frequency": return .slot(.kilohertz)
        case "transmitPowerCdbm": return .slot(.powerCentiDBm)
        case "lastSeenTime": return .slot(.heardAt)
        case "phaseAngle": return .slot(.phaseFromZero)
        default: return .constant
        }
    }
}
