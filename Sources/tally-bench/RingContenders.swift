import AssetModel
import CMapBaselines
import ReadRing

/// The product's ring as it is. Making the EPC of a read is charged to it.
struct RingContender {
    private var ring: ReadRing

    init(hashKey: UInt64, keys: Int, strangersMax: Int) {
        var limits = PathLimits()
        limits.strangersMax = strangersMax
        ring = ReadRing(hash: KeyedHash(key: hashKey), limits: limits)
        for tag in 0..<UInt32(keys) { _ = ring.register(RingContender.tag(tag)) }
    }

    /// Returns how many bits were new.
    mutating func observe(_ stretch: RingStream.Stretch) -> UInt64 {
        var fresh: UInt64 = 0
        var now = UTCInstant(milliseconds: stretch.startMilliseconds)
        for read in stretch.reads {
            let sighting = ring.observe(
                RingContender.tag(read.tag), antenna: Int(read.antenna), heardAt: now,
                signal: SignalStrength(centiDBm: read.signal))
            if sighting.isNew { fresh += 1 }
            now.milliseconds += 1
        }
        return fresh
    }

    private static func tag(_ number: UInt32) -> EPC {
        var words = EPC.Words()
        words.first =
            number & TALLY_BENCH_STRANGER == 0
            ? UInt64(TALLY_BENCH_REGISTERED_HEAD) : UInt64(TALLY_BENCH_STRANGER_HEAD)
        words.second = UInt64(number) << 32
        return EPC(bitCount: 96, words: words)
    }
}

/// Baseline `swift-dictionary`: the standard library's dictionary with its own keyed hash (SipHash-1-3), a
/// 12-byte key and a 64-byte value changed in place.
struct DictionaryContender {
    private struct Key: Hashable {
        var head: (UInt32, UInt32)
        var tag: UInt32

        init(_ tag: UInt32) {
            let head: UInt64 =
                tag & TALLY_BENCH_STRANGER == 0
                ? UInt64(TALLY_BENCH_REGISTERED_HEAD) : UInt64(TALLY_BENCH_STRANGER_HEAD)
            self.head = (UInt32(truncatingIfNeeded: head >> 32), UInt32(truncatingIfNeeded: head))
            self.tag = tag
        }

        static func == (left: Key, right: Key) -> Bool {
            left.tag == right.tag && left.head == right.head
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(head.0)
            hasher.combine(head.1)
            hasher.combine(tag)
        }
    }

    private var lines: [Key: EvidenceLine]
    /// In the order in which they came, a ring.
    private var strangers: [UInt32] = []
    private let strangersMax: Int
    private var nextStranger = 0

    init(keys: Int, strangersMax: Int) {
        self.strangersMax = strangersMax
        lines = Dictionary(minimumCapacity: keys + strangersMax)
        strangers.reserveCapacity(strangersMax)
        for tag in 0..<UInt32(keys) { lines[Key(tag)] = EvidenceLine() }
    }

    /// Returns how many bits were new.
    mutating func observe(_ stretch: RingStream.Stretch) -> UInt64 {
        var fresh: UInt64 = 0
        var now = stretch.startMilliseconds
        for read in stretch.reads {
            let epoch = Int32(truncatingIfNeeded: now / Int64(TALLY_BENCH_EPOCH_MS))
            let key = Key(read.tag)
            if let place = lines.index(forKey: key) {
                if lines.values[place].note(read.antenna, epoch, read.signal) { fresh += 1 }
            } else {
                remember(read.tag)
                var line = EvidenceLine()
                if line.note(read.antenna, epoch, read.signal) { fresh += 1 }
                lines[key] = line
            }
            now += 1
        }
        return fresh
    }

    private mutating func remember(_ stranger: UInt32) {
        guard strangers.count >= strangersMax else { return strangers.append(stranger) }
        lines.removeValue(forKey: Key(strangers[nextStranger]))
        strangers[nextStranger] = stranger
        nextStranger = (nextStranger + 1) % strangersMax
    }
}

/// The value of the dictionary: four antennas in 64 bytes, laid out and changed as in the C++ baseline.
private struct EvidenceLine {
    private var bits = SIMD4<UInt64>()
    private var newest = SIMD4<Int32>()
    private var antenna = SIMD4<UInt16>()
    private var peak = SIMD4<Int16>()

    private static let antennasMax = 4

    /// Whether the bit was not set before. Antennas are numbered from 1; 0 is a free cell.
    @inline(__always)
    mutating func note(_ port: UInt16, _ epoch: Int32, _ signal: Int16) -> Bool {
        var cell = 0
        while cell < EvidenceLine.antennasMax - 1, antenna[cell] != port, antenna[cell] != 0 { cell += 1 }
        if antenna[cell] != port {
            antenna[cell] = port
            bits[cell] = 0
            newest[cell] = epoch
            peak[cell] = .min
        }
        if signal > peak[cell] { peak[cell] = signal }
        let behind = newest[cell] &- epoch
        if behind < 0 {
            bits[cell] = behind <= -64 ? 1 : bits[cell] << UInt64(-behind) | 1
            newest[cell] = epoch
            return true
        }
        let bit: UInt64 = behind < 64 ? 1 << UInt64(behind) : 0
        if bit == 0 || bits[cell] & bit != 0 { return false }
        bits[cell] |= bit
        return true
    }
}

/// Baseline `std-unordered-map`: the standard library of C++ with the ring's own hash.
final class UnorderedMapContender {
    private let map: OpaquePointer

    init(hashKey: UInt64, keys: Int, strangersMax: Int) throws {
        guard let map = tally_unordered_map_make(hashKey, keys, strangersMax) else {
            throw BenchFailure("内存不足 Not enough memory for std::unordered_map.")
        }
        self.map = map
        guard tally_unordered_map_register(map, UInt32(keys)) else {
            throw BenchFailure("内存不足 Not enough memory for std::unordered_map.")
        }
    }

    deinit { tally_unordered_map_free(map) }

    /// Returns how many bits were new.
    func observe(_ stretch: RingStream.Stretch) -> UInt64 {
        tally_unordered_map_observe(map, stretch.reads, stretch.reads.count, stretch.startMilliseconds)
    }
}

/// Baseline `random-line`: one 64-byte line of memory for each read, and none of them waits for another. What
/// a table with one line a tag cannot beat without reading ahead.
final class RandomLineContender {
    private let table: UnsafeMutableRawBufferPointer
    private let lines: Int
    private let hashKey: UInt64
    private(set) var sum: UInt64 = 0

    private static let lineBytes = 64

    init(hashKey: UInt64, lines: Int) {
        self.hashKey = hashKey
        self.lines = lines
        table = .allocate(
            byteCount: lines * RandomLineContender.lineBytes, alignment: RandomLineContender.lineBytes)
        // Written once, or every line would be the system's one page of zeros.
        table.initializeMemory(as: UInt8.self, repeating: 1)
    }

    deinit { table.deallocate() }

    func read(_ stretch: RingStream.Stretch) {
        sum &+= tally_random_lines(
            hashKey, table.baseAddress, UInt64(lines), stretch.reads, stretch.reads.count)
    }
}
