import AssetModel
import DeviceDecoding
import PresenceInference
import ReadRing
import Reconciliation
import VehicleTracking

/// Steps 1 to 3 for one message: refuse, decode, tell redelivery from repeat from news. Everything is
/// accounted for.
extension IntakePath {
    mutating func take(_ message: RawMessage, at receivedAt: UTCInstant) {
        accounts.messagesReceived += 1
        hiddenHead = nil
        if let bytes = message.oversizeBytes {
            let at = "payload of \(bytes) bytes"
            return refuse(message, Rejection(.oversizePayload, at: at))
        }
        guard var source = topics.source(of: message.topic) else {
            takeUnlisted(message.topic, in: message)
            return refuse(message, Rejection(.unknownTopic, at: message.topic))
        }
        decoder.decode(message, from: source, receivedAt: receivedAt, into: &decoded)
        if let refusal = decoded.refusal {
            count(source)
            noteRefusal(source, message, at: receivedAt)
            return refuse(message, refusal)
        }
        if let stranger = identify(&source, topic: message.topic) {
            takeGatewayEvents(from: source, at: receivedAt)
            accounts.records += Int64(decoded.gatewayEvents.count)
            accounts.deviceEvents += Int64(decoded.gatewayEvents.count)
            // What else hangs on a gateway is no reader that somebody forgot to list.
            if SparkplugNamespace.isBehindEdgeNode(message.topic), decoded.tagReads.isEmpty {
                return ignore("other_device")
            }
            takeUnlisted(stranger, in: message)
            return refuse(message, Rejection(.unknownDevice, at: stranger))
        }
        count(source)
        if let refusal = misplacedSweep(source) { return refuse(message, refusal) }
        let hasEvents = !decoded.deviceEvents.isEmpty || !decoded.gatewayEvents.isEmpty
        if message.isRetained && !hasEvents { return ignore("retained") }
        if isHollow(message, from: source) { return ignore("empty") }
        if let kind = decoded.ignored {
            ignore(String(describing: kind))
        } else {
            accounts.messagesDecoded += 1
        }
        takeRecords(
            message, from: source, delivery(of: message, from: source, at: receivedAt), at: receivedAt)
    }

    /// An empty message is a farewell only of a reader whose will and farewell are its sign of life; another
    /// one's silence is noticed by itself, and anybody can send nothing.
    private func isHollow(_ message: RawMessage, from source: MessageSource) -> Bool {
        guard message.payload.isEmpty, case .reader(let reader) = source else { return false }
        return setup.layout.readers[reader].liveness != .will
    }

    mutating func takeRecords(
        _ message: RawMessage, from source: MessageSource, _ delivery: Delivery, at receivedAt: UTCInstant
    ) {
        accounts.records += Int64(decoded.recordCount)
        accounts.deviceEvents += Int64(decoded.deviceEvents.count + decoded.gatewayEvents.count)
        for rejection in decoded.rejections { refuseRecord(message, rejection) }
        let observations = decoded.tagReads.count + decoded.fixes.count
        guard delivery != .redelivered, delivery != .recorded else {
            return countRedelivered(observations, delivery)
        }
        recall = Recall(delivery)
        defer { recall = .none }
        switch source {
        case .reader(let reader) where recall == .recording:
            takeReads(of: reader, in: message, at: receivedAt)
        case .reader(let reader):
            takeClock(of: reader, retained: message.isRetained, at: receivedAt)
            if speaksFor(reader, message.topic) {
                takeSign(of: reader, retained: message.isRetained, at: receivedAt)
            }
            takeMode(of: reader)
            if !message.isRetained { takeBeams(of: reader, at: receivedAt) }
            for event in decoded.deviceEvents { take(event, of: reader, at: receivedAt) }
            takeGatewayEvents(from: source, at: receivedAt)
            if message.isRetained { return countRetained(observations) }
            takeReads(of: reader, in: message, at: receivedAt)
            takeGateWord(of: reader, at: receivedAt)
        case .terminalSource(let index):
            let datum = setup.layout.terminalSources[index].datum
            for fix in decoded.fixes.indices { decoded.fixes[fix].convert(from: datum) }
            takeTerminal(message, at: receivedAt)
        case .sweep(let site):
            guard !message.isRetained else { return countRetained(observations) }
            takeSweep(of: site, in: message, at: receivedAt)
        }
    }

    private mutating func takeReads(of reader: Int, in message: RawMessage, at receivedAt: UTCInstant) {
        var (taken, refused) = (0, decoded.rejections.count)
        for index in decoded.tagReads.indices {
            fetch(readsFrom: index)
            switch take(decoded.tagReads[index], of: reader, in: message, at: receivedAt) {
            case .taken: taken += 1
            case .refused: refused += 1
            case .elsewhere: break
            }
        }
        readerCounts[reader].reads += Int64(taken)
        readerCounts[reader].refused += Int64(decoded.tagReads.count - taken)
        if taken == 0, refused > 0 { noteRefusal(.reader(reader), message, at: receivedAt) }
    }

    /// Reads came from a reader and nothing of the message could be taken.
    private mutating func noteRefusal(
        _ source: MessageSource, _ message: RawMessage, at receivedAt: UTCInstant
    ) {
        guard case .reader(let reader) = source, !message.isRetained,
            coverage.isNewRefusal(reader: reader, at: clock.time)
        else { return }
        journal.readerStated(reader, .readsRefused, epoch: EvidenceEpoch.number(of: receivedAt), at: now)
        apply(.readsRefused, of: reader, epoch: EvidenceEpoch.number(of: receivedAt))
    }

    /// A retained message may carry reads beside an event: old news, counted as repeats.
    private mutating func countRetained(_ observations: Int) {
        accounts.observations += Int64(observations)
        accounts.repeats += Int64(observations)
    }

    // MARK: readers

    /// Every message but a farewell shows that the reader lives.
    private mutating func takeSign(of reader: Int, retained: Bool, at receivedAt: UTCInstant) {
        let isFarewell =
            decoded.deviceEvents.contains(.disconnected) || decoded.gatewayEvents.contains(.disconnected)
        guard !retained, !isFarewell else { return }
        let heardAt = newestRead ?? decoded.sentAt ?? receivedAt
        let isPlausible = refusal(of: heardAt, at: receivedAt) == nil
        // A clock that runs ahead must not make later signs look old.
        let saidAt = isPlausible ? correct(heardAt, of: reader, at: receivedAt) : receivedAt
        let epoch = EvidenceEpoch.number(of: min(saidAt, receivedAt))
        guard coverage.isNewSign(reader: reader, epoch: epoch) else { return }
        journal.readerHeard(reader, epoch: epoch, at: now)
        applySign(of: reader, epoch: epoch)
    }

    var newestRead: UTCInstant? {
        var newest: UTCInstant?
        for index in decoded.tagReads.indices {
            guard let heardAt = decoded.tagReads[index].heardAt else { continue }
            newest = max(newest ?? heardAt, heardAt)
        }
        return newest
    }

    mutating func applySign(of reader: Int, epoch: Int64) {
        if let change = coverage.heard(reader: reader, epoch: epoch, at: clock.time) { conclude(change) }
        reviewGap(of: reader)
    }

    mutating func take(_ event: DeviceEvent, of reader: Int, at receivedAt: UTCInstant) {
        var saidAt = receivedAt
        if let sentAt = decoded.sentAt, refusal(of: min(sentAt, receivedAt), at: receivedAt) == nil {
            saidAt = min(correct(sentAt, of: reader, at: receivedAt), receivedAt)
        }
        let epoch = EvidenceEpoch.number(of: saidAt)
        journal.readerStated(reader, event, epoch: epoch, at: now)
        apply(event, of: reader, epoch: epoch)
    }

    mutating func apply(_ event: DeviceEvent, of reader: Int, epoch: Int64) {
        let change = coverage.apply(event, reader: reader, epoch: epoch, at: clock.time)
        if let change { conclude(change) }
        reviewGap(of: reader)
    }

    /// What became of a read.
    enum ReadOutcome {
        case taken, refused
        /// By an antenna that is not in the configuration: it covers nothing here.
        case elsewhere
    }

    @discardableResult
    mutating func take(
        _ read: TagRead, of reader: Int, in message: RawMessage, at receivedAt: UTCInstant
    ) -> ReadOutcome {
        var heardAt = read.heardAt ?? receivedAt
        if let reason = refusal(of: heardAt, at: receivedAt) {
            refuseRecord(message, Rejection(reason, at: "heard at \(heardAt)"))
            return .refused
        }
        if read.heardAt != nil { heardAt = correct(heardAt, of: reader, at: receivedAt) }
        guard let antenna = antenna(read.antennaPort, of: reader) else {
            let port = read.antennaPort.map { "antenna port \($0)" } ?? "no antenna port"
            refuseRecord(message, Rejection(.unknownAntenna, at: port))
            return read.antennaPort == nil ? .refused : .elsewhere
        }
        accounts.observations += 1
        if isReplay(read, of: reader, antenna: antenna, heardAt: heardAt) {
            accounts.redelivered += 1
            accounts.replays += 1
            return .taken
        }
        let sighting = ring.observe(
            read.tag, antenna: antenna, heardAt: heardAt, signal: read.peakSignal,
            epochLength: epochLengths[antenna])
        if let evicted = sighting.evicted {
            conclude(passing: walkBy.forget(sighting.slot, at: now), tag: evicted)
            forget(sighting.slot)
        }
        if sighting.isFirst { journal.define(slot: sighting.slot, tag: read.tag, at: now) }
        if let tid = read.tid {
            takeIdentity(tid, of: (sighting.slot, read.tag), antenna: antenna, heardAt: heardAt)
        }
        accounts.new += sighting.isNew ? 1 : 0
        accounts.repeats += sighting.isNew ? 0 : 1
        if sighting.isNew {
            tellGap(endedAt: heardAt, slot: sighting.slot)
            journal.tagHeard(
                slot: sighting.slot, antenna: antenna, heardAt: heardAt, signal: read.peakSignal, at: now)
        }
        if isGateAntenna[antenna] {
            var seen = GateTracker.Read(
                slot: sighting.slot, tag: read.tag, antenna: antenna, heardAt: heardAt,
                signal: read.peakSignal)
            seen.direction = read.direction
            takeGateRead(seen, isJournaled: sighting.isNew)
        }
        let strength = SignalSeen(
            slot: sighting.slot, antenna: antenna, heardAt: heardAt, signal: read.peakSignal)
        guard sighting.isNew else {
            takeRepeat(strength, tag: read.tag)
            noteRead(sighting.slot, heardAt: heardAt)
            return .taken
        }
        noteSignal(strength)
        applyEvidence(slot: sighting.slot, tag: read.tag, antenna: antenna, heardAt: heardAt)
        weigh(sighting.slot, tag: read.tag)
        noteRead(sighting.slot, heardAt: heardAt)
        return .taken
    }

    /// Without a port the zone is known only where all antennas of the reader are in one.
    private func antenna(_ port: UInt16?, of reader: Int) -> Int? {
        if let port { return antennaOfPort[reader][port] }
        let own = setup.layout.readers[reader].antennas
        guard let first = own.first else { return nil }
        let zone = setup.layout.antennas[first].zone
        return own.allSatisfy { setup.layout.antennas[$0].zone == zone } ? first : nil
    }

    /// Too old or from the future, by our own clock at receipt.
    func refusal(of heardAt: UTCInstant, at receivedAt: UTCInstant) -> Rejection.Reason? {
        if (heardAt - receivedAt) > setup.rules.clockFutureAfter { return .clockFromFuture }
        if (receivedAt - heardAt) > setup.rules.clockTooOldAfter { return .clockTooOld }
        return nil
    }

    // MARK: terminals

    private mutating func takeTerminal(_ message: RawMessage, at receivedAt: UTCInstant) {
        let observations = decoded.fixes.count + decoded.tagReads.count
        guard !message.isRetained else { return countRetained(observations) }
        guard !decoded.fixes.isEmpty else {
            guard !decoded.terminalPhone.isEmpty, speaksForItself else { return }
            takeSign(ofTerminal: decoded.terminalPhone, epoch: EvidenceEpoch.number(of: receivedAt))
            return
        }
        for index in decoded.fixes.indices { take(decoded.fixes[index], in: message, at: receivedAt) }
    }

    /// The platform's word that a terminal went is no sign of its life.
    private var speaksForItself: Bool {
        !decoded.deviceEvents.contains { $0 == .disconnected || $0 == .deregistered }
    }

    private mutating func take(_ fix: VehicleFix, in message: RawMessage, at receivedAt: UTCInstant) {
        let fixedAt = fix.isBackfill ? receivedAt : fix.fixedAt ?? receivedAt
        if let reason = refusal(of: fixedAt, at: receivedAt) {
            takeSign(ofTerminal: fix.phone, epoch: EvidenceEpoch.number(of: receivedAt), fix: fix)
            return refuseRecord(message, Rejection(reason, at: "fixed at \(fixedAt)"))
        }
        accounts.observations += 1
        let epoch = EvidenceEpoch.number(of: fixedAt)
        if terminals.isNewSign(fix.phone, epoch: epoch) { accounts.new += 1 } else { accounts.repeats += 1 }
        takeSign(ofTerminal: fix.phone, epoch: epoch, fix: fix)
        remember(fix)
    }

    /// The newest position of the batch for each vehicle that may be tracked.
    private mutating func remember(_ fix: VehicleFix) {
        guard let vehicle = register.vehicle(ofTerminal: fix.phone, at: now), vehicle.tracked,
            !fix.isBackfill,
            fix.isValid
        else { return }
        guard fix.latitudeDegrees != nil, let fixedAt = fix.fixedAt else { return }
        if let known = fixesOfBatch[fix.phone]?.fixedAt, known > fixedAt { return }
        fixesOfBatch[fix.phone] = fix
    }

    private mutating func takeSign(ofTerminal phone: String, epoch: Int64, fix: VehicleFix? = nil) {
        guard terminals.isNewSign(phone, epoch: epoch) else { return }
        journal.terminalHeard(phone, epoch: epoch, at: now)
        applySign(ofTerminal: phone, epoch: epoch)
        guard let fix, !fix.isBackfill else { return }
        let quality = FixQuality(isIgnitionOn: fix.statusBits & 1 != 0, isValid: fix.isValid)
        journal.terminalFix(phone, quality, epoch: epoch, at: now)
        apply(quality, ofTerminal: phone, epoch: epoch)
    }

    mutating func apply(_ fix: FixQuality, ofTerminal phone: String, epoch: Int64) {
        let change = terminals.observe(fix: fix, of: phone, epoch: epoch, at: clock.time)
        if let change { conclude(change) }
    }

    mutating func applySign(ofTerminal phone: String, epoch: Int64) {
        if let change = terminals.heard(phone, epoch: epoch, at: clock.time) { conclude(change) }
    }

    // MARK: refusals

    private mutating func ignore(_ kind: String) {
        accounts.messagesIgnored += 1
        accounts.ignored[kind, default: 0] += 1
    }

    mutating func refuse(_ message: RawMessage, _ rejection: Rejection) {
        accounts.messagesRejected += 1
        quarantine(message, rejection)
    }

    mutating func refuseRecord(_ message: RawMessage, _ rejection: Rejection) {
        accounts.recordsRejected += 1
        quarantine(message, rejection)
    }

    /// Keeps the head of what was refused, without what a driver's card says of a person.
    private mutating func quarantine(_ message: RawMessage, _ rejection: Rejection) {
        accounts.rejected[rejection.reason.rawValue, default: 0] += 1
        let bytes = message.oversizeBytes ?? message.payload.count
        let shown = hiddenHead ?? TerminalPrivacy.redacted(message.payload, topic: message.topic)
        hiddenHead = Array(shown.prefix(QuarantineEntry.payloadBytesMax))
        outcome.quarantine.append(
            QuarantineEntry(
                receivedAt: now, topic: message.topic, rejection: rejection,
                payload: hiddenHead ?? [], payloadBytes: bytes))
    }
}
