/// What the fields of a payload mean, where no built-in family knows it: one `[[mapping]]` of the
/// configuration. A pure value; the decoding interprets it.
///
///     {"devid": "R-1", "reads": [{"epc": "3034…", "rssi": "-62", "ts": "1716900123456"}, …]}
///
///     id = "keonn"   reads = "reads[]"   epc = "epc"   rssi = "rssi"   time = "ts"   reader = "$.devid"
///
/// Conditions are looked at first (disconnected, connected, heartbeat, ignore), then the fields of each
/// record. A field whose value is absent, `null` or a blank text counts as not said.
package struct PayloadMapping: Hashable, Sendable {
    /// The name by which `vendor = "mapping NAME"` refers to it.
    package var id: String
    /// Where the records are. Without steps: the payload itself, an object or an array of them.
    package var reads = MappingPath()
    package var epc = MappingSource.path(MappingPath(keys: ["epc"]))
    package var epcEncoding = IdentityEncoding.hex
    package var tid: MappingSource?
    package var tidEncoding = IdentityEncoding.hex
    /// Number or numeric text, 1-based.
    package var antenna: MappingSource?
    /// Ports of antennas that the payload names by words; looked up before the value is read as a number.
    package var antennaWords: [AntennaWord] = []
    package var signal: MappingSource?
    package var signalUnit = SignalUnit.dBm
    package var time: MappingSource?
    package var timeFormat = MappedTimeFormat.auto
    /// What a local time is east of UTC.
    package var timeZone: MappedTimeZone?
    package var timePattern: TimePattern?
    /// How many reads a record stands for.
    package var readCount: MappingSource?
    package var direction: MappingSource?
    package var directionWords = MappedDirectionWords()
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

    package init(id: String) {
        self.id = id
    }
}

/// Where the value of one field comes from.
package enum MappingSource: Hashable, Sendable {
    case path(MappingPath)
    /// The same in every record, as text.
    case constant(String)
    /// A level of the topic: 1 is the first, -1 the last.
    case topicLevel(Int)

    /// Whether the value is the same for all records of a message.
    package var isAboutMessage: Bool {
        guard case .path(let path) = self else { return true }
        return path.anchor == .root
    }
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

package enum SignalUnit: String, Hashable, Sendable, CaseIterable {
    case dBm = "dbm"
    /// 1/100 dBm.
    case centiDBm = "cdbm"
    /// 1/10 dBm.
    case deciDBm = "ddbm"

    /// The power of ten that makes 1/100 dBm of it.
    package var power: Int {
        switch self {
        case .dBm: return 2
        case .centiDBm: return 0
        case .deciDBm: return 1
        }
    }
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
    /// A path to an offset text such as `"-5:00"`.
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

/// A test of one value, for what is no read.
package struct MappingCondition: Hashable, Sendable {
    package var source: MappingSource
    package var test: Test

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
