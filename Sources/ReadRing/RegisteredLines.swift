import CLineMemory

/// The lines of registered tags, each in exactly the line that its hash and a byte say, so that a read waits
/// for one line and never for a second.
///
/// The table is cut into segments of 1,024 lines, and each segment's tags, by their hash, into 64 buckets.
/// A bucket has a byte, its pilot, which takes part in the line numbers of its eight tags or so. Where a new
/// tag's line is taken, another pilot is looked for (``PilotPlan``), for other buckets of the segment too
/// where they have to give way. Tags of a bucket for which that fails (see ``AsideIndex``) stand in any
/// empty line and are found by an index of their own.
///
/// The pilots of 10⁷ tags are 1.3 MB: near a core also where other work has most of the cache.
///
/// Nothing is taken out. Lines move only while tags are registered, never for a read.
struct RegisteredLines {
    var table: LineTable<TagLine>
    var pilots: LineTable<UInt8>
    /// Which bucket of its segment has a line, from 1; ``nobody``, or ``asideOwner``. Needed to choose a
    /// pilot, not to read: looking for one reads 1,024 bytes of memory and not lines.
    var owners: LineTable<UInt8>
    /// Tags of each bucket. One that is set aside has those of that moment.
    var sizes: LineTable<UInt8>
    /// For ``PilotPlan``.
    private(set) var draft = LineTable<UInt8>(count: segmentLines + segmentBuckets)
    var aside = AsideIndex()
    var used = 0
    /// Tags for which there is room.
    let tagsMax: Int

    /// Lines for ten tags. With 19, and what else is kept of a tag, a tag takes less than 136 bytes, those of
    /// 10,000 too. The fuller the table, the more pilots have to be tried: 36 for a tag while the table is
    /// filled to this load.
    private static let linesForTen = 19
    /// Lines of a segment: few enough for a byte to name one's bucket, and for those bytes to stay near while
    /// pilots are tried; many enough for all segments to be filled alike (539 tags, give or take 23).
    static let segmentLines = 1 << segmentShift
    private static let segmentShift = 10
    /// Buckets of a segment: of eight tags each when the table is full. With 32 most tags had no pilot.
    private static let segmentBuckets = 1 << 6
    /// Its tags are in ``AsideIndex``.
    static let asidePilot: UInt8 = 255
    /// The line of a tag that is in ``AsideIndex``. It is never moved.
    static let asideOwner: UInt8 = 255
    /// A line that is empty.
    static let nobody: UInt8 = 0

    init(tagsMax: Int) {
        self.tagsMax = tagsMax
        let wanted = tagsMax * RegisteredLines.linesForTen / 10
        let segments = wanted / RegisteredLines.segmentLines + 1
        let lines = segments * RegisteredLines.segmentLines
        table = LineTable(count: lines)
        pilots = LineTable(count: segments * RegisteredLines.segmentBuckets)
        owners = LineTable(count: lines)
        sizes = LineTable(count: segments * RegisteredLines.segmentBuckets)
    }

    /// Bytes of memory that the lines span.
    var lineBytes: Int { table.bytes }

    func copy() -> RegisteredLines {
        var other = self
        other.table = table.copy(table.count, count: table.count)
        other.pilots = pilots.copy(pilots.count, count: pilots.count)
        other.owners = owners.copy(owners.count, count: owners.count)
        other.sizes = sizes.copy(sizes.count, count: sizes.count)
        other.draft = LineTable(count: draft.count)
        other.aside = aside.copy()
        return other
    }

    subscript(number: Int) -> UnsafeMutablePointer<TagLine> { table.at + number }

    // MARK: segments

    /// The buckets of a bucket's segment.
    func buckets(around bucket: Int) -> Range<Int> {
        let first = bucket & ~(RegisteredLines.segmentBuckets - 1)
        return first..<first + RegisteredLines.segmentBuckets
    }

    /// The lines of a bucket's segment.
    func lines(around bucket: Int) -> Range<Int> {
        let first = bucket / RegisteredLines.segmentBuckets * RegisteredLines.segmentLines
        return first..<first + RegisteredLines.segmentLines
    }

    /// How a bucket is written in ``owners``.
    static func owner(_ bucket: Int) -> UInt8 { UInt8(bucket & (segmentBuckets - 1)) + 1 }

    // MARK: finding

    /// Where the line of a hash is, in a few words.
    struct Places: BitwiseCopyable {
        let lines: UnsafeMutablePointer<TagLine>
        let pilots: UnsafeMutablePointer<UInt8>
        let buckets: UInt64

        /// By its upper bits, spread evenly without a division.
        @inline(__always)
        func bucket(_ hash: UInt64) -> Int {
            Int(truncatingIfNeeded: hash.multipliedFullWidth(by: buckets).high)
        }

        @inline(__always)
        func pilot(_ hash: UInt64) -> UnsafeMutablePointer<UInt8> { pilots + bucket(hash) }

        /// The number of the line under a pilot. Exclusive or, and not a sum, before the multiplication: two
        /// tags that meet under one pilot would meet under all.
        @inline(__always)
        func number(_ hash: UInt64, _ bucket: Int, _ pilot: UInt8) -> Int {
            let mixed = (hash ^ UInt64(pilot) &* Places.pilotFactor) &* Places.mixFactor
            let first = (bucket & ~(segmentBuckets &- 1)) &* (segmentLines / segmentBuckets)
            return first | Int(truncatingIfNeeded: mixed &>> UInt64(64 - segmentShift))
        }

        @inline(__always)
        func line(_ hash: UInt64) -> UnsafeMutablePointer<TagLine> {
            let bucket = bucket(hash)
            return lines + number(hash, bucket, pilots[bucket])
        }

        /// Odd, with balanced bits: fractional parts of the golden ratio and of the square root of 7.
        private static let pilotFactor: UInt64 = 0x9E37_79B9_7F4A_7C15
        private static let mixFactor: UInt64 = 0xA54F_F53A_5F1D_36F1
    }

    var places: Places {
        Places(lines: table.at, pilots: pilots.at, buckets: UInt64(truncatingIfNeeded: pilots.count))
    }

    func find(_ name: TagName, _ longTags: LongTags) -> UnsafeMutablePointer<TagLine>? {
        let places = self.places
        let bucket = places.bucket(name.hash)
        let pilot = places.pilots[bucket]
        let line = places.lines + places.number(name.hash, bucket, pilot)
        if line.pointee.carries(name, longTags) { return line }
        guard pilot == RegisteredLines.asidePilot else { return nil }
        return aside.find(name.hash) { table.at[$0].carries(name, longTags) }.map { table.at + $0 }
    }

    /// Every line with a tag, in the order of the table.
    func forEach(_ body: (TagLine) -> Void) {
        for number in 0..<table.count where !table.at[number].isEmpty { body(table.at[number]) }
    }
}
