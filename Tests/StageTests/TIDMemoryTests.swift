import AssetModel
import ReadRing
import Testing

/// Which factory identities answered for an EPC.
struct TIDMemoryTests {
    private static func tid(_ hex: String) -> EPC { EPC(hex: hex)! }
    private static let one = tid("E28011052000000000000001")
    private static let two = tid("E28011052000000000000002")

    @Test func `two that answer close together, or in turn, are two tags`() {
        for (first, second) in [(Self.one, Self.two), (Self.two, Self.one)] {
            var memory = TIDMemory()
            #expect(memory.observe(first, of: 4, epoch: 10, lastHeard: nil) == .first)
            #expect(memory.observe(first, of: 4, epoch: 12, lastHeard: 11) == .known)
            let close = memory.observe(second, of: 4, epoch: 24, lastHeard: 12)
            #expect(close == .duplicate(other: first, sinceEpoch: 24))
            #expect(memory.observe(first, of: 4, epoch: 25, lastHeard: 24) == .known)
            #expect(memory.tid(of: 4) == first && memory.tid(of: 5) == nil)
        }
    }

    @Test func `one that answers long after the other is an exchange, until the other answers again`() {
        var memory = TIDMemory()
        _ = memory.observe(Self.one, of: 4, epoch: 10, lastHeard: nil)
        #expect(memory.observe(Self.two, of: 4, epoch: 25, lastHeard: 12) == .exchanged(former: Self.one))
        #expect(memory.observe(Self.two, of: 4, epoch: 26, lastHeard: 25) == .known)
        let back = memory.observe(Self.one, of: 4, epoch: 90, lastHeard: 26)
        #expect(back == .duplicate(other: Self.two, sinceEpoch: 25))
    }

    @Test func `a blank TID and a part of the known one are no second`() {
        var memory = TIDMemory()
        _ = memory.observe(Self.tid("E280110520000000"), of: 1, epoch: 10, lastHeard: nil)
        #expect(!memory.isNews(Self.tid("000000000000000000000000"), of: 1))
        #expect(memory.isNews(Self.one, of: 1))
        #expect(memory.observe(Self.one, of: 1, epoch: 11, lastHeard: 10) == .known)
        #expect(memory.tid(of: 1) == Self.one)
        #expect(!memory.isNews(Self.tid("E280110520000000"), of: 1))
        #expect(memory.isNews(Self.two, of: 1))
    }

    @Test func `only what is news changes what is kept`() {
        var memory = TIDMemory()
        var numbers = SeededNumbers(seed: 3)
        let tids = [Self.one, Self.two, Self.tid("E280110520000000"), Self.tid("E2000000")]
        for _ in 0..<2_000 {
            let (tid, slot) = (tids[numbers.below(4)], numbers.below(5))
            let isNews = memory.isNews(tid, of: slot)
            let before = memory.takeChunks(all: true)
            let epoch = Int64(numbers.below(50))
            let finding = memory.observe(tid, of: slot, epoch: epoch, lastHeard: epoch - 20)
            #expect(isNews || (finding == .known && memory.takeChunks(all: true) == before))
            if numbers.below(40) == 0 { memory.forget(slot) }
        }
    }

    @Test func `it comes back from its chunks, and forgets with the ring`() throws {
        var memory = TIDMemory()
        for slot in [0, 130, 131, 132] {
            _ = memory.observe(Self.one, of: slot, epoch: Int64(slot), lastHeard: nil)
        }
        _ = memory.observe(Self.two, of: 131, epoch: 140, lastHeard: 131)
        _ = memory.observe(Self.two, of: 132, epoch: 190, lastHeard: 132)
        let chunks = memory.takeChunks(all: false)
        #expect(chunks.map(\.index) == [0, 1] && memory.takeChunks(all: false).isEmpty)
        var again = TIDMemory()
        try again.restore(chunks)
        #expect(again.takeChunks(all: true) == chunks)
        #expect(!again.isNews(Self.one, of: 131) && again.isNews(Self.one, of: 132))
        again.forget(131)
        #expect(again.observe(Self.two, of: 131, epoch: 150, lastHeard: 149) == .first)
    }
}
