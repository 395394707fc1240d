import AssetModel
import DeviceDecoding
import ReadRing

/// Step 3 for a whole message: is it new, sent again, kept back by its reader, or out of an old recording?
///
///     known to the window                                        redelivered
///     not older than two minutes                                 first
///     of a minute in which nothing was heard of the reader       first (kept back by the reader)
///     the very message that marks its minute                     recorded: it changes nothing
///     of a minute that was heard, while a recording is played    inRecording
///     of a minute that was heard, and both beside it             doubtful
///     of a minute that was heard                                 first (the edge of a cut)
///
/// A lost read hides a theft: in doubt it is taken. Of a message `inRecording` and of a `doubtful` one each
/// read that the ring does not know of a tag of the register is evidence still.
enum Delivery: Sendable, Equatable {
    case first, redelivered, recorded, inRecording, doubtful
}

/// How the reads of a message are looked at.
enum Recall: Sendable, Equatable {
    case none, doubtful, recording

    init(_ delivery: Delivery) {
        switch delivery {
        case .inRecording: self = .recording
        case .doubtful: self = .doubtful
        case .first, .redelivered, .recorded: self = .none
        }
    }
}

extension IntakePath {
    /// A message with device time is told from its own repetition by its bytes; another only at the start of
    /// a resumed session.
    mutating func delivery(
        of message: RawMessage, from source: MessageSource, at receivedAt: UTCInstant
    ) -> Delivery {
        let hasDeviceTime =
            decoded.sentAt != nil || decoded.sweep != nil || decoded.tagReads.contains { $0.heardAt != nil }
            || decoded.fixes.contains { $0.fixedAt != nil }
        guard hasDeviceTime else { return isFirstTimeless(message) ? .first : .redelivered }
        var reader: Int?
        if case .reader(let index) = source { reader = index }
        let digest = hash.digest(topic: message.topic, payload: message.payload)
        guard deliveries.admit(digest, from: reader) else { return .redelivered }
        session.end()
        journal.digest(digest, from: reader)
        guard let reader, !message.isRetained else { return .first }
        return delivery(digest, of: reader, at: receivedAt)
    }

    private mutating func isFirstTimeless(_ message: RawMessage) -> Bool {
        // Signs of life alone may be counted twice: they change nothing.
        let tells = decoded.deviceEvents + decoded.gatewayEvents
        guard !message.isRetained, tells.contains(where: { $0 != .heartbeat }) else { return true }
        let digest = hash.digest(topic: message.topic, payload: message.payload)
        guard !session.isKnown(digest, at: now) else { return false }
        session.remember(digest, at: now)
        journal.timeless(digest, at: now)
        return true
    }

    /// When the reader says that the message was made.
    var deviceTime: UTCInstant? {
        guard let newest = newestRead else { return decoded.sentAt }
        return decoded.sentAt.map { max($0, newest) } ?? newest
    }

    /// Of a message that the window does not know.
    mutating func delivery(_ digest: UInt64, of reader: Int, at receivedAt: UTCInstant) -> Delivery {
        guard let deviceTime, refusal(of: deviceTime, at: receivedAt) == nil else { return .first }
        let (minute, mark) = (HeardMinutes.minute(of: deviceTime), HeardMinutes.mark(of: digest))
        let age = receivedAt - correct(deviceTime, of: reader, at: receivedAt)
        guard age > HeardMinutes.oldAfter, minutes.isHeard(reader, minute) else {
            heard(reader, minute, mark: mark)
            return .first
        }
        if minutes.mark(reader, minute) == mark {
            if minutes.isProofDue(reader, at: now) { doubt(reader, HeardMinutes.Doubt(provenAt: now)) }
            return .recorded
        }
        if minutes.isPlaying(reader, at: now) { return .inRecording }
        if minutes.doubt(reader).since == nil { doubt(reader, HeardMinutes.Doubt(since: now)) }
        return minutes.isHeardThroughout(reader, minute) ? .doubtful : .first
    }

    private mutating func heard(_ reader: Int, _ minute: Int64, mark: UInt32) {
        if minutes.note(reader, minute, mark: mark) {
            journal.minuteHeard(reader, minute, mark: mark, at: now)
        }
        let known = minutes.doubt(reader)
        if known.since != nil { doubt(reader, HeardMinutes.Doubt(provenAt: known.provenAt)) }
    }

    private mutating func doubt(_ reader: Int, _ doubt: HeardMinutes.Doubt) {
        journal.doubt(reader, doubt, at: now)
        minutes.set(doubt, reader)
    }

    /// A recording that is played at its own speed lags as steadily as a wrong clock. Until it is known
    /// which of the two it is, it says nothing about the clock.
    func isDoubtful(lag: Int64, of reader: Int) -> Bool {
        guard lag > HeardMinutes.oldAfter.milliseconds else { return false }
        if minutes.isPlaying(reader, at: now) { return true }
        guard let since = minutes.doubt(reader).since else { return false }
        return now - since < HeardMinutes.doubtedFor
    }

    // MARK: its reads

    /// Sent again: counted, and nothing else.
    mutating func countRedelivered(_ observations: Int, _ delivery: Delivery) {
        accounts.observations += Int64(observations)
        accounts.redelivered += Int64(observations)
        if delivery == .recorded { accounts.replays += Int64(observations) }
    }

    /// A read of a message that may be out of a recording: was it taken when it was live?
    ///
    /// What the ring knows tells nothing in any case. What it does not know is evidence, except while a
    /// recording is proven to be played: then a tag outside the register was forgotten since.
    func isReplay(_ read: TagRead, of reader: Int, antenna: Int, heardAt: UTCInstant) -> Bool {
        guard recall != .none else { return false }
        guard let own = read.heardAt else { return recall == .recording }
        let minute = HeardMinutes.minute(of: own)
        let isHeard =
            recall == .recording
            ? minutes.isHeard(reader, minute) : minutes.isHeardThroughout(reader, minute)
        guard isHeard else { return false }
        if ring.knows(
            read.tag, antenna: antenna, heardAt: heardAt, epochLength: epochLengths[antenna])
        {
            return true
        }
        return recall == .recording && !ring.isRegistered(read.tag)
    }
}
