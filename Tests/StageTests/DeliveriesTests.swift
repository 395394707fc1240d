import AssetModel
import ReadRing
import Testing

/// A window for each reader: exact, bounded, and kept over restarts and changes of the configuration.
struct DeliveriesTests {
    private static func layout(_ readers: [String]) -> SiteLayout {
        var layout = SiteLayout()
        layout.readers = readers.map { SiteLayout.Reader(id: $0, site: 0, topics: []) }
        return layout
    }

    private static func full(readers count: Int, messages: Int = 20_000) -> Deliveries {
        var deliveries = Deliveries(readers: count, limits: PathLimits())
        for reader in 0..<count {
            for number in 0..<messages { _ = deliveries.admit(digest(reader, number), from: reader) }
        }
        return deliveries
    }

    private static func admit(_ digest: UInt64, from reader: Int?, to deliveries: inout Deliveries) -> Bool {
        deliveries.admit(digest, from: reader)
    }

    private static func digest(_ reader: Int, _ number: Int) -> UInt64 {
        UInt64(reader + 1) << 48 | UInt64(number + 1) &* 0x9E37_79B9
    }

    @Test func `a chatty reader does not push out what a quiet one sent`() {
        var deliveries = Deliveries(readers: 2, limits: PathLimits())
        #expect(Self.admit(7, from: 0, to: &deliveries) && Self.admit(8, from: nil, to: &deliveries))
        for number in 0..<100_000 { _ = deliveries.admit(Self.digest(1, number), from: 1) }
        #expect(!Self.admit(7, from: 0, to: &deliveries) && !Self.admit(8, from: nil, to: &deliveries))
        #expect(Self.admit(Self.digest(1, 0), from: 1, to: &deliveries), "its own window slides")
        #expect(!Self.admit(Self.digest(1, 99_999), from: 1, to: &deliveries))
    }

    /// Readers, messages that each remembers, bytes of all.
    @Test(arguments: [(1, 8_192, 393_216), (6, 8_192, 1_376_256), (100, 5_632, 17_809_408)])
    func `memory is bounded, and each reader has its share`(readers: Int, share: Int, bytes: Int) {
        var deliveries = Self.full(readers: readers, messages: 9_000)
        for number in 0..<9_000 { _ = deliveries.admit(UInt64(number + 1), from: nil) }
        #expect(deliveries.bytes == bytes)
        for reader in Set([0, readers - 1]) {
            #expect(!Self.admit(Self.digest(reader, 9_000 - share), from: reader, to: &deliveries))
            #expect(Self.admit(Self.digest(reader, 8_999 - share), from: reader, to: &deliveries))
        }
        #expect(Deliveries(readers: readers, limits: PathLimits()).bytes <= (readers + 1) * 12_288)
    }

    @Test func `a reader that was renamed or is gone is remembered, one that moved keeps its own`() throws {
        var old = Deliveries(readers: 3, limits: PathLimits())
        for reader in 0..<3 { _ = old.admit(Self.digest(reader, 1), from: reader) }
        let mapping = StageWorld.mapping(
            from: Self.layout(["a", "b", "c"]), to: Self.layout(["new", "a", "d"]))
        var new = Deliveries(readers: 3, limits: PathLimits())
        try new.restore(old.takeChunks(all: true), mapping: mapping)
        #expect(!Self.admit(Self.digest(0, 1), from: 1, to: &new), "a")
        #expect(!Self.admit(Self.digest(1, 1), from: 0, to: &new), "b is called new now")
        #expect(!Self.admit(Self.digest(2, 1), from: 2, to: &new), "c is called d now")
        #expect(Self.admit(Self.digest(2, 2), from: 2, to: &new))
    }

    @Test func `a store with one window for all is still known`() throws {
        var window = RedeliveryWindow(capacity: 8_192)
        for number in 1...9_000 as ClosedRange<UInt64> { _ = window.admit(number) }
        let mapping = StageWorld.mapping(from: Self.layout(["a"]), to: Self.layout(["a"]))
        var new = Deliveries(readers: 1, limits: PathLimits())
        try new.restore(window.takeChunks(all: true), mapping: mapping)
        #expect(!Self.admit(9_000, from: 0, to: &new) && !Self.admit(809, from: nil, to: &new))
        #expect(Self.admit(808, from: 0, to: &new))
    }

    @Test(arguments: [1, 127, 512, 600, 5_000, 8_192, 8_193, 20_000])
    func `chunks give every window back, those that changed alone`(count: Int) throws {
        let mapping = StageWorld.mapping(from: Self.layout(["a", "b"]), to: Self.layout(["a", "b"]))
        var deliveries = Deliveries(readers: 2, limits: PathLimits())
        var kept = KeptChunks(deliveries.takeChunks(all: true))
        for number in 0..<count {
            _ = deliveries.admit(Self.digest(number % 3, number), from: number % 3 == 2 ? nil : number % 3)
            if number % 700 == 0 { kept.put(deliveries.takeChunks(all: false)) }
        }
        kept.put(deliveries.takeChunks(all: false))
        var again = Deliveries(readers: 2, limits: PathLimits())
        try again.restore(kept.chunks, mapping: mapping)
        let (unwritten, all) = (again.takeChunks(all: false), again.takeChunks(all: true))
        let wanted = deliveries.takeChunks(all: true)
        #expect(unwritten.isEmpty && all == wanted)
    }
}

/// The minutes in which a reader was heard.
struct HeardMinutesTests {
    private static let kept = HeardMinutes.minutesKept

    private static func note(_ minute: Int64, mark: UInt32, in minutes: inout HeardMinutes) -> Bool {
        minutes.note(0, minute, mark: mark)
    }

    @Test func `the first message of a minute marks it, for a week`() {
        var minutes = HeardMinutes(readers: 2)
        let first: Int64 = 29_000_000
        #expect(!minutes.isHeard(0, first))
        #expect(Self.note(first, mark: 11, in: &minutes) && !Self.note(first, mark: 12, in: &minutes))
        #expect(minutes.mark(0, first) == 11 && !minutes.isHeard(1, first))
        #expect(Self.note(first + Self.kept - 1, mark: 13, in: &minutes))
        #expect(minutes.isHeard(0, first) && !minutes.isHeard(0, first + 1))
        #expect(Self.note(first + Self.kept, mark: 14, in: &minutes))
        #expect(!minutes.isHeard(0, first) && !Self.note(first, mark: 11, in: &minutes))
        #expect(Self.note(first + 10 * Self.kept, mark: 15, in: &minutes))
        #expect(!minutes.isHeard(0, first + Self.kept))
    }

    @Test func `a minute between two that were heard was heard throughout`() {
        var minutes = HeardMinutes(readers: 1)
        for minute in [5, 6, 8] as [Int64] { _ = minutes.note(0, minute, mark: 1) }
        #expect(!minutes.isHeardThroughout(0, 6))
        _ = minutes.note(0, 7, mark: 1)
        #expect((5...8).filter { minutes.isHeardThroughout(0, $0) } == [6, 7])
    }

    @Test func `a clock of ours that ran ahead leaves nothing ahead of it`() {
        var minutes = HeardMinutes(readers: 1)
        let (true0, wrong) = (UTCInstant(milliseconds: 60_000_000), UTCInstant(milliseconds: 600_000_000))
        _ = minutes.note(0, HeardMinutes.minute(of: true0), mark: 1)
        _ = minutes.note(0, HeardMinutes.minute(of: wrong), mark: 1)
        minutes.clockStepped(to: true0)
        #expect(minutes.isHeard(0, HeardMinutes.minute(of: true0)))
        #expect(!minutes.isHeard(0, HeardMinutes.minute(of: wrong)))
        #expect(Self.note(HeardMinutes.minute(of: true0) + 1, mark: 1, in: &minutes))
    }

    @Test func `chunks give it back, those that changed alone, and readers keep theirs by name`() throws {
        var minutes = HeardMinutes(readers: 2)
        var kept = KeptChunks(minutes.takeChunks(all: true))
        #expect(kept.chunks.isEmpty)
        for minute in stride(from: Int64(1_000), to: 40_000, by: 37) {
            _ = minutes.note(1, minute, mark: UInt32(minute))
            if minute % 5 == 0 { kept.put(minutes.takeChunks(all: false)) }
        }
        minutes.set(HeardMinutes.Doubt(provenAt: UTCInstant(milliseconds: 5)), 1)
        let last = minutes.takeChunks(all: false)
        #expect(last.count <= 3)
        kept.put(last)
        var mapping = StageWorld.mapping(from: SiteLayout(), to: SiteLayout())
        mapping.readers = [nil, 0]
        var again = HeardMinutes(readers: 1)
        try again.restore(kept.chunks, mapping: mapping)
        #expect((0..<40_100).allSatisfy { again.mark(0, $0) == minutes.mark(1, $0) })
        #expect(again.doubt(0) == minutes.doubt(1))
        let unwritten = again.takeChunks(all: false)
        #expect(unwritten.isEmpty)
    }
}
