import AssetModel

/// The usual names of a read's fields. Compared without regard to ASCII case, `_` and `-`: `peak_rssi_dbm`,
/// `peakRssiDbm` and `PEAK-RSSI-DBM` are one name.
enum PlainField: Int, CaseIterable {
    case epc, tid, signal, antenna, time, count, direction, event, gone, reader
    case protocolControl, airProtocol, frequency, phase, transmitPower

    /// Names, the best first: where two stand in one record, the first of the list wins.
    var names: [StaticString] {
        switch self {
        case .epc: return ["epchex", "epc", "idhex", "tagid", "tag", "id"]
        case .tid: return ["tidhex", "tid"]
        case .signal: return ["peakrssidbm", "peakrssi", "rssidbm", "rssi"]
        case .antenna: return ["antennaport", "antenna", "port", "ant"]
        case .time:
            return [
                "heardat", "readat", "lastseen", "lastseentime", "lastseentimestamp", "lastseenat", "time",
                "timestamp", "ts", "at",
            ]
        case .count: return ["reads", "readcount", "seencount", "count"]
        case .direction: return ["direction"]
        case .event: return ["event", "eventtype", "state"]
        // Only in what EdgeX says of a tag that it no longer sees.
        case .gone: return ["lastknownlocation"]
        case .protocolControl: return ["pc", "pcword", "protocolcontrol"]
        case .airProtocol: return ["airprotocol", "protocol"]
        case .frequency: return ["frequencykhz", "frequencymhz", "frequency", "freq"]
        case .phase: return ["phaseangle", "phasedeg", "phase"]
        case .transmitPower: return ["transmitpowerdbm", "txpowerdbm", "transmitpower", "txpower"]
        case .reader: return ["reader", "readerid", "readername", "deviceid", "devid", "hostname"]
        }
    }

    /// Names that hold an EPC and nothing else; `tag` and `id` may hold anything.
    static let epcNamesCertain = 3

    /// No name of the table with a separator between all its letters is longer; a key may have any number.
    static let nameBytesMax = 48

    /// Place of `port` among the names of an antenna.
    static let portRank: UInt8 = 2

    /// Every name there is, with its field and rank.
    private static let table: [(name: StaticString, field: PlainField, rank: Int)] = allCases.flatMap {
        field in field.names.enumerated().map { ($0.element, field, $0.offset) }
    }

    /// What a key of a record means; `nil` for a key that has no meaning here.
    static func named(_ key: UnsafeRawBufferPointer) -> (field: PlainField, rank: Int)? {
        for entry in table where isName(key, entry.name) { return (entry.field, entry.rank) }
        return nil
    }

    /// - Parameter name: lower case, without separators.
    static func isName(_ key: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        guard key.count >= name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { name in
            var at = 0
            for byte in key where byte != 0x5F && byte != 0x2D {
                let letter = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
                guard at < name.count, letter == name[at] else { return false }
                at += 1
            }
            return at == name.count
        }
    }
}

/// The values of one record under the usual names.
struct PlainRecord {
    /// Node and rank of each field, by its raw value; held inline, so that a record costs no allocation.
    private var nodes = SIMD16<Int32>(repeating: PlainRecord.absent)
    private var ranks = SIMD16<UInt8>(repeating: .max)

    private static let absent: Int32 = -1

    /// An EPC's name with nothing behind it: a read whose identity is missing. The last, `nil` for none.
    private(set) var blankEPC: Int?

    /// - Parameter record: an object.
    init(_ record: Int, of page: JSONPage) {
        page.forEachMember(of: record) { key, value in
            guard let (field, rank) = page.withBytes(key, PlainField.named) else { return }
            guard !page.isBlank(value) else {
                if field == .epc, rank < PlainField.epcNamesCertain { blankEPC = value }
                return
            }
            // Of a key that stands twice the last wins, as everywhere.
            guard rank <= Int(ranks[field.rawValue]) else { return }
            nodes[field.rawValue] = Int32(truncatingIfNeeded: value)
            ranks[field.rawValue] = UInt8(truncatingIfNeeded: rank)
        }
    }

    func node(_ field: PlainField) -> Int? {
        has(field) ? Int(nodes[field.rawValue]) : nil
    }

    func has(_ field: PlainField) -> Bool { nodes[field.rawValue] != PlainRecord.absent }

    /// The antenna stands under a name that also means other ports.
    var namesPort: Bool {
        guard has(.antenna) else { return false }
        return ranks[PlainField.antenna.rawValue] == PlainField.portRank
    }

    /// The identity stands under a name that means nothing else.
    var namesEPC: Bool { ranks[PlainField.epc.rawValue] < PlainField.epcNamesCertain }
}
