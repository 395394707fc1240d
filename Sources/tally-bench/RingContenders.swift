import AssetModel
import CLineMemory
import CMapBaselines
import Glibc
import ReadRing

/// The EPCs of some messages as a decoder leaves them: 160 KiB, in the cache until the ring has them. Not
/// part of the ring.
final class DecodedTags {
    var tags = [EPC](repeating: EPC(bitCount: 96, words: EPC.Words()), count: RingContender.batchReadsMax)
}

/// The product's ring as it is, given its reads in batches.
struct RingContender: ~Copyable {
    private var ring: ReadRing
    private let decoded: DecodedTags
    private var heard: [ReadRing.Hearing]
    private var sightings = ReadRing.Sightings()

    /// Reads of some messages: the path takes up to 500 messages at once. The maps have no such call.
    static let batchReadsUsual = 128
    /// As many as EPCs are made at once.
    static let batchReadsMax = 4_096

    init(
        hashKey: UInt64, keys: Int, strangersMax: Int, decoded: DecodedTags,
        batch: Int = RingContender.batchReadsUsual
    ) {
        self.decoded = decoded
        heard = [ReadRing.Hearing](
            repeating: ReadRing.Hearing(heardAt: UTCInstant(milliseconds: 0), antenna: 0, signal: 0),
            count: batch)
        var limits = PathLimits()
        limits.strangersMax = strangersMax
        ring = ReadRing(hash: KeyedHash(key: hashKey), limits: limits)
        ring.reserve(registered: keys)
        for tag in 0..<UInt32(keys) { _ = ring.register(RingContender.tag(tag)) }
    }

    /// See ``ReadRing/registeredAside``.
    var tagsAside: Int { ring.registeredAside }

    /// 64-byte lines over which the ring's registered tags are spread.
    var lines: Int { ring.registeredBytes / RandomLineContender.lineBytes }

    /// - Returns: how many bits were new, and the time of it. Not counted: making the EPCs, which a decoder
    ///   has just written when the ring gets them.
    mutating func observe(_ stretch: RingStream.Stretch) -> (fresh: UInt64, nanoseconds: Double) {
        var result = (fresh: UInt64(0), nanoseconds: 0.0)
        var start = 0
        while start < stretch.reads.count {
            let end = min(start + decoded.tags.count, stretch.reads.count)
            for index in start..<end {
                decoded.tags[index - start] = RingContender.tag(stretch.reads[index].tag)
            }
            result.nanoseconds += BenchClock.nanoseconds { result.fresh += observe(stretch, start..<end) }
            start = end
        }
        return result
    }

    private mutating func observe(_ stretch: RingStream.Stretch, _ part: Range<Int>) -> UInt64 {
        var fresh: UInt64 = 0
        var start = part.lowerBound
        while start < part.upperBound {
            let count = min(heard.count, part.upperBound - start)
            fill(stretch, from: start, count: count)
            let (tags, heard, offset) = (decoded.tags, self.heard, start - part.lowerBound)
            ring.observe(
                tags.span.extracting(offset..<offset + count), heard.span.extracting(0..<count),
                into: &sightings)
            fresh += UInt64(sightings.newCount)
            start += count
        }
        return fresh
    }

    /// Through pointers, as the maps of C++ are given the same reads, and field by field: what an array
    /// checks, and a call into another module for each read, are not the ring's.
    private mutating func fill(_ stretch: RingStream.Stretch, from start: Int, count: Int) {
        stretch.reads.withUnsafeBufferPointer { reads in
            heard.withUnsafeMutableBufferPointer { heard in
                guard let reads = reads.baseAddress, let heard = heard.baseAddress else { return }
                let first = stretch.startMilliseconds + Int64(start)
                for index in 0..<count {
                    let place = heard + index
                    place.pointee.heardAt.milliseconds = first &+ Int64(index)
                    place.pointee.antenna = reads[start &+ index].antenna
                    place.pointee.signal = reads[start &+ index].signal
                }
            }
        }
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

/// Baselines `std-unordered-map` and `absl-flat-hash-map`: maps of C++ with the ring's own hash.
final class MapContender {
    private let map: OpaquePointer

    init(_ kind: tally_map_kind, hashKey: UInt64, keys: Int, strangersMax: Int) throws {
        guard let map = tally_map_make(kind, hashKey, keys, strangersMax) else {
            throw BenchFailure("内存不足 Not enough memory for the maps.")
        }
        self.map = map
        guard tally_map_register(map, UInt32(keys)) else {
            throw BenchFailure("内存不足 Not enough memory for the maps.")
        }
    }

    deinit { tally_map_free(map) }

    /// Returns how many bits were new.
    func observe(_ stretch: RingStream.Stretch) -> UInt64 {
        tally_map_observe(map, stretch.reads, stretch.reads.count, stretch.startMilliseconds)
    }
}

/// Baselines `random-line` and `random-line-evidence`: for each read one 64-byte line of memory is read and
/// written, out of as many lines as the ring's own table has, in memory of the same kind. What a table with
/// one line a tag cannot beat.
final class RandomLineContender {
    private let table: UnsafeMutableRawPointer
    private let lines: Int
    private let hashKey: UInt64
    private(set) var sum: UInt64 = 0

    static let lineBytes = 64

    init(hashKey: UInt64, lines: Int) throws {
        guard let table = tally_map_lines(lines * RandomLineContender.lineBytes) else {
            throw BenchFailure("内存不足 Not enough memory for random lines.")
        }
        self.hashKey = hashKey
        self.lines = lines
        self.table = table
        // Written once, or every line would be the system's one page of zeros.
        memset(table, 0, lines * RandomLineContender.lineBytes)
    }

    deinit { tally_unmap_lines(table, lines * RandomLineContender.lineBytes) }

    /// Reads and writes a line for each read, and nothing else.
    func touch(_ stretch: RingStream.Stretch) {
        sum &+= tally_random_lines(hashKey, table, UInt64(lines), stretch.reads, stretch.reads.count)
    }

    /// Sets the evidence bit of each read in its line. One contender does this or ``touch(_:)``, not both.
    func note(_ stretch: RingStream.Stretch) {
        sum &+= tally_random_evidence(
            hashKey, table, UInt64(lines), stretch.reads, stretch.reads.count, stretch.startMilliseconds)
    }
}
