import AssetModel
import DeviceDecoding
import Testing

/// Made-up messages of every kind and edition, written by `JT808Bytes` from the tables of the standard.
private struct MadeUp {
    var numbers: SplitMix64

    mutating func digits(_ count: Int) -> String {
        (0..<count).map { _ in "\(numbers.below(10))" }.joined()
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(numbers.below(256)) } }

    mutating func phone(is2019: Bool) -> String { digits(1 + numbers.below(is2019 ? 20 : 12)) }

    /// A fix as the decoder should give it, and its body.
    mutating func position(phone: String, is2019: Bool) -> (fix: VehicleFix, body: [UInt8]) {
        let width = is2019 ? 20 : 12
        let raw = String(repeating: "0", count: width - phone.count) + phone
        let significant = String(phone.drop { $0 == "0" })
        var fix = VehicleFix(phone: significant.isEmpty ? "0" : significant, phoneRaw: raw)
        let (latitude, longitude) = (numbers.below(90_000_001), numbers.below(180_000_001))
        let tenths = numbers.below(0xFFFF)
        let time = Int64(numbers.below(3_155_673_600 / 2)) + 946_684_800
        fix.isEdition2019 = is2019
        fix.alarmBits = UInt32(truncatingIfNeeded: numbers.next()) & ~(1 << 8 | 1 << 5)
        fix.statusBits = UInt32(truncatingIfNeeded: numbers.next())
        fix.takePlace(
            latitude: Double(latitude) / 1e6 * (fix.statusBits & 4 != 0 ? -1 : 1),
            longitude: Double(longitude) / 1e6 * (fix.statusBits & 8 != 0 ? -1 : 1),
            isVouchedFor: fix.statusBits & 2 != 0)
        let altitude = Int16(truncatingIfNeeded: numbers.next())
        fix.altitudeMetres = altitude == -1 ? nil : Double(altitude)
        fix.speedKilometresPerHour = Double(tenths) / 10
        let direction = UInt16(numbers.below(360))
        fix.directionDegrees = Double(direction)
        fix.fixedAt = UTCInstant(milliseconds: time * 1_000)
        var body = JT808Bytes.big(fix.alarmBits) + JT808Bytes.big(fix.statusBits)
        body += JT808Bytes.big(UInt32(latitude)) + JT808Bytes.big(UInt32(longitude))
        body += JT808Bytes.big(altitude) + JT808Bytes.big(UInt16(tenths))
        body += JT808Bytes.big(direction) + packed(time)
        let items = (0..<numbers.below(8)).map { _ in
            (id: UInt8(numbers.below(256)), bytes: bytes(numbers.below(20)))
        }
        fix.items = items.map { VehicleFix.Item(id: $0.id, bytes: $0.bytes) }
        let odometer = items.first { $0.id == 1 && $0.bytes.count == 4 }
        fix.odometerMetres = odometer.map { $0.bytes.reduce(0) { $0 << 8 | UInt64($1) } * 100 }
        fix.satellitesUsed = items.first { $0.id == 0x31 && $0.bytes.count == 1 }?.bytes[0]
        return (fix, body + JT808Bytes.items(items))
    }

    /// BCD[6] in GMT+8 of a second of UTC.
    private func packed(_ second: Int64) -> [UInt8] {
        let text = UTCInstant(milliseconds: second * 1_000).rfc3339(offsetMinutes: 480)
        return Fixture.bytes(hex: String(text.dropFirst(2).prefix(17).filter(\.isNumber)))
    }
}

struct JT808RoundTripTests {
    @Test(arguments: [0x0200, 0x0201, 0x0704] as [UInt16])
    func `what is written is read, in every message with positions and both headers`(id: UInt16) {
        var made = MadeUp(numbers: SplitMix64(seed: UInt64(id)))
        var bench = DecoderBench(.jt808)
        for round in 0..<400 {
            let is2019 = round % 2 == 0
            let phone = made.phone(is2019: is2019)
            var positions = (0..<(id == 0x0704 ? made.numbers.below(8) + 1 : 1)).map { _ in
                made.position(phone: phone, is2019: is2019)
            }
            let type = UInt8(made.numbers.below(2))
            if id == 0x0704, type == 1 {
                for index in positions.indices { positions[index].fix.isBackfill = true }
            }
            var frame = JT808Bytes(
                messageID: id, phone: phone, serial: UInt16(made.numbers.below(0x1_0000)), is2019: is2019)
            switch id {
            case 0x0200: frame.body = positions[0].body
            case 0x0201: frame.body = made.bytes(2) + positions[0].body
            default: frame.body = JT808Bytes.batch(positions.map(\.body), type: type)
            }
            guard frame.body.count <= 1_023 else { continue }
            let message = bench.decode(frame.wire)
            #expect(message.fixes == positions.map(\.fix), "round \(round)")
            #expect(message.rejections == [] && message.refusal == nil && message.deviceEvents == [])
        }
    }

    @Test(arguments: JT808Bytes.Edition.allCases)
    func `what is written is read, in every message with an event`(edition: JT808Bytes.Edition) {
        var made = MadeUp(numbers: SplitMix64(seed: 808))
        var bench = DecoderBench(.jt808)
        for round in 0..<200 {
            let id = made.digits(edition.is2019 ? 30 : 7)
            let (imei, iccid) = (made.digits(15), made.digits(20))
            let card = JT808Bytes.DriverCard(
                edition: edition, status: UInt8(1 + round % 2), name: made.bytes(4 + made.numbers.below(9)),
                certificate: made.digits(18), authority: made.bytes(made.numbers.below(40)))
            let messages: [(UInt16, [UInt8], DeviceEvent?)] = [
                (0x0002, made.bytes(made.numbers.below(20)), .heartbeat), (0x0003, [], .deregistered),
                (0x0100, JT808Bytes.registration(edition, terminalID: id), .registered(terminalID: id)),
                (
                    0x0102, JT808Bytes.logIn(edition, code: made.digits(8), imei: imei),
                    .authenticated(imei: edition.is2019 ? imei : "")
                ),
                (
                    0x0107, JT808Bytes.properties(edition, terminalID: id, iccid: iccid, systems: 3),
                    .described(terminalID: id, iccid: iccid, satelliteSystems: 3)
                ),
                (0x0702, card.body, nil),
            ]
            for (messageID, body, event) in messages {
                let frame = JT808Bytes(messageID: messageID, is2019: edition.is2019, body: body)
                let message = bench.decode(frame.wire)
                #expect(message.rejections == [] && message.deviceEvents.count == 1, "round \(round)")
                if let event { #expect(message.deviceEvents == [event], "round \(round)") }
                guard event == nil, let card = message.deviceEvents.first?.kind else { continue }
                let isOut = edition != .year2011 && round % 2 == 1
                #expect(card == (isOut ? "driver_card_out" : "driver_card_in"))
            }
        }
    }
}

struct JT808PartsTests {
    /// Messages of several terminals cut into parts, shuffled together, some parts lost and some sent twice.
    @Test(arguments: 0..<40)
    func `every message whose parts all come is read once and whole, every other one is counted lost`(
        seed: Int
    ) {
        var made = MadeUp(numbers: SplitMix64(seed: UInt64(seed)))
        var bench = DecoderBench(.jt808)
        var expected: [[VehicleFix]] = []
        var deliveries: [[UInt8]] = []
        var lost = 0
        for number in 0..<12 {
            let is2019 = number % 3 == 0
            let phone = "\(13_800_000_000 + number / 2)"
            var positions = (0..<(made.numbers.below(30) + 6)).map { _ in
                made.position(phone: phone, is2019: is2019)
            }
            for index in positions.indices { positions[index].fix.isBackfill = true }
            let message = JT808Bytes(
                messageID: 0x0704, phone: phone, serial: UInt16(truncatingIfNeeded: number * 100 - 3),
                is2019: is2019, body: JT808Bytes.batch(positions.map(\.body), type: 1))
            var parts = message.parts(max(2, made.numbers.below(4) + message.body.count / 1_000 + 1))
            if made.numbers.below(3) == 0 {
                parts.remove(at: made.numbers.below(parts.count))
                lost += 1
            } else {
                expected.append(positions.map(\.fix))
            }
            let again = made.numbers.below(parts.count)
            deliveries += parts + [parts[again]]
        }
        deliveries.shuffle(using: &made.numbers)
        var found: [[VehicleFix]] = []
        var restarted = DecoderBench(.jt808)
        for (index, part) in deliveries.enumerated() {
            if index == deliveries.count / 2 {
                #expect(throws: Never.self) {
                    try restarted.decoder.restoreState(bench.decoder.encodeState())
                }
                bench = restarted
            }
            let message = bench.decode(part)
            #expect(message.fault == nil && message.rejections == [])
            if !message.fixes.isEmpty { found.append(message.fixes) }
        }
        #expect(Set(found) == Set(expected) && found.count == expected.count)
        bench.now = noon + ElapsedTime(milliseconds: 300_001)
        let later = bench.decode(JT808Bytes().wire)
        #expect(later.rejections.count { $0.reason == .fragmentLost } == lost && later.fixes.count == 1)
    }

    @Test(arguments: [0x0100, 0x0102, 0x0107, 0x0201, 0x0702] as [UInt16])
    func `messages other than batches come in parts as well`(id: UInt16) {
        let bodies: [UInt16: [UInt8]] = [
            0x0100: JT808Bytes.registration(.year2019, terminalID: "7654321"),
            0x0102: JT808Bytes.logIn(.year2019, code: "c", imei: "860615754295917"),
            0x0107: JT808Bytes.properties(
                .year2019, terminalID: "7", iccid: "89860860241234567890", systems: 3),
            0x0201: [0, 1] + JT808Bytes.location(),
            0x0702: JT808Bytes.DriverCard(edition: .year2019).body,
        ]
        let message = JT808Bytes(messageID: id, is2019: true, body: bodies[id] ?? [])
        var bench = DecoderBench(.jt808)
        let parts = message.parts(3)
        #expect(bench.decode(parts[2]).summary == "ignored jt808_fragment")
        #expect(bench.decode(parts[0]).summary == "ignored jt808_fragment")
        #expect(bench.decode(parts[1]).summary == decoded(message.wire, as: .jt808).summary)
    }
}
