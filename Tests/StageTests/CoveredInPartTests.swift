import AssetModel
import Testing

@testable import PresenceInference

/// Which antennas of a zone were out of use, and when.
struct AntennaOutagesTests {
    private static func seconds(_ value: Int64) -> ElapsedTime { ElapsedTime(seconds: value) }

    private static func played(_ steps: [(out: AntennaSet, at: Int64, failing: Int64)]) -> AntennaOutages {
        var outages = AntennaOutages()
        for step in steps {
            outages.change(
                to: step.out, at: seconds(step.at), failing: seconds(step.failing), forgetting: .zero)
        }
        return outages
    }

    @Test func `an antenna is out from its last sign on, and back when it is seen`() {
        let outages = Self.played([(0b01, 100, 70), (0b11, 200, 200), (0b10, 300, 300), (0, 400, 400)])
        #expect(outages.out == 0)
        for (from, to, out) in [
            (0, 69, 0b00), (0, 70, 0b01), (80, 90, 0b01), (150, 210, 0b11), (310, 390, 0b10),
            (310, 400, 0b10), (401, 500, 0), (0, 500, 0b11), (199, 199, 0b01),
        ] as [(Int64, Int64, AntennaSet)] {
            let found = outages.out(from: Self.seconds(from), to: Self.seconds(to))
            #expect(found == out, "\(from) to \(to): \(found)")
        }
    }

    @Test func `one that fails later than another but is noticed first is out of both stretches`() {
        // The first is noticed at 100 and failed at 90; the second at 120 and failed at 50.
        let outages = Self.played([(0b01, 100, 90), (0b11, 120, 50)])
        #expect(outages.out(from: Self.seconds(60), to: Self.seconds(70)) == 0b10)
        #expect(outages.out(from: Self.seconds(95), to: Self.seconds(99)) == 0b11)
        #expect(outages.out(from: Self.seconds(0), to: Self.seconds(49)) == 0)
    }

    @Test func `covered time that is taken back takes what happened in it`() {
        var outages = Self.played([(0b01, 100, 100), (0, 200, 200), (0b10, 300, 300)])
        outages.cut(at: Self.seconds(250))
        #expect(outages.out == 0b10)
        #expect(outages.out(from: Self.seconds(201), to: Self.seconds(249)) == 0)
        outages.cut(at: Self.seconds(150))
        // What is out now stays so, though it failed in time that did not happen.
        #expect(outages.out == 0b10)
        #expect(outages.out(from: Self.seconds(100), to: Self.seconds(149)) == 0b01)
    }

    @Test func `beyond the limit the oldest say less, never more`() {
        var outages = AntennaOutages()
        var all: [(out: AntennaSet, at: Int64)] = []
        for number in 0..<Int64(4 * AntennaOutages.shiftsMax) {
            let out: AntennaSet = number % 2 == 0 ? 1 << AntennaSet(number / 2 % 5) : 0
            outages.change(
                to: out, at: Self.seconds(number * 10), failing: Self.seconds(number * 10), forgetting: .zero)
            all.append((out, number * 10))
        }
        #expect(outages.shifts.count <= AntennaOutages.shiftsMax)
        for (out, at) in all {
            let told = outages.out(from: Self.seconds(at + 1), to: Self.seconds(at + 2))
            #expect(told & out == out, "at \(at)")
        }
        // The youngest are told as they were.
        for (out, at) in all.suffix(AntennaOutages.shiftsMax / 2) {
            #expect(outages.out(from: Self.seconds(at + 1), to: Self.seconds(at + 2)) == out)
        }
    }

    @Test func `what nobody asks about any more is forgotten`() {
        var outages = Self.played([(0b01, 100, 100), (0, 200, 200)])
        outages.change(
            to: 0b10, at: Self.seconds(900), failing: Self.seconds(900), forgetting: Self.seconds(500))
        outages.change(
            to: 0, at: Self.seconds(1_000), failing: Self.seconds(1_000), forgetting: Self.seconds(500))
        #expect(outages.out(from: Self.seconds(100), to: Self.seconds(800)) == 0)
        outages.change(
            to: 0, at: Self.seconds(9_000), failing: Self.seconds(9_000), forgetting: Self.seconds(8_000))
        #expect(outages.shifts.isEmpty)
    }

    /// Against a look at each chance by itself.
    @Test(arguments: 0..<40) func `stretches are what each chance by itself shows`(seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        var outages = AntennaOutages()
        var at: Int64 = 0
        for _ in 0..<(numbers.next() % 12) {
            at += Int64(numbers.next() % 400)
            outages.change(
                to: AntennaSet(numbers.next() % 8), at: Self.seconds(at),
                failing: Self.seconds(max(0, at - Int64(numbers.next() % 100))), forgetting: .zero)
        }
        let chance: Int64 = 60
        let start = Int64(numbers.next() % 500) - 100
        let slack: Int64 = seed % 2 == 0 ? 0 : chance
        var stretches = AntennaOutages.Stretches(
            outages, from: Self.seconds(start), chance: Self.seconds(chance), slack: Self.seconds(slack))
        var number: Int64 = 0
        while number < 100 {
            let stretch = stretches.takeNext()
            #expect(stretch.chances >= 1)
            for _ in 0..<min(stretch.chances, 100) where number < 100 {
                let from = start + number * chance - slack
                let to = start + (number + 1) * chance + slack
                let expected = outages.out(from: Self.seconds(from), to: Self.seconds(to))
                // At the border of two a chance may be given to both.
                #expect(stretch.out & expected == expected, "chance \(number)")
                let inside = outages.out(
                    from: Self.seconds(from + 1), to: Self.seconds(to - 1))
                if inside == expected { #expect(stretch.out == expected, "chance \(number)") }
                number += 1
            }
        }
    }
}

/// A zone that two antennas of one reader look at.
struct CoveredInPartTests {
    /// The second antenna of shelf A: after all others.
    static let second = StageWorld.places.count

    static func layout(
        missingAfter: ElapsedTime? = nil, reportInterval: ElapsedTime = ElapsedTime(seconds: 60)
    ) -> SiteLayout {
        var layout = StageWorld.layout(reportInterval: reportInterval)
        for zone in layout.zones.indices { layout.zones[zone].missingAfter = missingAfter }
        layout.readers[StageWorld.a].antennas.append(second)
        layout.antennas.append(SiteLayout.Antenna(reader: StageWorld.a, port: 2, zone: StageWorld.a))
        return layout
    }

    static func story(missingAfter: ElapsedTime? = nil) -> PresenceStory {
        PresenceStory(layout: layout(missingAfter: missingAfter))
    }

    static func tell(_ event: DeviceEvent, _ story: inout PresenceStory) {
        _ = story.coverage.apply(event, reader: StageWorld.a, at: story.time)
    }

    /// Tag 0 is read by both antennas, 1 by the first alone, 2 by the second alone, once a minute each.
    private static func read(_ story: inout PresenceStory, minutes: Int64, without gone: Set<Int> = []) {
        let first = story.second / 60
        for minute in first..<(first + minutes) {
            story.go(to: minute * 60 + 10)
            let isOut = story.coverage.zones[StageWorld.a].outages.out
            for (tag, antenna, place) in [
                (0, StageWorld.a, 0), (0, second, 1), (1, StageWorld.a, 0), (2, second, 1),
            ] as [(Int, Int, AntennaSet)] where !gone.contains(tag) && isOut >> place & 1 == 0 {
                story.read(tag, by: antenna)
            }
        }
    }

    private static func silent(_ story: PresenceStory) -> [Int: PresenceChange] {
        var found: [Int: PresenceChange] = [:]
        for (slot, change) in story.changes {
            if case .silent = change.kind { found[slot] = change }
        }
        return found
    }

    @Test func `with one antenna out the zone stays covered by the other, but not fully`() {
        var story = Self.story()
        #expect(story.coverage.isCovered(zone: 0) && story.coverage.isFullyCovered(zone: 0))
        story.go(to: 100)
        Self.tell(.antennaDisconnected(port: 1), &story)
        #expect(story.coverage.isCovered(zone: 0) && !story.coverage.isFullyCovered(zone: 0))
        story.go(to: 200)
        #expect(story.coverage.coveredTime(of: 0, at: story.time).seconds == 200)
        #expect(story.coverage.fullyCoveredWithoutBreak(zone: 0, at: story.time) == .zero)
        Self.tell(.antennaDisconnected(port: 2), &story)
        #expect(!story.coverage.isCovered(zone: 0))
        story.go(to: 300)
        Self.tell(.antennaConnected(port: 2), &story)
        story.go(to: 350)
        #expect(story.coverage.coveredTime(of: 0, at: story.time).seconds == 250)
        #expect(story.coverage.zones[0].outages.out == 0b01)
        Self.tell(.antennaConnected(port: 1), &story)
        #expect(story.coverage.isFullyCovered(zone: 0) && story.coverage.zones[0].outages.out == 0)
    }

    @Test func `a zone with a time of its own asks for all antennas`() {
        var story = Self.story(missingAfter: ElapsedTime(seconds: 120))
        Self.tell(.antennaDisconnected(port: 1), &story)
        #expect(!story.coverage.isCovered(zone: 0) && !story.coverage.isFullyCovered(zone: 0))
    }

    @Test func `what the other antenna reads is missed though one is out, and the words say which`() throws {
        var story = Self.story()
        Self.read(&story, minutes: 400)
        Self.tell(.antennaDisconnected(port: 1), &story)
        Self.read(&story, minutes: 60)
        Self.read(&story, minutes: 400, without: [0])
        let silent = Self.silent(story)
        let change = try #require(silent[story.slot(0)])
        #expect(change.probability >= 0.99)
        let words = "; antenna rA/1 out of use, only the others count)"
        #expect(change.reasonEnglish.hasSuffix(words), "\(change.reasonEnglish)")
        #expect(change.reasonChinese.hasSuffix("；天线 rA/1 停用，只按其余天线计）"), "\(change.reasonChinese)")
        // The others are where they were: one is read, of the other nobody can say.
        #expect(silent.keys.sorted() == [story.slot(0)])
    }

    @Test func `what only the failed antenna reads is not missed, for days, and is again when it works`() {
        var story = Self.story()
        Self.read(&story, minutes: 400)
        Self.tell(.antennaDisconnected(port: 1), &story)
        Self.read(&story, minutes: 3 * 1_440)
        #expect(Self.silent(story).isEmpty)
        // It was taken meanwhile.
        Self.tell(.antennaConnected(port: 1), &story)
        Self.read(&story, minutes: 400, without: [1])
        #expect(Self.silent(story).keys.sorted() == [story.slot(1)])
    }

    /// By the time that an antenna is found to be dead, what it did not read since its last read must not be
    /// held against anything.
    @Test func `an antenna that falls quiet is out from its last read on`() {
        var story = Self.story()
        for number in 3..<9 { story.read(number, by: StageWorld.a) }
        for minute in Int64(1)..<600 {
            story.go(to: minute * 60 + 10)
            for number in 3..<9 { story.read(number, by: StageWorld.a) }
            story.read(2, by: Self.second)
        }
        let last = story.coverage.coveredTime(of: 0, at: story.time)
        for minute in Int64(600)..<900 {
            story.go(to: minute * 60 + 10)
            story.read(2, by: Self.second)
        }
        #expect(story.coverage.zones[0].outages.out == 0b01)
        let shifts = story.coverage.zones[0].outages.shifts
        #expect(shifts.first.map { ($0.from - last).seconds < 60 } == true, "\(shifts)")
        #expect(Self.silent(story).isEmpty)
    }

    /// Its last read is hours ago when it is connected again: that is no sign that it fails.
    @Test func `an antenna that is back has its time to read something`() {
        var story = Self.story()
        for minute in Int64(0)..<600 {
            story.go(to: minute * 60 + 10)
            for number in 3..<9 { story.read(number, by: StageWorld.a) }
        }
        Self.tell(.antennaDisconnected(port: 1), &story)
        story.go(to: story.second + 7_200)
        Self.tell(.antennaConnected(port: 1), &story)
        story.go(to: story.second + 60)
        #expect(story.coverage.zones[0].outages.out == 0)
    }

    @Test func `reads are counted for each antenna, and only while it is at work`() {
        var story = Self.story()
        Self.read(&story, minutes: 300)
        let rates = story.tracker.antennaRates
        func rate(_ tag: Int, out: AntennaSet) -> Double {
            story.tracker.rate(of: story.slot(tag), in: 0, out: out).mean
        }
        #expect(rate(0, out: 0b01) > 0.95 && rate(0, out: 0b10) > 0.95)
        #expect(rate(1, out: 0b10) > 0.95 && rate(1, out: 0b01) < 0.02)
        #expect(rate(2, out: 0b01) > 0.95 && rate(2, out: 0b10) < 0.02)
        #expect(rates.areKept(in: 0) && !rates.areKept(in: 1))
    }

    /// The first reads the tag every second minute, the other every second time of those.
    @Test func `while one is out, the rates of the other alone are learned`() {
        var story = Self.story()
        func read(_ story: inout PresenceStory, minutes: Int64, isBroken: Bool = false) {
            let first = story.second / 60
            for minute in first..<(first + minutes) {
                story.go(to: minute * 60 + 10)
                if minute % 2 == 0, !isBroken { story.read(0, by: StageWorld.a) }
                if minute % 4 == 0 { story.read(0, by: Self.second) }
            }
        }
        func rates() -> [Double] {
            [0b00, 0b10, 0b01].map { story.tracker.rate(of: story.slot(0), in: 0, out: $0).mean }
        }
        read(&story, minutes: 600)
        let before = rates()
        for (rate, expected) in zip(before, [0.5, 0.5, 0.25]) { #expect(abs(rate - expected) < 0.03) }
        Self.tell(.antennaDisconnected(port: 1), &story)
        read(&story, minutes: 600, isBroken: true)
        for (rate, known) in zip(rates(), before) { #expect(abs(rate - known) < 0.02, "\(rate), \(known)") }
    }

    /// Three antennas that share a tag between them: nine chances of ten by all, three by each.
    @Test func `of many that share a tag the others still make the rest`() {
        var layout = Self.layout()
        layout.readers[StageWorld.a].antennas.append(Self.second + 1)
        layout.antennas.append(SiteLayout.Antenna(reader: StageWorld.a, port: 3, zone: StageWorld.a))
        let antennas = layout.fixedAntennas(ofZone: StageWorld.a)
        var rates = AntennaRates(layout, AbsenceModel())
        var whole = ReadRate(AbsenceModel())
        for chance in 0..<1_000 {
            guard chance % 10 < 9 else {
                rates.miss(7, in: 0, out: 0, chances: 1)
                whole.add([], weight: 1)
                continue
            }
            rates.note(7, in: 0, by: antennas[chance % 3], isFirst: true)
            rates.conclude(7, in: 0, out: 0, weight: 1)
            whole.add(.own, weight: 1)
        }
        #expect(abs(rates.rate(7, in: 0, out: 0b001, whole: whole).mean - 0.6) < 0.02)
        #expect(abs(rates.rate(7, in: 0, out: 0b011, whole: whole).mean - 0.3) < 0.02)
    }

    @Test func `a tag that is carried to another zone has other antennas`() {
        var story = Self.story()
        Self.read(&story, minutes: 100)
        let slot = story.slot(2)
        story.read(2, by: StageWorld.c, until: story.second + 600)
        #expect(story.tracker.settledZone(of: slot) == StageWorld.c)
        // Nothing is left of what A's antennas read: what is assumed of an unknown tag.
        let whole = story.tracker.tags[slot].rate
        let rates = story.tracker.antennaRates
        let unknown = rates.rate(99, in: 0, out: 0b01, whole: whole)
        #expect(rates.rate(slot, in: 0, out: 0b01, whole: whole) == unknown)
    }

    @Test func `a restart changes nothing, and a store from before knows all antennas at work`() throws {
        var story = Self.story()
        Self.read(&story, minutes: 200)
        Self.tell(.antennaDisconnected(port: 1), &story)
        Self.read(&story, minutes: 60)
        var again = story
        try again.restart()
        #expect(again.coverage.zones == story.coverage.zones)
        #expect(again.coverage.antennas.map(\.since) == story.coverage.antennas.map(\.since))
        for tag in 0..<3 {
            for out in [0, 1, 2, 3] as [AntennaSet] {
                let slot = story.slot(tag)
                let known = story.tracker.rate(of: slot, in: 0, out: out)
                #expect(again.tracker.rate(of: slot, in: 0, out: out) == known)
            }
        }
        Self.read(&story, minutes: 300, without: [0])
        Self.read(&again, minutes: 300, without: [0])
        #expect(again.told == story.told && !Self.silent(again).isEmpty)

        var before = CoverageLedger(layout: Self.layout())
        var other = Self.story()
        other.go(to: 50)
        try before.restore(
            [other.coverage.chunk()], mapping: StageWorld.mapping(from: Self.layout(), to: Self.layout()))
        #expect(before.isFullyCovered(zone: 0) && before.antennas[Self.second].since == .zero)
    }

    /// A damaged store is told, not believed.
    @Test func `counts that cannot be are refused`() {
        var writer = ByteWriter()
        writer.put(UInt32(0))
        writer.put(Int16(0))
        writer.put(UInt8(1))
        writer.put(UInt32(0))
        writer.put(Float.nan.bitPattern)
        writer.put(Float(1).bitPattern)
        writer.put(false)
        let chunk = Checkpoint.Chunk(table: AntennaRates.table, index: 0, bytes: writer.bytes)
        var rates = AntennaRates(Self.layout(), AbsenceModel())
        let mapping = StageWorld.mapping(from: Self.layout(), to: Self.layout())
        #expect(throws: ByteReader.Damaged.self) {
            try rates.restore([chunk], mapping: mapping) { _ in true }
        }
        #expect(throws: ByteReader.Damaged.self) {
            try rates.restore([chunk], mapping: mapping) { _ in false }
        }
    }

    /// A time at the end of what 64 bits hold would overflow at a later message.
    @Test(arguments: [[Int64.max], [Int64.min + 1], [5, 5], [7, 3]] as [[Int64]])
    func `shifts that cannot be are refused`(
        times: [Int64]
    ) throws {
        var writer = ByteWriter()
        writer.put(UInt32(0))
        writer.put(UInt32(1))
        writer.put(Int64.min)
        writer.put(UInt8(0))
        writer.put(UInt8(times.count))
        for time in times {
            writer.put(time)
            writer.put(AntennaSet(1))
        }
        let part = Checkpoint.Chunk(table: CoverageLedger.partTable, index: 0, bytes: writer.bytes)
        let mapping = StageWorld.mapping(from: Self.layout(), to: Self.layout())
        var ledger = CoverageLedger(layout: Self.layout())
        let chunk = ledger.chunk()
        #expect(throws: ByteReader.Damaged.self) { try ledger.restore([chunk, part], mapping: mapping) }
        writer = ByteWriter()
        writer.put(UInt32(1))
        for time in [times[0], 0, 0, 0] { writer.put(time) }
        let breaks = Checkpoint.Chunk(table: "breaks", index: 0, bytes: writer.bytes)
        guard times.count == 1 else { return }
        #expect(throws: ByteReader.Damaged.self) { try ledger.restoreBreaks([breaks], mapping: mapping) }
    }

    @Test func `a zone that asks for all antennas since a reload is not covered by some`() throws {
        var story = Self.story()
        Self.tell(.antennaDisconnected(port: 1), &story)
        #expect(story.coverage.isCovered(zone: 0))
        let strict = Self.layout(missingAfter: ElapsedTime(seconds: 120))
        var ledger = CoverageLedger(layout: strict)
        try ledger.restore(
            [story.coverage.chunk(), story.coverage.partChunk()],
            mapping: StageWorld.mapping(from: Self.layout(), to: strict))
        #expect(!ledger.isCovered(zone: 0) && ledger.isCovered(zone: 1))
    }

    /// The antenna that is out may be the one that hears what lies next door.
    @Test func `next to a zone that is covered in part, that it heard nothing says less`() throws {
        func stated(broken: Bool) throws -> Double {
            var story = Self.story()
            for minute in Int64(0)..<300 {
                story.go(to: minute * 60 + 10)
                if minute % 2 == 0 { story.read(7, by: StageWorld.b) }
                if minute % 4 == 0 { story.read(7, by: Self.second) }
            }
            if broken { Self.tell(.antennaDisconnected(port: 2), &story) }
            story.go(to: story.second + 2_400)
            return try #require(
                story.tracker.probabilityGone(story.slot(7), at: story.time, coverage: story.coverage))
        }
        let (deaf, heard) = (try stated(broken: true), try stated(broken: false))
        #expect(deaf < heard / 2, "\(deaf), \(heard)")
    }

    @Test func `where a chance was lost, those beside a change may have been on either side of it`() {
        var story = Self.story()
        Self.read(&story, minutes: 20)
        story.go(to: story.second + 600)
        Self.tell(.antennaDisconnected(port: 1), &story)
        story.go(to: story.second + 600)
        let slot = story.slot(2)
        var (sure, unsure) = (
            story.tracker.stretches(after: slot, in: 0, isLost: false, story.coverage),
            story.tracker.stretches(after: slot, in: 0, isLost: true, story.coverage)
        )
        let (before, less) = (sure.takeNext(), unsure.takeNext())
        #expect(before.out == 0 && less.out == 0 && less.chances == before.chances - 1)
        #expect(unsure.takeNext().out == 0b01)
    }

    /// The rate by those at work is the least that fits what is known.
    @Test(arguments: [
        // Reads by the first, the second, both, of 400 chances; out; expected about.
        (400, 0, 0, 0b01, 0.0), (400, 0, 0, 0b10, 1.0), (0, 0, 400, 0b01, 1.0), (200, 200, 0, 0b01, 0.5),
        (100, 0, 100, 0b01, 0.25), (100, 0, 100, 0b10, 0.5),
    ])
    func `the rate by the antennas at work`(
        first: Int, second: Int, both: Int, out: AntennaSet, expected: Double
    ) {
        var rates = AntennaRates(Self.layout(), AbsenceModel())
        var whole = ReadRate(AbsenceModel())
        for chance in 0..<400 {
            let (one, two) = (chance < first, chance >= first && chance < first + second)
            let isBoth = chance >= first + second && chance < first + second + both
            let readers = (one || isBoth ? [StageWorld.a] : []) + (two || isBoth ? [Self.second] : [])
            guard !readers.isEmpty else {
                rates.miss(7, in: 0, out: 0, chances: 1)
                whole.add([], weight: 1)
                continue
            }
            for (number, antenna) in readers.enumerated() {
                rates.note(7, in: 0, by: antenna, isFirst: number == 0)
            }
            rates.conclude(7, in: 0, out: 0, weight: 1)
            whole.add(.own, weight: 1)
        }
        let told = rates.rate(7, in: 0, out: out, whole: whole).mean
        #expect(abs(told - expected) < 0.02, "\(told)")
        #expect(rates.rate(7, in: 0, out: 0, whole: whole) == whole)
    }
}
