import AssetModel
import Testing

/// Everything is accounted for, or it says what is not.
struct AccountsTests {
    private static func balanced() -> Accounts {
        var accounts = Accounts()
        accounts.messagesReceived = 10
        (accounts.messagesDecoded, accounts.messagesIgnored, accounts.messagesRejected) = (6, 3, 1)
        accounts.records = 9
        (accounts.observations, accounts.deviceEvents, accounts.recordsRejected) = (6, 2, 1)
        (accounts.redelivered, accounts.repeats, accounts.new) = (1, 2, 3)
        return accounts
    }

    @Test func `three sums that hold are no imbalance`() {
        #expect(Accounts().imbalance == nil)
        #expect(Self.balanced().imbalance == nil)
    }

    @Test func `one more in any of ten figures is an imbalance that names its sum`() {
        let figures: [(WritableKeyPath<Accounts, Int64>, String)] = [
            (\.messagesReceived, "received"), (\.messagesDecoded, "received"),
            (\.messagesIgnored, "received"),
            (\.messagesRejected, "received"), (\.records, "records"), (\.deviceEvents, "records"),
            (\.recordsRejected, "records"), (\.redelivered, "observations"), (\.repeats, "observations"),
            (\.new, "observations"),
        ]
        for (figure, sum) in figures {
            var accounts = Self.balanced()
            accounts[keyPath: figure] += 1
            #expect(accounts.imbalance?.hasPrefix(sum + " ") == true, "\(sum)")
        }
        var accounts = Self.balanced()
        accounts.observations += 1
        accounts.records += 1
        #expect(accounts.imbalance == "observations 7 != 1 + 2 + 3")
    }

    @Test func `replays are a part of what was delivered again`() {
        var accounts = Self.balanced()
        accounts.replays = 1
        #expect(accounts.imbalance == nil)
        accounts.replays = 2
        #expect(accounts.imbalance == "replays 2 > redelivered 1")
    }
}

/// A decoded message is used again and again.
struct DecodedMessageTests {
    @Test func `nothing of a message is left in the next one`() throws {
        var message = DecodedMessage()
        message.tagReads = [TagRead(tag: try #require(EPC(hex: "E200")))]
        message.fixes = [VehicleFix(phone: "138", phoneRaw: "000138")]
        message.deviceEvents = [.connected, .inventoryIdle]
        message.rejections = [Rejection(.malformedTime, at: "timestamp")]
        #expect(message.recordCount == 5)
        message.refusal = Rejection(.frameLength, offset: 17)
        #expect(message.refusal?.at == "offset 17")
        message.ignored = "status"
        message.sentAt = UTCInstant(milliseconds: 1)
        message.terminalPhone = "138"
        message.reset()
        #expect(message.recordCount == 0 && message.refusal == nil && message.ignored == nil)
        #expect(message.sentAt == nil && message.terminalPhone.isEmpty)
    }
}
