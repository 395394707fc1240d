import AssetModel
import IntakePipeline
import WarehouseSimulator

/// The product on four antennas of one reader in four zones, with its defaults; reads as its decoders would
/// have made them.
struct QuarterPath {
    /// What the path is given.
    enum Kind {
        /// Reads with their strengths, and no word of the books on places.
        case strengths
        /// Reads without strengths.
        case hits
        /// Strengths, and cards that have each tag where it began; moves are not told to the books.
        case cards
    }

    private var path: IntakePath
    private let tags: [EPC]
    private let tagOfEPC: [EPC: Int]
    private let kind: Kind
    /// The zone last told of each tag, in whatever words.
    private(set) var told: [Int?]
    /// Is that settled, not only likelier than others?
    private(set) var isSettled: [Bool]
    /// Changes of the zone told, by tag, and how sure they were stated to be since the last look.
    private(set) var changes: [(tag: Int, zone: Int, stated: Double)] = []
    /// Tags of which it was said that they are not where their card has them, since the last look.
    private(set) var accused: [Int] = []
    private var number: UInt64 = 0

    private static let start = UTCInstant(milliseconds: 1_760_000_000_000)

    init(_ world: QuarterWorld, kind: Kind) {
        let count = world.figures.tags
        self.kind = kind
        tags = (0..<count).compactMap { EPC(hex: QuarterPath.hex($0)) }
        precondition(tags.count == count, "\(count) tags")
        tagOfEPC = Dictionary(uniqueKeysWithValues: tags.enumerated().map { ($0.element, $0.offset) })
        told = Array(repeating: nil, count: count)
        isSettled = Array(repeating: false, count: count)
        var setup = IntakePath.Setup(layout: QuarterPath.layout)
        // Nobody stores anything here.
        setup.checkpointEvery = .never
        path = IntakePath(
            setup: setup, register: RegisterChange(), startingAt: QuarterPath.start, isListening: true)
        var books = RegisterChange()
        for tag in 0..<count {
            var card = AssetCard(assetNo: "A-\(tag)")
            if kind == .cards { card.location = QuarterPath.zone(world.lastZone(of: tag)) }
            books.cards.append(card)
            books.bindings.append(TagBinding(epcHex: QuarterPath.hex(tag), assetNo: card.assetNo))
        }
        give(.register(books), at: QuarterPath.start)
        give(
            .message(RawMessage(topic: "quarters/will", payload: Array("connected".utf8))),
            at: QuarterPath.start)
    }

    private static func hex(_ tag: Int) -> String {
        let digits = String(tag, radix: 16, uppercase: true)
        return "E2801171" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func zone(_ index: Int) -> String { "quarter-\(index + 1)" }

    private static var layout: SiteLayout {
        var layout = SiteLayout()
        layout.sites = [SiteLayout.Site(id: "S1")]
        layout.zones = (0..<4).map { index in
            var zone = SiteLayout.Zone(id: zone(index), site: 0, kind: .shelf)
            zone.locations = [zone.id]
            zone.neighbours = (0..<4).filter { $0 != index }
            return zone
        }
        var reader = SiteLayout.Reader(id: "quarters", site: 0, topics: ["quarters/#"])
        reader.format = .impinj
        reader.liveness = .will
        reader.antennas = [0, 1, 2, 3]
        layout.readers = [reader]
        layout.antennas = (0..<4).map { SiteLayout.Antenna(reader: 0, port: UInt16($0 + 1), zone: $0) }
        return layout
    }

    /// Takes the reads of one second and lets it pass.
    mutating func pass(second: Int, _ reads: [QuarterWorld.Read]) {
        changes.removeAll(keepingCapacity: true)
        accused.removeAll(keepingCapacity: true)
        let end = QuarterPath.start + ElapsedTime(seconds: Int64(second) + 1)
        let taken = reads.map { read in
            TagRead(
                tag: tags[read.tag], antennaPort: UInt16(read.antenna + 1),
                peakSignal: kind == .hits ? nil : SignalStrength(centiDBm: read.centiDBm),
                heardAt: QuarterPath.start + ElapsedTime(milliseconds: read.at))
        }
        number += 1
        note(
            path.advance(
                through: ObservedReads(reader: 0, reads: taken, number: number, receivedAt: end)))
        give(.tick, at: end)
    }

    /// How likely the path holds the zone told to be right, by the strengths known now.
    func stated(_ tag: Int) -> Double? { path.signalPlace(of: tags[tag])?.probability }

    /// Share of the tags that are judged by strength now.
    var contestedShare: Double {
        Double(tags.count { path.signalPlace(of: $0) != nil }) / Double(tags.count)
    }

    private mutating func give(_ kind: IntakeInput.Kind, at instant: UTCInstant) {
        note(path.advance(through: [IntakeInput(kind, at: instant)], to: instant))
    }

    private mutating func note(_ outcome: IntakeOutcome) {
        for change in outcome.presenceChanges {
            guard let tag = tagOfEPC[change.tag] else { continue }
            switch change.kind {
            case .heard(let zone): tell(tag, zone, change, isSettled: false)
            case .arrived(let zone), .moved(_, let zone): tell(tag, zone, change, isSettled: true)
            case .silent: (told[tag], isSettled[tag]) = (nil, false)
            default: break
            }
        }
        for change in outcome.discrepancyChanges where change.kind == .opened || change.kind == .reopened {
            guard change.discrepancy.code == .locationMismatch,
                case .asset(_, let hex?) = change.discrepancy.subject,
                let tag = EPC(hex: hex).flatMap({ tagOfEPC[$0] })
            else { continue }
            accused.append(tag)
        }
    }

    private mutating func tell(_ tag: Int, _ zone: Int, _ change: PresenceChange, isSettled: Bool) {
        if told[tag] != zone { changes.append((tag, zone, change.probability)) }
        told[tag] = zone
        self.isSettled[tag] = isSettled
    }
}
