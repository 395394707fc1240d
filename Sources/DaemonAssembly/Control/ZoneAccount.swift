import AssetModel
import InventoryStorage
import OperatorAPI

/// Sorts what should be in a zone and what is there into the groups of ``ZoneDetail``.
///
/// | expected in the zone, and | group |
/// | --- | --- |
/// | no tag bound | untagged |
/// | a tag settled here | found |
/// | a tag settled in another zone | not seen |
/// | anything else, the zone covered | not seen |
/// | anything else, the zone not covered | not covered: nothing can be said |
///
/// A word is as strong as its evidence: a zone that is not covered is never called empty.
struct ZoneAccount {
    let zone: String
    let isCovered: Bool
    let limit: Int
    let offset: Int

    private var groups = ZoneDetail(zone: ZoneReply(id: "", site: "", kind: ""))
    private var expected = 0
    private var seen = 0

    init(zone: String, isCovered: Bool, limit: Int, offset: Int) {
        self.zone = zone
        self.isCovered = isCovered
        self.limit = limit
        self.offset = offset
    }

    /// An asset whose card names this zone.
    mutating func count(_ asset: StandingAsset) {
        expected += 1
        var thing = ZoneThing()
        thing.assetNo = asset.assetNo
        thing.assetName = asset.assetName.isEmpty ? nil : asset.assetName
        thing.epcHex = asset.tags.first?.epcHex
        guard !asset.tags.isEmpty else {
            thing.reasonChinese = "未贴标"
            thing.reasonEnglish = "no tag is bound to it"
            put(thing, in: \.untagged)
            return
        }
        let settled = asset.tags.filter { $0.presence?.state == .present }
        if let here = settled.first(where: { $0.presence?.zone == zone }) {
            thing.describe(here.epcHex, here.presence)
            put(thing, in: \.found)
        } else if let elsewhere = settled.first {
            thing.describe(elsewhere.epcHex, elsewhere.presence)
            put(thing, in: \.notSeen)
        } else {
            // The tag heard last says the most.
            let last = asset.tags.max { heard($0) < heard($1) }
            if let last { thing.describe(last.epcHex, last.presence) }
            put(thing, in: isCovered ? \.notSeen : \.notCovered)
        }
    }

    /// A tag that is settled here.
    /// - Parameter home: the zone that its card names; `nil` where nothing says where it should stand.
    mutating func count(_ tag: SettledTag, home: String?) {
        seen += 1
        if home == zone { return }
        var thing = ZoneThing()
        thing.assetNo = tag.assetNo
        thing.assetName = tag.assetName.flatMap { $0.isEmpty ? nil : $0 }
        thing.describe(tag.presence.epcHex, tag.presence)
        thing.zone = home
        guard home == nil else {
            put(thing, in: \.wrongPlace)
            return
        }
        let why = tag.standing
        thing.reasonChinese = why.chinese
        thing.reasonEnglish = why.english
        put(thing, in: \.others)
    }

    func detail(_ zone: ZoneReply) -> ZoneDetail {
        var detail = groups
        detail.zone = zone
        detail.zone.expected = expected
        detail.zone.seen = seen
        detail.limit = limit
        detail.offset = offset
        return detail
    }

    private func heard(_ tag: StandingAsset.Tag) -> Int64 {
        tag.presence?.lastHeardAt.milliseconds ?? Int64.min
    }

    private mutating func put(_ thing: ZoneThing, in group: WritableKeyPath<ZoneDetail, ZoneGroup>) {
        let position = groups[keyPath: group].total
        groups[keyPath: group].total += 1
        guard position >= offset, groups[keyPath: group].items.count < limit else { return }
        groups[keyPath: group].items.append(thing)
    }
}

extension ZoneThing {
    /// Where the tag is and why that is believed.
    fileprivate mutating func describe(_ epcHex: String, _ presence: PresenceRecord?) {
        self.epcHex = epcHex
        guard let presence else {
            reasonChinese = "从未识读"
            reasonEnglish = "never heard"
            return
        }
        zone = presence.zone
        // Of a tag that is there the store keeps conclusions only; see `tally where`.
        lastHeardAt = presence.state == .silent ? "\(presence.lastHeardAt)" : nil
        reasonChinese = presence.reasonChinese
        reasonEnglish = presence.reasonEnglish
    }
}

extension SettledTag {
    /// Why nothing says where it should stand.
    fileprivate var standing: (chinese: String, english: String) {
        guard assetNo != nil else { return ("标签未绑定资产", "no asset is bound to the tag") }
        guard let place else { return ("台账无此卡片", "the register has no such card") }
        guard let state = place.state, !state.standsAtItsPlace else {
            return ("卡片地点不是本网关的区域", "its card names no zone of this gateway")
        }
        return ("账面状态：\(state.chinese)", "by the books \(state.rawValue)")
    }
}
