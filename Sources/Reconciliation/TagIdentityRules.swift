package import AssetModel

/// The rules about one EPC answering with more than one factory identity.
extension Reconciler {
    /// A read of one of our tags carried a TID.
    package struct TagAnswer: Sendable {
        package var tag: EPC
        package var standing: TagStanding
        /// The TID of this read.
        package var tid: EPC
        /// Another tag answers with the same EPC: its TID, and when both had answered (event time).
        package var other: (tid: EPC, since: UTCInstant)?
        /// The TID that answered before, and may have been taken off.
        package var former: EPC?
        /// The TID that the books bind to the EPC, where they say.
        package var bound: EPC?
        package var zone: Int
        /// Start of the epoch of this read, event time.
        package var heardAt: UTCInstant
        package var source: String

        package init(
            tag: EPC, standing: TagStanding, tid: EPC, zone: Int, heardAt: UTCInstant
        ) {
            self.tag = tag
            self.standing = standing
            self.tid = tid
            self.zone = zone
            self.heardAt = heardAt
            source = ""
        }
    }

    package mutating func answered(_ answer: TagAnswer, at now: UTCInstant) -> [DiscrepancyChange] {
        let subject = subject(of: answer)
        if let other = answer.other {
            let words = "\(other.tid.hex) / \(answer.tid.hex)"
            let evidence = Evidence(
                at: answer.heardAt, source: answer.source, chinese: "同一 EPC 读到两个 TID：\(words)",
                english: "one EPC answered with two TIDs: \(words)")
            var proposal = Proposal(.tagDuplicate, subject, cause: other.since, evidence: evidence)
            fill(&proposal, from: answer, expected: (answer.bound ?? other.tid).hex)
            let found = ledger.raise(proposal, at: now)
            let plain = ledger.clear(.tagRebound, subject, because: evidence, at: now)
            let place = ledger.clear(.locationMismatch, subject, because: evidence, at: now)
            return [found, plain, place].compactMap { $0 }
        }
        guard let bound = answer.bound ?? answer.former, !bound.agrees(with: answer.tid) else { return [] }
        let evidence = Evidence(
            at: answer.heardAt, source: answer.source,
            chinese: "读到的 TID 与此前不符：原为 \(bound.hex)，实读 \(answer.tid.hex)",
            english: "the TID is not the one it was: \(bound.hex) before, read \(answer.tid.hex)")
        var proposal = Proposal(.tagRebound, subject, cause: answer.heardAt, evidence: evidence)
        fill(&proposal, from: answer, expected: bound.hex)
        return [ledger.raise(proposal, at: now)].compactMap { $0 }
    }

    private func fill(_ proposal: inout Proposal, from answer: TagAnswer, expected: String) {
        place(answer.zone, in: &proposal)
        proposal.expected = expected
        proposal.actual = answer.tid.hex
        if case .asset(let asset) = answer.standing { proposal.exposureFen = asset.exposureFen }
    }

    private func subject(of answer: TagAnswer) -> Subject { subject(of: answer.standing, tag: answer.tag) }

    func subject(of standing: TagStanding, tag: EPC) -> Subject {
        switch standing {
        case .asset(let asset): return subject(of: asset, tag: tag)
        case .boundWithoutCard(let assetNo): return .asset(assetNo: assetNo, epcHex: tag.hex)
        case .oursUnbound, .foreign: return .tag(epcHex: tag.hex)
        }
    }

    /// The books bind the EPC anew: what was read before says nothing about the new tag.
    package mutating func bound(_ tag: EPC, at now: UTCInstant) -> [DiscrepancyChange] {
        let evidence = Evidence(
            at: now, source: "register", chinese: "标签已重新绑定", english: "the tag was bound anew")
        let codes: Set<DiscrepancyCode> = [.tagDuplicate, .tagRebound]
        for dismissed in ledger.dismissedDiscrepancies()
        where codes.contains(dismissed.code) && dismissed.subject.epcHex == tag.hex {
            ledger.forgetDismissed(dismissed)
        }
        return ledger.openDiscrepancies().compactMap { open in
            guard codes.contains(open.code), open.subject.epcHex == tag.hex else { return nil }
            return ledger.clear(open.code, open.subject, because: evidence, at: now)
        }
    }
}
