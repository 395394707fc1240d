package import AssetModel

/// The rules about devices: readers, terminals, and what nobody listed.
extension Reconciler {
    package mutating func reconcile(
        _ change: DeviceChange, vehicle: RegisterSnapshot.Vehicle?
    ) -> [DiscrepancyChange] {
        let evidence = Evidence(
            at: change.cause, source: "", chinese: change.reasonChinese, english: change.reasonEnglish)
        switch change.device {
        case .reader(let reader):
            return [reconcile(reader: reader, change: change, evidence: evidence)].compactMap { $0 }
        case .terminal(let phone):
            return reconcile(terminal: phone, change: change, vehicle: vehicle, evidence: evidence)
        case .unlisted(let name):
            let proposal = Proposal(
                .deviceUnknown, .reader(id: name), cause: change.cause, evidence: evidence)
            return [ledger.raise(proposal, at: change.at)].compactMap { $0 }
        }
    }

    // MARK: terminals

    private mutating func reconcile(
        terminal phone: String, change: DeviceChange, vehicle: RegisterSnapshot.Vehicle?, evidence: Evidence
    ) -> [DiscrepancyChange] {
        let subject = Subject.terminal(phone: phone)
        guard let vehicle else {
            guard change.kind == .heard else { return [] }
            let proposal = Proposal(.terminalUnknown, subject, cause: change.cause, evidence: evidence)
            return [ledger.raise(proposal, at: change.at)].compactMap { $0 }
        }
        let known = ledger.clear(.terminalUnknown, subject, because: evidence, at: change.at)
        let plate = Subject.vehicle(plateNo: vehicle.plateNo)
        var found: DiscrepancyChange?
        switch change.kind {
        case .silent:
            let proposal = Proposal(.terminalSilent, plate, cause: change.cause, evidence: evidence)
            found = ledger.raise(proposal, at: change.at)
        case .heard:
            found = ledger.clear(.terminalSilent, plate, because: evidence, at: change.at)
        case .noFix:
            let proposal = Proposal(.noFix, plate, cause: change.cause, evidence: evidence)
            found = ledger.raise(proposal, at: change.at)
        case .fixed:
            found = ledger.clear(.noFix, plate, because: evidence, at: change.at)
        case .online, .offline, .gap, .covering, .skewed, .inStep, .clockSet:
            break
        }
        return [known, found].compactMap { $0 }
    }

    // MARK: readers

    private mutating func reconcile(
        reader: Int, change: DeviceChange, evidence: Evidence
    ) -> DiscrepancyChange? {
        let subject = Subject.reader(id: layout.readers[reader].id)
        switch change.kind {
        case .offline: return raise(.readerOffline, reader: reader, change: change, evidence: evidence)
        case .online: return ledger.clear(.readerOffline, subject, because: evidence, at: change.at)
        case .gap: return raise(.coverageGap, reader: reader, change: change, evidence: evidence)
        case .covering: return ledger.clear(.coverageGap, subject, because: evidence, at: change.at)
        case .skewed: return raise(.clockSkew, reader: reader, change: change, evidence: evidence)
        case .inStep: return ledger.clear(.clockSkew, subject, because: evidence, at: change.at)
        case .heard, .silent, .noFix, .fixed, .clockSet: return nil
        }
    }

    /// Readers of sites that are not in use raise nothing.
    private mutating func raise(
        _ code: DiscrepancyCode, reader: Int, change: DeviceChange, evidence: Evidence
    ) -> DiscrepancyChange? {
        let line = layout.readers[reader]
        guard layout.sites[line.site].state == .active else { return nil }
        // A handheld is put away when its work is done.
        if line.isHandheld, code == .readerOffline { return nil }
        var proposal = Proposal(code, .reader(id: line.id), cause: change.cause, evidence: evidence)
        proposal.site = layout.sites[line.site].id
        // Told again only where another antenna fails.
        proposal.isWider = code == .coverageGap
        // One zone can be named; a reader that serves several is named itself.
        let zones = Set(line.antennas.map { layout.antennas[$0].zone })
        if zones.count == 1, let zone = zones.first { proposal.zone = layout.zones[zone].id }
        return ledger.raise(proposal, at: change.at)
    }

    /// Findings about readers that the configuration does not have any more, or whose site is not in use.
    package mutating func reviewReaders(at now: UTCInstant) -> [DiscrepancyChange] {
        let evidence = Evidence(
            at: now, source: "configuration", chinese: "配置已变更", english: "the configuration changed")
        let codes: Set<DiscrepancyCode> = [.readerOffline, .coverageGap, .clockSkew]
        return ledger.openDiscrepancies().compactMap { open in
            guard codes.contains(open.code), !isInUse(open.subject) else { return nil }
            return ledger.clear(open.code, open.subject, because: evidence, at: now)
        }
    }

    private func isInUse(_ subject: Subject) -> Bool {
        layout.readers.contains { $0.id == subject.key && layout.sites[$0.site].state == .active }
    }

    /// A reader that was unlisted is listed now.
    package mutating func listed(_ name: String, at now: UTCInstant) -> DiscrepancyChange? {
        let evidence = Evidence(
            at: now, source: "configuration", chinese: "已列入配置", english: "listed in the configuration now")
        return ledger.clear(.deviceUnknown, .reader(id: name), because: evidence, at: now)
    }

    package mutating func decide(_ decision: OperatorDecision, at now: UTCInstant) -> DiscrepancyChange? {
        ledger.decide(decision, at: now)
    }
}
