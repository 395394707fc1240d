import AssetModel
import DeviceDecoding

/// Payloads read by a mapping. The input is a line that says the mapping, then the payload:
///
///     reads=reads[];epc=epc;rssi=rssi;time=ts;reader=$.devid
///     {"devid":"R-1","reads":[{"epc":"3034257BF400B800000000C8","rssi":"-62","ts":"1716900123456"}]}
///
/// The line is not the configuration's TOML, which has a reader and tests of its own: it is short, so that a
/// change of one byte is a change of the mapping. Words and keys that mean nothing are passed over.
enum MappingTarget: FuzzTarget {
    static let name = "mapping"

    static func check(_ input: [UInt8]) throws(Breach) {
        let parts = input.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        let head = MappingLine(String(decoding: parts.first ?? [], as: UTF8.self))
        let message = RawMessage(topic: head.topic, payload: Array(parts.count > 1 ? parts[1] : []))
        let bench = SourceBench(reader: .mapping, mapping: head.mapping)
        try SourceLaws.check([message], at: bench)
        try JSONLaws.check(message, .lines, at: bench)
    }
}
