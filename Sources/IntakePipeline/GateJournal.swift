import AssetModel
import PresenceInference

/// Reads and levels that count at a gate: 18 and 12 bytes; words of readers, once a second at most, 11. A tag
/// counts at most 64 times in a quarter of a minute, and four times a minute while it lies there.
extension JournalWriter {
    mutating func gateHeard(_ read: GateTracker.Read, at: UTCInstant) {
        begin(.gateHeard, at)
        writer.put(UInt32(truncatingIfNeeded: read.slot))
        writer.put(UInt16(truncatingIfNeeded: read.antenna))
        writer.put(Int32(clamping: read.heardAt.milliseconds &- at.milliseconds))
        writer.put(read.signal?.centiDBm ?? Int16.min)
        writer.put(read.direction?.code ?? 0)
    }

    mutating func gateLevel(_ level: GateTracker.Level, at: UTCInstant) {
        begin(.gateLevel, at)
        writer.put(UInt16(truncatingIfNeeded: level.reader))
        writer.put(level.pin)
        writer.put(level.isHigh)
        writer.put(Int32(clamping: level.at.milliseconds &- at.milliseconds))
    }

    mutating func gateWord(_ reader: Int, until: UTCInstant, at: UTCInstant) {
        begin(.gateWord, at)
        writer.put(UInt16(truncatingIfNeeded: reader))
        writer.put(Int32(clamping: until.milliseconds &- at.milliseconds))
    }
}

extension ByteReader {
    mutating func takeGateWord(at: UTCInstant) throws(ByteReader.Damaged) -> JournalRecord {
        let reader = Int(try take(UInt16.self))
        return .gateWord(reader, until: at + ElapsedTime(milliseconds: Int64(try take(Int32.self))))
    }

    mutating func takeGateRead(at: UTCInstant) throws(ByteReader.Damaged) -> GateTracker.Read {
        let (slot, antenna) = (Int(try take(UInt32.self)), Int(try take(UInt16.self)))
        let heardAt = at + ElapsedTime(milliseconds: Int64(try take(Int32.self)))
        let signal = try take(Int16.self)
        return GateTracker.Read(
            slot: slot, tag: EPC(bitCount: 16, words: EPC.Words()), antenna: antenna, heardAt: heardAt,
            signal: signal == Int16.min ? nil : SignalStrength(centiDBm: signal),
            direction: PassageDirection(code: try take()))
    }

    mutating func takeGateLevel(at: UTCInstant) throws(ByteReader.Damaged) -> GateTracker.Level {
        let (reader, pin, isHigh) = (Int(try take(UInt16.self)), try take(UInt16.self), try takeFlag())
        let levelAt = at + ElapsedTime(milliseconds: Int64(try take(Int32.self)))
        return GateTracker.Level(reader: reader, pin: pin, isHigh: isHigh, at: levelAt)
    }
}
