import AssetModel
import IntakePipeline

/// The product on the worlds of SMURF: one walk-by zone with one antenna, each tag with a card of the
/// register, reads as its decoders would have made them, epochs of a second.
struct SmurfPath {
    private var path: IntakePath
    private let tags: [EPC]
    /// What was told so far: in the field or not.
    private var isIn: [Bool]
    private let tagOfEPC: [EPC: Int]
    /// How often it was told that a tag entered.
    private(set) var entered = 0

    /// What the path says when an epoch is over.
    struct Said {
        /// The epoch that it speaks of.
        var label: Int
        /// By the changes that were told.
        var isPresent: [Bool]
        var chances: [Double]
        /// Between the end of that epoch and the word on it.
        var delayEpochs: Int
    }

    private static let start = UTCInstant(milliseconds: 1_760_000_000_000)
    private static let zone = 0
    /// Reads arrive in the middle of their epoch.
    private static let heardAfter = ElapsedTime(milliseconds: 500)

    /// - Parameter lagEpochs: what the operator asks for: to be told within so many seconds and one more.
    init(tags count: Int, lagEpochs: Int, hazardFactor: Double) {
        tags = (0..<count).compactMap { EPC(hex: SmurfPath.hex($0)) }
        precondition(tags.count == count, "\(count) tags")
        isIn = Array(repeating: false, count: count)
        tagOfEPC = Dictionary(
            tags.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        var setup = IntakePath.Setup(layout: SmurfPath.layout(lagEpochs))
        setup.walkByHazardFactor = hazardFactor
        // Nobody stores anything here.
        setup.checkpointEvery = .never
        path = IntakePath(
            setup: setup, register: RegisterChange(), startingAt: SmurfPath.start, isListening: true)
        give(.register(SmurfPath.register(count)), at: SmurfPath.start)
        let will = RawMessage(topic: "door/will", payload: Array("connected".utf8))
        give(.message(will), at: SmurfPath.start)
    }

    private static func hex(_ tag: Int) -> String {
        let digits = String(tag, radix: 16, uppercase: true)
        return "E2801170" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func layout(_ lagEpochs: Int) -> SiteLayout {
        var layout = SiteLayout()
        layout.sites = [SiteLayout.Site(id: "S1")]
        var zone = SiteLayout.Zone(id: "door", site: 0, kind: .walkBy)
        zone.locations = ["door"]
        zone.decideWithin = ElapsedTime(seconds: Int64(lagEpochs) + 1)
        layout.zones = [zone]
        var reader = SiteLayout.Reader(id: "door-reader", site: 0, topics: ["door/#"])
        reader.format = .impinj
        reader.liveness = .will
        reader.antennas = [0]
        layout.readers = [reader]
        layout.antennas = [SiteLayout.Antenna(reader: 0, port: 1, zone: 0)]
        return layout
    }

    private static func register(_ count: Int) -> RegisterChange {
        var books = RegisterChange()
        for tag in 0..<count {
            var card = AssetCard(assetNo: "A-\(tag)")
            card.location = "door"
            books.cards.append(card)
            books.bindings.append(TagBinding(epcHex: hex(tag), assetNo: card.assetNo))
        }
        return books
    }

    /// Takes the reads of one epoch and lets it pass. - Returns: `nil` where nothing was decided.
    mutating func pass(epoch: Int, read slots: [UInt32]) -> Said? {
        let begin = SmurfPath.start + ElapsedTime(seconds: Int64(epoch))
        let heardAt = begin + SmurfPath.heardAfter
        if !slots.isEmpty {
            let reads = slots.map { slot in
                TagRead(tag: tags[Int(slot)], antennaPort: 1, peakSignal: nil, heardAt: heardAt)
            }
            let observed = ObservedReads(
                reader: 0, reads: reads, number: UInt64(epoch), receivedAt: heardAt)
            note(path.advance(through: observed))
        }
        let end = begin + ElapsedTime(seconds: 1)
        give(.tick, at: end)
        var chances: [Double] = []
        var decided: UTCInstant?
        for tag in tags {
            guard let said = path.passingChance(of: tag, zone: SmurfPath.zone) else { return nil }
            chances.append(said.probability)
            decided = said.epoch
        }
        guard let decided else { return nil }
        let label = Int((decided - SmurfPath.start).seconds)
        return Said(label: label, isPresent: isIn, chances: chances, delayEpochs: epoch - label)
    }

    private mutating func give(_ kind: IntakeInput.Kind, at instant: UTCInstant) {
        note(path.advance(through: [IntakeInput(kind, at: instant)], to: instant))
    }

    private mutating func note(_ outcome: IntakeOutcome) {
        precondition(outcome.discrepancyChanges.isEmpty, "passing raised a discrepancy")
        for change in outcome.presenceChanges {
            guard let tag = tagOfEPC[change.tag] else { continue }
            switch change.kind {
            case .entered:
                isIn[tag] = true
                entered += 1
            case .left: isIn[tag] = false
            default: break
            }
        }
    }
}
