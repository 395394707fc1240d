import AssetModel
import Foundation

/// Baseline `foundation-json`: `JSONSerialization` reads the message, the same fields are taken out of its
/// dictionaries and become the same values. Identities and times are converted by the product's own code, so
/// that what differs is the reading of JSON.
struct FoundationDecoding {
    private let format: DecodeFormat
    private(set) var reads: [TagRead] = []
    private(set) var fixes: [VehicleFix] = []
    /// What the message says besides its reads; of a batch the last, or the newest.
    private var sentAt: UTCInstant?
    private var deviceIdentity = ""
    private var reportMode: ReportMode?

    private static let refusal = BenchFailure("foundation-json does not find the fields of its own sample")

    init(format: DecodeFormat) {
        self.format = format
    }

    mutating func decode(_ data: Data) throws {
        reads.removeAll(keepingCapacity: true)
        fixes.removeAll(keepingCapacity: true)
        sentAt = nil
        deviceIdentity = ""
        reportMode = nil
        let value = try JSONSerialization.jsonObject(with: data)
        if format == .emqx { return try takeFixes(try FoundationDecoding.object(value)) }
        if let list = value as? [Any] {
            for one in list { try takeRead(try FoundationDecoding.object(one)) }
        } else {
            try takeRead(try FoundationDecoding.object(value))
        }
    }

    /// What was found. Besides its reads only the heads of Impinj's and Zebra's messages are taken.
    func values(asIn decoded: DecodedMessage) -> DecodedValues {
        var values = decoded.values
        values.reads = reads
        if format.hasSimdjsonBaseline {
            (values.sentAt, values.deviceIdentity) = (sentAt, deviceIdentity)
            values.reportMode = reportMode
        }
        return values
    }

    private static func object(_ value: Any?) throws -> [String: Any] {
        guard let object = value as? [String: Any] else { throw refusal }
        return object
    }

    private mutating func takeRead(_ object: [String: Any]) throws {
        switch format {
        case .impinj: try takeImpinj(object)
        case .zebra: try takeZebra(object)
        default: try takePlain(object)
        }
    }

    private mutating func takeImpinj(_ object: [String: Any]) throws {
        let event = try FoundationDecoding.object(object["tagInventoryEvent"])
        guard let tag = FoundationDecoding.identity(hex: event["epcHex"], base64: event["epc"]),
            let port = event["antennaPort"] as? Int, let signal = event["peakRssiCdbm"] as? Int,
            let sent = object["timestamp"] as? String, let queuedAt = UTCInstant(rfc3339: sent),
            object["eventType"] as? String == "tagInventory"
        else { throw FoundationDecoding.refusal }
        sentAt = queuedAt
        if let name = object["hostname"] as? String { deviceIdentity = name }
        let heardAt = (event["lastSeenTime"] as? String).flatMap { UTCInstant(rfc3339: $0) }
        var read = TagRead(
            tag: tag, tid: FoundationDecoding.identity(hex: event["tidHex"], base64: event["tid"]),
            antennaPort: UInt16(port), peakSignal: SignalStrength(centiDBm: Int16(signal)),
            heardAt: heardAt ?? queuedAt)
        read.radio.frequencyKilohertz = (event["frequency"] as? Int).map { UInt32($0) }
        read.radio.transmitPower = (event["transmitPowerCdbm"] as? Int).map {
            SignalStrength(centiDBm: Int16($0))
        }
        read.radio.phaseCentidegrees = (event["phaseAngle"] as? Double).map { UInt16(($0 * 100).rounded()) }
        reads.append(read)
    }

    private static func identity(hex: Any?, base64: Any?) -> EPC? {
        if let hex = hex as? String { return EPC(hex: hex) }
        guard let text = base64 as? String else { return nil }
        let standard = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: standard).flatMap { EPC(bytes: $0) }
    }

    private mutating func takeZebra(_ object: [String: Any]) throws {
        let data = try FoundationDecoding.object(object["data"])
        guard let hex = data["idHex"] as? String, let tag = EPC(hex: hex), let port = data["antenna"] as? Int,
            let signal = data["peakRssi"] as? Int, let count = data["reads"] as? Int,
            let time = object["timestamp"] as? String, let heardAt = UTCInstant(rfc3339: time),
            object["type"] as? String == "INVENTORY"
        else { throw FoundationDecoding.refusal }
        sentAt = max(sentAt ?? heardAt, heardAt)
        reportMode = .every(ElapsedTime(seconds: 60))
        var read = TagRead(
            tag: tag, antennaPort: UInt16(port), peakSignal: SignalStrength(centiDBm: Int16(signal * 100)),
            heardAt: heardAt)
        read.reads = UInt32(count)
        reads.append(read)
    }

    private mutating func takePlain(_ object: [String: Any]) throws {
        guard let hex = object["epc"] as? String, let tag = EPC(hex: hex),
            let port = object["antenna"] as? Int,
            let signal = object["rssi"] as? Double, let heard = object["timestamp"] as? String
        else { throw FoundationDecoding.refusal }
        reads.append(
            TagRead(
                tag: tag, antennaPort: UInt16(port),
                peakSignal: SignalStrength(centiDBm: Int16((signal * 100).rounded())),
                heardAt: UTCInstant(rfc3339: heard)))
    }

    private mutating func takeFixes(_ object: [String: Any]) throws {
        let header = try FoundationDecoding.object(object["header"])
        let body = try FoundationDecoding.object(object["body"])
        guard let phone = header["phone"] as? String, let kind = header["msg_id"] as? Int else {
            throw FoundationDecoding.refusal
        }
        guard kind == 0x0704 else { return try takeFix(body, phone: phone) }
        for one in body["location"] as? [Any] ?? [] {
            try takeFix(try FoundationDecoding.object(one), phone: phone)
        }
    }

    private mutating func takeFix(_ body: [String: Any], phone: String) throws {
        guard let latitude = body["latitude"] as? Int, let longitude = body["longitude"] as? Int,
            let altitude = body["altitude"] as? Int, let speed = body["speed"] as? Int,
            let direction = body["direction"] as? Int, let time = body["time"] as? String,
            let alarm = body["alarm"] as? Int, let status = body["status"] as? Int
        else { throw FoundationDecoding.refusal }
        let extra = try FoundationDecoding.object(body["extra"])
        let significant = phone.utf8.drop { $0 == 0x30 }
        var fix = VehicleFix(phone: String(decoding: significant, as: UTF8.self), phoneRaw: phone)
        fix.takePlace(
            latitude: Double(latitude) / 1_000_000 * (status & 1 << 2 != 0 ? -1 : 1),
            longitude: Double(longitude) / 1_000_000 * (status & 1 << 3 != 0 ? -1 : 1),
            isVouchedFor: status & 1 << 1 != 0)
        fix.altitudeMetres = Double(altitude)
        fix.speedKilometresPerHour = Double(speed) / 10
        fix.directionDegrees = Double(direction)
        fix.fixedAt = FoundationDecoding.instant(digits: time)
        fix.alarmBits = UInt32(alarm)
        fix.statusBits = UInt32(status)
        if let mileage = extra["mileage"] as? Int { fix.odometerMetres = UInt64(mileage) * 100 }
        fix.satellitesUsed = (extra["gnss_sat_num"] as? Int).map { UInt8(clamping: $0) }
        fixes.append(fix)
    }

    /// YYMMDDhhmmss in GMT+8.
    private static func instant(digits: String) -> UTCInstant? {
        guard digits.utf8.count == 12 else { return nil }
        let values = digits.utf8.map { Int($0) - 0x30 }
        func pair(_ index: Int) -> Int { values[index * 2] * 10 + values[index * 2 + 1] }
        return UTCInstant(
            date: (2_000 + pair(0), pair(1), pair(2)), time: (pair(3), pair(4), pair(5), 0),
            offsetMinutes: 480)
    }
}

/// Baseline `xor-unescape`: undoes the escapes and checks the XOR of the same frames, byte by byte, and takes
/// no field out of them: what no decoder of JT/T 808 can save.
struct XORUnescaping {
    /// Longer than any sample; the escapes only ever shorten.
    private var plain = [UInt8](repeating: 0, count: 65_536)
    /// Frames whose check code is right.
    private(set) var frames = 0

    mutating func decode(_ payload: [UInt8]) {
        precondition(payload.count <= plain.count, "sample of \(payload.count) bytes")
        frames += plain.withUnsafeMutableBufferPointer { plain in
            payload.withUnsafeBufferPointer { XORUnescaping.goodFrames(in: $0, plain) }
        }
    }

    private static func goodFrames(
        in payload: UnsafeBufferPointer<UInt8>, _ plain: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var (good, length) = (0, 0)
        var check: UInt8 = 0
        var isEscaped = false
        for byte in payload {
            if byte == 0x7E {
                if length > 0, check == 0 { good += 1 }
                (length, check) = (0, 0)
            } else if byte == 0x7D {
                isEscaped = true
            } else {
                let restored: UInt8 = isEscaped ? (byte == 1 ? 0x7D : 0x7E) : byte
                isEscaped = false
                plain[length] = restored
                length += 1
                check ^= restored
            }
        }
        return good
    }
}
