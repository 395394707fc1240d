import AssetModel
import Hummingbird
import InventoryStorage
import OperatorAPI

/// `tally zone`: what belongs in a zone and what is there, from the books and the committed presences.
extension ControlAnswers {
    func zones(_ query: Parameters) throws -> ZoneList {
        let window = try window(query)
        let board = desk.board.snapshot
        let places = try reader.cardPlaces()
        let standing = PlaceRule(layout: board.layout, places: places.keys)
        var expected = [Int](repeating: 0, count: board.layout.zones.count)
        for (place, cards) in places {
            if let zone = standing.zone(of: place) { expected[zone] += cards }
        }
        let settled = try reader.settledCounts()
        let missing = try reader.openCounts(.missingSuspect)
        let misplaced = try reader.openCounts(.locationMismatch)
        let shown = board.layout.zones.indices.dropFirst(window.offset).prefix(window.limit)
        let items = shown.map { index in
            var reply = ZoneReply(index, board: board)
            reply.expected = expected[index]
            reply.seen = settled[reply.id] ?? 0
            reply.missingOpen = missing[reply.id] ?? 0
            reply.misplacedOpen = misplaced[reply.id] ?? 0
            return reply
        }
        return ZoneList(total: board.layout.zones.count, items: items)
    }

    func zone(_ id: String, _ query: Parameters) throws -> ZoneDetail {
        let window = try window(query)
        let board = desk.board.snapshot
        guard let index = board.layout.zones.firstIndex(where: { $0.id == id }) else {
            throw RefusedRequest(
                .notFound, chinese: "配置中没有这个区域：\(id)", english: "no such zone in the configuration: \(id)")
        }
        let places = try reader.cardPlaces()
        let rule = PlaceRule(layout: board.layout, places: places.keys)
        var account = ZoneAccount(
            zone: id, isCovered: ZoneReply(index, board: board).isCovered, limit: window.limit,
            offset: window.offset)
        let now = desk.now()
        try reader.eachAsset(in: places.keys.filter { rule.zone(of: $0) == index }, at: now) {
            account.count($0)
        }
        try reader.eachSettledTag(inZone: id, at: now) { tag in
            let home = tag.place.flatMap { rule.zone(of: $0) }
            account.count(tag, home: home.map { board.layout.zones[$0].id })
        }
        var reply = account.detail(ZoneReply(index, board: board))
        if let line = board.zones.first(where: { $0.id == id }) {
            reply.passing = try passing(line.figures, window: window)
        }
        reply.antennas = board.readers.flatMap { AntennaReply.of($0) }.filter { $0.zone == id }
        reply.zone.missingOpen = try reader.openCounts(.missingSuspect)[id] ?? 0
        reply.zone.misplacedOpen = try reader.openCounts(.locationMismatch)[id] ?? 0
        return reply
    }
}

extension ZoneReply {
    init(_ index: Int, board: StatusBoard.Snapshot) {
        let zone = board.layout.zones[index]
        self.init(id: zone.id, site: board.layout.sites[zone.site].id, kind: zone.kind.rawValue)
        name = zone.name
        let zones = board.layout.zones
        neighbours = zones.indices.filter { board.layout.areNeighbours(index, $0) }.map { zones[$0].id }
        if let line = board.zones.first(where: { $0.id == zone.id }) {
            isCovered = line.figures.isCovered
            coveredSeconds = isCovered ? line.figures.coveredFor.seconds : nil
        }
        for reader in board.readers {
            for (antenna, place) in zip(reader.figures.antennas, reader.zoneOfAntenna) where place == zone.id
            {
                antennasTotal += 1
                antennasCovering += antenna.isCovering ? 1 : 0
            }
        }
    }
}

/// Which zone the things of a card's place should stand in, by the path's own rule.
struct PlaceRule {
    private let zones: [CardPlace: Int]

    init(layout: SiteLayout, places: some Collection<CardPlace>) {
        // The rule lives in the snapshot of the books; a card for each place asks it.
        let cards = places.enumerated().map { index, place in (place: place, card: place.card("\(index)")) }
        let books = RegisterSnapshot(layout: layout, books: RegisterChange(cards: cards.map(\.card)))
        var zones: [CardPlace: Int] = [:]
        for (place, card) in cards {
            guard let asset = books.asset(card.assetNo), asset.state.standsAtItsPlace else { continue }
            zones[place] = asset.expectedZone
        }
        self.zones = zones
    }

    /// Index of the zone; `nil` where the place is no zone of ours, or the state says that the thing does not
    /// stand at its place.
    func zone(of place: CardPlace) -> Int? { zones[place] }
}
