import AssetModel
import DeviceDecoding
import Testing

private func fix(_ body: [UInt8], is2019: Bool = false) -> VehicleFix? {
    decoded(JT808Bytes(is2019: is2019, body: body).wire, as: .jt808).fixes.first
}

/// What goes wrong with JT/T 808 in the field, one test for each.
struct JT808TrapTests {
    @Test func `trap: all times are GMT+8 but that of 0x8004, which the platform sends and nobody takes`() {
        #expect(
            fix(JT808Bytes.location(time: "261121000000"))?.fixedAt?.rfc3339() == "2026-11-20T16:00:00.000Z")
        let answer = JT808Bytes(messageID: 0x8004, is2019: true, body: Fixture.bytes(hex: "261121120000"))
        #expect(decoded(answer.wire, as: .jt808).summary == "ignored jt808_downlink")
        #expect(decoded(answer.wire, as: .jt808).terminalPhone == "")
    }

    @Test func `trap: the time stands at offset 22, whatever the tables of 2013 and 2019 print`() {
        var body = JT808Bytes.location()
        body[21] = 0x26
        #expect(fix(body)?.fixedAt == noon && fix(body)?.directionDegrees == 0x26)
    }

    @Test func `trap: speed is in tenths of km/h, the odometer in tenths of km`() {
        let report = fix(JT808Bytes.location() + Fixture.bytes(hex: "010400000065"))
        #expect(report?.speedKilometresPerHour == 36.5 && report?.odometerMetres == 10_100)
    }

    @Test func `trap: bit 1 set is a good position, the opposite of GB/T 32960`() {
        #expect(fix(JT808Bytes.location(status: 0b10))?.isValid == true)
        #expect(fix(JT808Bytes.location(status: 0b01))?.isValid == false)
    }

    @Test func `trap: zero bytes of an underground garage are a place that is not valid`() {
        let report = fix(JT808Bytes.location(latitude: 0, longitude: 0, status: 0x000C_0000))
        #expect(report?.latitudeDegrees == 0 && report?.isValid == false)
    }

    @Test func `trap: one terminal has one phone in twelve digits and in twenty`() {
        let phones = [("013812345678", false), ("13812345678", false), ("13812345678", true)]
        let found = phones.map { phone, is2019 in
            decoded(JT808Bytes(phone: phone, is2019: is2019).wire, as: .jt808).terminalPhone
        }
        #expect(Set(found) == ["13812345678"])
    }

    @Test func `trap: a packed IMEI keeps its hex digits`() {
        let message = decoded(JT808Bytes(phone: "4eb6fb4afd9e").wire, as: .jt808)
        #expect(message.fixes.first?.phone == "4eb6fb4afd9e")
    }

    @Test func `trap: a clock that was never set is of 1970 and not of 2070`() {
        #expect(fix(JT808Bytes.location(time: "700101080113"))?.fixedAt == UTCInstant(milliseconds: 73_000))
    }

    @Test func `trap: a batch may mix days`() {
        let times = ["261120235959", "261121000000", "251231235959"]
        let bodies = times.map { JT808Bytes.location(time: $0) }
        let message = decoded(
            JT808Bytes(messageID: 0x0704, body: JT808Bytes.batch(bodies, type: 1)).wire, as: .jt808)
        let found = message.fixes.map { $0.fixedAt?.rfc3339(offsetMinutes: 480).prefix(19) }
        #expect(found == ["2026-11-20T23:59:59", "2026-11-21T00:00:00", "2025-12-31T23:59:59"])
    }

    @Test func `trap: a held alarm comes with every report, and each message says it once`() {
        var bench = DecoderBench(.jt808)
        let body = JT808Bytes.big(UInt32(1 << 8)) + JT808Bytes.location().dropFirst(4)
        for serial in 0..<3 {
            let message = bench.decode(JT808Bytes(serial: UInt16(serial), body: body).wire)
            #expect(message.deviceEvents == [.powerCut] && message.fixes.first?.alarmBits == 1 << 8)
        }
        #expect(bench.decode(JT808Bytes().wire).deviceEvents == [])
        #expect(JT808Alarms.held(is2019: false) & 1 << 8 != 0)
    }

    @Test func `trap: an alarm that an answer clears repeats where nobody answers`() {
        for bit in [0, 20, 21, 22, 27, 28] as [UInt32] {
            #expect(JT808Alarms.clearedWhenAnswered(is2019: true) >> bit & 1 == 1)
            #expect(JT808Alarms.held(is2019: true) >> bit & 1 == 0)
        }
    }

    @Test func `trap: a redelivered frame decodes to the same, so that it can be known again`() {
        var bench = DecoderBench(.jt808)
        let frame = JT808Bytes().wire
        #expect(bench.decode(frame).fixes == bench.decode(frame).fixes)
        #expect(bench.decoder.takeStateChanged() == false)
    }

    @Test func `trap: latitude and longitude in each other's place leave no position and keep the rest`() {
        let report = fix(JT808Bytes.location(latitude: 116_307_629, longitude: 40_058_359))
        #expect(report?.latitudeDegrees == nil && report?.longitudeDegrees == nil)
        #expect(report?.fixedAt == noon && report?.speedKilometresPerHour == 36.5)
    }

    @Test func `trap: one bad position in a batch costs no other`() {
        let swapped = JT808Bytes.location(latitude: 116_307_629, longitude: 40_058_359)
        let batch = JT808Bytes.batch([JT808Bytes.location(), swapped, JT808Bytes.location()], type: 0)
        let message = decoded(JT808Bytes(messageID: 0x0704, body: batch).wire, as: .jt808)
        #expect(message.fixes.map(\.latitudeDegrees) == [39.9042, nil, 39.9042])
        #expect(message.rejections == [Rejection(.positionOutOfRange, at: "batch[1].position")])
    }

    @Test func `trap: trailing bytes shorter than they say cost the item and never the position`() {
        for junk in ["EB", "EB05", "EB0501020304", "01040000000A300119FF"] {
            let message = decoded(
                JT808Bytes(body: JT808Bytes.location() + Fixture.bytes(hex: junk)).wire, as: .jt808)
            #expect(message.fixes.first?.latitudeDegrees == 39.9042)
            #expect(message.rejections.map(\.reason) == [.malformedItem])
        }
    }

    @Test func `trap: an item id of the standard with another length is another maker's`() {
        let report = fix(JT808Bytes.location() + Fixture.bytes(hex: "0402015D05010001020001"))
        #expect(report?.items.map(\.id) == [4, 5, 1] && report?.odometerMetres == nil)
    }

    @Test func `trap: a place that went through the plug-in says so`() {
        #expect(fix(JT808Bytes.location(status: 0x22))?.isShifted == true)
        #expect(fix(JT808Bytes.location(status: 0x02))?.isShifted == false)
    }

    @Test func `trap: neither system named is no proof that none is used`() {
        let report = fix(JT808Bytes.location(status: 0b10))
        #expect(report?.usesGPS == false && report?.usesBDS == false && report?.isValid == true)
    }

    @Test func `trap: a heartbeat may have a body`() {
        let frame = Fixture.bytes(hex: "7e0002001105805668746700265d102815000501006404000020d06501001d7e")
        #expect(decoded(frame, as: .jt808).summary == "event heartbeat")
    }

    @Test func `trap: a wrong check code is refused, though some platforms never look`() {
        var wire = JT808Bytes().wire
        wire[20] ^= 0x10
        #expect(decoded(wire, as: .jt808).refusal?.reason == .frameChecksum)
    }

    @Test func `trap: parts come with their own serials, and only consecutive ones are one message`() {
        var bench = DecoderBench(.jt808)
        let batch = JT808Bytes.batch(Array(repeating: JT808Bytes.location(), count: 4), type: 1)
        let one = JT808Bytes(messageID: 0x0704, serial: 10, body: batch).parts(2)
        let other = JT808Bytes(messageID: 0x0704, serial: 13, body: batch).parts(2)
        #expect(bench.decode(one[0]).summary == "ignored jt808_fragment")
        #expect(bench.decode(other[1]).summary == "ignored jt808_fragment")
        #expect(bench.decode(one[1]).fixes.count == 4)
    }

    @Test func `trap: a frame of the standard's own example is unescaped as printed there`() {
        let open = Fixture.bytes(hex: "307E087D55")
        let sealed = JT808Bytes.sealed(open).dropLast(2) + [0x7E]
        #expect(Array(sealed) == Fixture.bytes(hex: "7E307D02087D01557E"))
        var frame = JT808Bytes(phone: "307E087D5500", serial: 0x7E7D)
        frame.body += Fixture.bytes(hex: "E1047D7E7D02")
        let message = decoded(frame.wire, as: .jt808)
        #expect(message.fixes.first?.phone == "307e087d5500")
        #expect(message.fixes.first?.items == [VehicleFix.Item(id: 0xE1, bytes: [0x7D, 0x7E, 0x7D, 0x02])])
    }
}
