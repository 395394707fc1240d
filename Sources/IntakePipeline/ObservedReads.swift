package import AssetModel
import DeviceDecoding
import ReadRing

/// Reads that were decoded elsewhere: how a benchmark drives steps 3 to 5 without paying for JSON. The daemon
/// takes messages.
package struct ObservedReads: Sendable {
    /// Index into ``SiteLayout/readers``.
    package var reader: Int
    package var reads: [TagRead]
    /// Names the message: its copies have the same number.
    package var number: UInt64
    package var receivedAt: UTCInstant

    package init(reader: Int, reads: [TagRead], number: UInt64, receivedAt: UTCInstant) {
        self.reader = reader
        self.reads = reads
        self.number = number
        self.receivedAt = receivedAt
    }
}

extension IntakePath {
    /// As ``advance(through:to:)`` with one message.
    package mutating func advance(through observed: ObservedReads) -> IntakeOutcome {
        beginBatch()
        advanceTime(to: observed.receivedAt)
        accounts.messagesReceived += 1
        accounts.messagesDecoded += 1
        decoded.reset()
        decoded.tagReads = observed.reads
        let digest = hash.digest(
            topic: setup.layout.readers[observed.reader].id, payload: observed.numberBytes)
        let isFirst = deliveries.admit(digest, from: observed.reader)
        if isFirst { journal.digest(digest, from: observed.reader) }
        let message = RawMessage(topic: setup.layout.readers[observed.reader].topics.first ?? "", payload: [])
        let delivery = isFirst ? delivery(digest, of: observed.reader, at: now) : .redelivered
        takeRecords(message, from: .reader(observed.reader), delivery, at: now)
        return finish()
    }
}

extension ObservedReads {
    fileprivate var numberBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64($0 * 8)) }
    }
}
