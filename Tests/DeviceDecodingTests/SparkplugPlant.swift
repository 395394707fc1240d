import AssetModel
import DeviceDecoding
import Testing

/// Datatypes as the schema numbers them.
enum SparkplugType {
    static let int8: UInt32 = 1
    static let int32: UInt32 = 3
    static let int64: UInt32 = 4
    static let uint16: UInt32 = 6
    static let float: UInt32 = 9
    static let double: UInt32 = 10
    static let string: UInt32 = 12
    static let dateTime: UInt32 = 13
    static let dataSet: UInt32 = 16
    static let bytes: UInt32 = 17
    static let template: UInt32 = 19
}

/// Edge nodes, devices and readers that listen to them, with one decoder; a test reads as their conversation.
struct SparkplugPlant {
    var decoder = SparkplugPlant.makeDecoder()
    var buffer = DecodedMessage()
    var now = noon
    /// What the next message says when it was made: milliseconds since 1970; `nil` for nothing.
    var clock: UInt64? = UInt64(noon.milliseconds)

    static func makeDecoder() -> DeviceDecoder {
        var readers: [SiteLayout.Reader] = []
        for id in ["R1", "R2"] {
            var reader = SiteLayout.Reader(
                id: id, site: 0, topics: ["spBv1.0/G/+/E/\(id)", "spBv1.0/G/NDEATH/E"])
            reader.format = .sparkplug
            readers.append(reader)
        }
        return DeviceDecoder(layout: SiteLayout(readers: readers))
    }

    /// - Parameter path: `NBIRTH/E`, `DDATA/E/R1` and so on, in group G.
    mutating func send(_ path: String, _ payload: [UInt8], retained: Bool = false) -> DecodedMessage {
        let topic = "spBv1.0/G/" + path
        let message = RawMessage(topic: topic, payload: payload, isRetained: retained)
        let reader = path.hasSuffix("/R2") ? 1 : 0
        decoder.decode(message, from: .reader(reader), receivedAt: now, into: &buffer)
        return buffer
    }

    mutating func send(
        _ path: String, seq: UInt64?, _ metrics: [TestMetric] = [], retained: Bool = false
    ) -> DecodedMessage {
        send(path, TestMetric.payload(metrics, timestamp: clock, seq: seq), retained: retained)
    }

    mutating func nodeBirth(bdSeq: UInt64? = 1, seq: UInt64 = 0, _ more: [TestMetric] = []) -> DecodedMessage
    {
        let session = bdSeq.map { [TestMetric("bdSeq", SparkplugType.int64, .long($0))] } ?? []
        return send("NBIRTH/E", seq: seq, session + more)
    }

    mutating func nodeDeath(bdSeq: UInt64?, retained: Bool = false) -> DecodedMessage {
        let session = bdSeq.map { [TestMetric("bdSeq", SparkplugType.int64, .long($0))] } ?? []
        return send("NDEATH/E", seq: nil, session, retained: retained)
    }

    /// Names alias 1 as an identity and alias 2 as its signal.
    mutating func deviceBirth(_ device: String = "R1", seq: UInt64) -> DecodedMessage {
        send(
            "DBIRTH/E/\(device)", seq: seq,
            [
                TestMetric("Antenna 1/EPC", alias: 1, SparkplugType.string),
                TestMetric("Antenna 1/RSSI", alias: 2, SparkplugType.int32),
                TestMetric("Fan/Speed", alias: 3, SparkplugType.int32),
            ])
    }

    /// An identity by its alias.
    mutating func data(_ device: String = "R1", seq: UInt64?) -> DecodedMessage {
        send("DDATA/E/\(device)", seq: seq, [TestMetric(alias: 1, nil, .text(SparkplugPlant.epc))])
    }

    /// Of a line of the file: `payload` as text, or `hex`.
    static func message(of row: [String: Any]) throws -> RawMessage {
        let text = (row["payload"] as? String).map { Array($0.utf8) }
        let payload = try text ?? Fixture.bytes(hex: #require(row["hex"] as? String))
        return RawMessage(topic: try #require(row["topic"] as? String), payload: payload)
    }

    static let epc = "300833B2DDD9014000000000"
    static let otherEPC = "3034257BF400B800000000C8"

    /// Both readers' births done: the next number is 3.
    static func born() -> SparkplugPlant {
        var plant = SparkplugPlant()
        _ = plant.nodeBirth()
        _ = plant.deviceBirth("R1", seq: 1)
        _ = plant.deviceBirth("R2", seq: 2)
        return plant
    }

    /// Whether the decoder has something new to keep.
    mutating func hasNews() -> Bool { decoder.takeStateChanged() }

    mutating func restart() throws {
        let state = decoder.encodeState()
        decoder = SparkplugPlant.makeDecoder()
        try decoder.restoreState(state)
    }
}

extension DecodedMessage {
    /// As `summary`, what is said of everything behind the gateway first, and of a gap no more than that it
    /// is one.
    var story: String {
        let gateway = gatewayEvents.map { "gateway \($0.kind)" }
        var own = self
        own.gatewayEvents = []
        return (gateway + (own.summary.isEmpty ? [] : [own.summary])).joined(separator: ", ")
    }
}
