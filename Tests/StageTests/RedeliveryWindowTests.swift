import AssetModel
import ReadRing
import Testing

/// Tells a redelivery from a new message: exactly, among the last so many.
struct RedeliveryWindowTests {
    /// The same thing in the plainest words.
    private struct Model {
        let capacity: Int
        var order: [UInt64] = []
        var known: Set<UInt64> = []

        mutating func admit(_ digest: UInt64) -> Bool {
            guard known.insert(digest).inserted else { return false }
            order.append(digest)
            if order.count > capacity { known.remove(order.removeFirst()) }
            return true
        }
    }

    /// Digests that crowd: a few homes in the table, and the last ones before it wraps around.
    private static func digest(_ numbers: inout SeededNumbers, among count: Int) -> UInt64 {
        let number = UInt64(numbers.below(count) + 1)
        switch number % 4 {
        case 0: return number << 40 | 5
        case 1: return number << 40 | 0xFFFF_FFFF
        case 2: return number << 40 | number % 16
        default: return number &* 0x9E37_79B9_7F4A_7C15
        }
    }

    /// Those of the digests that were new.
    private static func admitted(_ digests: [UInt64], by window: inout RedeliveryWindow) -> [UInt64] {
        digests.filter { window.admit($0) }
    }

    /// Wished capacity, messages that are told apart: whole chunks of 512, never fewer than wished.
    @Test(arguments: [(1, 512), (512, 512), (513, 1_024), (1_000, 1_024)])
    func `the window slides by one message at a time`(wished: Int, capacity: Int) {
        var window = RedeliveryWindow(capacity: wished)
        let digests = (0..<UInt64(capacity)).map { $0 * 7 + 2 }
        #expect(Self.admitted(digests, by: &window) == digests)
        #expect(Self.admitted(digests, by: &window) == [])
        // One more pushes out the oldest, and only that.
        #expect(Self.admitted([1, 9, 2, 9, 2, 1], by: &window) == [1, 2, 9])
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `it agrees with a list for every message`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var window = RedeliveryWindow(capacity: 512)
        var model = Model(capacity: 512)
        var admitted = 0
        for step in 0..<8_000 {
            let digest = Self.digest(&numbers, among: 900)
            let isNew = model.admit(digest)
            if isNew { admitted += 1 }
            if window.admit(digest) != isNew { Issue.record("seed \(seed) step \(step)") }
        }
        #expect((2_000...6_000).contains(admitted))
    }

    @Test func `a digest of zero is a digest`() {
        var window = RedeliveryWindow(capacity: 512)
        #expect(Self.admitted([0, 0], by: &window) == [0])
        #expect(Self.admitted(Array(100..<611), by: &window).count == 511)
        #expect(Self.admitted([0], by: &window) == [])
        #expect(Self.admitted([611, 0], by: &window) == [611, 0])
    }

    @Test(arguments: [0, 1, 511, 512, 700, 1_023, 1_024, 1_500, 5_000])
    func `chunks give the window back, whole or only what changed since`(count: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(count))
        var window = RedeliveryWindow(capacity: 1_024)
        for _ in 0..<count / 2 { _ = window.admit(Self.digest(&numbers, among: 3_000)) }
        var kept = KeptChunks(window.takeChunks(all: true))
        for _ in 0..<count / 2 { _ = window.admit(Self.digest(&numbers, among: 3_000)) }
        kept.put(window.takeChunks(all: false))
        #expect(window.takeChunks(all: false).isEmpty)
        var again = RedeliveryWindow(capacity: 1_024)
        try again.restore(kept.chunks)
        for step in 0..<3_000 {
            let digest = Self.digest(&numbers, among: 3_000)
            if again.admit(digest) != window.admit(digest) { Issue.record("step \(step)") }
        }
        #expect(again.takeChunks(all: true) == window.takeChunks(all: true))
    }

    @Test func `only the chunks that changed are written`() {
        var window = RedeliveryWindow(capacity: 1_536)
        _ = window.takeChunks(all: true)
        _ = window.admit(77)
        #expect(
            window.takeChunks(all: false).map { "\($0.table)/\($0.index)" } == [
                "redelivery/0", "redelivery_position/0",
            ])
        _ = window.admit(77)
        #expect(window.takeChunks(all: false).isEmpty)
        for digest in 1_000..<1_600 as Range<UInt64> { _ = window.admit(digest) }
        #expect(window.takeChunks(all: true).count == 3, "it takes memory as it fills")
    }

    @Test func `a window of another size keeps the newest, and damage is an error`() throws {
        var window = RedeliveryWindow(capacity: 512)
        for digest in 1...600 as ClosedRange<UInt64> { _ = window.admit(digest) }
        let chunks = window.takeChunks(all: true)
        var larger = RedeliveryWindow(capacity: 1_024)
        try larger.restore(chunks)
        #expect(Self.admitted([88, 89, 600], by: &larger) == [88])
        #expect(larger.takeChunks(all: false).count == 3)
        var smaller = RedeliveryWindow(capacity: 512)
        try smaller.restore(larger.takeChunks(all: true))
        #expect(Self.admitted([88, 600], by: &smaller) == [])
        #expect(Self.admitted([89], by: &smaller) == [89])
        for index in chunks.indices {
            for size in stride(from: 0, to: chunks[index].bytes.count, by: 7) {
                var damaged = chunks
                damaged[index].bytes = Array(damaged[index].bytes.prefix(size))
                var again = RedeliveryWindow(capacity: 512)
                #expect(throws: ByteReader.Damaged.self) { try again.restore(damaged) }
            }
        }
    }
}
