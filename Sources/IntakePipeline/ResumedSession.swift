import AssetModel

/// Tells what the broker sends again after a reconnect, where the message has no device time to tell it by.
///
/// A message that was committed but not acknowledged comes again, in order, before anything new. One with a
/// device time is known by its bytes; "connection lost" comes often with the same bytes, and twice may mean
/// twice. So such messages are remembered for the seconds in which an acknowledgement can be under way, and
/// count as sent again only at the start of a resumed session, until the first message that is not known.
struct ResumedSession: Sendable, Equatable {
    private struct Entry: Sendable, Equatable {
        var digest: UInt64
        var receivedAt: UTCInstant
    }

    private var recent: [Entry] = []
    private(set) var isResuming = false
    private var resumedAt = UTCInstant(milliseconds: 0)
    private var unacknowledgedFrom = UTCInstant(milliseconds: 0)

    /// A batch is committed within a second, and acknowledged then; a slow disk takes some more.
    static let unacknowledgedMax = ElapsedTime(seconds: 10)
    /// The broker sends at once what it has to send again.
    static let resumingMax = ElapsedTime(seconds: 60)
    /// As many messages as a broker may have in flight.
    static let messagesMax = 512

    /// The connection is up, and the broker kept our session.
    /// - Parameter lostAt: when we last heard the broker.
    mutating func resume(at now: UTCInstant, lostAt: UTCInstant) {
        unacknowledgedFrom = lostAt + ElapsedTime(seconds: -ResumedSession.unacknowledgedMax.seconds)
        isResuming = true
        resumedAt = now
    }

    /// A message came that nothing else recognises as sent again.
    /// - Returns: whether it is known from before the connection was lost.
    mutating func isKnown(_ digest: UInt64, at now: UTCInstant) -> Bool {
        if isResuming, now - resumedAt <= ResumedSession.resumingMax,
            recent.contains(where: { $0.digest == digest && $0.receivedAt >= unacknowledgedFrom })
        {
            return true
        }
        end()
        return false
    }

    /// Something new came.
    mutating func end() { isResuming = false }

    mutating func remember(_ digest: UInt64, at now: UTCInstant) {
        recent.removeAll { now - $0.receivedAt > ResumedSession.unacknowledgedMax }
        if recent.count >= ResumedSession.messagesMax { recent.removeFirst() }
        recent.append(Entry(digest: digest, receivedAt: now))
    }

    // MARK: what is kept

    func chunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        writer.put(UInt32(recent.count))
        for entry in recent {
            writer.put(entry.digest)
            writer.put(entry.receivedAt)
        }
        return Checkpoint.Chunk(table: "timeless", index: 0, bytes: writer.bytes)
    }

    /// A store from before it was kept has none.
    mutating func restore(_ chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "timeless" }) else { return }
        var reader = ByteReader(chunk.bytes)
        for _ in 0..<(try reader.take(UInt32.self)) {
            recent.append(Entry(digest: try reader.take(), receivedAt: try reader.takeInstant()))
        }
    }
}
