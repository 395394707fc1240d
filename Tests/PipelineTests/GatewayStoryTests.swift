import AssetModel
import IntakePipeline
import Testing

/// Readers behind a Sparkplug B edge node, through the whole path: what the node says of itself concerns
/// every device behind it, and nothing else does.
struct GatewayStoryTests {
    /// Devices R1 and R2 behind edge node E1, each with an antenna in a zone of its own; `rX` is on its own.
    private static func setup() -> IntakePath.Setup {
        var layout = SiteLayout()
        layout.sites = [SiteLayout.Site(id: "a")]
        for (index, id) in ["R1", "R2"].enumerated() {
            var zone = SiteLayout.Zone(
                id: "Z\(id)", site: 0, missingAfter: ElapsedTime(seconds: 1_800))
            zone.locations = ["place \(id)"]
            layout.zones.append(zone)
            var reader = SiteLayout.Reader(
                id: id, site: 0, topics: ["spBv1.0/G/+/E1", "spBv1.0/G/+/E1/\(id)"])
            reader.format = .sparkplug
            reader.liveness = .will
            reader.antennas = [index]
            layout.readers.append(reader)
            layout.antennas.append(SiteLayout.Antenna(reader: index, port: 1, zone: index))
        }
        var setup = IntakePath.Setup(layout: layout)
        setup.numberSpace.epcPrefixes = ["E280"]
        return setup
    }

    private static func story() -> PathStory { PathStory(setup: setup(), books: RegisterChange()) }

    @Test func `the death of an edge node silences every device behind it`() {
        var story = Self.story()
        story.birth()
        #expect(story.online == ["R1", "R2"])
        story.sparkplug("NDEATH", metrics: #"{"name":"bdSeq","dataType":"Int64","value":0}"#)
        #expect(story.online.isEmpty)
        #expect(story.path.accounts.deviceEvents == 4, "two births, the node's birth, its death")
    }

    @Test func `the death of a device is its own`() {
        var story = Self.story()
        story.birth()
        story.sparkplug("DDEATH", device: "R1", metrics: "")
        #expect(story.online == ["R2"])
    }

    @Test func `the return of the node says nothing of its devices`() {
        var story = Self.story()
        story.birth()
        story.sparkplug("NDEATH", metrics: #"{"name":"bdSeq","dataType":"Int64","value":0}"#)
        story.sequence = 0
        story.sparkplug("NBIRTH", metrics: #"{"name":"bdSeq","dataType":"Int64","value":1}"#)
        story.sparkplug("NDATA", metrics: #"{"name":"Uptime","dataType":"Int64","value":5}"#)
        #expect(story.online.isEmpty)
        story.sparkplug("DBIRTH", device: "R2", metrics: GatewayStoryTests.names)
        #expect(story.online == ["R2"])
    }

    @Test func `a number missing in the node's count is a loss for all devices behind it`() {
        var story = Self.story()
        story.birth()
        for _ in 0..<400 {
            story.now = story.now + ElapsedTime(seconds: 1)
            story.data(from: "R1", tag: 1)
            story.data(from: "R2", tag: 2)
        }
        let before = story.covered
        #expect(before.allSatisfy { $0 >= 390 }, "\(before)")
        // A minute without a word, and then messages are missing: what was said in it is not known.
        story.now = story.now + ElapsedTime(seconds: 60)
        story.sequence += 3
        story.data(from: "R1", tag: 1)
        #expect(story.covered.allSatisfy { $0 <= 410 }, "\(story.covered)")
        #expect(story.path.accounts.observations == 801, "reads that come after a loss are reads")
    }

    @Test func `a minute without a word and without a loss counts`() {
        var story = Self.story()
        story.birth()
        story.now = story.now + ElapsedTime(seconds: 60)
        story.data(from: "R1", tag: 1)
        #expect(story.covered.allSatisfy { $0 >= 59 }, "\(story.covered)")
    }

    @Test func `data of a device is read under the names of its birth`() {
        var story = Self.story()
        story.birth()
        story.sparkplug(
            "DDATA", device: "R1",
            metrics: """
                {"alias":11,"dataType":"String","value":"\(PathStory.tag(7))"},\
                {"alias":12,"dataType":"Int32","value":-51}
                """)
        #expect(story.path.accounts.new == 1)
        #expect(story.presence(of: 7).first == "heard ZR1")
    }

    @Test func `another device of the node is ignored, unless it reads tags`() {
        var setup = Self.setup()
        setup.layout.readers[0].topics.append("spBv1.0/G/+/E1/+")
        setup.layout.readers[0].identities = ["R1"]
        var story = PathStory(setup: setup, books: RegisterChange())
        story.birth()
        story.sparkplug("DBIRTH", device: "plc-2", metrics: #"{"name":"Speed","dataType":"Int32","value":3}"#)
        story.sparkplug("DDATA", device: "plc-2", metrics: #"{"name":"Speed","dataType":"Int32","value":4}"#)
        story.sparkplug("DDEATH", device: "plc-2", metrics: "")
        #expect(story.online == ["R1", "R2"], "what happens to it is nobody's")
        #expect(story.path.accounts.messagesRejected == 0 && story.told.isEmpty)
        story.data(from: "R1", tag: 1)
        #expect(story.path.accounts.new == 1)
        let stranger = #"{"name":"EPC","dataType":"String","value":"\#(PathStory.tag(3))"}"#
        story.sparkplug("DDATA", device: "R9", metrics: stranger)
        #expect(story.path.accounts.rejected == ["unknown_device": 1])
        #expect(story.told.count == 1 && story.told.first?.hasPrefix("DEVICE_UNKNOWN") == true)
    }

    fileprivate static let names = """
        {"name":"EPC","alias":11,"dataType":"String","value":""},\
        {"name":"RSSI","alias":12,"dataType":"Int32","value":0}
        """
}

extension PathStory {
    /// Readers that count as alive.
    fileprivate var online: [String] {
        path.layout.readers.indices.filter { path.figures(ofReader: $0).isOnline }
            .map { path.layout.readers[$0].id }
    }

    /// Seconds of unbroken coverage of each zone.
    fileprivate var covered: [Int64] {
        path.layout.zones.indices.map { path.figures(ofZone: $0).coveredFor.seconds }
    }

    fileprivate mutating func birth() {
        sparkplug("NBIRTH", metrics: #"{"name":"bdSeq","dataType":"Int64","value":0}"#)
        sparkplug("DBIRTH", device: "R1", metrics: GatewayStoryTests.names)
        let second = GatewayStoryTests.names.replacing("11", with: "21").replacing("12", with: "22")
        sparkplug("DBIRTH", device: "R2", metrics: second)
    }

    fileprivate mutating func data(from device: String, tag: Int) {
        let alias = device == "R1" ? 11 : 21
        let epc = PathStory.tag(tag)
        sparkplug(
            "DDATA", device: device, metrics: #"{"alias":\#(alias),"dataType":"String","value":"\#(epc)"}"#)
    }

    fileprivate mutating func sparkplug(_ type: String, device: String? = nil, metrics: String) {
        let topic = "spBv1.0/G/\(type)/E1" + (device.map { "/" + $0 } ?? "")
        let isDeath = type == "NDEATH"
        let number = isDeath ? "" : ",\"seq\":\(sequence % 256)"
        let payload = """
            {"timestamp":\(now.milliseconds),"metrics":[\(metrics)]\(number)}
            """
        if !isDeath { sequence += 1 }
        give(.message(RawMessage(topic: topic, payload: Array(payload.utf8))))
    }
}
