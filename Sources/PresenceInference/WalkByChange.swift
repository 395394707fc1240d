import AssetModel

/// A tag came into the field of a walk-by zone, or is no longer taken to be there.
struct WalkByChange: Sendable {
    enum Kind: Sendable {
        case entered
        case left
        /// Not read for so long that it is not followed any more.
        case unheard
        /// Its line in the table of strangers went to another tag.
        case forgotten
        /// Our own clock was set back.
        case clockSet
    }

    let kind: Kind
    let slot: UInt32
    let at: UTCInstant
    /// Start of the epoch that it speaks of, event time.
    let cause: UTCInstant
    /// Between the end of that epoch and now.
    let delay: ElapsedTime
    let zone: Int
    let id: String
    let source: String
    let epochLength: ElapsedTime
    var probability = 0.0
    /// Epochs looked at: since it was first read lately (entered), since it was read last (left).
    var epochs = 0
    /// Of those, with a read (entered), covered (left).
    var evidence = 0

    init(_ kind: Kind, _ slot: UInt32, in zone: WalkByZone, epoch: Int64, at now: UTCInstant) {
        self.kind = kind
        self.slot = slot
        at = now
        cause = zone.start(of: epoch)
        delay = max(.zero, now - zone.start(of: epoch + 1))
        self.zone = zone.zone
        id = zone.id
        source = zone.source
        epochLength = zone.epochLength
    }

    /// Looks at what is remembered of the tag.
    mutating func count(_ reads: UInt64, _ covered: UInt64, in zone: WalkByZone) {
        let silent = min(WalkByHypothesis.silentEpochs, reads.trailingZeroBitCount)
        switch kind {
        case .entered:
            // What it was read for before it came this time is another visit.
            epochs = min(WalkByHypothesis.silentEpochs, zone.settings.lagEpochs + WalkByChange.recentEpochs)
            evidence = (reads & WalkByChange.mask(epochs)).nonzeroBitCount
        case .left:
            epochs = silent
            evidence = (covered & WalkByChange.mask(silent)).nonzeroBitCount
        case .unheard, .forgotten, .clockSet: break
        }
    }

    /// Shown of what was read before the epoch that is spoken of.
    private static let recentEpochs = 4

    private static func mask(_ epochs: Int) -> UInt64 {
        epochs >= 64 ? UInt64.max : (1 << UInt64(epochs)) - 1
    }

    // MARK: in words

    /// Who it is, the path fills in.
    var presence: PresenceTracker.SlotChange {
        let kind: PresenceChange.Kind = kind == .entered ? .entered(zone: zone) : .left(zone: zone)
        var change = PresenceChange(
            tag: EPC(bitCount: 16, words: EPC.Words()), kind: kind, at: at, cause: cause)
        change.probability = min(ZoneJudgement.probabilityMax, probability)
        change.evidenceCount = evidence
        change.source = source
        (change.reasonChinese, change.reasonEnglish) = words
        return PresenceTracker.SlotChange(slot: Int(slot), change: change)
    }

    private var words: (chinese: String, english: String) {
        let length = epochLength.seconds
        let (waited, later) = ("；\(delay.seconds) 秒后判定", "; decided \(delay.seconds) s later")
        switch kind {
        case .entered:
            return (
                "\(id) 最近 \(epochs) 个 \(length) 秒时段中识读 \(evidence) 个" + waited,
                "\(id) read it in \(evidence) of the last \(epochs) epochs of \(length) s" + later
            )
        case .left:
            return (
                "\(id) 已覆盖 \(evidence) 个 \(length) 秒时段未识读" + waited,
                "no read in \(evidence) covered epochs of \(length) s at \(id)" + later
            )
        case .unheard:
            return (
                "\(id) 已 \(epochs) 个 \(length) 秒时段未识读或未覆盖，不再跟踪",
                "no read, or no cover, in \(epochs) epochs of \(length) s at \(id): followed no more"
            )
        case .forgotten:
            return (
                "未登记标签表已满，不再跟踪",
                "the table of tags that are not registered is full: followed no more"
            )
        case .clockSet: return ("网关时钟被调整，重新判断", "our own clock was set: judged anew")
        }
    }
}
