import AssetModel
import CMapBaselines

/// The reads that every contender is given: the same tags, antennas, signals and times.
struct RingStream {
    /// Some tenths of a second at 10⁶ keys, and in `churn` more strangers than the ring remembers: each run
    /// holds a whole turn of what chooses the stranger to give up.
    static let readsPerRun = 1_000_000

    private let keys: Int
    private var numbers = SeededNumbers(seed: 2)
    private var strangersMade: UInt32 = 0
    /// When the next read is heard; one every millisecond. From 2026-11-21T00:00:00Z.
    private var clock: Int64 = 1_795_219_200_000

    /// Reads, and when the first of them was heard.
    struct Stretch {
        var reads: [tally_bench_read]
        var startMilliseconds: Int64
    }

    init(keys: Int) {
        self.keys = keys
    }

    /// Each registered tag once, in no order, by one of its two antennas: evidence comes in as a warehouse
    /// reports it, not as the register lists it.
    mutating func roundOfRegister(antenna side: UInt16) -> Stretch {
        // A prime that divides none of the sizes: every tag is met once.
        let step = 2_654_435_761
        return stretch(of: keys) { stream, index in
            stream.read(of: UInt32((index * step + 1) % stream.keys), side: side)
        }
    }

    /// Registered tags only, all equally likely: no tag stays in the cache, the worst case.
    mutating func uniform() -> Stretch {
        stretch(of: RingStream.readsPerRun) { stream, _ in stream.readOfRegister() }
    }

    /// One read in ten of a tag never heard before.
    mutating func churn() -> Stretch {
        stretch(of: RingStream.readsPerRun) { stream, _ in
            stream.numbers.next() % 10 == 0 ? stream.readOfStranger() : stream.readOfRegister()
        }
    }

    mutating func strangersOnly(_ count: Int) -> Stretch {
        stretch(of: count) { stream, _ in stream.readOfStranger() }
    }

    private mutating func stretch(
        of count: Int, _ read: (inout RingStream, Int) -> tally_bench_read
    ) -> Stretch {
        let start = clock
        clock += Int64(count)
        return Stretch(reads: (0..<count).map { read(&self, $0) }, startMilliseconds: start)
    }

    private mutating func readOfRegister() -> tally_bench_read {
        let random = numbers.next()
        return read(of: UInt32(((random >> 32) * UInt64(keys)) >> 32), side: UInt16(random & 1))
    }

    private mutating func readOfStranger() -> tally_bench_read {
        strangersMade += 1
        return read(of: TALLY_BENCH_STRANGER | strangersMade, side: 0)
    }

    /// Sixteen places with two antennas each, numbered from 1; -40.00 to -72.67 dBm.
    private mutating func read(of tag: UInt32, side: UInt16) -> tally_bench_read {
        let antenna = UInt16(tag & 15) * 2 + side + 1
        return tally_bench_read(
            tag: tag, antenna: antenna, signal: -4_000 - Int16((numbers.next() >> 52) % 3_268))
    }
}
