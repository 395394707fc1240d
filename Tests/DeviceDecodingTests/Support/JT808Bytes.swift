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

/// Bodies of the messages that are no position, by edition.
extension JT808Bytes {
    enum Edition: CaseIterable, Sendable {
        case year2011, year2013, year2019

        var is2019: Bool { self == .year2019 }
    }

    /// Text in a field of fixed length, zero bytes behind it.
    static func field(_ text: [UInt8], _ count: Int) -> [UInt8] {
        text.prefix(count) + Array(repeating: 0, count: max(0, count - text.count))
    }

    static func field(_ text: String, _ count: Int) -> [UInt8] { field(Array(text.utf8), count) }

    /// `京A` and digits in GBK.
    static let plate: [UInt8] = [0xBE, 0xA9, 0x41, 0x31, 0x32, 0x33, 0x34, 0x35]

    static func registration(_ edition: Edition, terminalID: String, plate: [UInt8] = plate) -> [UInt8] {
        let widths: (maker: Int, model: Int, id: Int)
        switch edition {
        case .year2011: widths = (5, 8, 7)
        case .year2013: widths = (5, 20, 7)
        case .year2019: widths = (11, 30, 30)
        }
        return big(UInt16(11)) + big(UInt16(101)) + field("MAKER", widths.maker)
            + field("MODEL-1", widths.model) + field(terminalID, widths.id) + [1] + plate
    }

    static func logIn(_ edition: Edition, code: String, imei: String) -> [UInt8] {
        guard edition.is2019 else { return Array(code.utf8) }
        return [UInt8(code.utf8.count)] + Array(code.utf8) + field(imei, 15) + field("V1.2", 20)
    }

    static func properties(
        _ edition: Edition, terminalID: String, iccid: String, systems: UInt8, maker: Int = 5
    ) -> [UInt8] {
        let (model, id) = edition.is2019 ? (30, 30) : (20, 7)
        return big(UInt16(0x0004)) + field("MAKER", maker) + field("MODEL-1", model) + field(terminalID, id)
            + Fixture.bytes(hex: iccid) + [2] + Array("H1".utf8) + [3] + Array("F12".utf8) + [systems, 3]
    }

    struct DriverCard {
        var edition: Edition
        /// 1 in, 2 out.
        var status: UInt8 = 1
        var time = "261121200000"
        var result: UInt8 = 0
        var name: [UInt8] = [0xD5, 0xC5, 0xC8, 0xFD]
        var certificate = "99999919000101001X"
        var identity = "99999919000101001X"
        var authority = Array("BEIJING".utf8)

        var body: [UInt8] {
            let named = [UInt8(name.count)] + name
            let issued = [UInt8(authority.count)] + authority
            if edition == .year2011 {
                return named + JT808Bytes.field(identity, 20) + JT808Bytes.field(certificate, 40) + issued
            }
            let head = [status] + Fixture.bytes(hex: time)
            guard status == 1 else { return head }
            let card = head + [result] + named + JT808Bytes.field(certificate, 20) + issued
            let valid = card + Fixture.bytes(hex: "20301231")
            return edition.is2019 ? valid + JT808Bytes.field(identity, 20) : valid
        }
    }

    /// `items` as they stand behind the fixed part.
    static func items(_ items: [(id: UInt8, bytes: [UInt8])]) -> [UInt8] {
        items.flatMap { [$0.id, UInt8($0.bytes.count)] + $0.bytes }
    }

    /// This message in parts with consecutive serials, as sent.
    func parts(_ count: Int) -> [[UInt8]] {
        let size = (body.count + count - 1) / count
        return (0..<count).map { index in
            var part = self
            part.body = Array(body.dropFirst(index * size).prefix(size))
            part.part = (UInt16(count), UInt16(index + 1))
            part.serial = serial &+ UInt16(index)
            return part.wire
        }
    }
}
