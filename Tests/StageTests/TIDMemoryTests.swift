import AssetModel
import ReadRing
import Testing

/// Which factory identities answered for an EPC.
struct TIDMemoryTests {
    private static func tid(_ hex: String) -> EPC { EPC(hex: hex)! }
    private static let one = tid("E28011052000000000000001")
    private static let two = tid("E28011052000000000000002")

    @Test func `the first is remembered, the second is found, in whatever order they come`() {
        for (first, second) in [(Self.one, Self.two), (Self.two, Self.one)] {
            var memory = TIDMemory()
            #expect(memory.observe(first, of: 4, epoch: 10) == .first)
            #expect(memory.observe(first, of: 4, epoch: 12) == .known)
            #expect(memory.observe(second, of: 4, epoch: 8) == .second(first: first, sinceEpoch: 10))
            #expect(memory.tid(of: 4) == first && memory.tid(of: 5) == nil)
        }
    }

    @Test func `a blank TID and a part of the known one are no second`() {
        var memory = TIDMemory()
        _ = memory.observe(Self.tid("E280110520000000"), of: 1, epoch: 10)
        #expect(!memory.isNews(Self.tid("000000000000000000000000"), of: 1, epoch: 9))
        #expect(memory.isNews(Self.one, of: 1, epoch: 11))
        #expect(memory.observe(Self.one, of: 1, epoch: 11) == .known)
        #expect(memory.tid(of: 1) == Self.one)
        #expect(!memory.isNews(Self.tid("E280110520000000"), of: 1, epoch: 12))
        #expect(memory.isNews(Self.two, of: 1, epoch: 12))
    }

    @Test func `only what is news changes what is kept`() {
        var memory = TIDMemory()
        var numbers = SeededNumbers(seed: 3)
        let tids = [Self.one, Self.two, Self.tid("E280110520000000"), Self.tid("E2000000")]
        for _ in 0..<2_000 {
            let (tid, slot) = (tids[numbers.below(4)], numbers.below(5))
            let epoch = Int64(numbers.below(50))
            let isNews = memory.isNews(tid, of: slot, epoch: epoch)
            let before = memory.takeChunks(all: true)
            _ = memory.observe(tid, of: slot, epoch: epoch)
            #expect(isNews || memory.takeChunks(all: true) == before)
        }
    }

    @Test func `it comes back from its chunks, and forgets with the ring`() throws {
        var memory = TIDMemory()
        for slot in [0, 130, 131] { _ = memory.observe(Self.one, of: slot, epoch: Int64(slot)) }
        _ = memory.observe(Self.two, of: 131, epoch: 140)
        let chunks = memory.takeChunks(all: false)
        #expect(chunks.map(\.index) == [0, 1] && memory.takeChunks(all: false).isEmpty)
        var again = TIDMemory()
        try again.restore(chunks)
        #expect(again.takeChunks(all: true) == chunks)
        again.forget(131)
        #expect(again.observe(Self.two, of: 131, epoch: 150) == .first)
        #expect(again.observe(Self.two, of: 130, epoch: 150) == .second(first: Self.one, sinceEpoch: 150))
    }
}
