import AssetModel
import Testing

@testable import InventoryStorage

struct ZoneQueryTests {
    private func card(_ assetNo: String, _ location: String, _ state: AssetState? = nil) -> AssetCard {
        var card = AssetCard(assetNo: assetNo)
        card.assetName = "name of \(assetNo)"
        card.location = location
        card.state = state
        return card
    }

    private func binding(
        _ number: Int, _ assetNo: String, from: UTCInstant? = nil, to: UTCInstant? = nil
    ) throws -> TagBinding {
        TagBinding(epcHex: try tag(number).hex, assetNo: assetNo, validFrom: from, validTo: to)
    }

    /// A-1 and A-2 on shelf a (A-2 moved there by a second import), A-3 on b; A-1 has an old and a live tag.
    private func books(in store: InventoryStore) throws {
        let first = RegisterChange(
            cards: [card("A-1", "a", .inStock), card("A-2", "b"), card("A-3", "b")],
            bindings: [
                try binding(1, "A-1", to: second(10)), try binding(2, "A-1", from: second(10)),
                try binding(3, "A-2"), try binding(4, "A-3"),
            ])
        let later = RegisterChange(cards: [card("A-2", "a")], bindings: [try binding(4, "A-2")])
        try store.commit(outcome(1) { $0.registerChanges = [first] }, outgoing: [])
        try store.commit(outcome(2) { $0.registerChanges = [later] }, outgoing: [])
    }

    private func presence(_ number: Int, _ kind: PresenceChange.Kind) throws -> PresenceChange {
        PresenceChange(tag: try tag(number), kind: kind, at: second(3), cause: second(3))
    }

    @Test func `places are those of the current cards, with how many they have`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try books(in: store)
        let places = try store.reader.cardPlaces()
        let lines = places.map { "\($0.key.location) \($0.key.state?.rawValue ?? "-") \($0.value)" }.sorted()
        #expect(lines == ["a - 1", "a IN_STOCK 1", "b - 1"])
    }

    @Test func `the assets of a place come with the tags bound to them now and where those are`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try books(in: store)
        let changes = [try presence(2, .arrived(zone: 1)), try presence(3, .silent(zone: 0))]
        try store.commit(outcome(3) { $0.presenceChanges = changes }, outgoing: [])
        let places = try store.reader.cardPlaces().keys.filter { $0.location == "a" }
        var lines: [String] = []
        try store.reader.eachAsset(in: places, at: second(20)) { asset in
            let tags = asset.tags.map { tag in
                tag.epcHex.suffix(1) + ":"
                    + (tag.presence.map { "\($0.state.rawValue)@\($0.zone)" } ?? "never")
            }
            lines.append("\(asset.assetNo) \(asset.assetName) " + tags.joined(separator: " "))
        }
        #expect(
            lines == [
                "A-1 name of A-1 2:present@shelf-b", "A-2 name of A-2 3:silent@shelf-a 4:never",
            ])
        var before: [String] = []
        try store.reader.eachAsset(in: places, at: second(5)) {
            before.append($0.assetNo + " " + $0.tags.map { String($0.epcHex.suffix(1)) }.joined())
        }
        #expect(before == ["A-1 1", "A-2 34"])
    }

    @Test func `the tags settled in a zone come with what the books say of them`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try books(in: store)
        let changes = [
            try presence(2, .arrived(zone: 0)), try presence(3, .moved(from: 1, to: 0)),
            try presence(4, .heard(zone: 0)), try presence(5, .stayed(zone: 0)),
            try presence(1, .arrived(zone: 0)), try presence(9, .silent(zone: 0)),
        ]
        try store.commit(outcome(3) { $0.presenceChanges = changes }, outgoing: [])
        var lines: [String] = []
        try store.reader.eachSettledTag(inZone: "shelf-a", at: second(20)) { tag in
            let place = tag.place.map { "\($0.location) \($0.state?.rawValue ?? "-")" } ?? "no card"
            lines.append("\(tag.presence.epcHex.suffix(1)) \(tag.assetNo ?? "unbound") \(place)")
        }
        #expect(
            lines == ["1 unbound no card", "2 A-1 a IN_STOCK", "3 A-2 a -", "5 unbound no card"],
            "tag 1 is bound no more, tag 4 is not settled, tag 9 is silent")
        #expect(try store.reader.settledCounts() == ["shelf-a": 4])
    }

    @Test func `open discrepancies are counted by zone and code`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        var cleared = missing("A-3")
        cleared.clearedAt = second(1)
        let changes = [missing("A-1"), missing("A-2"), cleared].map {
            DiscrepancyChange(.opened, $0, at: second(1))
        }
        try commit(changes, 1, to: store)
        #expect(try store.reader.openCounts(.missingSuspect) == ["shelf-a": 2])
        #expect(try store.reader.openCounts(.locationMismatch) == [:])
    }

    @Test func `a refused message keeps its number`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store) { $0.quarantineRowsMax = 3 }
        for number in 1...5 {
            let entry = quarantined(number)
            try store.commit(outcome(Int64(number)) { $0.quarantine = [entry] }, outgoing: [])
        }
        #expect(try store.reader.quarantineRows(rowsMax: 9).map(\.number) == [5, 4, 3])
        #expect(try store.reader.quarantined(4)?.entry == quarantined(4))
        #expect(try store.reader.quarantined(1) == nil)
    }
}
