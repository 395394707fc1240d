import AssetModel
import DeviceDecoding
import Foundation
import Testing

struct JT808Tests {
    @Test func `every published location frame decodes to what the standard says`() throws {
        var taken = 0
        for row in try Fixture.lines("jt808-locations.ndjson") {
            let hex = try #require(row["hex"] as? String)
            let standard = try #require(row["standard"] as? [String: Any])
            let message = decoded(Fixture.bytes(hex: hex), as: .jt808)
            #expect(message.fault == nil, "\(hex)")
            if standard["checkOk"] as? Bool == false {
                #expect(message.refusal?.reason == .frameChecksum, "\(hex)")
            } else if standard["lengthOk"] as? Bool == false {
                #expect(message.refusal?.reason == .frameLength, "\(hex)")
            } else {
                taken += 1
                try expect(message, toBe: standard, hex)
            }
        }
        #expect(taken == 89)
    }

    private func expect(_ message: DecodedMessage, toBe standard: [String: Any], _ hex: String) throws {
        let batch = standard["batch"] as? [String: Any]
        let positions = try #require(
            (batch?["items"] as? [[String: Any]]) ?? (standard["location"] as? [String: Any]).map { [$0] })
        try #require(message.fixes.count == positions.count, "\(hex)")
        let raw = try #require(standard["phone"] as? String)
        #expect(message.terminalPhone == String(raw.drop { $0 == "0" }))
        for (fix, position) in zip(message.fixes, positions) {
            #expect(fix.phoneRaw == raw && fix.phone == message.terminalPhone)
            #expect(fix.isBackfill == (batch?["type"] as? Int == 1))
            try expect(fix, toBe: position, hex)
        }
        let malformed = positions.count { $0["itemsMalformed"] as? Bool == true }
        #expect(message.rejections.count { $0.reason == .malformedItem } == malformed, "\(hex)")
        let outside = message.fixes.count { $0.latitudeDegrees == nil }
        #expect(message.rejections.count { $0.reason == .positionOutOfRange } == outside)
        #expect(message.rejections.count == malformed + outside, "\(message.summary)")
    }

    private func expect(_ fix: VehicleFix, toBe position: [String: Any], _ hex: String) throws {
        let latitude = try #require(position["lat"] as? Double)
        let longitude = try #require(position["lon"] as? Double)
        let isInside = abs(latitude) <= 90 && abs(longitude) <= 180
        #expect(fix.latitudeDegrees == (isInside ? latitude : nil), "\(hex)")
        #expect(fix.longitudeDegrees == (isInside ? longitude : nil))
        #expect(fix.altitudeMetres == position["altitude"] as? Double)
        #expect(fix.speedKilometresPerHour == position["speedKmh"] as? Double)
        let direction = try #require(position["direction"] as? Double)
        #expect(fix.directionDegrees == (direction < 360 ? direction : nil))
        let time = try #require(position["timeUtc"] as? String)
        #expect(fix.fixedAt == UTCInstant(rfc3339: time))
        #expect(fix.isValid == (isInside && position["fix"] as? Bool == true))
        #expect(bits(fix.alarmBits) == position["alarmBits"] as? [Int])
        #expect(bits(fix.statusBits) == position["statusBits"] as? [Int])
        let items = try #require(position["items"] as? [[String: Any]]).filter { $0["truncated"] == nil }
        let expected = try items.map { item in
            let digits = try #require(item["id"] as? String)
            let id = try #require(UInt8(digits, radix: 16))
            return VehicleFix.Item(id: id, bytes: Fixture.bytes(hex: try #require(item["hex"] as? String)))
        }
        #expect(fix.items == expected, "\(hex)")
        let odometer = expected.first { $0.id == 1 && $0.bytes.count == 4 }
        #expect(fix.odometerMetres == odometer.map { $0.bytes.reduce(0) { $0 * 256 + UInt64($1) } * 100 })
    }

    private func bits(_ word: UInt32) -> [Int] {
        (0..<32).filter { word >> UInt32($0) & 1 == 1 }
    }

    @Test func `a frame is the same in binary, in hex of any dress, and in base64`() throws {
        for frame in try Fixture.frames() {
            let plain = decoded(frame, as: .jt808)
            let hex = frame.map { String(format: "%02x", $0) }
            let base64 = Data(frame).base64EncodedString()
            let forms = [
                hex.joined(), hex.joined().uppercased(), hex.joined(separator: " "), " \(hex.joined()) \r\n",
                "\"\(hex.joined())\"", base64, base64.replacing("=", with: ""), "\(base64)\n",
                base64.replacing("+", with: "-").replacing("/", with: "_"),
            ]
            for form in forms {
                let message = decoded(form, as: .jt808)
                #expect(message.summary == plain.summary && message.fixes == plain.fixes, "\(form)")
            }
        }
    }

    @Test(arguments: [
        ("", "refused empty_payload @ offset 0"), (" ", "refused empty_payload @ offset 0"),
        ("{\"header\":{}}", "refused unknown_shape @ offset 0"),
        ("0200", "refused frame_delimiter @ offset 0"),
        ("7e0", "refused text_encoding @ offset 3"), ("7e", "refused frame_delimiter @ offset 0"),
        ("7e7e7e", "refused frame_delimiter @ offset 0"), ("7e0200", "refused frame_delimiter @ offset 3"),
        ("7e02007e", "refused frame_checksum @ offset 2"), ("7e007e", "refused frame_length @ offset 1"),
        ("7e7d037e", "refused frame_escape @ offset 1"), ("7e007d7e", "refused frame_escape @ offset 2"),
        ("位置", "refused frame_delimiter @ offset 0"), ("fgIA*", "refused text_encoding @ offset 5"),
        ("hello, world", "refused text_encoding @ offset 5"),
    ])
    func `a payload that holds no frame says why`(text: String, expected: String) {
        #expect(decoded(text, as: .jt808).summary == expected)
    }

    @Test func `encryption, a wrong length and a wrong check code are refused by name`() {
        #expect(
            decoded(JT808Bytes(encryption: 1).wire, as: .jt808).summary
                == "refused frame_encrypted @ offset 3")
        var open = JT808Bytes().open
        open[3] += 1
        #expect(decoded(JT808Bytes.sealed(open), as: .jt808).summary == "refused frame_length @ offset 3")
        var wire = JT808Bytes().wire
        wire[20] ^= 1
        #expect(decoded(wire, as: .jt808).refusal?.reason == .frameChecksum)
    }

    @Test func `frames that follow each other, sharing a delimiter or not, live and die alone`() {
        let first = JT808Bytes(serial: 1).wire
        let second = JT808Bytes(phone: "013900000001", serial: 2).wire
        var bad = JT808Bytes(serial: 3).wire
        bad[10] ^= 0x40
        #expect(decoded(first + second, as: .jt808).fixes.map(\.phone) == ["13812345678", "13900000001"])
        #expect(decoded(first + second.dropFirst(), as: .jt808).fixes.count == 2)
        #expect(decoded(first + second, as: .jt808).terminalPhone == "13812345678")
        let mixed = decoded(bad + second, as: .jt808)
        #expect(mixed.summary == "1 fixes, rejected frame_checksum @ offset \(bad.count - 2)")
        #expect(decoded(second + first.dropLast(), as: .jt808).fixes.count == 1)
        #expect(decoded(bad + bad, as: .jt808).refusal?.reason == .frameChecksum)
    }

    @Test func `a frame that was never escaped is taken only when length and check code fit`() {
        var frame = JT808Bytes(serial: 0x7E7D)
        let open = frame.open
        let unescaped = [0x7E] + open + [open.reduce(0, ^), 0x7E]
        #expect(unescaped != frame.wire)
        #expect(decoded(unescaped, as: .jt808).fixes == decoded(frame.wire, as: .jt808).fixes)
        var damaged = unescaped
        damaged[damaged.count - 3] ^= 1
        #expect(decoded(damaged, as: .jt808).refusal != nil)
        frame.body += [0x7E, 0x00]
        let longer = [0x7E] + open + [0x00, open.reduce(0, ^), 0x7E]
        #expect(decoded(longer, as: .jt808).refusal != nil)
    }

    @Test(arguments: [
        ("013812345678", false, "13812345678", "013812345678"), ("000000000000", false, "0", "000000000000"),
        ("4eb6fb4afd9e", false, "4eb6fb4afd9e", "4eb6fb4afd9e"),
        ("860615754295917", true, "860615754295917", "00000860615754295917"),
    ])
    func `phones keep their raw form and lose their leading zeros`(
        phone: String, is2019: Bool, expected: String, raw: String
    ) {
        let message = decoded(JT808Bytes(phone: phone, is2019: is2019).wire, as: .jt808)
        #expect(message.fixes.first?.phone == expected && message.fixes.first?.phoneRaw == raw)
        #expect(message.terminalPhone == expected)
    }

    @Test(
        arguments: [
            (0x0001, "ignored jt808_0x0001", "13812345678"), (0x0104, "ignored jt808_0x0104", "13812345678"),
            (0x0800, "ignored jt808_0x080x", "13812345678"), (0x0900, "ignored jt808_0x0900", "13812345678"),
            (0x0801, "ignored jt808_0x080x", "13812345678"), (0x0F01, "ignored jt808_other", "13812345678"),
            (0x8001, "ignored jt808_downlink", ""), (0x9101, "ignored jt808_downlink", ""),
        ] as [(UInt16, String, String)])
    func `other messages are ignored by kind, and only the terminal's own say that it is there`(
        id: UInt16, expected: String, phone: String
    ) {
        let message = decoded(JT808Bytes(messageID: id, body: [1, 2, 3]).wire, as: .jt808)
        #expect(message.summary == expected && message.terminalPhone == phone)
        let both = decoded(JT808Bytes(messageID: id, body: []).wire + JT808Bytes().wire, as: .jt808)
        #expect(both.summary == "1 fixes")
    }
}

struct JT808LocationTests {
    private func fix(_ body: [UInt8]) -> (fix: VehicleFix?, summary: String) {
        let message = decoded(JT808Bytes(body: body).wire, as: .jt808)
        return (message.fixes.first, message.summary)
    }

    @Test func `hemispheres are in the status bits`() {
        let south = fix(JT808Bytes.location(latitude: 33_900_000, longitude: 151_200_000, status: 0b0111)).fix
        #expect(south?.latitudeDegrees == -33.9 && south?.longitudeDegrees == 151.2)
        let west = fix(JT808Bytes.location(latitude: 40_700_000, longitude: 74_000_000, status: 0b1011)).fix
        #expect(west?.latitudeDegrees == 40.7 && west?.longitudeDegrees == -74.0)
        #expect(fix(JT808Bytes.location(status: 0)).fix?.isValid == false)
    }

    @Test(
        arguments: [
            (90_000_000, 180_000_000, "1 fixes"),
            (90_000_001, 0, "1 fixes, rejected position_out_of_range @ body.position"),
            (0, 180_000_001, "1 fixes, rejected position_out_of_range @ body.position"),
            (.max, .max, "1 fixes, rejected position_out_of_range @ body.position"),
        ] as [(UInt32, UInt32, String)])
    func `a place out of range is refused and the rest of the report kept`(
        latitude: UInt32, longitude: UInt32, expected: String
    ) {
        let found = fix(JT808Bytes.location(latitude: latitude, longitude: longitude))
        #expect(found.summary == expected)
        #expect((found.fix?.latitudeDegrees == nil) == expected.contains("rejected"))
        #expect(found.fix?.fixedAt == noon && found.fix?.speedKilometresPerHour == 36.5)
    }

    @Test(
        arguments: [
            ("261121200000", "2026-11-21T12:00:00.000Z"), ("000101000000", "1999-12-31T16:00:00.000Z"),
            ("691231235959", "2069-12-31T15:59:59.000Z"), ("700101080000", "1970-01-01T00:00:00.000Z"),
            ("991231235959", "1999-12-31T15:59:59.000Z"), ("240229000000", "2024-02-28T16:00:00.000Z"),
            ("250229000000", nil), ("000000000000", nil), ("261321200000", nil), ("2611212A0000", nil),
            ("261121240000", nil), ("FFFFFFFFFFFF", nil),
        ] as [(String, String?)])
    func `time is BCD in GMT+8, and years from 70 on are of the last century`(time: String, expected: String?)
    {
        let found = fix(JT808Bytes.location(time: time))
        #expect(found.fix?.fixedAt?.rfc3339() == expected)
        #expect(
            found.summary == (expected == nil ? "1 fixes, rejected malformed_time @ body.time" : "1 fixes"))
        #expect(found.fix?.latitudeDegrees == 39.9042)
    }

    @Test(
        arguments: [(0, 0, "1 fixes"), (359, 359, "1 fixes"), (360, 0, "1 fixes")]
            as [(UInt16, Double, String)])
    func `direction 360 is north`(written: UInt16, expected: Double, summary: String) {
        let found = fix(JT808Bytes.location(direction: written))
        #expect(found.fix?.directionDegrees == expected && found.summary == summary)
    }

    @Test(arguments: [361, 5463, 65_535] as [UInt16])
    func `a direction above 360 is refused by name, and the fix has none`(written: UInt16) {
        let found = fix(JT808Bytes.location(direction: written))
        #expect(found.fix != nil && found.fix?.directionDegrees == nil)
        #expect(found.summary == "1 fixes, rejected number_out_of_range @ body.direction")
    }

    @Test func `altitude and speed 0xFFFF are no numbers`() {
        var body = JT808Bytes.location()
        #expect(fix(body).fix?.altitudeMetres != nil && fix(body).fix?.speedKilometresPerHour == 36.5)
        body.replaceSubrange(16..<20, with: [0xFF, 0xFF, 0xFF, 0xFF])
        let found = fix(body)
        #expect(found.fix?.altitudeMetres == nil && found.fix?.speedKilometresPerHour == nil)
        #expect(found.summary == "1 fixes" && found.fix?.latitudeDegrees == 39.9042)
        body[19] = 0xFE
        #expect(fix(body).fix?.speedKilometresPerHour == 6_553.4)
    }

    @Test(
        arguments: [
            ("0104000000640202007D", 2, 10_000, "1 fixes"), ("01040000000A0104000000FF", 2, 1_000, "1 fixes"),
            ("01020001", 1, nil, "1 fixes"), ("E000", 1, nil, "1 fixes"),
            ("0104000000643303", 1, 10_000, "1 fixes, rejected malformed_item @ body offset 34"),
            ("01", 0, nil, "1 fixes, rejected malformed_item @ body offset 28"),
            ("01040000", 0, nil, "1 fixes, rejected malformed_item @ body offset 28"),
        ] as [(String, Int, UInt64?, String)])
    func `items are kept raw, and one that runs past the end never costs the position`(
        items: String, count: Int, odometer: UInt64?, expected: String
    ) {
        let found = fix(JT808Bytes.location() + Fixture.bytes(hex: items))
        #expect(found.fix?.items.count == count && found.fix?.odometerMetres == odometer)
        #expect(found.summary == expected)
        #expect(found.fix?.latitudeDegrees == 39.9042)
    }

    @Test func `altitude below the sea is negative`() {
        var body = JT808Bytes.location()
        body[16] = 0xFF
        body[17] = 0x66
        #expect(fix(body).fix?.altitudeMetres == -154)
    }

    @Test(
        arguments: [
            (0, false, nil, "2 fixes"), (1, true, nil, "2 fixes"),
            (1, true, 3, "2 fixes, rejected frame_length @ batch[2] of 3"),
            (1, true, 1, "2 fixes, rejected frame_length @ batch of 2, count 1"),
            (1, true, 0, "2 fixes, rejected frame_length @ batch of 2, count 0"),
        ] as [(UInt8, Bool, UInt16?, String)])
    func `a batch of two is read entry by entry, and type 1 is back-fill`(
        type: UInt8, isBackfill: Bool, count: UInt16?, expected: String
    ) {
        let one = JT808Bytes.location()
        let body = JT808Bytes.batch([one, one], type: type, count: count)
        let message = decoded(JT808Bytes(messageID: 0x0704, body: body).wire, as: .jt808)
        #expect(message.summary == expected)
        #expect(message.fixes.allSatisfy { $0.isBackfill == isBackfill })
    }

    @Test func `an entry that is too short does not sink its neighbours`() {
        let one = JT808Bytes.location()
        let body = JT808Bytes.batch([one, Array(one.dropLast()), [], one], type: 0)
        let message = decoded(JT808Bytes(messageID: 0x0704, body: body).wire, as: .jt808)
        let refused =
            "rejected frame_length @ batch[1] of 27 bytes, rejected frame_length @ batch[2] of 0 bytes"
        #expect(message.summary == "2 fixes, " + refused)
        let empty = decoded(JT808Bytes(messageID: 0x0704, body: [0, 0, 0]).wire, as: .jt808)
        #expect(empty.summary == "ignored jt808_empty_batch")
        let short = decoded(JT808Bytes(body: Array(one.dropLast())).wire, as: .jt808)
        #expect(short.summary == "rejected frame_length @ body of 27 bytes")
    }
}
