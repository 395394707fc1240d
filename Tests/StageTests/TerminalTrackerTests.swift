import AssetModel
import Testing
import VehicleTracking

/// Which terminals speak, and since when the others have been silent. The limit is 100 s here, and an epoch.
struct TerminalTrackerTests {
    private struct Story {
        var tracker: TerminalTracker
        var changes: [DeviceChange] = []
        private var second: Int64 = 0

        init(unknownMax: Int = 10) {
            var limits = PathLimits()
            limits.unknownTerminalsMax = unknownMax
            tracker = TerminalTracker(rules: Self.rules, limits: limits)
        }

        static let rules: RuleSettings = {
            var rules = RuleSettings()
            rules.terminalSilentAfter = ElapsedTime(seconds: 100)
            return rules
        }()

        /// Plate and phone of each vehicle, in the state that the change gives it.
        mutating func watch(_ phones: [String], _ change: (inout VehicleCard) -> Void = { _ in }) {
            let cards = phones.map { phone in
                var card = VehicleCard(plateNo: "鄂J\(phone)")
                card.terminalPhone = phone
                change(&card)
                return card
            }
            let register = RegisterSnapshot(layout: SiteLayout(), books: RegisterChange(vehicles: cards))
            let time = StageWorld.time(second)
            tracker.watch(register.vehiclesByPhone(at: time.now), at: time)
        }

        mutating func go(to until: Int64) {
            while second < until {
                second += 1
                changes += tracker.advance(to: StageWorld.time(second))
            }
        }

        mutating func hear(_ phone: String, late: Int64 = 0) {
            let epoch = EvidenceEpoch.number(of: StageWorld.instant(second - late))
            let change = tracker.heard(phone, epoch: epoch, at: StageWorld.time(second))
            changes += [change].compactMap { $0 }
        }

        var told: [String] {
            changes.map { change in
                guard case .terminal(let phone) = change.device else { return "a reader" }
                return "\((change.at - StageWorld.start).seconds) \(phone) \(change.kind)"
            }
        }
    }

    @Test func `a terminal is silent after its time and one epoch, to the second, and told once`() throws {
        var story = Story()
        story.watch(["1"])
        story.go(to: 42)
        story.hear("1")
        story.go(to: 146)
        #expect(story.told == ["42 1 heard"] && !story.tracker.isSilent("1"))
        story.go(to: 147)
        #expect(story.told == ["42 1 heard", "147 1 silent"] && story.tracker.isSilent("1"))
        let silent = try #require(story.changes.last)
        #expect(silent.cause == StageWorld.instant(40) && silent.reasonEnglish == "no message for 105 s")
        story.go(to: 1_000)
        #expect(story.told.count == 2 && story.tracker.silentCount == 1)
        story.hear("1")
        #expect(story.told.last == "1000 1 heard" && story.tracker.silentCount == 0)
        story.go(to: 1_105)
        #expect(story.told.last == "1105 1 silent")
    }

    @Test func `a terminal that never spoke is silent from the moment it is watched`() throws {
        var story = Story()
        story.go(to: 7)
        story.watch(["1"])
        story.go(to: 111)
        #expect(story.told.isEmpty && story.tracker.lastHeard("1") == nil)
        story.go(to: 112)
        let silent = try #require(story.changes.last)
        #expect(story.told == ["112 1 silent"] && silent.cause == StageWorld.instant(5))
        #expect(silent.reasonChinese == "已 105 秒未收到消息（登记后从未收到）")
    }

    @Test func `more messages are no news, and put silence off`() {
        var story = Story()
        story.watch(["1"])
        for second in stride(from: Int64(0), through: 500, by: 50) {
            story.go(to: second)
            story.hear("1")
            story.hear("1")
        }
        #expect(story.told == ["0 1 heard"])
        story.go(to: 604)
        #expect(story.told.count == 1)
        story.go(to: 605)
        #expect(story.told.last == "605 1 silent")
    }

    @Test func `a frame of an epoch that was heard, or before it, is no sign of life`() {
        var story = Story()
        story.watch(["1"])
        story.go(to: 50)
        story.hear("1")
        story.go(to: 54)
        story.hear("1")
        story.hear("1", late: 30)
        #expect(!story.tracker.isNewSign("1", epoch: EvidenceEpoch.number(of: StageWorld.instant(54))))
        #expect(story.tracker.isNewSign("1", epoch: EvidenceEpoch.number(of: StageWorld.instant(55))))
        #expect(story.tracker.isNewSign("2", epoch: 0))
        story.go(to: 155)
        #expect(story.told.last == "155 1 silent")
        // Silent: then even an older frame shows that it lives, and its time is not taken back.
        story.hear("1", late: 150)
        #expect(story.told.last == "155 1 heard")
        #expect(story.tracker.lastHeard("1") == StageWorld.instant(50))
    }

    @Test func `vehicles that are sealed or not tracked may be silent`() {
        for change: (inout VehicleCard) -> Void in [{ $0.sealed = true }, { $0.trackingPolicy = .none }] {
            var story = Story()
            story.watch(["1"], change)
            story.hear("1")
            story.go(to: 5_000)
            #expect(story.told == ["0 1 heard"])
        }
        var story = Story()
        story.watch(["1"]) { $0.trackingPolicy = .presenceOnly }
        story.go(to: 5_000)
        #expect(story.told == ["105 1 silent"])
    }

    @Test func `sealing ends silence, and unsealing starts its time anew`() {
        var story = Story()
        story.watch(["1", "2"])
        story.go(to: 200)
        #expect(story.told == ["105 1 silent", "105 2 silent"])
        story.watch(["1", "2"]) { $0.sealed = $0.terminalPhone == "1" }
        #expect(!story.tracker.isSilent("1") && story.tracker.isSilent("2"))
        story.go(to: 1_000)
        story.watch(["1", "2"])
        story.go(to: 1_104)
        #expect(story.told.count == 2)
        story.go(to: 2_000)
        #expect(story.told == ["105 1 silent", "105 2 silent", "1105 1 silent"])
    }

    @Test func `books that come again change no deadline`() {
        var story = Story()
        story.watch(["1"])
        story.go(to: 60)
        story.watch(["1", "2"])
        story.go(to: 1_000)
        #expect(story.told == ["105 1 silent", "165 2 silent"])
    }

    @Test func `a terminal taken off its vehicle is remembered as unknown and no longer missed`() {
        var story = Story()
        story.watch(["1", "2"])
        story.hear("1")
        story.go(to: 50)
        story.watch(["2"])
        #expect(story.tracker.count == 2 && story.tracker.unknownCount == 1)
        story.go(to: 300)
        #expect(story.told == ["0 1 heard", "105 2 silent"])
        story.watch([])
        #expect(story.tracker.silentCount == 0 && story.tracker.unknownCount == 2)
        story.watch(["1"])
        #expect(story.tracker.unknownCount == 1)
        story.go(to: 405)
        #expect(story.told.last == "405 1 silent")
    }

    @Test func `unknown terminals are remembered up to a bound, and told once`() {
        var story = Story(unknownMax: 2)
        story.watch(["1"])
        for phone in ["7", "8", "9", "9", "7"] { story.hear(phone) }
        #expect(story.told == ["0 7 heard", "0 8 heard"])
        #expect(story.tracker.unknownCount == 2 && story.tracker.unknownNotRemembered == 2)
        #expect(story.tracker.count == 3)
        story.hear("1")
        #expect(story.told.last == "0 1 heard")
        story.go(to: 500)
        #expect(story.told.filter { $0.contains("silent") } == ["105 1 silent"])
        // One of them was registered: there is room again.
        story.watch(["1", "7"])
        story.hear("9")
        #expect(story.told.last == "500 9 heard" && story.tracker.unknownNotRemembered == 2)
    }

    @Test func `the tracker comes back from its chunk and goes on alike`() throws {
        var story = Story()
        story.watch(["1", "2", "3"]) { $0.sealed = $0.terminalPhone == "3" }
        story.hear("1")
        story.hear("8")
        story.go(to: 110)
        story.hear("2")
        let chunks = story.tracker.takeChunks(all: false)
        #expect(chunks.map(\.table) == ["terminals", "fixes"])
        #expect(story.tracker.takeChunks(all: false).isEmpty)
        #expect(story.tracker.takeChunks(all: true) == chunks)
        var again = story
        again.tracker = TerminalTracker(rules: Story.rules, limits: PathLimits())
        try again.tracker.restore(chunks)
        #expect(again.tracker.unknownCount == 1 && again.tracker.silentCount == story.tracker.silentCount)
        #expect(again.tracker.lastHeard("2") == story.tracker.lastHeard("2"))
        story.go(to: 400)
        again.go(to: 400)
        #expect(again.told == story.told)
        #expect(again.tracker.takeChunks(all: true) == story.tracker.takeChunks(all: true))
    }

    @Test func `a chunk cut off within a line is damage`() throws {
        var story = Story()
        story.watch(["13800000001", "13800000002"])
        let chunks = story.tracker.takeChunks(all: true)
        let chunk = try #require(chunks.first)
        // Length 4, phone 11, two numbers of 8, four flags.
        #expect(chunk.bytes.count == 2 * 35)
        for size in 1..<chunk.bytes.count where size != 35 {
            var tracker = TerminalTracker(rules: Story.rules, limits: PathLimits())
            let cut = Checkpoint.Chunk(table: "terminals", index: 0, bytes: Array(chunk.bytes.prefix(size)))
            #expect(throws: ByteReader.Damaged.self, "\(size) bytes") { try tracker.restore([cut]) }
        }
    }
}
