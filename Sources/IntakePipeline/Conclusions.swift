import AssetModel
import PresenceInference
import ReadRing
import Reconciliation
import VehicleTracking

/// Steps 4 and 5: evidence → belief → discrepancy. Live input and the journal of a restart go through here
/// alike.
extension IntakePath {
    mutating func applyEvidence(slot: Int, tag: EPC, antenna: Int, heardAt: UTCInstant) {
        coverage.read(antenna: antenna, epoch: EvidenceEpoch.number(of: heardAt), at: clock.time)
        walkBy.observe(slot, antenna: antenna, heardAt: heardAt, at: now)
        let reader = setup.layout.antennas[antenna].reader
        if coverage.hasOpenGap(reader: reader) { reviewGap(of: reader) }
        let note = note(of: slot, tag: tag)
        let zone = setup.layout.antennas[antenna].zone
        // Of two tags with one EPC nothing is concluded about the place.
        let isTwin = note.contains(.duplicated)
        let isAsked =
            note.contains(.minded)
            || !isTwin && presence.isContested(slot)
            || !isTwin && presence.needsEvidence(slot, heardIn: zone) && mayBeElsewhere(slot, heardIn: zone)
        let evidence = isAsked ? ring.evidence(of: slot) : []
        let epoch = EvidenceEpoch.number(of: heardAt)
        let change = presence.observe(
            slot, newest: (tag, antenna, epoch), evidence: isTwin ? [] : evidence, at: clock.time,
            coverage: coverage)
        if let change { conclude(change, slot: slot) }
        if let places = presence.takeTwoPlaces() { conclude(places, slot: slot, tag: tag, antenna: antenna) }
        if note.contains(.minded) {
            conclude(sighting(slot: slot, tag: tag, antenna: antenna, epoch: epoch, evidence: evidence))
        }
        if note.contains(.mismatched), change == nil, slotNotes[slot].contains(.mismatched) {
            hold(slot: slot, tag: tag)
        }
    }

    /// A tag's line went to another tag.
    mutating func forget(_ slot: Int) {
        presence.forget(slot)
        _ = walkBy.forget(slot, at: now)
        gates.forget(slot)
        tids.forget(slot)
        if slot < slotNotes.count { slotNotes[slot] = [] }
    }

    // MARK: presence

    mutating func conclude(_ change: PresenceChange, slot: Int) {
        outcome.append(change)
        guard note(of: slot, tag: change.tag).contains(.hasCard),
            case .asset(let asset) = register.standing(of: change.tag, at: now, in: setup.numberSpace)
        else { return }
        emit(reconciler.reconcile(change, with: asset), slot: slot)
    }

    private mutating func conclude(_ sighting: Reconciler.Sighting) {
        if let change = reconciler.sighted(sighting, at: now) { outcome.append(change) }
    }

    private func sighting(
        slot: Int, tag: EPC, antenna: Int, epoch: Int64, evidence: [AntennaEvidence]
    ) -> Reconciler.Sighting {
        let place = setup.layout.antennas[antenna]
        var sighting = Reconciler.Sighting(
            tag: tag, standing: register.standing(of: tag, at: now, in: setup.numberSpace), zone: place.zone,
            heardAt: EvidenceEpoch.start(of: epoch), since: presence.cause(of: slot))
        sighting.epochs = epochsHeard(evidence)
        sighting.source = "\(setup.layout.readers[place.reader].id)/\(place.port)"
        return sighting
    }

    /// Epochs with a read, whoever read it; antennas with other read cycles count for themselves.
    private func epochsHeard(_ evidence: [AntennaEvidence]) -> Int {
        var count = 0
        for length in Set(evidence.map { epochLengths[$0.antenna] }) {
            let alike = evidence.filter { epochLengths[$0.antenna] == length }
            let newest = alike.map(\.newestEpoch).max() ?? 0
            count += alike.reduce(UInt64(0)) { $0 | $1.bits(endingAt: newest) }.nonzeroBitCount
        }
        return count
    }

    /// Still in the wrong place, with new evidence.
    private mutating func hold(slot: Int, tag: EPC) {
        guard let zone = presence.settledZone(of: slot) else { return }
        var change = PresenceChange(
            tag: tag, kind: .stayed(zone: zone), at: now, cause: presence.cause(of: slot))
        change.probability = presence.certainty(of: slot)
        let id = setup.layout.zones[zone].id
        change.reasonChinese = "仍在 \(id) 识读"
        change.reasonEnglish = "still read at \(id)"
        change.source = id
        guard case .asset(let asset) = register.standing(of: tag, at: now, in: setup.numberSpace) else {
            return
        }
        emit(reconciler.reconcile(change, with: asset), slot: slot)
    }

    mutating func emit(_ changes: [DiscrepancyChange], slot: Int) {
        for change in changes {
            outcome.append(change)
            noteTwin(change)
            guard change.discrepancy.code == .locationMismatch else { continue }
            if change.kind == .cleared {
                slotNotes[slot].remove(.mismatched)
            } else {
                slotNotes[slot].insert(.mismatched)
            }
        }
    }

    // MARK: devices

    mutating func conclude(_ change: DeviceChange) {
        outcome.deviceChanges.append(change)
        var vehicle: RegisterSnapshot.Vehicle?
        if case .terminal(let phone) = change.device {
            vehicle = register.vehicle(ofTerminal: phone, at: now)
        }
        for found in reconciler.reconcile(change, vehicle: vehicle) { outcome.append(found) }
    }

    // MARK: notes

    /// What the books say about a slot, looked up once until the books change.
    mutating func note(of slot: Int, tag: EPC) -> SlotNote {
        while slotNotes.count <= slot { slotNotes.append([]) }
        if slotNotes[slot].contains(.looked) { return slotNotes[slot] }
        let standing = register.standing(of: tag, at: now, in: setup.numberSpace)
        var note: SlotNote = .looked
        if case .asset = standing { note.insert(.hasCard) }
        if Reconciler.minds(standing) { note.insert(.minded) }
        // The ring may have given it up and taken it anew since that was told.
        if reconciler.isDuplicated(tag, standing) { note.insert(.duplicated) }
        if register.isBoundForATerm(tag) { note.formUnion([.minded, .hasCard]) }
        note.formUnion(slotNotes[slot].intersection(.lasting))
        slotNotes[slot] = note
        return note
    }
}
