/// Where an asset, a tag or a vehicle is, as far as is known, and since when.
package struct WhereReply: Codable, Sendable, Equatable {
    package var kind: Kind
    /// `nil` where no card stands behind it: a tag without a binding, a binding without a card, a vehicle.
    @NullWhenAbsent package var asset: AssetReply?
    @NullWhenAbsent package var epcHex: String?
    @NullWhenAbsent package var vehicle: VehicleReply?
    @NullWhenAbsent package var zone: String?
    @NullWhenAbsent package var zoneName: String?
    package var state = Presence.unknown
    /// 0...1: how sure the inference is of the zone.
    @NullWhenAbsent package var probability: Double?
    /// In this zone, or silent, since.
    @NullWhenAbsent package var since: String?
    /// Of a silent tag; `nil` while it is present.
    @NullWhenAbsent package var lastHeardAt: String?
    /// The reader and antenna that heard it best, `reader/port`.
    @NullWhenAbsent package var reader: String?
    @NullWhenAbsent package var reasonChinese: String?
    @NullWhenAbsent package var reasonEnglish: String?

    package enum Kind: String, Codable, Sendable, CaseIterable {
        case asset, tag, vehicle
    }

    package enum Presence: String, Codable, Sendable, CaseIterable {
        case present
        /// Not heard for longer than its zone allows: suspected, not proved, to be gone.
        case silent
        /// Never heard, or nothing can be said.
        case unknown

        package var chinese: String {
            switch self {
            case .present: return "在位"
            case .silent: return "未听到"
            case .unknown: return "未知"
            }
        }
    }

    package init(kind: Kind) {
        self.kind = kind
    }

    private enum CodingKeys: String, CodingKey {
        case kind, asset, vehicle, zone, state, probability, since, reader
        case epcHex = "epc_hex"
        case zoneName = "zone_name"
        case lastHeardAt = "last_heard_at"
        case reasonChinese = "reason_zh"
        case reasonEnglish = "reason_en"
    }
}

/// The part of an asset card that tells a person which thing is meant and where it should be.
package struct AssetReply: Codable, Sendable, Equatable {
    package var assetNo: String
    package var assetName = ""
    package var specModel = ""
    /// One of the ten states; `nil` where the books do not say.
    @NullWhenAbsent package var state: String?
    package var useDept = ""
    package var location = ""
    package var site = ""
    package var zone = ""

    package init(assetNo: String) {
        self.assetNo = assetNo
    }
}

package struct VehicleReply: Codable, Sendable, Equatable {
    /// Masked by ``PlateMask`` unless the question had `full=true`.
    package var plateNo: String
    package var useUnit = ""
    @NullWhenAbsent package var fixedAt: String?
    /// Degrees, WGS-84.
    @NullWhenAbsent package var latitudeDegrees: Double?
    @NullWhenAbsent package var longitudeDegrees: Double?
    @NullWhenAbsent package var speedKilometresPerHour: Double?

    package init(plateNo: String) {
        self.plateNo = plateNo
    }

    private enum CodingKeys: String, CodingKey {
        case plateNo, useUnit
        case fixedAt = "fixed_at"
        case latitudeDegrees = "lat_deg"
        case longitudeDegrees = "lon_deg"
        case speedKilometresPerHour = "speed_km_h"
    }
}
