import AssetModel
import IntakePipeline
import Testing

/// What a driver's card says of a person is kept nowhere: not as an observation, and not among refused
/// messages.
struct DriverPrivacyTests {
    private static let name = Array("ZHANGSAN".utf8)
    private static let number = Array("110101199001011234".utf8)

    /// 0x0702 of JT/T 808-2013: status in, time, read well, name, certificate, authority, expiry.
    private static func frame(checkCode: UInt8 = 0) -> [UInt8] {
        let certificate = number + [UInt8](repeating: 0, count: 2)
        let body =
            [0x01, 0x26, 0x11, 0x21, 0x16, 0x00, 0x00, 0x00, UInt8(name.count)] + name + certificate
            + [4] + Array("POLI".utf8) + [0x20, 0x30, 0x12, 0x31]
        let head: [UInt8] = [0x07, 0x02, 0, UInt8(body.count), 0x01, 0x38, 0, 0, 0, 0x01, 0, 1]
        let plain = head + body
        return [0x7E] + plain + [plain.reduce(checkCode, ^)] + [0x7E]
    }

    private static func holdsPerson(_ bytes: [UInt8]) -> Bool {
        [name, number].contains { secret in bytes.count >= secret.count && bytes.contains(run: secret) }
    }

    @Test func `a card that was put in is an event with a code, and nothing of the person is kept`() throws {
        var story = PathStory()
        let outcome = story.give(
            .message(RawMessage(topic: "vehicles/1/up", payload: DriverPrivacyTests.frame())))
        #expect(story.path.accounts.messagesDecoded == 1 && story.path.accounts.deviceEvents == 1)
        #expect(!DriverPrivacyTests.holdsPerson(Array("\(outcome)".utf8)))
        #expect(!DriverPrivacyTests.holdsPerson(story.path.stateBytes()))
    }

    @Test func `a damaged one stands in the quarantine without the person, on a reader's topic too`() throws {
        for topic in ["vehicles/1/up", "readers/rA/events", "nobody/knows"] {
            var story = PathStory()
            let payload = DriverPrivacyTests.frame(checkCode: 1)
            #expect(DriverPrivacyTests.holdsPerson(payload), "there is something to hide")
            let outcome = story.give(.message(RawMessage(topic: topic, payload: payload)))
            let entry = try #require(outcome.quarantine.first)
            #expect(!DriverPrivacyTests.holdsPerson(entry.payload))
            #expect(entry.payload.count == payload.count && entry.payload.starts(with: payload.prefix(5)))
        }
    }
}

extension [UInt8] {
    fileprivate func contains(run: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: run) }
    }
}
