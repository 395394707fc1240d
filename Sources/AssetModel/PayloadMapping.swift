/// What the fields of a payload mean, where no built-in family knows it: one `[[mapping]]` of the
/// configuration. A pure value; the decoding interprets it.
///
///     {"devid": "R-1", "reads": [{"epc": "3034…", "rssi": "-62", "ts": "1716900123456"}, …]}
///
///     id = "keonn"   reads = "reads[]"   epc = "epc"   rssi = "rssi"   time = "ts"   reader = "$.devid"
///
/// Conditions are looked at first (disconnected, connected, antenna, inventory, overflow, heartbeat, ignore),
/// then the fields of each record. A field whose value is absent, `null` or a blank text counts as not said.
package struct PayloadMapping: Hashable, Sendable {
    /// The name by which `vendor = "mapping NAME"` refers to it.
    package var id: String
    /// Where the records are. Without steps: the payload itself, an object or an array of them.
    package var reads = MappingPath()
    package var epc = MappingSource.path(MappingPath(keys: ["epc"]))
    package var epcEncoding = IdentityEncoding.hex
    /// Which part of the text the EPC is.
    package var epcCut = IdentityCut.whole
    package var tid: MappingSource?
    package var tidEncoding = IdentityEncoding.hex
    /// The PC word, two bytes, where it stands in a field of its own.
    package var protocolControl: MappingSource?
    package var protocolControlEncoding = ProtocolControlEncoding.hex
    /// The air interface by which the tag was heard.
    package var airProtocol: MappingSource?
    /// What the device calls air interfaces; looked up before the usual spellings.
    package var airProtocolWords: [AirProtocolWord] = []
    /// Number or numeric text.
    package var antenna: MappingSource?
    /// The number of the device's first antenna, 0 or 1: what becomes port 1.
    package var antennaFirst: UInt16 = 1
    /// Ports of antennas that the payload names by words; looked up before the value is read as a number.
    package var antennaWords: [AntennaWord] = []
    package var signal: MappingSource?
    package var signalUnit = SignalUnit.dBm
    package var time: MappingSource?
    package var timeFormat = MappedTimeFormat.auto
    /// What a local time is east of UTC.
    package var timeZone: MappedTimeZone?
    /// What a time zone that is a bare number counts; `nil`: whole hours.
    package var timeZoneUnit: ClockOffset.Unit?
    package var timePattern: TimePattern?
    /// When the device sent the message; stands in for reads that have no time of their own.
    package var sentAt: MappingSource?
    /// How many reads a record stands for.
    package var readCount: MappingSource?
    package var direction: MappingSource?
    package var directionWords = MappedDirectionWords()
    /// The radio's details: for people who look for a fault. What cannot be read in them is left out.
    package var frequency: MappingSource?
    package var frequencyUnit = FrequencyUnit.auto
    /// Degrees, 0...360.
    package var phase: MappingSource?
    package var transmitPower: MappingSource?
    package var transmitPowerUnit = SignalUnit.dBm
    /// How the device names itself.
    package var reader: MappingSource?
    /// Messages and records that are known and are no reads.
    package var ignoreWhen: [MappingCondition] = []
    /// Messages and records that are signs of life.
    package var heartbeatWhen: [MappingCondition] = []
    /// Birth messages, and what says that a reader is there.
    package var connectedWhen: [MappingCondition] = []
    /// Last wills, and what says that a reader has gone.
    package var disconnectedWhen: [MappingCondition] = []
    /// The reader reads, or has stopped reading: what it covers.
    package var inventoryRunningWhen: [MappingCondition] = []
    package var inventoryIdleWhen: [MappingCondition] = []
    /// What says that the antenna which ``antenna`` names is there, or has gone.
    package var antennaConnectedWhen: [MappingCondition] = []
    package var antennaDisconnectedWhen: [MappingCondition] = []
    /// What says that the reader has lost reads.
    package var overflowWhen: [MappingCondition] = []

    package init(id: String) {
        self.id = id
    }
}

/// Where the value of one field comes from.
package indirect enum MappingSource: Hashable, Sendable {
    case path(MappingPath)
    /// The same in every record, as text.
    case constant(String)
    /// A level of the topic: 1 is the first, -1 the last.
    case topicLevel(Int)
    /// The first of these that is said.
    case first([MappingSource])
    /// All of these, a space between two: a date and a time of day in two fields. Not said where one is not.
    case joined([MappingSource])

    /// Whether the value is the same for all records of a message.
    package var isAboutMessage: Bool {
        switch self {
        case .path(let path): return path.anchor == .root
        case .constant, .topicLevel: return true
        case .first(let sources), .joined(let sources): return sources.allSatisfy(\.isAboutMessage)
        }
    }

    package var usesTopic: Bool {
        switch self {
        case .topicLevel: return true
        case .path, .constant: return false
        case .first(let sources), .joined(let sources): return sources.contains(where: \.usesTopic)
        }
    }
}

/// Which part of a text an identity is.
package enum IdentityCut: Hashable, Sendable {
    case whole
    /// So many bytes, 2...32 and even, behind `offset` others; all the rest where `count` is `nil`.
    case bytes(offset: Int, count: Int?)
    /// A PC word behind `offset` bytes, then as many words as it says. What follows, such as a check sum, is
    /// passed over.
    case behindPC(offset: Int)
}

/// How identities are written.
package enum IdentityEncoding: String, Hashable, Sendable, CaseIterable {
    /// Hex digits of either case; spaces, `-` and `:` between them are passed over.
    case hex
    /// RFC 4648. Either word takes both alphabets, padded or not: no symbol means two things.
    case base64
    case base64url
    /// Hex where all of it is hex, else base64.
    case auto
}

/// How a PC word is written: as an identity, or as a number (OPC UA).
package enum ProtocolControlEncoding: String, Hashable, Sendable, CaseIterable {
    case hex, base64, base64url, auto
    /// 0...65535, 12288 for 3000h.
    case number
}

package enum SignalUnit: String, Hashable, Sendable, CaseIterable {
    case dBm = "dbm"
    /// 1/100 dBm.
    case centiDBm = "cdbm"
    /// 1/10 dBm.
    case deciDBm = "ddbm"
    /// The size alone: 52 for -52 dBm.
    case negatedDBm = "-dbm"
    /// A number of the device's own making: not taken for a signal.
    case raw

    /// The power of ten that makes 1/100 dBm of it.
    package var power: Int {
        switch self {
        case .dBm, .negatedDBm: return 2
        case .centiDBm, .raw: return 0
        case .deciDBm: return 1
        }
    }
}

package enum FrequencyUnit: String, Hashable, Sendable, CaseIterable {
    /// By magnitude: the windows of the three units are a thousand apart.
    case auto
    case kHz = "khz"
    case MHz = "mhz"
    case Hz = "hz"
}

/// How times are written.
package enum MappedTimeFormat: String, Hashable, Sendable, CaseIterable {
    /// Numbers by their magnitude, texts as ISO 8601 or by the pattern.
    case auto
    /// Epochs in seconds, milliseconds, microseconds, nanoseconds; fractions allowed.
    case s, ms, us, ns
    case iso
    /// A local time without an offset of its own.
    case local
}

package enum MappedTimeZone: Hashable, Sendable {
    case minutesEast(Int)
    /// A place whose clocks are moved in spring and autumn.
    case named(ZoneClock)
    /// A path to an offset such as `"-5:00"` or `8`.
    case path(MappingPath)
}

/// What a device calls the ways a tag may go; compared without regard to ASCII case.
package struct MappedDirectionWords: Hashable, Sendable {
    package var inward = ["in"]
    package var outward = ["out"]
    package var none = ["none"]
    package var unknown = ["unknown"]

    package init() {}

    /// A word that nobody listed is `unknown`: the device said something, and we cannot tell what.
    package func direction(of word: UnsafeRawBufferPointer) -> PassageDirection {
        if inward.contains(where: { $0.isSameWord(as: word) }) { return .inward }
        if outward.contains(where: { $0.isSameWord(as: word) }) { return .outward }
        if none.contains(where: { $0.isSameWord(as: word) }) { return .none }
        return .unknown
    }
}

/// An antenna by the name that the payload has for it.
package struct AntennaWord: Hashable, Sendable {
    package var word: String
    package var port: UInt16

    package init(word: String, port: UInt16) {
        self.word = word
        self.port = port
    }
}

/// An air interface by the word or number that the device has for it.
package struct AirProtocolWord: Hashable, Sendable {
    package var word: String
    package var air: AirProtocol

    package init(word: String, air: AirProtocol) {
        self.word = word
        self.air = air
    }
}

/// A test of one value, for what is no read.
package struct MappingCondition: Hashable, Sendable {
    package var source: MappingSource
    package var test: Test
    /// Must hold as well.
    package var also: [MappingCondition] = []

    package enum Test: Hashable, Sendable {
        /// The value as text is one of these, without regard to ASCII case; `true`, `false` and numbers as
        /// they are written.
        case any([String])
        /// The value is there and not `null` (or, with `false`, the opposite).
        case present(Bool)
    }

    package init(source: MappingSource, test: Test) {
        self.source = source
        self.test = test
    }

    /// Whether it holds for all records of a message or for none.
    package var isAboutMessage: Bool { source.isAboutMessage && also.allSatisfy(\.isAboutMessage) }

    package var usesTopic: Bool { source.usesTopic || also.contains(where: \.usesTopic) }
}

extension String {
    /// Compares with a word of a device, without regard to ASCII case.
    package func isSameWord(as word: UnsafeRawBufferPointer) -> Bool {
        utf8.count == word.count && zip(utf8, word).allSatisfy { String.folded($0) == String.folded($1) }
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}
