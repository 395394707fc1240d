/// Tags in the field of a walk-by zone now, who came first first.
package struct PassingGroup: Codable, Sendable, Equatable {
    /// As decided last.
    package var total = 0
    package var items: [PassingThing] = []

    package init() {}
}

/// A tag that is in the field of a walk-by zone, and what it is bound to.
package struct PassingThing: Codable, Sendable, Equatable {
    @NullWhenAbsent package var assetNo: String?
    @NullWhenAbsent package var assetName: String?
    package var epcHex: String
    /// It came into the field.
    package var since: String
    /// 0...1, that it was there in the moment decided last.
    package var probability: Double

    package init(epcHex: String, since: String, probability: Double) {
        self.epcHex = epcHex
        self.since = since
        self.probability = probability
    }

    private enum CodingKeys: String, CodingKey {
        case assetNo, assetName, since, probability
        case epcHex = "epc_hex"
    }
}
