import AssetModel
import PresenceInference
import Testing

/// For how long a zone has been covered. One reader with two antennas looks at one zone; a script says what
/// happens: `SECOND word`, separated by semicolons; the last second is the one asked about.
struct CoverageLedgerTests {
    struct Story {
        var ledger: CoverageLedger
        var changes: [DeviceChange] = []
        private var second: Int64 = 0

        static func layout(_ liveness: SiteLayout.Reader.Liveness) -> SiteLayout {
            var layout = SiteLayout()
            layout.sites = [SiteLayout.Site(id: "S1")]
            layout.zones = [SiteLayout.Zone(id: "A", site: 0, missingAfter: ElapsedTime(seconds: 120))]
            var reader = SiteLayout.Reader(
                id: "r", site: 0, topics: [], offlineAfter: ElapsedTime(seconds: 60))
            reader.liveness = liveness
            reader.antennas = [0, 1]
            layout.readers = [reader]
            layout.antennas = [
                SiteLayout.Antenna(reader: 0, port: 1, zone: 0),
                SiteLayout.Antenna(reader: 0, port: 2, zone: 0),
            ]
            return layout
        }

        init(_ liveness: SiteLayout.Reader.Liveness) {
            ledger = CoverageLedger(layout: Story.layout(liveness))
        }

        /// Goes there second by second, as the path does.
        mutating func go(to until: Int64) {
            while second < until {
                second += 1
                changes += ledger.advance(to: StageWorld.time(second))
            }
        }

        mutating func play(_ script: String) throws {
            for line in script.split(separator: ";") {
                let words = line.split(separator: " ").map(String.init)
                go(to: try #require(words.first.flatMap { Int64($0) }))
                for word in words.dropFirst() { try apply(word) }
            }
        }

        private mutating func apply(_ word: String) throws {
            let time = StageWorld.time(second)
            let parts = word.split(separator: ":").map(String.init)
            let number = parts.count > 1 ? try #require(Int64(parts[1])) : 0
            switch parts[0] {
            case "heard":
                // A sign of life, `number` seconds late.
                let epoch = EvidenceEpoch.number(of: StageWorld.instant(second - number))
                changes += [ledger.heard(reader: 0, epoch: epoch, at: time)].compactMap { $0 }
            case "read": ledger.read(antenna: Int(number) - 1, epoch: .max, at: time)
            case "gone": tell(.disconnected)
            case "idle": tell(.inventoryIdle)
            case "running": tell(.inventoryRunning)
            case "armed": tell(.inventoryArmed)
            case "on": tell(.antennaConnected(port: UInt16(number)))
            case "active": tell(.antennaActivated(port: UInt16(number)))
            case "off": tell(.antennaDisconnected(port: UInt16(number)))
            case "gpi": tell(.generalPurposeInput(pin: 1, high: true))
            case "lost":
                let first = StageWorld.instant(second - number)
                tell(.overflow(first: first, last: StageWorld.instant(second), purged: 9))
            default: Issue.record("no word for \(word)")
            }
        }

        private mutating func tell(_ event: DeviceEvent) {
            changes += [ledger.apply(event, reader: 0, at: StageWorld.time(second))].compactMap { $0 }
        }

        var covered: Int64 { ledger.coveredTime(of: 0, at: StageWorld.time(second)).seconds }
        var unbroken: Int64 { ledger.coveredWithoutBreak(zone: 0, at: StageWorld.time(second)).seconds }
        var told: [String] {
            changes.map { change in
                "\(change.at.milliseconds / 1_000 - StageWorld.start.milliseconds / 1_000) \(change.kind)"
            }
        }
    }

    /// script, covered seconds, of them without a break until now
    @Test(arguments: [
        ("100", 0, 0), ("10 heard;100", 90, 90), ("0 heard;1000", 1_000, 1_000),
        ("0 heard;10 idle;100", 10, 0), ("0 heard;60 idle;90 running;100", 70, 10),
        ("0 heard;60 idle;90 armed;100", 70, 10), ("0 heard;60 gpi;100", 100, 100),
        ("0 heard;40 off:1;70 on:1;100", 70, 30), ("0 heard;40 off:2;70 active:2;100", 70, 30),
        ("0 heard;40 off:1;70 on:2;100", 40, 0), ("0 heard;40 off:3;100", 100, 100),
        ("0 heard;40 off:1;70 read:1;100", 70, 30), ("0 off:1 heard;70 on:1;100", 30, 30),
        ("0 idle heard;100", 0, 0),
        // An outage takes back to the last sign of life.
        ("0 heard;60 gone;100", 0, 0), ("0 heard;50 heard;60 gone;100", 50, 0),
        ("0 heard;50 heard;60 gone;80 heard;100", 70, 20), ("0 gone;10 heard;100", 90, 90),
        ("0 heard;50 heard;60 idle;70 gone;100", 60, 0),
        // A second sign within the same five seconds, or of an older read, is none.
        ("0 heard;4 heard;30 gone;100", 0, 0), ("0 heard;50 heard;54 heard;60 gone;100", 50, 0),
        ("0 heard;50 heard;55 heard:20;60 gone;100", 50, 0), ("0 heard;50 heard;55 heard;60 gone;100", 55, 0),
        // An overflow takes back what was lost, of the present stretch and not beyond now.
        ("0 heard;50 lost:30;100", 70, 70), ("0 heard;20 lost:60;100", 80, 80),
        ("0 heard;50 lost:-30;100", 100, 100), ("0 heard;10 heard;20 gone;30 heard;40 lost:60;100", 70, 60),
        ("0 heard;10 idle;20 lost:60;30 running;100", 80, 70),
    ])
    func `a reader with a will covers while it is there and at work`(
        script: String, covered: Int64, unbroken: Int64
    ) throws {
        var story = Story(.will)
        try story.play(script)
        #expect(story.covered == covered && story.unbroken == unbroken)
        #expect(story.ledger.isCovered(zone: 0) == (unbroken > 0))
    }

    /// Reader offline after 60 s, and an epoch that may not be over: 65.
    @Test(arguments: [
        ("0 heard;64", 64), ("0 heard;65", 0), ("0 heard;30 heard;94", 94), ("0 heard;30 heard;95", 30),
        ("0 heard;30 heard;100 heard;110", 40), ("0 heard;30 heard:25;65", 65), ("0 heard;30 heard:30;65", 0),
    ])
    func `a reader with a heartbeat covers until it has missed it for its time`(
        script: String, covered: Int64
    ) throws {
        var story = Story(.heartbeat)
        try story.play(script)
        #expect(story.covered == covered)
    }

    @Test(arguments: [
        // Both antennas have to read something.
        ("0 heard;50", 0), ("0 heard read:1;50", 0), ("0 heard read:1 read:2;50", 50),
        ("0 heard read:1;20 heard read:2;50", 30),
        // An antenna that read nothing for its time covers nothing since its last read.
        ("0 heard read:1 read:2;30 heard read:1;60 heard read:1;64", 64),
        ("0 heard read:1 read:2;30 heard read:1;60 heard read:1;65", 0),
        ("0 heard read:1 read:2;30 heard read:1 read:2;60 heard read:1;94", 94),
        ("0 heard read:1 read:2;30 heard read:1 read:2;60 heard read:1;95", 30),
        ("0 heard read:1 read:2;30 heard read:1;60 heard read:1;100 heard read:1 read:2;110", 10),
        // The reader says something, and no antenna reads: alive, not covering.
        ("0 heard;30 heard;60 heard;90 heard;100", 0),
    ])
    func `without a source of liveness an antenna covers only while it reads`(
        script: String, covered: Int64
    ) throws {
        var story = Story(.traffic)
        try story.play(script)
        #expect(story.covered == covered)
    }

    @Test(arguments: [
        (
            SiteLayout.Reader.Liveness.will, "0 heard;30 gone;40 gone;50 heard;55 heard;60 gone",
            "30 off 50 on 60 off"
        ),
        (.will, "10 gone;20 gone;30 heard", "10 off 30 on"), (.will, "0 heard;5000", ""),
        (.heartbeat, "0 heard;200", "65 off"),
        (.traffic, "0 heard;10 heard;200 heard;300", "75 off 200 on 265 off"),
        (.heartbeat, "200", ""),
    ])
    func `a reader that goes or comes back is told once`(
        liveness: SiteLayout.Reader.Liveness, script: String, expected: String
    ) throws {
        var story = Story(liveness)
        try story.play(script)
        let told = story.told.map {
            $0.replacing("online", with: "on").replacing("offline", with: "off")
        }
        #expect(told.joined(separator: " ") == expected)
    }

    @Test func `the cause of an outage is the last sign of life by event time`() throws {
        var story = Story(.will)
        #expect(story.ledger.lastHeard(reader: 0) == nil && !story.ledger.isOnline(reader: 0))
        try story.play("2 heard;37 heard;60 gone")
        #expect(story.changes.map(\.cause) == [StageWorld.instant(35)])
        #expect(story.ledger.lastHeard(reader: 0) == StageWorld.instant(35))
        #expect(story.changes.first?.device == .reader(0))
        // Never heard at all: the moment of the farewell.
        var stranger = Story(.will)
        try stranger.play("13 gone")
        #expect(stranger.changes.map(\.cause) == [StageWorld.instant(10)])
    }

    @Test func `a zone without an antenna is never covered`() {
        var layout = Story.layout(.will)
        layout.zones.append(SiteLayout.Zone(id: "B", site: 0, missingAfter: .zero))
        var ledger = CoverageLedger(layout: layout)
        _ = ledger.heard(reader: 0, epoch: StageWorld.firstEpoch, at: StageWorld.time(0))
        #expect(ledger.isCovered(zone: 0) && !ledger.isCovered(zone: 1))
        #expect(ledger.coveredTime(of: 1, at: StageWorld.time(50)) == .zero)
    }

    @Test func `the ledger comes back from its chunk, and goes on alike`() throws {
        let rest = ";70 heard read:1;80 on:2 read:2;130 heard;140"
        for script in [
            "0 heard read:1 read:2;20 off:2;50 heard", "0 heard;10 idle;30 heard read:1", "5 gone", "7",
        ] {
            var story = Story(.traffic)
            try story.play(script)
            var again = story
            again.ledger = CoverageLedger(layout: Story.layout(.traffic))
            let layout = Story.layout(.traffic)
            try again.ledger.restore(
                [story.ledger.chunk()], mapping: StageWorld.mapping(from: layout, to: layout))
            #expect(again.ledger.coverageChanged && again.ledger.chunk() == story.ledger.chunk())
            let last = try #require(script.split(separator: ";").last?.split(separator: " ").first)
            try story.play(last + rest)
            try again.play(last + rest)
            #expect(again.told == story.told && again.covered == story.covered)
            #expect(again.ledger.chunk() == story.ledger.chunk())
        }
    }

    @Test func `a chunk is carried to another layout by name, and cut off anywhere it is damage`() throws {
        let old = Story.layout(.will)
        var new = old
        new.readers.insert(SiteLayout.Reader(id: "other", site: 0, topics: []), at: 0)
        new.zones.insert(SiteLayout.Zone(id: "NEW", site: 0, missingAfter: .zero), at: 0)
        new.antennas = [SiteLayout.Antenna(reader: 1, port: 2, zone: 1)]
        new.readers[1].antennas = [0]
        var story = Story(.will)
        try story.play("0 heard;40 heard;50 off:1;60")
        let chunk = story.ledger.chunk()
        var again = CoverageLedger(layout: new)
        try again.restore([chunk], mapping: StageWorld.mapping(from: old, to: new))
        #expect(again.isOnline(reader: 1) && !again.isOnline(reader: 0))
        #expect(again.coveredTime(of: 1, at: StageWorld.time(60)) == ElapsedTime(seconds: 50))
        #expect(again.lastHeard(reader: 1) == StageWorld.instant(40))
        for size in chunk.bytes.indices {
            var damaged = CoverageLedger(layout: old)
            let cut = Checkpoint.Chunk(table: "coverage", index: 0, bytes: Array(chunk.bytes.prefix(size)))
            #expect(throws: ByteReader.Damaged.self, "\(size) bytes") {
                try damaged.restore([cut], mapping: StageWorld.mapping(from: old, to: old))
            }
        }
    }

    @Test func `a restart knows which antennas of an open gap are told`() throws {
        let layout = Story.layout(.will)
        let mapping = StageWorld.mapping(from: layout, to: layout)
        var story = Story(.will)
        try story.play("0 heard;10 off:1;20")
        #expect(story.ledger.reviewGap(of: 0, at: StageWorld.time(20))?.kind == .gap)
        var again = CoverageLedger(layout: layout)
        let chunks = [story.ledger.chunk(), story.ledger.gapChunk(), story.ledger.gapAntennasChunk()]
        try again.restore(chunks, mapping: mapping)
        try again.restoreGaps(chunks, mapping: mapping)
        try again.restoreGapAntennas(chunks, mapping: mapping)
        #expect(again.gapAntennasChunk() == chunks[2] && chunks[2].bytes.count == 4)
        story.ledger = again
        // Which antennas are connected is told anew by whoever restores: the first is not news, the other is.
        try story.play("21 off:1;22")
        #expect(story.ledger.reviewGap(of: 0, at: StageWorld.time(22)) == nil)
        try story.play("23 off:2;24")
        let wider = story.ledger.reviewGap(of: 0, at: StageWorld.time(24))
        #expect(wider?.kind == .gap && wider?.reasonEnglish == "antenna 1, 2 disconnected")
        #expect(story.ledger.reviewGap(of: 0, at: StageWorld.time(24)) == nil)
        // The first works again, and fails again.
        try story.play("25 on:1;26")
        #expect(story.ledger.reviewGap(of: 0, at: StageWorld.time(26)) == nil)
        try story.play("27 off:1;28")
        #expect(story.ledger.reviewGap(of: 0, at: StageWorld.time(28))?.kind == .gap)
        let cut = Checkpoint.Chunk(table: "gap_antennas", index: 0, bytes: [1, 0])
        #expect(throws: ByteReader.Damaged.self) { try again.restoreGapAntennas([cut], mapping: mapping) }
    }
}
