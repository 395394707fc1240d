import AssetModel
import InventoryStorage
import Logging
import OperatorAPI
import Testing

@testable import DaemonAssembly

/// A store with books and presences, and the account of one zone of it.
struct ZoneAccountTests {
    /// Home zone of five assets and what was heard of their tags; "-": no tag.
    private static let standing = """
        A-1 a present@a
        A-2 a present@b
        A-3 a silent@a
        A-4 a never
        A-5 a -
        A-6 b present@a
        A-7 elsewhere present@a
        A-8 a/LENT present@a
        """

    private func detail(isCovered: Bool, limit: Int = 9, offset: Int = 0) throws -> ZoneDetail {
        let world = try World(ZoneAccountTests.standing)
        let places = try world.store.reader.cardPlaces()
        let rule = PlaceRule(layout: World.layout, places: places.keys)
        var account = ZoneAccount(zone: "a", isCovered: isCovered, limit: limit, offset: offset)
        try world.store.reader.eachAsset(in: places.keys.filter { rule.zone(of: $0) == 0 }, at: World.now) {
            account.count($0)
        }
        try world.store.reader.eachSettledTag(inZone: "a", at: World.now) { tag in
            let home = tag.place.flatMap { rule.zone(of: $0) }
            account.count(tag, home: home.map { World.layout.zones[$0].id })
        }
        return account.detail(ZoneReply(id: "a", site: "S", kind: "shelf"))
    }

    private func numbers(_ group: ZoneGroup) -> String {
        "\(group.total): " + group.items.map { $0.assetNo ?? "?" }.joined(separator: " ")
    }

    @Test func `zones are next to each other, whichever of them names the other`() {
        var board = StatusBoard.Snapshot()
        board.layout = World.layout
        for zone in board.layout.zones.indices { board.layout.zones[zone].neighbours = zone == 0 ? [1] : [] }
        let found = board.layout.zones.indices.map { ZoneReply($0, board: board).neighbours }
        #expect(found[0] == ["b"] && found[1] == ["a"])
        #expect(found[2...].allSatisfy { $0.isEmpty })
    }

    @Test func `in a covered zone silence counts`() throws {
        let detail = try detail(isCovered: true)
        #expect(detail.zone.expected == 5 && detail.zone.seen == 4)
        #expect(numbers(detail.found) == "1: A-1")
        #expect(numbers(detail.notSeen) == "3: A-2 A-3 A-4")
        #expect(numbers(detail.notCovered) == "0: ")
        #expect(numbers(detail.untagged) == "1: A-5")
        #expect(numbers(detail.wrongPlace) == "1: A-6")
        #expect(numbers(detail.others) == "2: A-7 A-8")
        #expect(detail.wrongPlace.items[0].zone == "b")
        #expect(detail.notSeen.items.map(\.zone) == ["b", "a", nil])
        #expect(detail.notSeen.items.map { $0.lastHeardAt != nil } == [false, true, false])
        #expect(detail.others.items.map(\.reasonEnglish)[1] == "by the books LENT")
    }

    @Test func `a zone that is not covered is never called empty`() throws {
        let detail = try detail(isCovered: false)
        #expect(numbers(detail.found) == "1: A-1")
        #expect(numbers(detail.notSeen) == "1: A-2", "settled elsewhere is knowledge, not silence")
        #expect(numbers(detail.notCovered) == "2: A-3 A-4")
        #expect(numbers(detail.untagged) == "1: A-5")
    }

    @Test(arguments: [true, false])
    func `everything expected is in one group, everything settled here in one`(isCovered: Bool) throws {
        let detail = try detail(isCovered: isCovered, limit: 1)
        let expected = [detail.found, detail.notSeen, detail.notCovered, detail.untagged].map(\.total)
        #expect(expected.reduce(0, +) == detail.zone.expected)
        #expect(detail.found.total + detail.wrongPlace.total + detail.others.total == detail.zone.seen)
    }

    @Test(arguments: [(2, 0, "3: A-2 A-3"), (2, 2, "3: A-4"), (1, 1, "3: A-3"), (9, 3, "3: ")])
    func `a list is cut, its total is not`(limit: Int, offset: Int, shown: String) throws {
        #expect(numbers(try detail(isCovered: true, limit: limit, offset: offset).notSeen) == shown)
    }
}

/// Zones a and b; assets with one tag each.
final class World {
    static let now = UTCInstant(milliseconds: 1_795_233_600_000)
    static let layout: SiteLayout = {
        let zones = ["a", "b"].map {
            SiteLayout.Zone(id: $0, site: 0, missingAfter: ElapsedTime(seconds: 60))
        }
        return SiteLayout(sites: [SiteLayout.Site(id: "S")], zones: zones)
    }()

    let store: InventoryStore
    private let directory: TemporaryDirectory

    /// - Parameter table: lines `asset place[/STATE] -|never|heard@zone|present@zone|silent@zone`.
    init(_ table: String) throws {
        directory = try TemporaryDirectory()
        let settings = StoreSettings(path: directory.path + "/tally.db", layout: World.layout)
        store = try InventoryStore(
            settings: settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        var outcome = IntakeOutcome()
        outcome.sequence = 1
        outcome.advancedTo = World.now
        var books = RegisterChange()
        for (number, line) in table.split(separator: "\n").enumerated() {
            let words = line.split(separator: " ")
            let place = words[1].split(separator: "/")
            var card = AssetCard(assetNo: String(words[0]))
            card.location = String(place[0])
            card.state = place.count > 1 ? AssetState(rawValue: String(place[1])) : nil
            books.cards.append(card)
            guard words[2] != "-" else { continue }
            let tag = try #require(EPC(hex: "E28011606000000000000A0\(number)"))
            books.bindings.append(TagBinding(epcHex: tag.hex, assetNo: card.assetNo))
            let heard = words[2].split(separator: "@")
            guard heard.count == 2 else { continue }
            let zone = try #require(World.layout.zones.firstIndex { $0.id == heard[1] })
            let kinds: [Substring: PresenceChange.Kind] = [
                "heard": .heard(zone: zone), "present": .arrived(zone: zone), "silent": .silent(zone: zone),
            ]
            let kind = try #require(kinds[heard[0]])
            outcome.append(PresenceChange(tag: tag, kind: kind, at: World.now, cause: World.now))
        }
        outcome.registerChanges = [books]
        try store.commit(outcome, outgoing: [])
    }
}
