import AssetModel
import CJSONBaselines

/// Baseline `simdjson-ondemand`: reads the same payloads with simdjson's On-Demand interface, takes out the
/// same fields and makes the same values of them, in C++. Its parser and buffers are reused; the copy into
/// padded memory that the library asks for is part of the work.
final class SimdjsonDecoding {
    private let parser: OpaquePointer
    private let vendor: tally_json_vendor
    private var head = tally_json_head()
    private var reads: [tally_json_read]

    /// Which of the two ways of writing it runs.
    var way = TALLY_JSON_LOOP
    /// The way that does not fit the samples.
    var unfit: tally_json_way?

    static let ways = [TALLY_JSON_LOOP, TALLY_JSON_BY_NAME]
    static let byName = TALLY_JSON_BY_NAME

    /// - Parameter bytesMax: the longest sample.
    init(format: DecodeFormat, bytesMax: Int) throws {
        guard let parser = tally_simdjson_make(bytesMax) else {
            throw BenchFailure("simdjson-ondemand: no memory for \(bytesMax) bytes")
        }
        self.parser = parser
        vendor = format == .zebra ? TALLY_JSON_ZEBRA : TALLY_JSON_IMPINJ
        reads = Array(repeating: tally_json_read(), count: DecodeSamples.batchRecords)
    }

    deinit { tally_simdjson_free(parser) }

    /// The processor kinds that simdjson and our walk over its findings run as.
    static var kernels: String {
        let structure = String(cString: tally_simdjson_structure_kernel())
        return structure + "/" + String(cString: tally_simdjson_walk_kernel())
    }

    /// Returns the number of reads, or -1.
    func decode(_ payload: [UInt8]) -> Int {
        head.has_sent = false
        head.name_bytes = 0
        let found = payload.withUnsafeBufferPointer { bytes in
            reads.withUnsafeMutableBufferPointer { reads in
                tally_simdjson_read(
                    parser, vendor, way, tally_json_payload(bytes: bytes.baseAddress, count: bytes.count),
                    &head, tally_json_reads(first: reads.baseAddress, max: reads.count))
            }
        }
        return Int(found)
    }

    /// What the last message held, in the product's types.
    func values(_ count: Int) -> DecodedValues {
        let name = withUnsafeBytes(of: head.name) { bytes in
            String(decoding: bytes.prefix(Int(head.name_bytes)), as: UTF8.self)
        }
        let isMinutely = vendor == TALLY_JSON_ZEBRA && head.is_inventory
        return DecodedValues(
            reads: reads.prefix(count).map { TagRead($0) },
            sentAt: head.has_sent ? UTCInstant(milliseconds: head.sent_ms) : nil, deviceIdentity: name,
            reportMode: isMinutely ? .every(ElapsedTime(seconds: 60)) : nil)
    }
}

/// What a contender finds in a reader's message, for the comparison before anything is measured.
struct DecodedValues: Equatable {
    var reads: [TagRead]
    var sentAt: UTCInstant?
    var deviceIdentity: String
    var reportMode: ReportMode?
}

extension TagRead {
    fileprivate init(_ read: tally_json_read) {
        func has(_ field: Int32) -> Bool { Int32(read.present) & field != 0 }
        self.init(
            tag: EPC(read.tag), tid: read.tid.bits == 0 ? nil : EPC(read.tid),
            antennaPort: has(TALLY_JSON_PORT) ? read.port : nil,
            peakSignal: has(TALLY_JSON_SIGNAL) ? SignalStrength(centiDBm: read.signal) : nil,
            heardAt: has(TALLY_JSON_HEARD) ? UTCInstant(milliseconds: read.heard_ms) : nil)
        reads = read.reads
        protocolControl = has(TALLY_JSON_CONTROL) ? read.protocol_control : nil
        radio.frequencyKilohertz = has(TALLY_JSON_FREQUENCY) ? read.frequency_khz : nil
        radio.phaseCentidegrees = has(TALLY_JSON_PHASE) ? read.phase : nil
        radio.transmitPower = has(TALLY_JSON_POWER) ? SignalStrength(centiDBm: read.power) : nil
    }
}

extension EPC {
    fileprivate init(_ identity: tally_json_identity) {
        var words = Words()
        (words.first, words.second) = (identity.words.0, identity.words.1)
        (words.third, words.fourth) = (identity.words.2, identity.words.3)
        self.init(bitCount: max(16, identity.bits), words: words)
    }
}
