import AssetModel
import DeviceDecoding
import Testing

/// Frames of JT/T 809 as they stand in payloads, and batches of both editions.
struct JT809FrameTests {
    /// GBK of 沪B00001.
    private static let other: [UInt8] = [0xBB, 0xA6] + Array("B00001".utf8)

    private func decode(_ payload: [UInt8], topic: String = "809/up") -> DecodedMessage {
        var bench = DecoderBench(.jt809, terminal: true)
        return bench.decode(payload, on: topic)
    }

    private func live(_ plate: [UInt8] = JT809Tests.plate, state: UInt32 = 3) -> [UInt8] {
        JT809Tests.frame(
            0x1200, JT809Tests.dynamics(0x1202, JT809Tests.position(state: state), plate: plate))
    }

    private static func position2019(day: UInt8 = 0x21, latitude: UInt32 = 39_909_000) -> [UInt8] {
        let body =
            JT809Tests.double(0) + JT809Tests.double(3) + JT809Tests.double(latitude)
            + JT809Tests.double(116_397_000) + JT809Tests.word(44) + JT809Tests.word(605)
            + JT809Tests.word(90) + [0x26, 0x11, day, 0x20, 0x00, 0x00]
            + [0x01, 4] + JT809Tests.double(123_456)
        return [0] + JT809Tests.double(UInt32(body.count)) + body + [UInt8](repeating: 0, count: 45)
    }

    private func batch(_ data: [UInt8], is2019: Bool = false) -> DecodedMessage {
        decode(JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1203, data, is2019: is2019)))
    }

    // MARK: batches

    @Test func `a batch of the edition of 2019 holds locations of JT T 808`() {
        let data = [2] + JT809FrameTests.position2019(day: 0x20) + JT809FrameTests.position2019()
        let decoded = batch(data, is2019: true)
        #expect(decoded.summary == "2 fixes" && decoded.fixes.map(\.isBackfill) == [true, true])
        #expect(decoded.fixes.map { $0.fixedAt?.rfc3339().prefix(10) } == ["2026-11-20", "2026-11-21"])
        #expect(decoded.fixes.map(\.longitudeDegrees) == [116.397, 116.397])
        #expect(decoded.fixes.map(\.odometerMetres) == [12_345_600, 12_345_600])
        #expect(decoded.fixes.allSatisfy { $0.isEdition2019 && $0.phone == "京A12345" })
    }

    @Test(arguments: [1, 3] as [UInt8], [false, true])
    func `a count that does not fit loses no position`(count: UInt8, is2019: Bool) {
        let one = is2019 ? JT809FrameTests.position2019() : JT809Tests.position()
        let decoded = batch([count] + one + one, is2019: is2019)
        #expect(decoded.fixes.count == 2 && decoded.rejections.map(\.reason) == [.frameLength])
        #expect(decoded.rejections.first?.at.hasSuffix("2 of \(count) positions") == true)
    }

    @Test(arguments: [false, true])
    func `a batch that was cut keeps the positions in front`(is2019: Bool) {
        let one = is2019 ? JT809FrameTests.position2019() : JT809Tests.position()
        let decoded = batch([2] + one + one.dropLast(), is2019: is2019)
        #expect(decoded.fixes.count == 1 && decoded.rejections.map(\.reason) == [.frameLength])
    }

    @Test func `a batch of nothing is ignored, and one that holds none of its positions refused`() {
        #expect(batch([0]).ignored.map { "\($0)" } == "jt809_empty_batch")
        #expect(batch([2]).refusal?.reason == .frameLength)
        #expect(batch([]).refusal?.reason == .frameLength)
    }

    @Test func `one bad place in a batch is refused alone`() {
        let data =
            [2] + JT809FrameTests.position2019(latitude: 116_397_000) + JT809FrameTests.position2019()
        let decoded = batch(data, is2019: true)
        #expect(decoded.fixes.map(\.latitudeDegrees) == [nil, 39.909])
        #expect(decoded.fixes.map(\.isValid) == [false, true])
        #expect(decoded.rejections.map(\.at) == ["position 1.position"])
    }

    @Test func `a batch of bad places is counted up to the limit`() {
        let bad = JT809Tests.position(hour: 25, latitude: 116_000_000)
        let decoded = batch([200] + (0..<200).flatMap { _ in bad })
        #expect(decoded.rejections.count == 65 && decoded.fault == nil)
    }

    // MARK: several frames

    @Test func `two frames in one payload are two vehicles, each under its own plate`() {
        let decoded = decode(live() + live(JT809FrameTests.other))
        #expect(decoded.fixes.map(\.phone) == ["京A12345", "沪B00001"])
        #expect(decoded.terminalPhone == "京A12345" && decoded.deviceEvents == [.powerCut])
        #expect(decoded.rejections.map(\.reason) == [.unknownDevice], "the second's power cut is nobody's")
        #expect(decoded.rejections.first?.at.hasPrefix("frame 2, position") == true)
        #expect(decoded.fixes.last?.alarmBits == 1 << 8)
    }

    @Test func `a back-filled batch does not make the live frame beside it old`() {
        let late = JT809Tests.frame(
            0x1200, JT809Tests.dynamics(0x1203, [1] + JT809Tests.position(hour: 18)))
        #expect(decode(late + live()).fixes.map(\.isBackfill) == [true, false])
        #expect(decode(live() + late).fixes.map(\.isBackfill) == [false, true])
    }

    @Test func `what is no frame beside a good one is refused alone`() {
        let corrupt = JT809Tests.frame(
            0x1200, JT809Tests.dynamics(0x1202, JT809Tests.position()), corrupt: true)
        let rows: [([UInt8], [Rejection.Reason])] = [
            (live() + corrupt, [.frameChecksum]), (corrupt + live(), [.frameChecksum]),
            ([0x01, 0x02] + live(), [.frameDelimiter]), (live() + [0x01], [.frameDelimiter]),
            (live().dropLast() + live(), [.frameDelimiter]), (live() + live().dropLast(), [.frameDelimiter]),
            ([0x0D, 0x0A] + live() + [0x0D, 0x0A], []), (JT809Tests.frame(0x1005, []) + live(), []),
        ]
        for (index, (payload, reasons)) in rows.enumerated() {
            let decoded = decode(payload)
            #expect(decoded.fixes.count == 1 && decoded.rejections.map(\.reason) == reasons, "row \(index)")
        }
        #expect(decode(JT809Tests.frame(0x1005, []) + JT809Tests.frame(0x1006, [])).ignored != nil)
        #expect(decode(corrupt + corrupt).rejections.map(\.reason) == [.frameChecksum, .frameChecksum])
    }

    // MARK: forms

    @Test func `every escape comes back as the byte that it stands for`() throws {
        // 5A 5B 5D 5E as a latitude, and a speed of 0x5B5D km/h that no vehicle drives.
        let decoded = decode(
            JT809Tests.frame(
                0x1200, JT809Tests.dynamics(0x1202, JT809Tests.position(latitude: 0x025D_5B5E))))
        let fix = try #require(decoded.fixes.first)
        #expect(fix.latitudeDegrees == Double(0x025D_5B5E) / 1_000_000)
        let wire = JT809Tests.frame(
            0x1200, JT809Tests.dynamics(0x1202, JT809Tests.position(latitude: 0x025A_5B5E)))
        let text = Digest.hex(wire).lowercased()
        #expect(text.contains("025a025a015e02"), "written by hand: 02 5A 5B 5E")
        #expect(decode(wire).fixes.first?.latitudeDegrees == Double(0x025A_5B5E) / 1_000_000)
    }

    @Test func `hex and Base64 in the forms that people paste are the same frame`() {
        let frame = live()
        let hex = Digest.hex(frame)
        let pairs = frame.map { Digest.hex([$0]) }
        let texts = [
            hex, hex.lowercased(), "0x" + hex, pairs.joined(separator: " "), pairs.joined(separator: ":"),
            pairs.map { "0x" + $0 }.joined(separator: ", "), "\u{FEFF}" + hex, "\"\(hex)\"", hex + "\r\n",
        ]
        for text in texts { #expect(decode(Array(text.utf8)).fixes == decode(frame).fixes, "\(text)") }
        let two = decode(Array((hex + "\r\n" + hex).utf8))
        #expect(two.fixes.count == 2)
        for text in ["x" + hex, hex + "0", "5B 00 zz"] {
            #expect(decode(Array(text.utf8)).fixes.isEmpty, "\(text)")
        }
    }

    @Test func `a speed, an odometer and a height of all ones are not said`() throws {
        var position = JT809Tests.position()
        // Speed at 16, mileage at 20, altitude at 26 (layout of the standard).
        for index in [16, 17, 20, 21, 22, 23, 26, 27] { position[index] = 0xFF }
        let decoded = decode(JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1202, position)))
        let fix = try #require(decoded.fixes.first)
        #expect(decoded.rejections.isEmpty && fix.isValid)
        #expect(fix.speedKilometresPerHour == nil && fix.odometerMetres == nil && fix.altitudeMetres == nil)
    }

    @Test func `a speed that no vehicle drives is refused and the place stands`() throws {
        var position = JT809Tests.position()
        (position[16], position[17]) = (0x07, 0xD1)
        let decoded = decode(JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1202, position)))
        #expect(decoded.summary.contains("rejected number_out_of_range @ position.speed"))
        #expect(decoded.fixes.first?.speedKilometresPerHour == nil && decoded.fixes.first?.isValid == true)
    }

    @Test func `0, 0 is kept and is not valid`() {
        var position = JT809Tests.position(latitude: 0)
        for index in 8..<12 { position[index] = 0 }
        let decoded = decode(JT809Tests.frame(0x1200, JT809Tests.dynamics(0x1202, position)))
        #expect(decoded.fixes.map(\.latitudeDegrees) == [0] && decoded.fixes.map(\.isValid) == [false])
    }

    @Test func `auto refuses a damaged frame as one, and decides nothing by it`() {
        let data = JT809Tests.dynamics(0x1202, JT809Tests.position())
        for payload in [
            JT809Tests.frame(0x1200, data, corrupt: true),
            Array(Digest.hex(JT809Tests.frame(0x1200, data, corrupt: true)).utf8),
        ] {
            var bench = DecoderBench(.auto, terminal: true)
            #expect(bench.decode(payload).refusal?.reason == .frameChecksum)
            #expect(bench.decoder.format(of: bench.source) == .auto)
        }
    }
}
