import AssetModel
import Testing

@testable import InventoryStorage

/// Passages in the store: once each, with their tags, within their bound.
struct PassageStoreTests {
    private func passage(_ number: Int64, gate: Int = 1) -> Passage {
        var passage = Passage(
            id: "P-\(number)", gate: gate, at: second(number + 3), span: (second(number), second(number + 2)))
        passage.direction = .outward
        passage.confidence = 0.97
        passage.means = [.antennas, .lightBarriers]
        passage.tags = ["E2801170000000000000000A", "E2801170000000000000000B"].map {
            Passage.Tag(tag: EPC(hex: $0)!, slot: 0, confidence: 0.9, reads: 7)
        }
        (passage.reasonChinese, passage.reasonEnglish) = ("依据", "why")
        return passage
    }

    @Test func `a passage is kept with its tags, and once however often it is told`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try store.commit(outcome(1) { $0.append(passage(1)) }, outgoing: [])
        try store.commit(
            outcome(2) {
                $0.append(passage(1)); $0.append(passage(9, gate: 0))
            }, outgoing: [])
        let reader = store.reader
        let all = try reader.passages(gate: nil, since: nil, rowsMax: 10)
        #expect(all.total == 2 && all.rows.map(\.id) == ["P-9", "P-1"])
        let row = try #require(all.rows.last)
        #expect(row.gate == "shelf-b" && row.site == "wh1" && row.direction == "out")
        #expect(row.confidence == 0.97 && row.means == [.antennas, .lightBarriers] && !row.isLate)
        #expect(row.from == second(1) && row.to == second(3) && row.at == second(4))
        #expect(row.tags.map(\.epcHex) == ["E2801170000000000000000A", "E2801170000000000000000B"])
        #expect(row.tagCount == 2 && row.tags.first?.reads == 7)
        #expect(try reader.passages(gate: "shelf-a", since: nil, rowsMax: 10).rows.map(\.id) == ["P-9"])
        #expect(try reader.passages(gate: nil, since: second(2), rowsMax: 10).rows.map(\.id) == ["P-9"])
        #expect(try reader.passages(gate: nil, since: nil, rowsMax: 1).rows.count == 1)
    }

    @Test func `the oldest passages go with their tags when there are too many`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store) { $0.passageRowsMax = 3 }
        for number in Int64(1)...5 {
            try store.commit(outcome(number) { $0.append(passage(number)) }, outgoing: [])
        }
        let left = try store.reader.passages(gate: nil, since: nil, rowsMax: 10)
        #expect(left.rows.map(\.id) == ["P-5", "P-4", "P-3"])
    }
}
