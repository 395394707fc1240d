import ArgumentParser
import AssetModel
import DeviceDecoding

/// How the lines of `decode reader` and `decode mapping` hold their payloads.
struct ReaderInput: ParsableArguments {
    @Option(help: "报文的主题。 The topic that the payloads came on.")
    var topic = "readers/decode"

    @Flag(help: "每行为十六进制报文。 Each line is a payload in hex.")
    var hex = false

    @Flag(help: "每行为 Base64 报文。 Each line is a payload in Base64.")
    var base64 = false

    @Flag(help: "每行为 tallyd record 的一条记录，含主题。 Each line is a record of `tallyd record`, topic included.")
    var recorded = false

    func validate() throws {
        if [hex, base64, recorded].count(where: { $0 }) > 1 {
            throw ValidationError(
                "--hex、--base64、--recorded 只能选一个。 Only one of --hex, --base64 and --recorded.")
        }
    }

    /// A message, and when it was received where the line says so.
    struct Line {
        var message: RawMessage
        var receivedAt: UTCInstant?
    }

    func read(_ line: [UInt8]) throws(Rejection) -> Line {
        if recorded { return try ReaderInput.record(line) }
        return Line(message: RawMessage(topic: topic, payload: try payload(line)))
    }

    private func payload(_ line: [UInt8]) throws(Rejection) -> [UInt8] {
        if hex {
            guard let bytes = BinaryText.hex(line) else { throw Rejection(.malformedItem, at: "hex") }
            return bytes
        }
        if base64 {
            guard let bytes = BinaryText.base64(line) else { throw Rejection(.malformedItem, at: "base64") }
            return bytes
        }
        // Protobuf cannot stand in a line of text, and JSON is neither hex nor Base64.
        guard SparkplugNamespace.contains(topic) else { return line }
        return BinaryText.hex(line) ?? BinaryText.base64(line) ?? line
    }

    /// `{"t": time, "topic": …, "payload": value | "payload_base64": text}`, what else stands there is passed
    /// over.
    private static func record(_ line: [UInt8]) throws(Rejection) -> Line {
        let fields: RecordFields
        do throws(JSONFault) {
            fields = try RecordFields(line)
        } catch {
            throw error.rejection
        }
        guard let topic = fields.topic else { throw Rejection(.unknownShape, at: "topic") }
        guard let payload = fields.payload else { throw Rejection(.unknownShape, at: "payload") }
        let message = RawMessage(topic: topic, payload: payload, isRetained: fields.isRetained)
        return Line(message: message, receivedAt: fields.receivedAt)
    }
}

/// The members of a recorded message.
private struct RecordFields {
    var topic: String?
    var payload: [UInt8]?
    var receivedAt: UTCInstant?
    var isRetained = false

    init(_ line: [UInt8]) throws(JSONFault) {
        let found: Result<RecordFields, JSONFault> = line.withUnsafeBytes { bytes in
            var fields = RecordFields()
            do throws(JSONFault) {
                try fields.read(bytes)
                return .success(fields)
            } catch {
                return .failure(error)
            }
        }
        self = try found.get()
    }

    private init() {}

    private mutating func read(_ bytes: UnsafeRawBufferPointer) throws(JSONFault) {
        var json = JSONCursor(bytes)
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "t" where try json.kind() == .string:
                receivedAt = UTCInstant(rfc3339: try json.string().string)
            case "topic": topic = try json.string().string
            case "payload": payload = try json.recordedPayload()
            case "payload_base64": payload = BinaryText.base64(try json.string().bytes)
            case "retained": isRetained = try json.bool()
            default: try json.skip()
            }
        }
        try json.finish()
    }
}
