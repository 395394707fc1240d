package import AssetModel

/// One family of device messages: the seam where formats plug in. One file (or folder) each under
/// `Families/`, one line each in ``MessageFamilies``.
///
/// A family is a value that belongs to one source (one reader, or one platform that passes terminals on) and
/// lives as long as the daemon. It may keep memory between messages; what it keeps must be bounded and must
/// survive a restart through `encodeState` and `restoreState`, because messages are decoded exactly once.
package protocol MessageFamily: Sendable {
    static var format: MessageFormat { get }

    /// Whether one memory serves all sources of this format: true where messages of several sources share a
    /// counter or a dictionary.
    static var isShared: Bool { get }

    init()

    /// Whether a message is of this family. Asked only while a source with `format = "auto"` is undecided.
    static func recognition(of message: RawMessage) -> Recognition

    /// Decodes one message into `decoded`, which has just been reset.
    ///
    /// Sets `refusal` where nothing could be taken, or `ignored` where the message is known and says nothing
    /// for us; else appends reads, fixes, events and the refusals of single records. Never traps: the bytes
    /// come from the air.
    /// - Parameter receivedAt: receipt instant, used to bound what waits, and where an event carries no time
    ///   at all.
    mutating func decode(_ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage)

    /// `true` once after something that `encodeState` writes has changed.
    mutating func takeStateChanged() -> Bool

    /// What has to outlive a restart; empty for families that remember nothing.
    func encodeState() -> [UInt8]

    mutating func restoreState(_ bytes: [UInt8]) throws(ByteReader.Damaged)
}

/// Families that remember nothing write none of this.
extension MessageFamily {
    package static var isShared: Bool { false }

    package mutating func takeStateChanged() -> Bool { false }

    package func encodeState() -> [UInt8] { [] }

    package mutating func restoreState(_ bytes: [UInt8]) throws(ByteReader.Damaged) {}
}

/// How sure a family is that a message is its own.
package enum Recognition: Sendable {
    case none
    /// Free text that this family sends, and others might too: decoded by it, and the source stays undecided.
    case possible
    /// The source is of this family from now on.
    case certain
}

/// The families there are. Order matters only while a source is undecided: the first that is certain takes
/// it.
enum MessageFamilies {
    static let all: [any MessageFamily.Type] = [Sweep.self] + ofReaders + ofTerminals

    /// What `auto` chooses from. A terminal's frame on a reader's topic is a mistake in the configuration,
    /// not a find. Plain comes last: its names are everybody's.
    static let ofReaders: [any MessageFamily.Type] = [
        Impinj.self, Zebra.self, SmartReader.self, ZebraSled.self, CSL.self, IFMGate.self, LLRPKit.self,
        EdgeX.self, Rifidi.self, Sparkplug.self, Neuron.self, PlainReads.self,
    ]
    static let ofTerminals: [any MessageFamily.Type] = [
        JT808.self, EMQXGateway.self, Traccar.self, OwnTracks.self, Flespi.self, GBT32960.self, NMEA.self,
        JT809.self,
    ]
}

/// A bound on what one message can make us count and keep, shared by the families.
enum RecordLimit {
    /// Refused records of one message. A reader in order sends none; a payload made of a thousand broken
    /// records says no more than its first 64.
    static let refusedRecordsMax = 64
}

extension DecodedMessage {
    /// Refuses one record and lets its neighbours live; `false` once too many were refused: the rest of the
    /// message is then refused with the same reason, and the caller stops.
    mutating func refuseRecord(_ rejection: Rejection) -> Bool {
        rejections.append(rejection)
        guard rejections.count >= RecordLimit.refusedRecordsMax else { return true }
        rejections.append(Rejection(rejection.reason, at: "the rest, after \(rejection.at)"))
        return false
    }

    /// Refuses the whole message: what was taken from it before the fault was found is dropped.
    mutating func refuse(_ rejection: Rejection) {
        reset()
        refusal = rejection
    }
}

extension ByteReader {
    /// What is thrown where the bytes are all there and mean nothing.
    var damage: Damaged { Damaged(offset: offset, size: offset) }
}
