import ArgumentParser
import CMosquitto
import Foundation
import Glibc

/// Publishes Impinj messages of 350 bytes as fast as the broker takes them: the same for daemon and null
/// consumer.
struct FloodCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "flood", shouldDisplay: false)

    @Option var port: Int
    @Option var messages: Int
    @Option var seed: UInt64 = 1

    func run() throws {
        mosquitto_lib_init()
        var flood = try Flood(port: port, seed: seed)
        try flood.publish(messages)
    }
}

/// Every tag of the register equally often; one message in a hundred carries a tag never seen before, which
/// is a change of presence; the last one carries a bound tag without card, whose discrepancy tells that all
/// are through.
struct Flood {
    static let tags: UInt64 = 10_000
    static let strangerShare: UInt64 = 100
    static let lastTag = "E2801170FFFFFFFFFFFFFFFF"
    /// As Impinj readers are set for load: far more than a round trip's worth.
    private static let inFlightMax = 1_000

    private let handle: OpaquePointer
    private let counter = InFlight()
    private var state: UInt64

    final class InFlight {
        var count = 0
        var isConnected = false
    }

    struct Failure: Error { var detail: String }

    init(port: Int, seed: UInt64) throws {
        state = seed
        guard let handle = mosquitto_new("flood", true, Unmanaged.passUnretained(counter).toOpaque()) else {
            throw Failure(detail: "mosquitto_new")
        }
        self.handle = handle
        mosquitto_int_option(handle, MOSQ_OPT_SEND_MAXIMUM, Int32(Flood.inFlightMax))
        mosquitto_connect_callback_set(handle) { _, context, _ in
            Unmanaged<InFlight>.fromOpaque(context!).takeUnretainedValue().isConnected = true
        }
        mosquitto_publish_callback_set(handle) { _, context, _ in
            Unmanaged<InFlight>.fromOpaque(context!).takeUnretainedValue().count -= 1
        }
        guard mosquitto_connect(handle, "127.0.0.1", Int32(port), 60) == 0 else {
            throw Failure(detail: "connect")
        }
        while !counter.isConnected { try turn() }
    }

    mutating func publish(_ messages: Int) throws {
        for number in 0..<messages {
            while counter.count >= Flood.inFlightMax { try turn() }
            let payload = message(isLast: number == messages - 1)
            guard
                mosquitto_publish(handle, nil, "readers/rA/events", Int32(payload.count), payload, 1, false)
                    == 0
            else { throw Failure(detail: "publish") }
            counter.count += 1
            if number % 16 == 0 { try turn() }
        }
        while counter.count > 0 { try turn() }
        mosquitto_disconnect(handle)
    }

    private func turn() throws {
        guard mosquitto_loop(handle, 0, 1) == 0 else { throw Failure(detail: "loop") }
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    static func epc(_ number: UInt64) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return "E2801170" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// 350 bytes, as an R700 with its optional fields sends them: a template into which the changing digits
    /// go, because publisher, broker and consumer share the machine.
    private mutating func message(isLast: Bool) -> [UInt8] {
        var message = Flood.template
        let time = Flood.time(UInt64(Date().timeIntervalSince1970 * 1_000))
        for place in Flood.places.times { message.replaceSubrange(place..<place + time.count, with: time) }
        var head: [UInt8] = Array("E2801170".utf8)
        var number = next() % Flood.tags + 1
        if isLast {
            number = UInt64.max
        } else if next() % Flood.strangerShare == 0 {
            head = Array("30395DFA".utf8)
            number = next() & 0xFFFF_FFFF_FFFF
        }
        message.replaceSubrange(Flood.places.epc..<Flood.places.epc + 8, with: head)
        for digit in 0..<16 {
            let nibble = UInt8(truncatingIfNeeded: number >> UInt64(60 - digit * 4)) & 0xF
            message[Flood.places.epc + 8 + digit] = nibble < 10 ? 0x30 + nibble : 0x37 + nibble
        }
        let random = next()
        message[Flood.places.antenna] = 0x31 + UInt8(random % 4)
        message[Flood.places.signal] = 0x35 + UInt8(random >> 8 & 1)
        message[Flood.places.signal + 1] = 0x30 + UInt8(random >> 16 & 7)
        return message
    }

    private static let template: [UInt8] = {
        let time = "0000-00-00T00:00:00.000Z"
        var text =
            "{\"timestamp\":\"\(time)\",\"hostname\":\"impinj-14-46-36\",\"eventType\":\"tagInventory\","
        text += "\"tagInventoryEvent\":{\"epcHex\":\"E28011700000000000000000\","
        text += "\"tidHex\":\"E2801170200014CD9B5A08EC\",\"antennaPort\":1,"
        text += "\"antennaName\":\"A1\",\"peakRssiCdbm\":-5500,\"frequency\":922750,"
        text += "\"transmitPowerCdbm\":3000,\"lastSeenTime\":\"\(time)\",\"phaseAngle\":90.5}}"
        return Array(text.utf8)
    }()

    /// Where the changing digits stand in the template.
    private static let places: (times: [Int], epc: Int, antenna: Int, signal: Int) = {
        func after(_ key: String, _ skip: Int) -> Int {
            let key = Array(key.utf8)
            let start = template.indices.first { template[$0...].starts(with: key) } ?? 0
            return start + key.count + skip
        }
        return (
            [after("\"timestamp\":", 1), after("\"lastSeenTime\":", 1)], after("\"epcHex\":", 1),
            after("\"antennaPort\":", 0), after("\"peakRssiCdbm\":", 1)
        )
    }()

    /// Calendar text once a second, milliseconds by hand.
    nonisolated(unsafe) private static var second: (number: UInt64, text: [UInt8]) = (0, [])

    private static func time(_ milliseconds: UInt64) -> [UInt8] {
        if second.number != milliseconds / 1_000 {
            var seconds = time_t(milliseconds / 1_000)
            var fields = tm()
            gmtime_r(&seconds, &fields)
            let text = String(
                format: "%04d-%02d-%02dT%02d:%02d:%02d.000Z", fields.tm_year + 1_900, fields.tm_mon + 1,
                fields.tm_mday, fields.tm_hour, fields.tm_min, fields.tm_sec)
            second = (milliseconds / 1_000, Array(text.utf8))
        }
        var text = second.text
        let rest = milliseconds % 1_000
        text[20] = 0x30 + UInt8(rest / 100)
        text[21] = 0x30 + UInt8(rest / 10 % 10)
        text[22] = 0x30 + UInt8(rest % 10)
        return text
    }
}
