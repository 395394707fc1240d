import AssetModel

/// One element of `tag_reads`.
///
/// | field | |
/// | --- | --- |
/// | `epc`, `tid` | hex; an empty `tid` was not read |
/// | `firstSeenTimestamp` | epoch in **microseconds** |
/// | `antennaPort` | 1-based; `antennaZone` is the integrator's name for it and not looked at |
/// | `peakRssi`, `txPower` | dBm, with a fraction; texts occur |
/// | `frequency` | kHz |
/// | `rfPhase` | degrees |
/// | `isHeartBeat` | no tag but a sign of life |
/// | `isInventoryStatus` | no tag either: `inventoryStatus` says whether the inventory runs |
///
/// `gpi1Status` and so on ("high", "low") stand on every read. They are levels and no transitions: no event
/// is made of them, or one input would be told a thousand times. Inputs come in `gpi-status` messages.
enum SmartReaderTag {
    static func take(
        _ record: ReadRecord, _ decoded: inout DecodedMessage
    ) throws(MappedFault) -> RecordOutcome {
        if record.flag("isHeartBeat") == true {
            note(record, &decoded)
            return .events([.heartbeat])
        }
        if record.flag("isInventoryStatus") == true {
            note(record, &decoded)
            switch record.word("inventoryStatus") {
            case "running": return .events([.inventoryRunning])
            case "idle": return .events([.inventoryIdle])
            case "armed": return .events([.inventoryArmed])
            default: return .passedOver("smartreader_inventory_status")
            }
        }
        return .read(try read(record))
    }

    /// When a pseudo-read was made; one that cannot be read costs nothing, the receipt stands in.
    private static func note(_ record: ReadRecord, _ decoded: inout DecodedMessage) {
        let time = record.hint("firstSeenTimestamp", TimeReading().instant(of:))
        if let time { decoded.sentAt = max(decoded.sentAt ?? time, time) }
    }

    private static func read(_ record: ReadRecord) throws(MappedFault) -> TagRead {
        var read = TagRead(tag: try record.requiredEPC("epc"))
        read.tid = try record.tid("tid")
        read.antennaPort = try record.port("antennaPort")
        read.peakSignal = try record.signal("peakRssi")
        read.heardAt = try record.instant("firstSeenTimestamp")
        read.radio.frequencyKilohertz = record.kilohertz("frequency")
        read.radio.phaseCentidegrees = record.centidegrees("rfPhase")
        read.radio.transmitPower = record.hint("txPower") { FieldText.signal($0, .dBm) }
        return read
    }
}
