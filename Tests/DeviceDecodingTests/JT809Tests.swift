import AssetModel
import DeviceDecoding
import Testing

/// JT/T 809 frames written by the encoder below: no captured one was at hand.
struct JT809Tests {
    /// GBK of 京A12345.
    static let plate: [UInt8] = [0xBE, 0xA9] + Array("A12345".utf8)

    // MARK: the encoder of the tests

    static func double(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    static func word(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

    /// 2026-11-21 20:00:00 GMT+8, 116.397 E 39.909 N, 60 km/h, 12,345 km, east, 44 m.
    static func position(
        shifted: UInt8 = 0, hour: UInt8 = 20, latitude: UInt32 = 39_909_000, state: UInt32 = 3
    ) -> [UInt8] {
        [shifted, 21, 11] + word(2026) + [hour, 0, 0] + double(116_397_000) + double(latitude)
            + word(60) + word(61) + double(12_345) + word(90) + word(44) + double(state) + double(1 << 8)
    }

    static func dynamics(
        _ type: UInt16, _ data: [UInt8], is2019: Bool = false, plate: [UInt8] = plate
    ) -> [UInt8] {
        let name = plate + [UInt8](repeating: 0, count: 21 - plate.count)
        let time = [UInt8](repeating: 0, count: is2019 ? 8 : 0)
        return time + name + [1] + word(type) + double(UInt32(data.count)) + data
    }

    static func frame(
        _ message: UInt16, _ data: [UInt8], encrypted: UInt8 = 0, corrupt: Bool = false
    ) -> [UInt8] {
        let length = UInt32(22 + data.count + 2 + 2)
        let plain =
            double(length) + double(7) + word(message) + double(1_001) + [1, 0, 0] + [encrypted] + double(0)
            + data
        var sum = JT809Tests.checksum(plain)
        if corrupt { sum ^= 1 }
        let escaped = (plain + word(sum)).flatMap { byte -> [UInt8] in
            switch byte {
            case 0x5B: return [0x5A, 1]
            case 0x5A: return [0x5A, 2]
            case 0x5D: return [0x5E, 1]
            case 0x5E: return [0x5E, 2]
            default: return [byte]
            }
        }
        return [0x5B] + escaped + [0x5D]
    }

    /// CRC-16/CCITT from FFFF, bit by bit; its published check value is tested below.
    private static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0xFFFF
        for byte in bytes {
            for bit in (0..<8).reversed() {
                let carry = (sum >> 15 ^ UInt32(byte) >> UInt32(bit)) & 1
                sum = sum << 1 & 0xFFFF
                if carry == 1 { sum ^= 0x1021 }
            }
        }
        return UInt16(sum)
    }

    private func decode(_ payload: [UInt8], topic: String = "809/up") -> DecodedMessage {
        var family = JT809()
        var decoded = DecodedMessage()
        family.decode(RawMessage(topic: topic, payload: payload), receivedAt: noon, into: &decoded)
        return decoded
    }

    // MARK: tests

    @Test func `the check value of CRC-16/CCITT from FFFF is 29B1`() {
        #expect(JT809Tests.checksum(Array("123456789".utf8)) == 0x29B1)
    }

    @Test func `a position has its longitude first, speed in km/h and mileage in km`() throws {
        let decoded = decode(
            JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1202, JT809Tests.position())))
        let fix = try #require(decoded.fixes.first)
        #expect(decoded.rejections.isEmpty && decoded.fixes.count == 1)
        #expect(fix.phone == "京A12345" && decoded.terminalPhone == "京A12345")
        #expect(fix.latitudeDegrees == 39.909 && fix.longitudeDegrees == 116.397)
        #expect(fix.speedKilometresPerHour == 60 && fix.odometerMetres == 12_345_000)
        #expect(fix.directionDegrees == 90 && fix.altitudeMetres == 44 && fix.isValid)
        #expect(fix.fixedAt == noon && !fix.isBackfill && fix.alarmBits == 1 << 8)
    }

    @Test func `the edition of 2019 carries a location of JT/T 808`() throws {
        let body =
            JT809Tests.double(0) + JT809Tests.double(3) + JT809Tests.double(39_909_000)
            + JT809Tests.double(116_397_000) + JT809Tests.word(44) + JT809Tests.word(605)
            + JT809Tests.word(90) + [0x26, 0x11, 0x21, 0x20, 0x00, 0x00]
            + [0x01, 4] + JT809Tests.double(123_456)
        let platforms = [UInt8](repeating: 0, count: 45)
        let data = [UInt8(0)] + JT809Tests.double(UInt32(body.count)) + body + platforms
        let decoded = decode(
            JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1202, data, is2019: true)))
        let fix = try #require(decoded.fixes.first)
        #expect(fix.latitudeDegrees == 39.909 && fix.longitudeDegrees == 116.397)
        #expect(fix.speedKilometresPerHour == 60.5 && fix.fixedAt == noon && fix.phone == "京A12345")
        #expect(fix.odometerMetres == 12_345_600 && fix.items.map(\.id) == [0x01])
    }

    @Test func `a cut power supply is an event, unless it is old news`() {
        let live = decode(
            JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1202, JT809Tests.position())))
        #expect(live.deviceEvents == [.powerCut])
        let late = decode(
            JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1203, [1] + JT809Tests.position())))
        #expect(late.deviceEvents.isEmpty && late.fixes.count == 1)
    }

    @Test func `positions sent later are back-fill`() {
        let data = [2] + JT809Tests.position(hour: 18) + JT809Tests.position(hour: 19)
        let decoded = decode(JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1203, data)))
        #expect(decoded.fixes.map(\.isBackfill) == [true, true])
        #expect(decoded.fixes.map { $0.fixedAt?.rfc3339().dropFirst(11).prefix(2) } == ["10", "11"])
    }

    @Test func `hex and Base64 are the same frame, and a bare position is named by its topic`() {
        let frame = JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1202, JT809Tests.position()))
        #expect(decode(Array(Digest.hex(frame).utf8)).fixes == decode(frame).fixes)
        let bare = decode(JT809Tests.position(), topic: "809/A12345/up")
        #expect(bare.fixes.map(\.phone) == ["A12345"] && bare.fixes.first?.latitudeDegrees == 39.909)
        let nameless = decode(JT809Tests.position(), topic: "jt809/up")
        #expect(nameless.refusal?.reason == .unknownDevice, "the protocol's name is no vehicle's")
    }

    @Test func `a place that is marked as shifted says so as JT/T 808 does`() {
        let decoded = decode(
            JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1202, JT809Tests.position(shifted: 1))))
        #expect(decoded.fixes.map(\.isShifted) == [true])
    }

    @Test func `a place or time that cannot be is refused and the rest kept`() {
        let far = decode(
            JT809Tests.frame(
                0x1200, JT809Tests.dynamics(0x1202, JT809Tests.position(latitude: 116_000_000))))
        #expect(far.fixes.map(\.latitudeDegrees) == [nil] && far.fixes.first?.fixedAt == noon)
        #expect(far.rejections.map(\.reason) == [.positionOutOfRange])
        let late = decode(
            JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1202, JT809Tests.position(hour: 24))))
        #expect(late.fixes.map(\.fixedAt) == [nil] && late.fixes.first?.latitudeDegrees == 39.909)
        #expect(late.rejections.map(\.reason) == [.malformedTime])
    }

    @Test func `a frame that is damaged, encrypted or cut is refused`() {
        let data = JT809Tests.dynamics(0x1202, JT809Tests.position())
        let good = JT809Tests.frame(0x1200, data)
        let refusals: [([UInt8], Rejection.Reason)] = [
            (JT809Tests.frame(0x1200, data, corrupt: true), .frameChecksum),
            (JT809Tests.frame(0x1200, data, encrypted: 1), .frameEncrypted),
            (JT809Tests.frame(0x1200, Array(data.dropLast())), .frameLength),
            (Array(good.dropLast()), .frameDelimiter), ([], .emptyPayload),
            ([0x5B, 0x5A, 3, 0x5D], .frameEscape),
        ]
        for (payload, reason) in refusals {
            #expect(decode(payload).refusal?.reason == reason, "\(reason)")
        }
        for count in 1..<good.count {
            #expect(decode(Array(good.prefix(count))).recordCount == 0)
        }
    }

    @Test func `other messages are known and ignored`() {
        #expect(decode(JT809Tests.frame(0x1005, [])).ignored.map { "\($0)" } == "jt809_other_message")
        let other = JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1201, [1, 2]))
        #expect(decode(other).ignored.map { "\($0)" } == "jt809_other_message")
    }

    @Test func `auto knows a frame by its CRC, and no JSON array for one`() {
        var bench = DecoderBench(.auto, terminal: true)
        _ = bench.decode(Array("[1,2,3]".utf8))
        #expect(bench.decoder.format(of: bench.source) == .auto)
        _ = bench.decode(JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1202, JT809Tests.position())))
        #expect(bench.decoder.format(of: bench.source) == .jt809)
    }

    @Test func `no payload traps, and each is refused, ignored or holds records`() {
        var random = SplitMix64(seed: 809)
        let data = JT809Tests.dynamics(0x1203, [2] + JT809Tests.position() + JT809Tests.position())
        for _ in 0..<20_000 {
            var inner = data
            for _ in 0..<(1 + random.below(5)) {
                inner[random.below(inner.count)] = UInt8(random.below(256))
            }
            if random.below(4) == 0 { inner = Array(inner.prefix(random.below(inner.count))) }
            let decoded = decode(JT809Tests.frame(0x1200, inner))
            let outcomes = [decoded.refusal != nil, decoded.ignored != nil, decoded.recordCount > 0]
            #expect(outcomes.count { $0 } == 1)
        }
    }
}
