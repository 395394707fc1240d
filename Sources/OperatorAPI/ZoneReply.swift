/// A zone in a list: what it is and how many things belong there or are there.
package struct ZoneReply: Codable, Sendable, Equatable {
    package var id: String
    package var site: String
    package var name = ""
    /// `shelf`, `room`, `gate`, `yard` or `walk-by`.
    package var kind: String
    /// Ids of zones whose antennas may read tags of this one.
    package var neighbours: [String] = []
    /// Silence here counts.
    package var isCovered = false
    /// Without a break for so long; `nil` while it is not covered.
    @NullWhenAbsent package var coveredSeconds: Int64?
    package var antennasCovering = 0
    package var antennasTotal = 0
    /// Cards whose place this is, in a state in which the thing stands at its place.
    package var expected = 0
    /// Tags settled here.
    package var seen = 0
    /// Discrepancies of this zone that are not settled: suspected missing, and in the wrong place here.
    package var missingOpen = 0
    package var misplacedOpen = 0

    package init(id: String, site: String, kind: String) {
        self.id = id
        self.site = site
        self.kind = kind
    }

    private enum CodingKeys: String, CodingKey {
        case id, site, name, kind, neighbours, expected, seen
        case isCovered = "covered"
        case coveredSeconds = "covered_s"
        case antennasCovering = "antennas_covering"
        case antennasTotal = "antennas_total"
        case missingOpen = "missing_open"
        case misplacedOpen = "misplaced_open"
    }
}

package struct ZoneList: Codable, Sendable, Equatable {
    package var total: Int
    /// In the order of the configuration.
    package var items: [ZoneReply]

    package init(total: Int, items: [ZoneReply]) {
        self.total = total
        self.items = items
    }
}

/// A zone with what belongs there and what is there.
///
///     expected = found + not_seen + not_covered + untagged        (assets)
///     seen     = tags of found assets + wrong_place + others      (tags)
///
/// Each group lists at most `limit` things after the first `offset`; its `total` is exact.
package struct ZoneDetail: Codable, Sendable, Equatable {
    package var zone: ZoneReply
    package var antennas: [AntennaReply] = []
    /// Expected here and settled here.
    package var found = ZoneGroup()
    /// Expected here and not settled here, although its silence says something: the zone is covered, or the
    /// tag is settled elsewhere.
    package var notSeen = ZoneGroup()
    /// Expected here, not settled anywhere, and nothing can be said because the zone is not covered.
    package var notCovered = ZoneGroup()
    /// Expected here without a tag: no reader can ever hear it.
    package var untagged = ZoneGroup()
    /// Settled here although its card names another of our zones.
    package var wrongPlace = ZoneGroup()
    /// Settled here and expected nowhere: no binding, no card, or a card whose thing stands nowhere.
    package var others = ZoneGroup()
    /// In the field of a walk-by zone now; no part of the sums above, for what passes rests elsewhere.
    package var passing = PassingGroup()
    package var limit = 0
    package var offset = 0

    package init(zone: ZoneReply) {
        self.zone = zone
    }

    private enum CodingKeys: String, CodingKey {
        case zone, antennas, found, untagged, others, passing, limit, offset
        case notSeen = "not_seen"
        case notCovered = "not_covered"
        case wrongPlace = "wrong_place"
    }
}

package struct ZoneGroup: Codable, Sendable, Equatable {
    package var total = 0
    package var items: [ZoneThing] = []

    package init() {}
}

/// A thing in a zone, or missed there.
package struct ZoneThing: Codable, Sendable, Equatable {
    @NullWhenAbsent package var assetNo: String?
    @NullWhenAbsent package var assetName: String?
    @NullWhenAbsent package var epcHex: String?
    /// Where it should be, in the wrong-place group; where it is settled, of a thing that is not seen here.
    @NullWhenAbsent package var zone: String?
    /// Of a silent tag.
    @NullWhenAbsent package var lastHeardAt: String?
    package var reasonChinese = ""
    package var reasonEnglish = ""

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case assetNo, assetName, zone
        case epcHex = "epc_hex"
        case lastHeardAt = "last_heard_at"
        case reasonChinese = "reason_zh"
        case reasonEnglish = "reason_en"
    }
}
