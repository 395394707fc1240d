import AssetModel
import DeviceDecoding

/// Sparkplug B. The input is a row of messages:
///
///     kind UInt8 | size UInt16, little endian | payload
///
/// - kind: bits 0...2 NBIRTH, NDATA, NDEATH, DBIRTH, DDATA, DDEATH, NCMD, STATE; bit 3 the second edge node;
///   bit 4 the second device.
/// - A size that goes beyond the end means all that is left.
enum SparkplugTarget: FuzzTarget {
    static let name = "sparkplug"

    /// A birth, a row of data, a gap, a death and a birth again.
    private static let messagesMax = 12
    private static let kinds = ["NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH", "NCMD", "STATE"]

    static func check(_ input: [UInt8]) throws(Breach) {
        try SourceLaws.check(
            messages(in: input), at: SourceBench(reader: .sparkplug), memory: .ofReads)
    }

    static func messages(in input: [UInt8]) -> [RawMessage] {
        var rest = input[...]
        var messages: [RawMessage] = []
        while let kind = rest.popFirst(), messages.count < messagesMax {
            let size = Int(rest.popFirst() ?? 0) | Int(rest.popFirst() ?? 0) << 8
            messages.append(RawMessage(topic: topic(kind), payload: Array(rest.prefix(size))))
            rest = rest.dropFirst(size)
        }
        return messages
    }

    private static func topic(_ kind: UInt8) -> String {
        let name = kinds[Int(kind & 7)]
        if name == "STATE" { return "spBv1.0/STATE/host" }
        let node = "spBv1.0/warehouse/\(name)/edge-\(kind & 8 == 0 ? 1 : 2)"
        return name.hasPrefix("D") ? node + "/reader-\(kind & 16 == 0 ? 1 : 2)" : node
    }
}
