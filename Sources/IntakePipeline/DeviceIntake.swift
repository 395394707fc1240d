import AssetModel
import DeviceDecoding
import PresenceInference
import ReadRing
import Reconciliation
import VehicleTracking

/// What a message says about the device that sent it: which one it is, whether its clock is right, how often
/// it reports, and which factory identities its tags answer with.
extension IntakePath {
    // MARK: which device

    /// Finds the reader that a message is of, where several share a topic.
    /// - Returns: the name of a device that the configuration does not list, or ``unnamed`` where it has to
    ///   give one and gives none; else `nil`.
    mutating func identify(_ source: inout MessageSource, topic: String) -> String? {
        guard case .reader(let reader) = source, needsName[reader] else { return nil }
        // What a gateway says of itself needs no owner.
        if decoded.tagReads.isEmpty && SparkplugNamespace.isOfEdgeNode(topic) { return nil }
        let sharers = topics.readers(of: topic)
        if sharers.count == 1, setup.layout.readers[reader].identities.isEmpty { return nil }
        guard !decoded.deviceIdentity.isEmpty else {
            return sharers.count > 1 ? IntakePath.unnamed : nil
        }
        guard let owner = sharers.first(where: { isNamed(decoded.deviceIdentity, reader: $0) }) else {
            return decoded.deviceIdentity
        }
        source = .reader(owner)
        return nil
    }

    /// Stands in the quarantine where a name belongs: whose message it is cannot be told, so nobody is
    /// accused.
    static let unnamed = "no device name"

    private func isNamed(_ name: String, reader: Int) -> Bool {
        let line = setup.layout.readers[reader]
        let plain = IntakePath.plainName(name)
        return ([line.id] + line.identities).contains { IntakePath.plainName($0) == plain }
    }

    /// MAC addresses and host names are written with and without separators, in either case.
    private static func plainName(_ name: String) -> String {
        name.lowercased().filter { $0 != ":" && $0 != "-" }
    }

    // MARK: gateways

    /// Hands what a gateway says of itself to every reader behind it: those that listen to its own topic.
    mutating func takeGatewayEvents(from source: MessageSource, at receivedAt: UTCInstant) {
        guard !decoded.gatewayEvents.isEmpty else { return }
        var behind = topics.readers(of: decoded.gatewayTopic)
        if behind.isEmpty, case .reader(let reader) = source { behind = [reader] }
        for reader in behind {
            for event in decoded.gatewayEvents {
                // That the gateway is back says nothing of the devices behind it.
                if event == .connected, topics.isDeviceOfGateway[reader] { continue }
                take(event, of: reader, at: receivedAt)
            }
        }
    }

    /// Whether a message on this topic shows that the reader itself lives: a gateway's own messages do not
    /// where the reader is a device behind it.
    func speaksFor(_ reader: Int, _ topic: String) -> Bool {
        !topics.isDeviceOfGateway[reader] || !SparkplugNamespace.isOfEdgeNode(topic)
    }

    mutating func takeUnlisted(_ name: String, in message: RawMessage) {
        guard !message.isRetained, name != IntakePath.unnamed else { return }
        let epoch = EvidenceEpoch.number(of: now)
        guard unlisted.isNews(name, epoch: epoch) else { return }
        journal.unlisted(name, epoch: epoch, at: now)
        applyUnlisted(name, epoch: epoch)
    }

    /// Told once as a change of a device; after that only the discrepancy is held.
    mutating func applyUnlisted(_ name: String, epoch: Int64) {
        let isKnown = unlisted.isKnown(name)
        let change = unlisted.heard(name, epoch: epoch, at: now)
        guard isKnown else { return conclude(change) }
        for found in reconciler.reconcile(change, vehicle: nil) { outcome.append(found) }
    }

    /// After a change of the configuration: what is listed now is no discrepancy any more, and neither is
    /// what was open about a reader that is gone.
    mutating func reviewConfiguration() {
        mustReviewConfiguration = false
        let before = outcome.discrepancyChanges.count
        for change in reconciler.reviewReaders(at: now) { outcome.append(change) }
        for (index, reader) in setup.layout.readers.enumerated() where coverage.hasOpenGap(reader: index) {
            let (ledger, subject) = (reconciler.ledger, Subject.reader(id: reader.id))
            let isTold = ledger.isOpen(.coverageGap, subject) || ledger.isDismissed(.coverageGap, subject)
            if !isTold { coverage.forgetGap(of: index) }
        }
        reviewUnlisted()
        // So that a restart does not conclude the same again.
        if outcome.discrepancyChanges.count > before { mustReplaceCheckpoint = true }
    }

    private mutating func reviewUnlisted() {
        for name in unlisted.names {
            let isListed =
                topics.source(of: name) != nil
                || setup.layout.readers.indices.contains { isNamed(name, reader: $0) }
            guard isListed else { continue }
            unlisted.forget(name)
            if let change = reconciler.listed(name, at: now) { outcome.append(change) }
        }
    }

    mutating func count(_ source: MessageSource) {
        guard case .reader(let reader) = source else { return }
        readerCounts[reader].messages += 1
        let refused = decoded.rejections.count + (decoded.refusal == nil ? 0 : 1)
        readerCounts[reader].refused += Int64(refused)
    }

    /// Our own clock was set.
    mutating func step(to instant: UTCInstant) {
        coverage.clockStepped(by: instant - now)
        gates.clockStepped(by: instant - now)
        clock.step(to: instant)
        minutes.clockStepped(to: instant)
        conclude(passing: walkBy.clockStepped(to: now))
        unlisted.clockStepped(toEpoch: EvidenceEpoch.number(of: instant))
    }

    // MARK: its reports

    mutating func takeMode(of reader: Int) {
        guard let mode = decoded.reportMode, coverage.isNewMode(mode, of: reader) else { return }
        journal.readerMode(reader, mode, at: now)
        apply(mode, of: reader)
    }

    mutating func apply(_ mode: ReportMode, of reader: Int) {
        coverage.learn(mode, of: reader, at: clock.time)
    }

    // MARK: gaps in coverage

    mutating func reviewGap(of reader: Int) {
        if let change = coverage.reviewGap(of: reader, at: clock.time) { conclude(change) }
    }

    mutating func reviewGaps() {
        let presence = self.presence
        coverage.judgeQuiet(at: clock.time) { presence.expectsTags(in: $0) }
        for reader in setup.layout.readers.indices { reviewGap(of: reader) }
    }

    // MARK: factory identities

    mutating func takeIdentity(
        _ tid: EPC, of line: (slot: Int, tag: EPC), antenna: Int, heardAt: UTCInstant
    ) {
        let note = note(of: line.slot, tag: line.tag)
        guard !note.intersection([.minded, .hasCard]).isEmpty else { return }
        let epoch = EvidenceEpoch.number(of: heardAt)
        guard tids.isNews(tid, of: line.slot) else { return }
        journal.tagIdentity(slot: line.slot, antenna: antenna, tid: tid, epoch: epoch, at: now)
        apply(tid, of: line, antenna: antenna, epoch: epoch)
    }

    mutating func apply(_ tid: EPC, of line: (slot: Int, tag: EPC), antenna: Int, epoch: Int64) {
        let lastHeard = presence.lastHeard(line.slot).map { EvidenceEpoch.number(of: $0) }
        let finding = tids.observe(tid, of: line.slot, epoch: epoch, lastHeard: lastHeard)
        guard finding != .known else { return }
        let place = setup.layout.antennas[antenna]
        var answer = Reconciler.TagAnswer(
            tag: line.tag, standing: register.standing(of: line.tag, at: now, in: setup.numberSpace),
            tid: tid,
            zone: place.zone, heardAt: EvidenceEpoch.start(of: epoch))
        answer.source = "\(setup.layout.readers[place.reader].id)/\(place.port)"
        if let binding = register.binding(of: line.tag), binding.holds(at: now) {
            answer.bound = binding.tidHex.flatMap { EPC(hex: $0) }
        }
        switch finding {
        case .duplicate(let other, let since): answer.other = (other, EvidenceEpoch.start(of: since))
        case .exchanged(let former): answer.former = former
        case .known, .first: break
        }
        for change in reconciler.answered(answer, at: now) {
            outcome.append(change)
            noteTwin(change)
        }
    }

    // MARK: sweeps

    /// A sweep must name a zone of the site on whose topic it came.
    func misplacedSweep(_ source: MessageSource) -> Rejection? {
        guard case .sweep(let site) = source else { return nil }
        guard let header = decoded.sweep else { return Rejection(.unknownShape, offset: 0) }
        guard sweepAntenna(of: header, site: site) != nil else { return Rejection(.unknownZone, at: "zone") }
        return nil
    }

    private func sweepAntenna(of header: SweepHeader, site: Int) -> (reader: Int, port: UInt16)? {
        for (index, reader) in setup.layout.readers.enumerated()
        where reader.format == .sweep && reader.site == site {
            for antenna in reader.antennas {
                let line = setup.layout.antennas[antenna]
                if setup.layout.zones[line.zone].id == header.zone { return (index, line.port) }
            }
        }
        return nil
    }

    mutating func takeSweep(of site: Int, in message: RawMessage, at receivedAt: UTCInstant) {
        guard let header = decoded.sweep, let place = sweepAntenna(of: header, site: site) else { return }
        outcome.sweeps.append(
            SweepRecord(
                receivedAt: now, site: setup.layout.sites[site].id, header: header, payload: message.payload))
        for index in decoded.tagReads.indices {
            var read = decoded.tagReads[index]
            read.antennaPort = place.port
            read.heardAt = read.heardAt ?? header.at
            take(read, of: place.reader, in: message, at: receivedAt)
        }
    }

    // MARK: decisions of people

    mutating func apply(_ decision: OperatorDecision) {
        guard let change = reconciler.decide(decision, at: now) else { return }
        outcome.append(change)
        noteTwin(change)
        outcome.decisions.append(
            DecisionRecord(decision, at: now, episode: change.discrepancy.episode))
    }
}
