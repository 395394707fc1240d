import Glibc

/// CPU time of the calling thread: what else the machine does is not charged to whoever is measured. On a
/// quiet machine it is the time on the wall.
enum BenchClock {
    static var threadNanoseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    static func nanoseconds(_ work: () throws -> Void) rethrows -> Double {
        let start = threadNanoseconds
        try work()
        return threadNanoseconds - start
    }
}

/// Why nothing was measured.
struct BenchFailure: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A seeded stream of numbers (SplitMix64): the same samples in every run and on every machine.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
