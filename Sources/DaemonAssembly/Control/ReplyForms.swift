import AssetModel
import InventoryStorage
import OperatorAPI
import RegisterBooks

/// Nouns of the path in the shapes of the control socket.
extension AccountsStatus {
    init(_ accounts: Accounts) {
        self.init()
        messagesReceived = accounts.messagesReceived
        messagesDecoded = accounts.messagesDecoded
        messagesIgnored = accounts.messagesIgnored
        messagesRejected = accounts.messagesRejected
        records = accounts.records
        observations = accounts.observations
        deviceEvents = accounts.deviceEvents
        recordsRejected = accounts.recordsRejected
        redelivered = accounts.redelivered
        replays = accounts.replays
        repeats = accounts.repeats
        new = accounts.new
        strangersEvicted = accounts.strangersEvicted
        antennasReplaced = accounts.antennasReplaced
        walkByReadsNotFollowed = accounts.walkByReadsNotFollowed
        ignored = accounts.ignored
        rejected = accounts.rejected
    }
}

extension ReaderStatus {
    init(_ line: StatusBoard.ReaderLine) {
        self.init(
            id: line.id, site: line.site, vendor: line.vendor, vendorConfigured: line.configured.rawValue)
        isOnline = line.figures.isOnline
        lastHeardAt = line.figures.lastHeardAt.map { "\($0)" }
        isCovered = line.isCovering
    }
}

extension ActorReply {
    init(_ actor: OperatorDecision.Actor) {
        self.init(uid: actor.uid, gid: actor.gid, name: actor.name)
    }
}

extension DiscrepancyDetail {
    init(_ discrepancy: Discrepancy, history: DiscrepancyHistory) {
        self.init(DiscrepancyReply(discrepancy))
        self.history = history.steps.map { StepReply($0) }
        historyTotal = history.total
        heldTotal = history.heldTotal
        lastHeldAt = history.lastHeldAt.map { "\($0)" }
    }
}

extension StepReply {
    init(_ step: DiscrepancyStep) {
        self.init(
            at: "\(step.at)", change: step.kind, episode: step.episode, state: step.state,
            confidence: DiscrepancyReply.rounded(step.confidence))
        by = step.decision.map { ActorReply($0.actor) }
        reason = step.decision?.reason
    }
}

extension DiscrepancyReply {
    init(_ discrepancy: Discrepancy) {
        self.init(
            id: discrepancy.id, code: discrepancy.code.rawValue, subject: SubjectReply(discrepancy.subject))
        episode = discrepancy.episode
        chinese = discrepancy.code.chinese
        state = discrepancy.state.rawValue
        severity = discrepancy.code.severity.rawValue
        site = discrepancy.site
        zone = discrepancy.zone
        expected = discrepancy.expected
        actual = discrepancy.actual
        openedAt = "\(discrepancy.openedAt)"
        clearedAt = discrepancy.clearedAt.map { "\($0)" }
        evidence = discrepancy.evidence.map {
            EvidenceReply(at: "\($0.at)", source: $0.source, chinese: $0.chinese, english: $0.english)
        }
        confidence = DiscrepancyReply.rounded(discrepancy.confidence)
        exposureFen = discrepancy.exposureFen
        ruleSet = discrepancy.ruleSet
    }

    /// Four decimals, as published.
    static func rounded(_ confidence: Double) -> Double { (confidence * 10_000).rounded() / 10_000 }
}

extension SubjectReply {
    init(_ subject: Subject) {
        switch subject {
        case .asset(let assetNo, let epcHex): self = .asset(assetNo: assetNo, epcHex: epcHex)
        case .tag(let epcHex): self = .tag(epcHex: epcHex)
        case .vehicle(let plateNo): self = .vehicle(plateNo: plateNo)
        case .terminal(let phone): self = .terminal(phone: phone)
        case .reader(let id): self = .reader(id: id)
        }
    }
}

extension AssetReply {
    init(_ card: AssetCard) {
        self.init(assetNo: card.assetNo)
        assetName = card.assetName
        specModel = card.specModel
        state = card.state?.rawValue
        useDept = card.useDept
        location = card.location
        site = card.site
        zone = card.zone
    }
}
