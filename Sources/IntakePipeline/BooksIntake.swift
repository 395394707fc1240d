import AssetModel
import PresenceInference
import ReadRing
import Reconciliation
import VehicleTracking

/// The books changed: an input of the path like any other.
extension IntakePath {
    mutating func take(_ change: RegisterChange) {
        outcome.registerChanges.append(change)
        journal(change)
        apply(change)
    }

    /// Live and from the journal alike.
    mutating func apply(_ change: RegisterChange) {
        register.apply(change)
        var tags = Set(change.bindings.compactMap { EPC(hex: $0.epcHex) })
        for card in change.cards { register.forEachTag(on: card.assetNo) { tags.insert($0) } }
        adopt(tags.sorted())
        let duplicated = reconciler.duplicatedTags()
        for tag in Set(change.bindings.compactMap { EPC(hex: $0.epcHex) }).sorted() {
            let wasDuplicated = !duplicated.isEmpty && duplicated.contains(tag.hex)
            forgetIdentity(of: tag, wasDuplicated: wasDuplicated)
        }
        if !change.vehicles.isEmpty { terminals.watch(register.vehiclesByPhone(at: now), at: clock.time) }
        for change in reconciler.review(register: register, space: setup.numberSpace, at: now) {
            outcome.append(change)
        }
        for tag in tags.sorted() { reconsider(tag) }
    }

    /// Gives tags of the register their lines, and watches them where their cards want them.
    mutating func adopt(_ tags: [EPC]) {
        ring.reserve(registered: register.tagCount)
        for tag in tags {
            let slot = ring.register(tag)
            while slotNotes.count <= slot { slotNotes.append([]) }
            slotNotes[slot] = slotNotes[slot].intersection(.lasting)
            var home: Int?
            if case .asset(let asset) = register.standing(of: tag, at: now, in: setup.numberSpace),
                asset.state.standsAtItsPlace
            {
                home = asset.expectedZone
            }
            presence.watch(slot, home: home, at: clock.time, coverage: coverage)
        }
    }

    /// A settled tag whose card changed is compared again.
    private mutating func reconsider(_ tag: EPC) {
        guard let slot = ring.slot(of: tag), let zone = presence.settledZone(of: slot) else { return }
        guard case .asset(let asset) = register.standing(of: tag, at: now, in: setup.numberSpace) else {
            return
        }
        var change = PresenceChange(
            tag: tag, kind: .stayed(zone: zone), at: now, cause: presence.cause(of: slot))
        change.probability = presence.certainty(of: slot)
        let id = setup.layout.zones[zone].id
        change.reasonChinese = "台账变更后核对，仍在 \(id)"
        change.reasonEnglish = "compared after a change of the register, at \(id)"
        change.source = "register"
        _ = note(of: slot, tag: tag)
        emit(reconciler.reconcile(change, with: asset), slot: slot)
    }
}
