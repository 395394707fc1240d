import AssetModel
import DeviceDecoding
import Testing

/// A driver and the messages that tell of him.
private struct Driver {
    /// 张三丰 in GBK.
    let name: [UInt8] = [0xD5, 0xC5, 0xC8, 0xFD, 0xB7, 0xE1]
    let number = "99999919770606909X"

    func frame(_ edition: JT808Bytes.Edition) -> JT808Bytes {
        var card = JT808Bytes.DriverCard(edition: edition)
        card.name = name
        (card.certificate, card.identity) = (number, number)
        var frame = JT808Bytes(phone: "13812345678", serial: 7, is2019: edition.is2019)
        (frame.messageID, frame.body) = (0x0702, card.body)
        return frame
    }

    func text(name: String? = nil) -> [UInt8] {
        let parts = [
            #"{"body":{"cert_expiry":"20301231","certificate":"\#(number)\u0000","driver_name":""#,
            #"","ic_result":0,"id_card":"\#(number)","organization":"BEIJING","status":1,"#,
            #""time":"261121200000"},"#,
            #""header":{"encrypt":0,"len":98,"msg_id":1794,"msg_sn":514,"phone":"013812345678"}}"#,
        ]
        let name = name.map { Array($0.utf8) } ?? self.name
        return Array(parts[0].utf8) + name + Array(parts.dropFirst().joined().utf8)
    }

    /// What of him can still be read in bytes: a character of his name, four signs of his number.
    func isIn(_ bytes: [UInt8]) -> Bool {
        let signs = Array(number.utf8)
        for at in bytes.indices.dropLast() {
            for start in stride(from: 0, to: name.count, by: 2)
            where bytes[at] == name[start] && bytes[at + 1] == name[start + 1] { return true }
            guard bytes[at] >= 0x30, bytes[at] <= 0x39, at + 4 <= bytes.count else { continue }
            for start in 0...(signs.count - 4) where bytes[at] == signs[start] {
                if bytes[(at + 1)..<(at + 4)] == signs[(start + 1)..<(start + 4)] { return true }
            }
        }
        return false
    }
}

/// How a payload is written.
private enum Writing: CaseIterable {
    case binary, lowerHex, upperHex, base64

    func write(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .binary: return bytes
        case .lowerHex, .upperHex:
            let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: self == .upperHex) }
            return Array(hex.joined().utf8)
        case .base64:
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
            var text: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: 3) {
                let group = bytes[start..<min(start + 3, bytes.count)]
                let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
                for sign in 0..<4 {
                    text.append(sign <= group.count ? alphabet[bits >> (18 - 6 * sign) & 63] : 0x3D)
                }
            }
            return text
        }
    }

    /// All bytes that a reader with patience could make of a payload: from each of the first signs.
    func readings(_ text: [UInt8]) -> [[UInt8]] {
        let bits = self == .base64 ? 6 : 4
        if self == .binary { return [text] }
        return (0..<(bits == 4 ? 2 : 4)).map { first in
            var bytes: [UInt8] = []
            var (held, count) = (0, 0)
            for sign in text.dropFirst(first) {
                held = (held << bits | value(sign)) & 0xFFFF
                count += bits
                if count >= 8 {
                    count -= 8
                    bytes.append(UInt8(held >> count & 0xFF))
                }
            }
            return bytes
        }
    }

    private func value(_ sign: UInt8) -> Int {
        Writing.values[self == .base64 ? 1 : 0][Int(sign)]
    }

    /// Of each byte as a hex digit and as a sign of Base64; zero for others.
    private static let values: [[Int]] = {
        var values = [[Int]](repeating: Array(repeating: 0, count: 256), count: 2)
        for (value, sign) in "0123456789abcdef".utf8.enumerated() { values[0][Int(sign)] = value }
        for (value, sign) in "0123456789ABCDEF".utf8.enumerated() { values[0][Int(sign)] = value }
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, sign) in alphabet.utf8.enumerated() { values[1][Int(sign)] = value }
        return values
    }()
}

struct TerminalPrivacyTests {
    private let driver = Driver()

    private func redacted(_ payload: [UInt8], topic: String = "jt808/p/up") -> [UInt8] {
        TerminalPrivacy.redacted(payload, topic: topic)
    }

    @Test(arguments: JT808Bytes.Edition.allCases)
    func `of 0x0702 the header stays and the body becomes stars`(edition: JT808Bytes.Edition) {
        let wire = driver.frame(edition).wire
        let shown = redacted(wire)
        let header = edition.is2019 ? 17 : 12
        #expect(driver.isIn(wire) && !driver.isIn(shown) && shown.count == wire.count)
        #expect(shown.prefix(1 + header) == wire.prefix(1 + header))
        #expect(shown.dropFirst(1 + header).dropLast().allSatisfy { $0 == UInt8(ascii: "*") })
        #expect(shown.last == 0x7E)
    }

    @Test(arguments: Writing.allCases)
    fileprivate func `in hex and Base64 too, and the frames beside it stay`(writing: Writing) {
        var neighbour = JT808Bytes()
        // So that each frame is a whole number of groups of Base64.
        while neighbour.wire.count % 3 != 0 { neighbour.body.append(0) }
        let secret = driver.frame(.year2013).wire
        let (before, behind) = (writing.write(neighbour.wire), writing.write(neighbour.wire + []))
        let shown = redacted(writing.write(neighbour.wire + secret + neighbour.wire))
        #expect(shown.prefix(before.count) == before[...])
        #expect(writing.readings(shown).allSatisfy { !driver.isIn($0) })
        if secret.count % 3 == 0 || writing != .base64 {
            #expect(shown.suffix(behind.count) == behind[...])
        }
        #expect(shown.count == writing.write(neighbour.wire + secret + neighbour.wire).count)
    }

    @Test(arguments: JT808Bytes.Edition.allCases, [2, 3, 5])
    func `a part of it is hidden like the whole`(edition: JT808Bytes.Edition, count: Int) {
        for part in driver.frame(edition).parts(count) {
            let shown = redacted(part)
            #expect(!driver.isIn(shown) && shown.count == part.count)
            #expect(shown.prefix(13) == part.prefix(13))
        }
    }

    @Test(arguments: Writing.allCases)
    fileprivate func `cut off at any byte nothing of the driver is left`(writing: Writing) {
        for edition in JT808Bytes.Edition.allCases {
            let payload = writing.write(driver.frame(edition).wire)
            for size in 0...payload.count {
                let shown = redacted(Array(payload.prefix(size)))
                #expect(shown.count == size)
                #expect(writing.readings(shown).allSatisfy { !driver.isIn($0) }, "\(edition) \(size)")
            }
            // Cut off in front: the delimiter, and the first half of the id.
            let headless = redacted(writing.write(Array(driver.frame(edition).wire.dropFirst())))
            #expect(writing.readings(headless).allSatisfy { !driver.isIn($0) })
        }
    }

    @Test(arguments: Writing.allCases)
    fileprivate func `mutated 5,000 times in each writing nothing of the driver is left`(writing: Writing) {
        let words = ["7E", "7D", "7D01", "00", "FFFF", "7E7E", "7E0200", "!", "*"].map { Array($0.utf8) }
        let bytes = [[0x7E], [0x7D], [0x7D, 1], [0], [0x7E, 0x7E], [0x7E, 2, 0]] as [[UInt8]]
        var random = SplitMix64(seed: 702)
        let frames = JT808Bytes.Edition.allCases.map { driver.frame($0) }
        // Where the id itself is damaged nobody can tell: it stays here.
        let idSigns = writing == .binary ? 3 : writing == .base64 ? 4 : 6
        for round in 0..<5_000 {
            let frame = frames[round % frames.count]
            let payload = Mutation.mutate(
                writing.write(frame.wire), writing == .binary ? bytes : words, &random, from: idSigns)
            let shown = redacted(payload)
            #expect(shown.count == payload.count)
            if writing.readings(shown).contains(where: driver.isIn) {
                Issue.record("round \(round): \(payload) \(shown)")
            }
        }
    }

    @Test func `of the gateway's JSON the driver is hidden and the rest stays`() {
        for payload in [driver.text(), driver.text(name: "张三丰")] {
            let shown = redacted(payload)
            let text = String(decoding: shown, as: UTF8.self)
            #expect(shown.count == payload.count && !driver.isIn(shown) && !text.contains("张"))
            #expect(text.contains(#""header":{"encrypt":0,"len":98,"msg_id":1794"#))
            #expect(text.contains(#""status":1,"time":"261121200000""#))
            #expect(text.contains(#""driver_name":"******"#) && !text.contains("BEIJING"))
            let again = published(shown)
            #expect(again.fault == nil && again.terminalPhone == "13812345678")
        }
    }

    @Test func `the gateway's JSON cut off at any byte`() {
        for payload in [driver.text(), driver.text(name: "张三丰")] {
            for size in 0...payload.count {
                let shown = redacted(Array(payload.prefix(size)))
                let text = String(decoding: shown, as: UTF8.self)
                #expect(shown.count == size && !driver.isIn(shown) && !text.contains("张"), "\(size)")
            }
        }
    }

    @Test func `the gateway's JSON mutated 20,000 times`() {
        let words = ["{", "}", "[", "\"", ",", ":", "\\", "null", "\u{0}", "12"].map { Array($0.utf8) }
        var random = SplitMix64(seed: 1_794)
        for round in 0..<20_000 {
            let payload = Mutation.mutate(driver.text(), words, &random)
            let shown = redacted(payload)
            #expect(shown.count == payload.count)
            if driver.isIn(shown) {
                Issue.record("round \(round): \(String(decoding: payload, as: UTF8.self))")
            }
        }
    }

    @Test(arguments: [
        (#"{"driverUniqueId":"SECRET"}"#, #"{"driverUniqueId":"******"}"#),
        (#"{"a":{"Driver-Name":"SECRET","b":"c"}}"#, #"{"a":{"Driver-Name":"******","b":"c"}}"#),
        (#"{"driver":{"x":["SECRET",123456]}}"#, #"{"driver":{"x":["******",0     ]}}"#),
        (#"{"idCard":110101199001011234}"#, #"{"idCard":0                 }"#),
        (#"{"驾驶员姓名":"SECRET"}"#, #"{"驾驶员姓名":"******"}"#),
        (
            #"{"device":{"contact":"SECRET","name":"京A12345"}}"#,
            #"{"device":{"contact":"******","name":"京A12345"}}"#
        ),
        (#"{"identity":"99999919770606909X"}"#, #"{"identity":"******************"}"#),
        (#"{"frame":"7e0702000c"}"#, #"{"frame":"**********"}"#),
        (#"{"q":1} {"qualification_no":"SECRET"}"#, #"{"q":1} {"qualification_no":"******"}"#),
        (#"{"driver_name":"SECRE"#, #"{"***********":"*****"#),
    ])
    func `members about a driver are hidden by their names`(text: String, expected: String) {
        #expect(String(decoding: redacted(Array(text.utf8), topic: "t"), as: UTF8.self) == expected)
    }

    @Test(arguments: [
        "", "x", "{}", "[1]", #"{"identity":"E28011606000"}"#, #"{"license_number":"京A12345","vin":"L"}"#,
        #"{"drive_motor":1,"DriveMotor":"x"}"#, #"{"lat":1,"msg_id":1794}"#, #"{"a":"#, "connected",
        "$GPRMC,152518.800,A,4013.13669,N,11612.13786,E,0.61,90.50,160621,,,A,V*2C",
    ])
    func `what tells of no driver stays as it is`(text: String) {
        #expect(redacted(Array(text.utf8)) == Array(text.utf8))
    }

    @Test func `all other messages stay as they are`() throws {
        for frame in try Fixture.frames() {
            for writing in Writing.allCases {
                let payload = writing.write(frame)
                #expect(redacted(payload) == payload)
            }
        }
        for fixture in TerminalFixture.all {
            for row in try fixture.rows() where !row.name.contains("driver") {
                #expect(redacted(row.payload, topic: row.topic) == row.payload, "\(row.name)")
            }
        }
        for row in try EMQXRow.all() where row.frame != nil {
            #expect(redacted(row.payload, topic: row.topic) == row.payload)
        }
        for payload in try Fixture.impinjPayloads() {
            #expect(redacted(payload, topic: "readers/1") == payload)
        }
    }

    @Test func `Sparkplug's binary is left alone`() {
        let payload: [UInt8] = [0x08, 0x7E, 0x07, 0x02, 0x41, 0x42]
        #expect(redacted(payload, topic: "spBv1.0/g/DDATA/n/d") == payload)
        #expect(redacted(payload) != payload)
    }

    @Test func `a megabyte of anything takes no more than its time`() {
        let size = 1_048_576
        let frame = driver.frame(.year2019).wire
        let payloads: [[UInt8]] = [
            Array(repeating: 0x7E, count: size), Array(repeating: 0x5B, count: size),
            Array(repeating: 0x37, count: size), Array(repeating: 0xFF, count: size),
            Array(repeating: [0x7E, 0x07, 0x02], count: size / 3).flatMap { $0 },
            Array(repeating: frame, count: size / frame.count).flatMap { $0 },
        ]
        for payload in payloads {
            let shown = redacted(payload)
            #expect(shown.count == payload.count && !driver.isIn(shown))
        }
    }
}
