package import AssetModel

/// Compares what is believed with what the books say, and raises discrepancies. The books are read, never
/// written.
///
/// | code | opens | clears |
/// | --- | --- | --- |
/// | SURPLUS_UNKNOWN_TAG | a tag of our numbers, unbound, read in two epochs | bound, or no number of ours |
/// | SURPLUS_NO_CARD | a tag bound to a number without card is read | card imported, or binding ended |
/// | DISPOSED_STILL_PRESENT | a tag of a DISPOSED asset is read | the card's state changes |
/// | LOCATION_MISMATCH | settled in another zone than the card's | in its own; card changed; duplicate |
/// | MISSING_SUSPECT | silent in covered time where it should stand | read again, or card changed |
/// | READER_OFFLINE | reader of an active site gone | heard again |
/// | TERMINAL_UNKNOWN | frames of a terminal that no vehicle carries | bound to a vehicle |
/// | TERMINAL_SILENT | no frame for the limit, vehicle not sealed | heard again, sealed, or unbound |
/// | TAG_DUPLICATE | one EPC answered with two TIDs, or in two places at once | the tag is bound anew |
/// | TAG_REBOUND | a bound EPC answered with another TID than the books say | the tag is bound anew |
/// | COVERAGE_GAP | reader of an active site heard, and not fully covering | covers again |
/// | CLOCK_SKEW | a reader's time steadily off | in step again |
/// | NO_FIX | ignition on, no position fix for the limit | a fix, or ignition off, or unbound |
/// | DEVICE_UNKNOWN | a message of a device that the configuration does not list | listed, or dismissed |
package struct Reconciler: Sendable {
    package internal(set) var ledger: DiscrepancyLedger
    let layout: SiteLayout

    /// A single read of an unknown number may be a ghost; the same number in a second epoch is not.
    package static let strangerEpochsMin = 2

    package init(layout: SiteLayout, rules: RuleSettings) {
        self.layout = layout
        ledger = DiscrepancyLedger(rules: rules)
    }

    /// A read of a tag and what the books say about the tag.
    package struct Sighting: Sendable {
        package var tag: EPC
        package var standing: TagStanding
        /// Where it was read.
        package var zone: Int
        /// Start of the epoch of this read, event time.
        package var heardAt: UTCInstant
        /// Start of the first epoch of the stay, event time.
        package var since: UTCInstant
        /// Epochs with a read in the evidence window.
        package var epochs: Int
        package var source: String

        package init(tag: EPC, standing: TagStanding, zone: Int, heardAt: UTCInstant, since: UTCInstant) {
            self.tag = tag
            self.standing = standing
            self.zone = zone
            self.heardAt = heardAt
            self.since = since
            epochs = 1
            source = ""
        }
    }

    // MARK: tags

    /// Does a read of a tag with this standing say something by itself, wherever it was read?
    package static func minds(_ standing: TagStanding) -> Bool {
        switch standing {
        case .asset(let asset): return asset.state == .disposed
        case .boundWithoutCard, .oursUnbound: return true
        case .foreign: return false
        }
    }

    /// A tag was read whose being there is the discrepancy.
    package mutating func sighted(_ sighting: Sighting, at now: UTCInstant) -> DiscrepancyChange? {
        var proposal: Proposal
        switch sighting.standing {
        case .oursUnbound:
            guard sighting.epochs >= Reconciler.strangerEpochsMin else { return nil }
            let evidence = evidence(
                of: sighting, "识读到编码段内未登记标签", "read a tag of our numbers that nothing is bound to")
            proposal = Proposal(
                .surplusUnknownTag, .tag(epcHex: sighting.tag.hex), cause: sighting.since, evidence: evidence)
        case .boundWithoutCard(let assetNo):
            let evidence = evidence(
                of: sighting, "标签已绑定但台账无此卡片", "bound to an asset number that the register lacks")
            proposal = Proposal(
                .surplusNoCard, .asset(assetNo: assetNo, epcHex: sighting.tag.hex), cause: sighting.since,
                evidence: evidence)
        case .asset(let asset):
            guard asset.state == .disposed else { return nil }
            let evidence = evidence(of: sighting, "账面已处置，仍被识读", "disposed by the books, still read")
            proposal = Proposal(
                .disposedStillPresent, subject(of: asset, tag: sighting.tag), cause: sighting.since,
                evidence: evidence)
            proposal.expected = AssetState.disposed.rawValue
            proposal.exposureFen = asset.exposureFen
        case .foreign:
            return nil
        }
        place(sighting.zone, in: &proposal)
        proposal.actual = layout.zones[sighting.zone].id
        proposal.evidenceCount = sighting.epochs
        return ledger.raise(proposal, at: now)
    }

    /// The belief about where a registered asset is changed, or was confirmed against changed books.
    package mutating func reconcile(_ change: PresenceChange, with asset: RegisterSnapshot.Asset)
        -> [DiscrepancyChange]
    {
        switch change.kind {
        case .heard(let zone):
            return clearMissing(asset, change: change, zone: zone).map { [$0] } ?? []
        case .arrived(let zone), .moved(_, let zone), .stayed(let zone):
            let found = clearMissing(asset, change: change, zone: zone)
            return [found, settled(asset, in: zone, change: change)].compactMap { $0 }
        case .silent(let zone):
            return missing(asset, in: zone, change: change).map { [$0] } ?? []
        // Where tags pass, nothing belongs and nothing is missed.
        case .entered, .left: return []
        }
    }

    private mutating func settled(
        _ asset: RegisterSnapshot.Asset, in zone: Int, change: PresenceChange
    ) -> DiscrepancyChange? {
        let subject = subject(of: asset, tag: change.tag)
        let evidence = Evidence(
            at: change.cause, source: change.source, chinese: change.reasonChinese,
            english: change.reasonEnglish)
        // Two tags bear its EPC: which of them is the asset's, reads do not say.
        let isAmbiguous = ledger.isOpen(.tagDuplicate, subject)
        guard let expected = asset.expectedZone, asset.state.standsAtItsPlace, expected != zone, !isAmbiguous
        else {
            return ledger.clear(.locationMismatch, subject, because: evidence, at: change.at)
        }
        var proposal = Proposal(.locationMismatch, subject, cause: change.cause, evidence: evidence)
        place(zone, in: &proposal)
        proposal.expected = layout.zones[expected].id
        proposal.actual = layout.zones[zone].id
        proposal.confidence = change.probability
        proposal.exposureFen = asset.exposureFen
        proposal.evidenceCount = change.evidenceCount
        return ledger.raise(proposal, at: change.at)
    }

    private mutating func missing(
        _ asset: RegisterSnapshot.Asset, in zone: Int, change: PresenceChange
    ) -> DiscrepancyChange? {
        // Two tags bear its EPC: whose silence it is, nobody can say.
        let isAmbiguous = ledger.isOpen(.tagDuplicate, subject(of: asset, tag: change.tag))
        guard asset.state.standsAtItsPlace, !isAmbiguous else { return nil }
        let evidence = Evidence(
            at: change.cause, source: change.source, chinese: change.reasonChinese,
            english: change.reasonEnglish)
        var proposal = Proposal(
            .missingSuspect, subject(of: asset, tag: change.tag), cause: change.cause, evidence: evidence)
        place(zone, in: &proposal)
        proposal.expected = layout.zones[asset.expectedZone ?? zone].id
        proposal.confidence = change.probability
        proposal.exposureFen = asset.exposureFen
        proposal.evidenceCount = change.evidenceCount
        return ledger.raise(proposal, at: change.at)
    }

    private mutating func clearMissing(
        _ asset: RegisterSnapshot.Asset, change: PresenceChange, zone: Int
    ) -> DiscrepancyChange? {
        let id = layout.zones[zone].id
        let evidence = Evidence(
            at: change.cause, source: change.source, chinese: "在 \(id) 再次识读", english: "read again at \(id)")
        return ledger.clear(
            .missingSuspect, subject(of: asset, tag: change.tag), because: evidence, at: change.at)
    }

    // MARK: the books changed

    /// Clears what the changed books no longer support.
    package mutating func review(
        register: RegisterSnapshot, space: NumberSpace, at now: UTCInstant
    ) -> [DiscrepancyChange] {
        let evidence = Evidence(
            at: now, source: "register", chinese: "台账已变更", english: "the register changed")
        for dismissed in ledger.dismissedDiscrepancies()
        where dismissed.code.dismissalLasts && !isSupported(dismissed, by: register, space: space, at: now) {
            ledger.forgetDismissed(dismissed)
        }
        return ledger.openDiscrepancies().compactMap { open in
            guard !isSupported(open, by: register, space: space, at: now) else { return nil }
            return ledger.clear(open.code, open.subject, because: evidence, at: now)
        }
    }

    private func isSupported(
        _ open: Discrepancy, by register: RegisterSnapshot, space: NumberSpace, at now: UTCInstant
    ) -> Bool {
        switch (open.code, open.subject) {
        case (.surplusUnknownTag, .tag(let hex)):
            guard let tag = EPC(hex: hex) else { return true }
            return register.standing(of: tag, at: now, in: space) == .oursUnbound
        case (.surplusNoCard, .asset(let assetNo, let hex)):
            guard register.asset(assetNo) == nil else { return false }
            guard let hex, let tag = EPC(hex: hex) else { return true }
            return register.standing(of: tag, at: now, in: space) == .boundWithoutCard(assetNo: assetNo)
        case (.disposedStillPresent, .asset(let assetNo, _)):
            return register.asset(assetNo)?.state == .disposed
        case (.locationMismatch, .asset(let assetNo, _)):
            guard let asset = register.asset(assetNo), asset.state.standsAtItsPlace else { return false }
            guard let expected = asset.expectedZone else { return false }
            return layout.zones[expected].id != open.actual
        case (.missingSuspect, .asset(let assetNo, _)):
            return register.asset(assetNo)?.state.standsAtItsPlace ?? false
        case (.terminalUnknown, .terminal(let phone)):
            return register.vehicle(ofTerminal: phone, at: now) == nil
        case (.terminalSilent, .vehicle(let plateNo)), (.noFix, .vehicle(let plateNo)):
            return register.vehiclesByPhone(at: now).values.contains {
                $0.plateNo == plateNo && !$0.sealed && $0.tracked
            }
        default:
            return true
        }
    }

    // MARK: helpers

    func subject(of asset: RegisterSnapshot.Asset, tag: EPC) -> Subject {
        .asset(assetNo: asset.assetNo, epcHex: tag.hex)
    }

    func place(_ zone: Int, in proposal: inout Proposal) {
        proposal.zone = layout.zones[zone].id
        proposal.site = layout.sites[layout.zones[zone].site].id
    }

    private func evidence(of sighting: Sighting, _ chinese: String, _ english: String) -> Evidence {
        let id = layout.zones[sighting.zone].id
        return Evidence(
            at: sighting.heardAt, source: sighting.source,
            chinese: "\(chinese)（\(id)，\(sighting.epochs) 个时段）",
            english: "\(english) (\(id), \(sighting.epochs) epochs)")
    }
}

extension Reconciler {
    package mutating func takeChunks(all: Bool, at now: UTCInstant) -> [Checkpoint.Chunk] {
        ledger.takeChunks(all: all, at: now)
    }

    package mutating func restore(_ chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) {
        try ledger.restore(chunks)
    }
}
