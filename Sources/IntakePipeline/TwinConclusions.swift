import AssetModel
import PresenceInference
import ReadRing
import Reconciliation

/// One EPC on two tags, as its places show it, or its TIDs.
extension IntakePath {
    mutating func conclude(_ places: TwoPlaces, slot: Int, tag: EPC, antenna: Int) {
        guard !note(of: slot, tag: tag).intersection([.minded, .hasCard]).isEmpty else { return }
        func place(_ place: TwoPlaces.Place) -> Reconciler.TwinSighting.Place {
            .init(zone: place.zone, lastAt: place.lastAt, epochs: place.epochs)
        }
        var twins = Reconciler.TwinSighting(
            tag: tag, standing: register.standing(of: tag, at: now, in: setup.numberSpace),
            places: (place(places.one), place(places.other)), since: places.since)
        twins.earlyArrivals = places.earlyArrivals
        twins.probability = places.probability
        let line = setup.layout.antennas[antenna]
        twins.source = "\(setup.layout.readers[line.reader].id)/\(line.port)"
        emit(reconciler.readInTwoPlaces(twins, at: now), slot: slot)
    }

    /// While TAG_DUPLICATE is open for a tag, the path says nothing about its place.
    mutating func noteTwin(_ change: DiscrepancyChange) {
        guard let (hex, isOpen) = Reconciler.duplicatedTag(change), let tag = EPC(hex: hex),
            let slot = ring.slot(of: tag)
        else { return }
        while slotNotes.count <= slot { slotNotes.append([]) }
        if isOpen { slotNotes[slot].insert(.duplicated) } else { slotNotes[slot].remove(.duplicated) }
    }

    /// The books bind an EPC anew: which TID it answers with has to be learned again, and where it is.
    mutating func forgetIdentity(of tag: EPC, wasDuplicated: Bool) {
        guard let slot = ring.slot(of: tag), wasDuplicated || tids.tid(of: slot) != nil else { return }
        tids.forget(slot)
        if wasDuplicated { presence.bound(slot, at: now) }
        for change in reconciler.bound(tag, at: now) {
            outcome.append(change)
            noteTwin(change)
        }
    }

    /// After a restart: what is open was told.
    mutating func markTwins() {
        for open in reconciler.ledger.openDiscrepancies() where open.code == .tagDuplicate {
            noteTwin(DiscrepancyChange(.held, open, at: now))
        }
    }
}
