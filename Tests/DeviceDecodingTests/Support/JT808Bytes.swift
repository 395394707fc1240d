/// Writes JT/T 808 frames, from the tables of the standard and not from the decoder.
struct JT808Bytes {
    var messageID: UInt16 = 0x0200
    var phone = "013812345678"
    var serial: UInt16 = 1
    var part: (total: UInt16, number: UInt16)?
    var encryption: UInt16 = 0
    var is2019 = false
    var body: [UInt8] = JT808Bytes.location()

    /// A place near Beijing, 2026-11-21 20:00:00 GMT+8, positioned, 36.5 km/h east.
    static func location(
        latitude: UInt32 = 39_904_200, longitude: UInt32 = 116_407_400, status: UInt32 = 0x0000_0003,
        direction: UInt16 = 90, time: String = "261121200000"
    ) -> [UInt8] {
        var body = big(UInt32(0)) + big(status) + big(latitude) + big(longitude)
        body += big(UInt16(44)) + big(UInt16(365)) + big(direction) + Fixture.bytes(hex: time)
        return body
    }

    static func batch(_ bodies: [[UInt8]], type: UInt8, count: UInt16? = nil) -> [UInt8] {
        let entries = bodies.flatMap { big(UInt16($0.count)) + $0 }
        return big(count ?? UInt16(bodies.count)) + [type] + entries
    }

    static func big(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// Header and body, not yet closed by the check code.
    var open: [UInt8] {
        var attributes = UInt16(body.count & 0x3FF) | encryption << 10
        if part != nil { attributes |= 1 << 13 }
        if is2019 { attributes |= 1 << 14 }
        var bytes = JT808Bytes.big(messageID) + JT808Bytes.big(attributes)
        if is2019 { bytes.append(1) }
        let digits = String(repeating: "0", count: (is2019 ? 20 : 12) - phone.count) + phone
        bytes += Fixture.bytes(hex: digits) + JT808Bytes.big(serial)
        if let part { bytes += JT808Bytes.big(part.total) + JT808Bytes.big(part.number) }
        return bytes + body
    }

    /// As sent: check code, escapes, delimiters.
    var wire: [UInt8] { JT808Bytes.sealed(open) }

    static func sealed(_ open: [UInt8]) -> [UInt8] {
        var wire: [UInt8] = [0x7E]
        for byte in open + [open.reduce(0, ^)] {
            switch byte {
            case 0x7E: wire += [0x7D, 0x02]
            case 0x7D: wire += [0x7D, 0x01]
            default: wire.append(byte)
            }
        }
        return wire + [0x7E]
    }

    /// Header and body of a frame as sent; `nil` for what is no single good frame.
    static func opened(_ wire: [UInt8]) -> [UInt8]? {
        guard wire.count > 3, wire.first == 0x7E, wire.last == 0x7E else { return nil }
        var open: [UInt8] = []
        var rest = wire.dropFirst().dropLast()
        while let byte = rest.popFirst() {
            if byte == 0x7D { open.append(rest.popFirst() == 1 ? 0x7D : 0x7E) } else { open.append(byte) }
        }
        return open.dropLast()
    }
}
