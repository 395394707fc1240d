import AssetModel
import GRDB
import Testing

@testable import InventoryStorage

struct RegisterTests {
    @Test func `a change taken up by the path is in the books after its commit`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try apply(books, 1, to: store)
        #expect(try store.loadRegister() == books)
        #expect(try store.reader.card("A-1") == books.cards[0])
        #expect(try store.reader.card("A-9") == nil)
        #expect(try store.reader.binding(epcHex: "E2801160600000000000AAAA") == books.bindings[0])
        #expect(try store.reader.bindings(assetNo: "A-1") == [books.bindings[0]])
        #expect(try store.reader.vehicle(plateNo: "鄂J12345") == books.vehicles[0])
    }

    @Test func `a changed line gets a new version, lines that the file does not name stay`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try apply(books, 1, to: store)
        var changed = books.cards[0]
        changed.location = "B-01"
        try apply(RegisterChange(cards: [changed]), 2, to: store)
        #expect(try store.loadRegister().cards == [changed, books.cards[1]])
        #expect(try store.loadRegister().bindings == books.bindings)
        #expect(try rows("card", store) == 3)
    }

    @Test func `a second import of the same file writes no line`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try apply(books, 1, to: store)
        let before = try ["card", "tag_binding", "vehicle"].map { try rows($0, store) }
        try apply(books, 2, to: store)
        let id = try store.nextImportID()
        #expect(try store.stageRegister(books, importID: id, from: 0, rows: 100) == 4)
        #expect(try ["card", "tag_binding", "vehicle"].map { try rows($0, store) } == before)
    }

    @Test func `a staged import is not in the books until the path has taken it up`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        let id = try store.nextImportID()
        var staged = 0
        for expected in 1...4 {
            staged = try store.stageRegister(books, importID: id, from: staged, rows: 1)
            #expect(staged == expected)
            #expect(try store.loadRegister().isEmpty)
        }
        try store.commit(outcome(1), outgoing: [])
        #expect(try store.loadRegister().isEmpty)
        try apply(books, 2, to: store)
        #expect(try store.loadRegister() == books)
        #expect(try imports(store) == ["\(id) register+tags+vehicles applied"])
        #expect(try store.nextImportID() == id + 1)
    }

    @Test func `imports go one at a time and in order`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        _ = try store.stageRegister(books, importID: 1, from: 0, rows: 2)
        #expect(failure { _ = try store.stageRegister(books, importID: 2, from: 0, rows: 2) } == "refused")
        #expect(failure { _ = try store.stageRegister(books, importID: 1, from: 0, rows: 2) } == "refused")
        #expect(failure { _ = try store.stageRegister(books, importID: 1, from: 3, rows: 2) } == "refused")
        try store.abandonRegister(importID: 1)
        #expect(try rows("card", store) == 0 && imports(store).isEmpty)
        #expect(failure { _ = try store.stageRegister(books, importID: 1, from: 2, rows: 2) } == "refused")
        #expect(try store.stageRegister(books, importID: 1, from: 0, rows: 2) == 2)
    }

    @Test func `another change that comes first drops what was staged against the older books`() throws {
        let directory = try TemporaryDirectory()
        var other = books.cards[0]
        other.location = "C-01"
        do {
            let store = try open(directory.store)
            _ = try store.stageRegister(books, importID: 1, from: 0, rows: 2)
            try apply(RegisterChange(cards: [other]), 1, to: store)
            #expect(
                failure { _ = try store.stageRegister(books, importID: 1, from: 2, rows: 2) } == "refused")
            try apply(books, 2, to: store)
            #expect(try store.loadRegister() == books)
        }
        let store = try open(directory.store)
        #expect(try store.loadRegister() == books)
        #expect(try imports(store) == ["2 register applied", "3 register+tags+vehicles applied"])
        #expect(try rows("card", store) == 3)
    }

    @Test func `a start drops an import that the last run left half staged`() throws {
        let directory = try TemporaryDirectory()
        do {
            let store = try open(directory.store)
            _ = try store.stageRegister(books, importID: 1, from: 0, rows: 3)
        }
        let store = try open(directory.store)
        #expect(try store.loadRegister().isEmpty)
        #expect(try rows("card", store) == 0 && rows("tag_binding", store) == 0)
        #expect(try store.nextImportID() == 1)
    }

    @Test func `a line named twice in one import counts as it stands last`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try apply(books, 1, to: store)
        var moved = books.cards[0]
        moved.location = "D-01"
        try apply(RegisterChange(cards: [moved, books.cards[0]]), 2, to: store)
        #expect(try store.loadRegister().cards == books.cards)
    }

    @Test func `old versions of a line are bounded, the current one always stays`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store) { $0.registerVersionsMax = 2 }
        var card = books.cards[0]
        for version in 1...5 {
            card.location = "version \(version)"
            try apply(RegisterChange(cards: [card]), Int64(version), to: store)
        }
        #expect(try rows("card", store) == 2)
        #expect(try store.reader.card("A-1") == card)
    }

    @Test func `a tag that was bound to another asset is found under the new one only`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try apply(books, 1, to: store)
        var rebound = books.bindings[0]
        rebound.assetNo = "A-2"
        try apply(RegisterChange(bindings: [rebound]), 2, to: store)
        #expect(try store.reader.bindings(assetNo: "A-1").isEmpty)
        #expect(try store.reader.bindings(assetNo: "A-2") == [rebound])
    }

    @Test func `a change of the books is kept with the journal of its commit, and needs no checkpoint`()
        throws
    {
        let directory = try TemporaryDirectory()
        do {
            let store = try open(directory.store)
            try apply(books, 1, to: store)
            try apply(RegisterChange(cards: [AssetCard(assetNo: "A-9")]), 2, to: store)
        }
        let store = try open(directory.store)
        #expect(try store.loadRegister().cards.map(\.assetNo) == ["A-1", "A-2", "A-9"])
        let recovery = try store.recover()
        #expect(recovery.checkpoint.isEmpty && recovery.journal.map(\.sequence) == [1, 2])
    }

    @Test func `every field of a line has its column`() {
        #expect(Mirror(reflecting: AssetCard(assetNo: "")).children.count == AssetCard.columns.count)
        #expect(Mirror(reflecting: books.bindings[0]).children.count == TagBinding.columns.count)
        #expect(Mirror(reflecting: VehicleCard(plateNo: "")).children.count == VehicleCard.columns.count)
        #expect(books.cards[0].values.count == AssetCard.columns.count)
        #expect(books.bindings[0].values.count == TagBinding.columns.count)
        #expect(books.vehicles[0].values.count == VehicleCard.columns.count)
    }
}

/// Every field of the first lines set to something of its own.
private let books: RegisterChange = {
    var card = AssetCard(assetNo: "A-1")
    card.assetName = "台式计算机"
    card.classCode = "A02010104"
    card.specModel = "M1"
    card.quantity = "1"
    card.originalValueFen = 549_900
    card.acquireDate = "2024-05-01"
    card.state = .inStock
    card.useDept = "资产科"
    card.useUnit = "机关事务管理局"
    card.ownerUnit = "财政局"
    card.location = "A-01"
    card.locationCode = "LA01"
    card.site = "wh1"
    card.zone = "shelf-a"
    let binding = TagBinding(
        epcHex: "E2801160600000000000AAAA", assetNo: "A-1", tidHex: "E2801160200070AA", validFrom: second(1),
        validTo: second(9))
    var vehicle = VehicleCard(plateNo: "鄂J12345")
    vehicle.vin = "LSV"
    vehicle.useUnit = "机关事务管理局"
    vehicle.vehicleUse = "机要通信"
    vehicle.terminalPhone = "13800000001"
    vehicle.tagEpcHex = "E200"
    vehicle.sealed = true
    vehicle.parkingFence = "yard"
    vehicle.trackingPolicy = .presenceOnly
    vehicle.validFrom = second(2)
    vehicle.validTo = second(8)
    return RegisterChange(cards: [card, AssetCard(assetNo: "A-2")], bindings: [binding], vehicles: [vehicle])
}()

private func apply(_ change: RegisterChange, _ sequence: Int64, to store: InventoryStore) throws {
    try store.commit(outcome(sequence) { $0.registerChanges = [change] }, outgoing: [])
}

private func rows(_ table: String, _ store: InventoryStore) throws -> Int {
    try store.reader.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } ?? 0
}

private func imports(_ store: InventoryStore) throws -> [String] {
    let select = "SELECT id || ' ' || kind || ' ' || state FROM register_import ORDER BY id"
    return try store.reader.read { try String.fetchAll($0, sql: select) }
}
