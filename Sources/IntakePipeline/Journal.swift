import AssetModel
import PresenceInference
import ReadRing
import VehicleTracking

/// What changed evidence, in the order in which it did: enough to bring the path back to where it was
/// acknowledged.
///
///     version 1 | base ms 8 | { kind 1 | ms since base 4 | fields }…
///
/// A read is 19 bytes. Repeats inside an epoch change counters only and are not journaled.
struct JournalWriter: Sendable {
    static let version: UInt8 = 1

    var writer = ByteWriter(capacity: 4_096)
    private var base = UTCInstant(milliseconds: 0)
    /// Of sources other than readers, and of readers.
    private var digests: [UInt64] = []
    private var deliveries: [(reader: UInt16, digest: UInt64)] = []

    enum Kind: UInt8, Sendable {
        case tagHeard = 1
        case define = 2
        case readerHeard = 3
        case readerEvent = 4
        case terminalHeard = 5
        case listening = 6
        case digests = 7
        case decoderState = 8
        case clockStep = 9
        case advanced = 10
        case readerMode = 11
        case clockSample = 12
        case tagIdentity = 13
        case terminalFix = 14
        case unlisted = 15
        case decision = 16
        case readerStated = 17
        case timeless = 18
        case gapEnded = 19
        case deliveries = 20
        case minuteHeard = 21
        case doubt = 22
        case gateHeard = 23
        case gateLevel = 24
        case register = 25
        case clockLag = 26
        case gateWord = 44
        case signalHeard = 40
    }

    private mutating func open(_ at: UTCInstant) {
        guard writer.bytes.isEmpty else { return }
        writer.put(JournalWriter.version)
        writer.put(at)
        base = at
    }

    mutating func begin(_ kind: Kind, _ at: UTCInstant) {
        open(at)
        writer.put(kind.rawValue)
        writer.put(Int32(clamping: at.milliseconds - base.milliseconds))
    }

    mutating func tagHeard(
        slot: Int, antenna: Int, heardAt: UTCInstant, signal: SignalStrength?, at: UTCInstant
    ) {
        open(at)
        writer.put(
            kind: Kind.tagHeard.rawValue, time: Int32(clamping: at.milliseconds - base.milliseconds),
            slot: UInt32(slot), antenna: UInt16(antenna),
            read: (Int32(clamping: heardAt.milliseconds - at.milliseconds), signal?.centiDBm ?? Int16.min))
    }

    mutating func define(slot: Int, tag: EPC, at: UTCInstant) {
        begin(.define, at)
        writer.put(UInt32(slot))
        writer.put(tag: tag)
    }

    mutating func readerHeard(_ reader: Int, epoch: Int64, at: UTCInstant) {
        begin(.readerHeard, at)
        writer.put(UInt16(reader))
        writer.put(epoch)
    }

    mutating func gapEnded(slot: Int, _ gap: PresenceTracker.Gap, at: UTCInstant) {
        begin(.gapEnded, at)
        writer.put(UInt32(slot))
        writer.put(gap.from.milliseconds)
        writer.put(gap.to.milliseconds)
    }

    mutating func timeless(_ digest: UInt64, at: UTCInstant) {
        begin(.timeless, at)
        writer.put(digest)
    }

    /// - Parameter epoch: of the message, event time.
    mutating func readerStated(_ reader: Int, _ event: DeviceEvent, epoch: Int64, at: UTCInstant) {
        begin(.readerStated, at)
        writer.put(UInt16(reader))
        writer.put(epoch)
        writer.put(event: event)
    }

    mutating func terminalHeard(_ phone: String, epoch: Int64, at: UTCInstant) {
        begin(.terminalHeard, at)
        writer.put(phone)
        writer.put(epoch)
    }

    mutating func readerMode(_ reader: Int, _ mode: ReportMode, at: UTCInstant) {
        begin(.readerMode, at)
        writer.put(UInt16(reader))
        writer.put(mode: mode)
    }

    mutating func tagIdentity(slot: Int, antenna: Int, tid: EPC, epoch: Int64, at: UTCInstant) {
        begin(.tagIdentity, at)
        writer.put(UInt32(slot))
        writer.put(UInt16(antenna))
        writer.put(tag: tid)
        writer.put(epoch)
    }

    mutating func terminalFix(_ phone: String, _ fix: FixQuality, epoch: Int64, at: UTCInstant) {
        begin(.terminalFix, at)
        writer.put(phone)
        writer.put(fix.isIgnitionOn)
        writer.put(fix.isValid)
        writer.put(epoch)
    }

    mutating func unlisted(_ name: String, epoch: Int64, at: UTCInstant) {
        begin(.unlisted, at)
        writer.put(name)
        writer.put(epoch)
    }

    mutating func decision(_ decision: OperatorDecision, at: UTCInstant) {
        begin(.decision, at)
        writer.put(decision.discrepancyID)
        writer.put(decision.verb.rawValue)
        writer.put(decision.actor.uid)
        writer.put(decision.actor.gid)
        writer.put(decision.actor.name)
        writer.put(decision.reason)
    }

    mutating func listening(_ isListening: Bool, at: UTCInstant) {
        begin(.listening, at)
        writer.put(isListening)
    }

    mutating func decoderState(_ bytes: [UInt8], at: UTCInstant) {
        begin(.decoderState, at)
        writer.put(bytes: bytes)
    }

    mutating func clockStep(to instant: UTCInstant, at: UTCInstant) {
        begin(.clockStep, at)
        writer.put(instant)
    }

    /// - Parameter reader: that sent it; `nil` for all others.
    mutating func digest(_ digest: UInt64, from reader: Int?) {
        if let reader { deliveries.append((UInt16(reader), digest)) } else { digests.append(digest) }
    }

    mutating func minuteHeard(_ reader: Int, _ minute: Int64, mark: UInt32, at: UTCInstant) {
        begin(.minuteHeard, at)
        writer.put(UInt16(reader))
        writer.put(minute)
        writer.put(mark)
    }

    mutating func doubt(_ reader: Int, _ doubt: HeardMinutes.Doubt, at: UTCInstant) {
        begin(.doubt, at)
        writer.put(UInt16(reader))
        writer.put(maybe: doubt.provenAt)
        writer.put(maybe: doubt.since)
    }

    /// Time alone led to a conclusion: a restart has to come by the same instant.
    mutating func passed(_ instant: UTCInstant) {
        begin(.advanced, instant)
    }

    /// Ends the batch. Empty where nothing changed evidence.
    mutating func take(advancedTo: UTCInstant) -> [UInt8] {
        guard !writer.bytes.isEmpty || !digests.isEmpty || !deliveries.isEmpty else { return [] }
        if !digests.isEmpty {
            begin(.digests, advancedTo)
            writer.put(UInt32(digests.count))
            writer.put(words: digests)
        }
        if !deliveries.isEmpty {
            begin(.deliveries, advancedTo)
            writer.put(UInt32(deliveries.count))
            for delivery in deliveries {
                writer.put(delivery.reader)
                writer.put(delivery.digest)
            }
        }
        begin(.advanced, advancedTo)
        defer {
            writer.removeAll()
            digests.removeAll(keepingCapacity: true)
            deliveries.removeAll(keepingCapacity: true)
        }
        return writer.bytes
    }
}

/// One record of the journal.
enum JournalRecord: Sendable {
    case tagHeard(slot: Int, antenna: Int, heardAt: UTCInstant, signal: SignalStrength?)
    case define(slot: Int, tag: EPC)
    case readerHeard(Int, epoch: Int64)
    case readerEvent(Int, DeviceEvent, epoch: Int64)
    case terminalHeard(String, epoch: Int64)
    case listening(Bool)
    case digests([UInt64])
    case timeless(UInt64)
    case decoderState([UInt8])
    case clockStep(to: UTCInstant)
    case advanced
    case readerMode(Int, ReportMode)
    case clockSample(Int, LagSample)
    case tagIdentity(slot: Int, antenna: Int, tid: EPC, epoch: Int64)
    case terminalFix(String, FixQuality, epoch: Int64)
    case unlisted(String, epoch: Int64)
    case decision(OperatorDecision)
    case gapEnded(slot: Int, PresenceTracker.Gap)
    case deliveries([(reader: Int, digest: UInt64)])
    case minuteHeard(Int, minute: Int64, mark: UInt32)
    case doubt(Int, HeardMinutes.Doubt)
    /// Its tag is that of the line.
    case gateHeard(GateTracker.Read)
    case gateLevel(GateTracker.Level)
    case gateWord(Int, until: UTCInstant)
    case register(RegisterChange, before: RegisterBefore)
    case signalHeard(SignalSeen)
}

/// Reads what ``JournalWriter`` wrote.
struct JournalReader: Sendable {
    private var reader: ByteReader
    private let base: UTCInstant

    init(_ bytes: [UInt8]) throws(ByteReader.Damaged) {
        reader = ByteReader(bytes)
        guard try reader.take(UInt8.self) == JournalWriter.version else {
            throw ByteReader.Damaged(offset: 0, size: bytes.count)
        }
        base = try reader.takeInstant()
    }

    mutating func next() throws(ByteReader.Damaged) -> (record: JournalRecord, at: UTCInstant)? {
        guard !reader.atEnd else { return nil }
        guard let kind = JournalWriter.Kind(rawValue: try reader.take()) else {
            throw ByteReader.Damaged(offset: reader.offset, size: reader.offset)
        }
        let at = base + ElapsedTime(milliseconds: Int64(try reader.take(Int32.self)))
        return (try record(kind, at: at), at)
    }

    private mutating func record(
        _ kind: JournalWriter.Kind, at: UTCInstant
    ) throws(ByteReader.Damaged) -> JournalRecord {
        switch kind {
        case .tagHeard:
            let slot = Int(try reader.take(UInt32.self))
            let antenna = Int(try reader.take(UInt16.self))
            let heardAt = at + ElapsedTime(milliseconds: Int64(try reader.take(Int32.self)))
            let signal = try reader.take(Int16.self)
            return .tagHeard(
                slot: slot, antenna: antenna, heardAt: heardAt,
                signal: signal == Int16.min ? nil : SignalStrength(centiDBm: signal))
        case .define: return .define(slot: Int(try reader.take(UInt32.self)), tag: try reader.takeTag())
        case .readerHeard: return .readerHeard(Int(try reader.take(UInt16.self)), epoch: try reader.take())
        case .readerEvent:
            let index = Int(try reader.take(UInt16.self))
            return .readerEvent(index, try reader.takeEvent(), epoch: EvidenceEpoch.number(of: at))
        case .terminalHeard: return .terminalHeard(try reader.takeText(), epoch: try reader.take())
        case .listening: return .listening(try reader.takeFlag())
        case .timeless: return .timeless(try reader.take())
        case .digests:
            var digests: [UInt64] = []
            for _ in 0..<(try reader.take(UInt32.self)) { digests.append(try reader.take()) }
            return .digests(digests)
        case .decoderState: return .decoderState(try reader.takeBytes())
        case .clockStep: return .clockStep(to: try reader.takeInstant())
        case .advanced: return .advanced
        default: return try laterRecord(kind, at: at)
        }
    }

    private mutating func laterRecord(
        _ kind: JournalWriter.Kind, at: UTCInstant
    ) throws(ByteReader.Damaged) -> JournalRecord {
        switch kind {
        case .readerMode:
            let index = Int(try reader.take(UInt16.self))
            guard let mode = try reader.takeMode() else { throw reader.damageHere }
            return .readerMode(index, mode)
        case .clockSample, .clockLag: return try reader.takeClockSample(kind)
        case .tagIdentity:
            return .tagIdentity(
                slot: Int(try reader.take(UInt32.self)), antenna: Int(try reader.take(UInt16.self)),
                tid: try reader.takeTag(), epoch: try reader.take())
        case .terminalFix:
            let phone = try reader.takeText()
            let fix = FixQuality(isIgnitionOn: try reader.takeFlag(), isValid: try reader.takeFlag())
            return .terminalFix(phone, fix, epoch: try reader.take())
        case .unlisted: return .unlisted(try reader.takeText(), epoch: try reader.take())
        case .decision: return .decision(try reader.takeDecision())
        case .gapEnded:
            let slot = Int(try reader.take(UInt32.self))
            let from = ElapsedTime(milliseconds: try reader.take())
            let gap = PresenceTracker.Gap(from: from, to: ElapsedTime(milliseconds: try reader.take()))
            return .gapEnded(slot: slot, gap)
        case .deliveries, .minuteHeard, .doubt: return try deliveryRecord(kind)
        case .readerStated:
            let (index, epoch) = (Int(try reader.take(UInt16.self)), try reader.take(Int64.self))
            return .readerEvent(index, try reader.takeEvent(), epoch: epoch)
        case .gateHeard: return .gateHeard(try reader.takeGateRead(at: at))
        case .gateLevel: return .gateLevel(try reader.takeGateLevel(at: at))
        case .gateWord: return try reader.takeGateWord(at: at)
        case .register: return try reader.takeRegister()
        case .signalHeard: return .signalHeard(try reader.takeSignal(at: at))
        default: throw reader.damageHere
        }
    }

    private mutating func deliveryRecord(
        _ kind: JournalWriter.Kind
    ) throws(ByteReader.Damaged) -> JournalRecord {
        switch kind {
        case .deliveries:
            var deliveries: [(reader: Int, digest: UInt64)] = []
            for _ in 0..<(try reader.take(UInt32.self)) {
                let index = Int(try reader.take(UInt16.self))
                deliveries.append((index, try reader.take()))
            }
            return .deliveries(deliveries)
        case .minuteHeard:
            let index = Int(try reader.take(UInt16.self))
            let minute: Int64 = try reader.take()
            return .minuteHeard(index, minute: minute, mark: try reader.take())
        case .doubt:
            let index = Int(try reader.take(UInt16.self))
            let proven = try reader.takeMaybeInstant()
            return .doubt(
                index, HeardMinutes.Doubt(provenAt: proven, since: try reader.takeMaybeInstant()))
        default: throw reader.damageHere
        }
    }
}

extension ByteReader {
    fileprivate var damageHere: Damaged { Damaged(offset: offset, size: offset) }

    fileprivate mutating func takeDecision() throws(ByteReader.Damaged) -> OperatorDecision {
        let id = try takeText()
        guard let verb = OperatorDecision.Verb(rawValue: try takeText()) else { throw damageHere }
        let actor = OperatorDecision.Actor(uid: try take(), gid: try take(), name: try takeText())
        return OperatorDecision(discrepancyID: id, verb: verb, actor: actor, reason: try takeText())
    }
}

extension ByteWriter {
    fileprivate mutating func put(event: DeviceEvent) {
        switch event {
        case .connected: put(UInt8(0))
        case .disconnected: put(UInt8(1))
        case .inventoryRunning: put(UInt8(2))
        case .inventoryIdle: put(UInt8(3))
        case .inventoryArmed: put(UInt8(4))
        case .antennaConnected(let port): put(UInt8(5)); put(port)
        case .antennaDisconnected(let port): put(UInt8(6)); put(port)
        case .antennaActivated(let port): put(UInt8(7)); put(port)
        case .overflow(let first, let last, let purged): put(UInt8(8)); put(first); put(last); put(purged)
        case .generalPurposeInput(let pin, let high): put(UInt8(9)); put(pin); put(high)
        case .heartbeat: put(UInt8(10))
        case .backlog(let dropped, let retained): put(UInt8(11)); put(dropped); put(retained)
        case .deregistered: put(UInt8(12))
        case .sequenceGap(let first, let last, let missed):
            put(UInt8(13)); put(first); put(last); put(missed)
        case .readsRefused: put(UInt8(14))
        case .registered(let terminalID): put(UInt8(20)); put(terminalID)
        case .authenticated(let imei): put(UInt8(21)); put(imei)
        case .described(let terminalID, let iccid, let systems):
            put(UInt8(22)); put(terminalID); put(iccid); put(systems)
        case .powerCut: put(UInt8(23))
        case .antennaCut: put(UInt8(24))
        case .driverCardInserted(let code, let at): put(UInt8(25)); put(code); put(maybe: at)
        case .driverCardRemoved(let at): put(UInt8(26)); put(maybe: at)
        }
    }
}

extension ByteReader {
    fileprivate mutating func takeEvent() throws(ByteReader.Damaged) -> DeviceEvent {
        switch try take(UInt8.self) {
        case 0: return .connected
        case 1: return .disconnected
        case 2: return .inventoryRunning
        case 3: return .inventoryIdle
        case 4: return .inventoryArmed
        case 5: return .antennaConnected(port: try take())
        case 6: return .antennaDisconnected(port: try take())
        case 7: return .antennaActivated(port: try take())
        case 8: return .overflow(first: try takeInstant(), last: try takeInstant(), purged: try take())
        case 9: return .generalPurposeInput(pin: try take(), high: try takeFlag())
        case 10: return .heartbeat
        case 11: return .backlog(dropped: try take(), retained: try take())
        case 12: return .deregistered
        case 13: return .sequenceGap(first: try takeInstant(), last: try takeInstant(), missed: try take())
        case 14: return .readsRefused
        case 20: return .registered(terminalID: try takeText())
        case 21: return .authenticated(imei: try takeText())
        case 22:
            return .described(
                terminalID: try takeText(), iccid: try takeText(), satelliteSystems: try take())
        case 23: return .powerCut
        case 24: return .antennaCut
        case 25: return .driverCardInserted(code: try takeText(), at: try takeMaybeInstant())
        case 26: return .driverCardRemoved(at: try takeMaybeInstant())
        default: throw Damaged(offset: offset, size: offset)
        }
    }
}

extension ByteWriter {
    /// A flag, and the instant where there is one.
    fileprivate mutating func put(maybe instant: UTCInstant?) {
        put(instant != nil)
        if let instant { put(instant) }
    }
}

extension ByteReader {
    fileprivate mutating func takeMaybeInstant() throws(ByteReader.Damaged) -> UTCInstant? {
        try takeFlag() ? try takeInstant() : nil
    }
}
