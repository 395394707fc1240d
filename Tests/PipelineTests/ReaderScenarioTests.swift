import AssetModel
import IntakePipeline
import Testing

/// What people who connect readers meet first, through the whole path: from the bytes of a topic to what is
/// told. The scenarios are those of the field's acceptance lists; gates and stocktakes have their own.
struct ReaderScenarioTests {
    /// One room with two antennas in zones P1 and P2, a reader of any make on `site/a/r1/#`.
    private static func setup(
        liveness: SiteLayout.Reader.Liveness = .heartbeat, missingAfter: Int64 = 1_800,
        oneZone: Bool = false
    ) -> IntakePath.Setup {
        var layout = SiteLayout()
        layout.sites = [SiteLayout.Site(id: "a")]
        for id in ["P1", "P2"] {
            var zone = SiteLayout.Zone(id: id, site: 0, missingAfter: ElapsedTime(seconds: missingAfter))
            zone.locations = ["place \(id)"]
            layout.zones.append(zone)
        }
        layout.zones[0].neighbours = [1]
        layout.zones[1].neighbours = [0]
        var reader = SiteLayout.Reader(id: "r1", site: 0, topics: ["site/a/r1/#"])
        reader.liveness = liveness
        reader.antennas = [0, 1]
        layout.readers = [reader]
        layout.antennas = [
            SiteLayout.Antenna(reader: 0, port: 1, zone: 0),
            SiteLayout.Antenna(reader: 0, port: 2, zone: oneZone ? 0 : 1),
        ]
        var setup = IntakePath.Setup(layout: layout)
        setup.numberSpace.epcPrefixes = ["E280"]
        return setup
    }

    /// Assets 1 to 4 stand at P1, 5 to 8 at P2.
    private static func books() -> RegisterChange {
        var change = RegisterChange()
        for number in 1...8 {
            var card = AssetCard(assetNo: "PC-\(number)")
            card.location = number <= 4 ? "place P1" : "place P2"
            change.cards.append(card)
            change.bindings.append(TagBinding(epcHex: PathStory.tag(number), assetNo: "PC-\(number)"))
        }
        return change
    }

    private static func story(_ setup: IntakePath.Setup = ReaderScenarioTests.setup()) -> PathStory {
        PathStory(setup: setup, books: books())
    }

    // MARK: 1

    @Test func `a reader as it leaves the factory is understood, base64url only and without a host name`() {
        var story = Self.story(Self.setup(liveness: .traffic))
        for _ in 0..<4 {
            story.now = story.now + ElapsedTime(seconds: 5)
            story.send(
                """
                {"timestamp":"\(story.now)","eventType":"tagInventory","tagInventoryEvent":{\
                "epc":"4oARcAAAAAAAAAAB","antennaPort":1,"peakRssiCdbm":-5234,"frequency":922625,\
                "transmitPowerCdbm":3000}}
                """)
        }
        #expect(story.path.formats(ofReader: 0) == [.impinj])
        #expect(story.path.accounts.new == 4 && story.path.accounts.messagesDecoded == 4)
        #expect(story.presence(of: 1) == ["heard P1", "arrived P1"])
        #expect(story.told.isEmpty)
    }

    // MARK: 2, 3

    @Test(arguments: [SiteLayout.Reader.Liveness.heartbeat, .will, .traffic])
    func `a reader that reports each tag once makes nothing depart in a day`(
        liveness: SiteLayout.Reader.Liveness
    ) {
        var story = Self.story(Self.setup(liveness: liveness))
        for tag in 1...8 {
            story.zebra("SIMPLE", tag, port: tag <= 4 ? 1 : 2)
        }
        for minute in 1...1_440 {
            story.now = story.now + ElapsedTime(seconds: 60)
            if liveness == .heartbeat { story.heartbeat() } else if minute % 60 == 0 { story.give(.tick) }
        }
        #expect(story.told.isEmpty)
        #expect(story.path.isOnline(reader: 0))
        #expect(story.path.figures(ofReader: 0).reportMode == .once)
        #expect(story.path.figures(ofReader: 0).antennas.allSatisfy { !$0.isCovering })
    }

    @Test(arguments: [SiteLayout.Reader.Liveness.heartbeat, .traffic])
    func `reports once a minute and antenna do not flap, and a tag that goes is still missed`(
        liveness: SiteLayout.Reader.Liveness
    ) {
        var story = Self.story(Self.setup(liveness: liveness))
        var numbers = SeededNumbers(seed: 7)
        for minute in 0..<360 {
            for tag in 1...8 where tag != 8 || minute < 120 {
                // Now and then one report is missed.
                guard numbers.below(10) > 0 else { continue }
                story.zebra("INVENTORY", tag, port: tag <= 4 ? 1 : 2)
            }
            story.now = story.now + ElapsedTime(seconds: 60)
            if liveness == .heartbeat { story.heartbeat() }
        }
        story.give(.tick)
        #expect(story.told == ["MISSING_SUSPECT PC-8 opened"])
        for tag in 1...7 {
            #expect(story.presence(of: tag).count == 2, "tag \(tag): \(story.presence(of: tag))")
        }
        let seconds = story.changes.first.map { ($0.at - PathStory.start).seconds } ?? 0
        // Half an hour after its last report, which came in one of the last minutes before it went.
        #expect((7_200 + 1_800 - 245...7_200 + 1_800 + 65).contains(seconds))
    }

    // MARK: 4

    @Test func `a pulled cable makes a zone unverified, and what the reader replays alarms nobody`() {
        var story = Self.story(Self.setup(liveness: .will, missingAfter: 600))
        for _ in 0..<30 {
            story.now = story.now + ElapsedTime(seconds: 10)
            for tag in 1...8 { story.zebra("CUSTOM", tag, port: tag <= 4 ? 1 : 2) }
        }
        story.send("connection lost", at: "will")
        let pulledAt = story.now
        story.pass(1_200)
        #expect(story.told == ["READER_OFFLINE r1 opened"])
        #expect(story.path.figures(ofZone: 0).isCovered == false)
        let before = story.path.accounts
        story.send("connected", at: "will")
        // 9,000 reads of the twenty minutes, 500 a second, in the order in which they were made.
        for index in 0..<9_000 {
            if index % 500 == 0 { story.now = story.now + ElapsedTime(seconds: 1) }
            let heardAt = pulledAt + ElapsedTime(milliseconds: Int64(index) * 133)
            story.zebra("CUSTOM", index % 8 + 1, port: index % 8 < 4 ? 1 : 2, heardAt: heardAt)
        }
        story.pass(300)
        #expect(story.told == ["READER_OFFLINE r1 opened", "READER_OFFLINE r1 cleared"])
        #expect(story.path.accounts.observations - before.observations == 9_000)
        #expect(story.path.accounts.new > before.new && story.path.accounts.rejected.isEmpty)
        #expect(story.path.accounts.imbalance == nil)
    }

    // MARK: 5

    @Test func `an antenna that the heartbeat calls disconnected does not cover its zone`() {
        var story = Self.story(Self.setup(missingAfter: 600))
        for _ in 0..<12 {
            story.now = story.now + ElapsedTime(seconds: 10)
            for tag in 1...8 { story.zebra("CUSTOM", tag, port: tag <= 4 ? 1 : 2) }
        }
        for _ in 0..<60 {
            story.now = story.now + ElapsedTime(seconds: 30)
            story.heartbeat(second: "disconnected")
            for tag in 1...3 { story.zebra("CUSTOM", tag, port: 1) }
        }
        #expect(story.told == ["COVERAGE_GAP r1 opened", "MISSING_SUSPECT PC-4 opened"])
        let antennas = story.path.figures(ofReader: 0).antennas
        #expect(antennas.map(\.isCovering) == [true, false])
        #expect(antennas[1].reasonChinese == "天线已断开")
        story.heartbeat()
        #expect(story.told.last == "COVERAGE_GAP r1 cleared")
    }

    @Test func `another antenna that fails while a gap is open is told at once, and once`() {
        var story = Self.story(Self.setup(missingAfter: 86_400))
        let (cutAt, quietAt) = (Int64(9_000), Int64(9_300))
        // Long enough for both antennas to have a habit of four tags.
        for second in stride(from: Int64(0), to: 12_000, by: 5) {
            story.now = PathStory.start + ElapsedTime(seconds: second)
            story.heartbeat(second: second < cutAt ? "connected" : "disconnected")
            for tag in 1...8 where second < (tag <= 4 ? quietAt : cutAt) {
                story.zebra("CUSTOM", tag, port: tag <= 4 ? 1 : 2)
            }
        }
        #expect(story.told == ["COVERAGE_GAP r1 opened", "COVERAGE_GAP r1 held"])
        let seconds = story.changes.map { ($0.at - PathStory.start).seconds }
        // Within a quarter of an hour of the first: new evidence for the same would wait.
        #expect(seconds.count == 2 && seconds[1] - seconds[0] < 900, "\(seconds)")
        let words = story.changes.last?.discrepancy.evidence.last
        #expect(words?.english == "antenna 2 disconnected; antenna 1 reads nothing any more")
        #expect(words?.chinese == "天线 2 已断开；天线 1 不再识读任何标签")
    }

    @Test func `a rising counter of dropped messages is a gap, and no silence follows from it`() {
        var story = Self.story(Self.setup(missingAfter: 300))
        for step in 0..<60 {
            story.now = story.now + ElapsedTime(seconds: 30)
            story.heartbeat(dropped: step < 6 ? 0 : step * 10)
            for tag in 1...7 { story.zebra("CUSTOM", tag, port: tag <= 4 ? 1 : 2) }
        }
        #expect(story.told == ["COVERAGE_GAP r1 opened"])
        for _ in 0..<20 {
            story.now = story.now + ElapsedTime(seconds: 30)
            story.heartbeat(dropped: 590)
            for tag in 1...7 { story.zebra("CUSTOM", tag, port: tag <= 4 ? 1 : 2) }
        }
        #expect(story.told.contains("COVERAGE_GAP r1 cleared"))
        #expect(story.told.contains("MISSING_SUSPECT PC-8 opened"))
    }

    // MARK: 9

    @Test func `what is no read is counted and hinders nothing`() {
        var story = Self.story()
        story.zebra("CUSTOM", 1, port: 1)
        let rubbish = [
            #"{"data":{"Address":"C0:FF:EE:00:00:01","RSSI":-70},"eventNum":3,"timestamp":"#
                + #""2026-11-21T08:00:00.000+00:00","type":"BLE_DATA"}"#,
            #"{"command":"get_status","command_id":"17","response":"success","payload":{}}"#,
            "connected", "<tags><tag epc=\"E280\"/></tags>", #"{"type":"CUSTOM","data":{"idHex":"#,
            #"{"type":"CUSTOM","data":{"idHex":"E28011700000000000000001",}}"#,
            String(repeating: "x", count: 1_000_000), "",
        ]
        for text in rubbish { story.send(text) }
        story.zebra("CUSTOM", 2, port: 1)
        let accounts = story.path.accounts
        #expect(accounts.observations == 2 && accounts.messagesReceived == 10)
        #expect(accounts.messagesIgnored == 3, "\(accounts.ignored)")
        #expect(accounts.messagesRejected == 4, "\(accounts.rejected)")
        #expect(accounts.imbalance == nil)
        #expect(story.told.isEmpty)
    }

    // MARK: 10

    @Test func `a retained read at the subscription is old news`() {
        var story = Self.story()
        story.zebra("CUSTOM", 5, port: 1, retained: true)
        #expect(story.path.accounts.observations == 0 && story.path.accounts.ignored == ["retained": 1])
        #expect(story.presence(of: 5).isEmpty)
    }

    @Test func `a message that comes again says nothing new`() {
        var story = Self.story()
        let heardAt = story.now
        story.zebra("CUSTOM", 1, port: 1, heardAt: heardAt)
        story.zebra("CUSTOM", 1, port: 1, heardAt: heardAt)
        #expect(story.path.accounts.new == 1 && story.path.accounts.redelivered == 1)
    }

    @Test(arguments: [(-820_000_000, "clock_too_old"), (8 * 3_600, "clock_from_future")])
    func `a clock of the year 2000, or local time sent as UTC, is refused and named`(
        off: Int, reason: String
    ) {
        var story = Self.story()
        for _ in 0..<20 {
            story.now = story.now + ElapsedTime(seconds: 5)
            story.zebra("CUSTOM", 1, port: 1, heardAt: story.now + ElapsedTime(seconds: Int64(off)))
        }
        #expect(story.path.accounts.rejected == [reason: 20])
        // And while nothing of it can be taken it covers nothing.
        #expect(story.told.sorted() == ["CLOCK_SKEW r1 opened", "COVERAGE_GAP r1 opened"])
        #expect(story.presence(of: 1).isEmpty)
    }

    // MARK: 11

    @Test func `a tag that hops between two antennas of one zone does not move`() {
        var story = Self.story(Self.setup(oneZone: true))
        for step in 0..<200 {
            story.now = story.now + ElapsedTime(seconds: 5)
            story.zebra("CUSTOM", 1, port: step % 2 + 1)
        }
        #expect(story.presence(of: 1) == ["heard P1", "arrived P1"])
        #expect(story.told.isEmpty)
    }

    @Test func `a tag at the boundary of two zones does not go to and fro`() {
        for seed in UInt64(1)...10 {
            var numbers = SeededNumbers(seed: seed)
            var story = Self.story()
            for _ in 0..<1_000 {
                story.now = story.now + ElapsedTime(seconds: 5)
                // Its own antenna hears it in 9 of 10 epochs, the neighbour's in 5.
                if numbers.below(10) < 9 { story.zebra("CUSTOM", 1, port: 1) }
                if numbers.below(10) < 5 { story.zebra("CUSTOM", 1, port: 2) }
            }
            #expect(story.presence(of: 1) == ["heard P1", "arrived P1"], "seed \(seed)")
            #expect(!story.told.contains { $0.hasPrefix("LOCATION_MISMATCH") }, "seed \(seed)")
        }
    }
}

/// How a Zebra fixed reader speaks.
extension PathStory {
    mutating func send(_ text: String, at level: String = "data", retained: Bool = false) {
        give(
            .message(
                RawMessage(topic: "site/a/r1/\(level)", payload: Array(text.utf8), isRetained: retained)))
    }

    mutating func zebra(
        _ mode: String, _ tag: Int, port: Int, heardAt: UTCInstant? = nil, retained: Bool = false
    ) {
        let time = "\(heardAt ?? now)".replacing("Z", with: "+0000")
        send(
            """
            {"data":{"eventNum":1,"format":"epc","idHex":"\(PathStory.tag(tag).lowercased())",\
            "antenna":\(port),"peakRssi":-58,"reads":3},"timestamp":"\(time)","type":"\(mode)"}
            """, retained: retained)
    }

    mutating func heartbeat(second: String = "connected", dropped: Int = 0) {
        let time = "\(now)".replacing("Z", with: "+0000")
        send(
            """
            {"component":"RG","data":{"radio_control":{"status":"running","radioActivity":"active",\
            "radioConnection":"connected","antennas":{"1":"connected","2":"\(second)"}},\
            "reader_gateway":{"dataPathStatistics":[{"numDataMessagesRxed":9,"numDataMessagesTxed":9,\
            "numDataMessagesDropped":\(dropped),"numDataMessagesRetained":0}]},\
            "system":{"flash":null}},"eventNum":7,"timestamp":"\(time)","type":"heartbeat"}
            """, at: "management")
    }

    /// `kind zone` for everything that was concluded about a tag's place.
    func presence(of tag: Int) -> [String] {
        presenceChanges.filter { $0.tag.hex == PathStory.tag(tag) }.map {
            "\($0.kind.word) \(path.layout.zones[$0.zone].id)"
        }
    }
}
