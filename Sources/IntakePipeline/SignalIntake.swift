import AssetModel
import PresenceInference

/// How strongly an antenna read a tag.
struct SignalSeen: Sendable {
    var slot: Int
    var antenna: Int
    var heardAt: UTCInstant
    var signal: SignalStrength?
}

/// Where several zones read a tag nearly always, the strength of every read counts, of repeats too.
extension IntakePath {
    @discardableResult
    mutating func noteSignal(_ seen: SignalSeen) -> Bool {
        presence.noteSignal(seen.slot, antenna: seen.antenna, heardAt: seen.heardAt, signal: seen.signal)
    }

    /// A repeat is no news but for its strength; it is journaled where that changed something.
    mutating func takeRepeat(_ seen: SignalSeen, tag: EPC) {
        guard noteSignal(seen) else { return }
        journal.signalHeard(seen, at: now)
        weigh(seen.slot, tag: tag)
    }

    /// Of two tags with one EPC nothing is concluded about the place.
    mutating func weigh(_ slot: Int, tag: EPC) {
        guard presence.isContested(slot), !note(of: slot, tag: tag).contains(.duplicated),
            let change = presence.weigh(slot, tag: tag, at: clock.time, coverage: coverage)
        else { return }
        conclude(change, slot: slot)
    }
}

/// Kind 1, time 4, slot 4, antenna 2, time of the read 4, signal 2: laid out as a read is.
extension JournalWriter {
    mutating func signalHeard(_ seen: SignalSeen, at: UTCInstant) {
        begin(.signalHeard, at)
        writer.put(UInt32(truncatingIfNeeded: seen.slot))
        writer.put(UInt16(truncatingIfNeeded: seen.antenna))
        writer.put(Int32(clamping: seen.heardAt.milliseconds &- at.milliseconds))
        writer.put(seen.signal?.centiDBm ?? Int16.min)
    }
}

extension ByteReader {
    mutating func takeSignal(at: UTCInstant) throws(ByteReader.Damaged) -> SignalSeen {
        let (slot, antenna) = (Int(try take(UInt32.self)), Int(try take(UInt16.self)))
        let heardAt = at + ElapsedTime(milliseconds: Int64(try take(Int32.self)))
        let signal = try take(Int16.self)
        return SignalSeen(
            slot: slot, antenna: antenna, heardAt: heardAt,
            signal: signal == Int16.min ? nil : SignalStrength(centiDBm: signal))
    }
}
