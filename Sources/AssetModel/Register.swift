/// The ten states of an asset, `domain.md` §5.2.
package enum AssetState: String, Sendable, CaseIterable, Codable {
    case pendingIntake = "PENDING_INTAKE"
    case inStock = "IN_STOCK"
    case reserved = "RESERVED"
    case lent = "LENT"
    case transferred = "TRANSFERRED"
    case inUse = "IN_USE"
    case repair = "REPAIR"
    case pendingDisposal = "PENDING_DISPOSAL"
    case disposed = "DISPOSED"
    case lost = "LOST"

    package var chinese: String {
        switch self {
        case .pendingIntake: return "待入仓"
        case .inStock: return "在仓"
        case .reserved: return "已预留"
        case .lent: return "已借出"
        case .transferred: return "已调剂"
        case .inUse: return "在用"
        case .repair: return "维修中"
        case .pendingDisposal: return "待处置"
        case .disposed: return "已处置"
        case .lost: return "已报损"
        }
    }

    /// The books say that the thing stands at its card's place, so silence there and presence elsewhere mean
    /// something.
    package var standsAtItsPlace: Bool {
        switch self {
        case .inStock, .reserved, .inUse, .repair, .pendingDisposal: return true
        case .pendingIntake, .lent, .transferred, .disposed, .lost: return false
        }
    }
}

/// One line of the asset register, with the fields the daemon keeps. Money in 分 (1/100 yuan).
package struct AssetCard: Hashable, Sendable, Codable {
    package var assetNo: String
    package var assetName: String = ""
    package var classCode: String = ""
    package var specModel: String = ""
    package var quantity: String = ""
    package var originalValueFen: Int64?
    package var acquireDate: String = ""
    /// `nil` where the file does not say: then the location decides between IN_STOCK and IN_USE.
    package var state: AssetState?
    package var useDept: String = ""
    package var useUnit: String = ""
    package var ownerUnit: String = ""
    package var location: String = ""
    package var locationCode: String = ""
    package var site: String = ""
    package var zone: String = ""

    package init(assetNo: String) {
        self.assetNo = assetNo
    }
}

/// Which tag is on which asset, and when.
package struct TagBinding: Hashable, Sendable, Codable {
    /// Upper-case hex.
    package var epcHex: String
    package var tidHex: String?
    package var assetNo: String
    package var validFrom: UTCInstant?
    package var validTo: UTCInstant?

    package init(
        epcHex: String, assetNo: String, tidHex: String? = nil, validFrom: UTCInstant? = nil,
        validTo: UTCInstant? = nil
    ) {
        self.epcHex = epcHex
        self.tidHex = tidHex
        self.assetNo = assetNo
        self.validFrom = validFrom
        self.validTo = validTo
    }

    /// In force at an instant: from `validFrom` (inclusive) to `validTo` (exclusive).
    package func holds(at instant: UTCInstant) -> Bool {
        (validFrom.map { $0 <= instant } ?? true) && (validTo.map { instant < $0 } ?? true)
    }
}

/// One official vehicle and the terminal fitted to it.
package struct VehicleCard: Hashable, Sendable, Codable {
    package var plateNo: String
    package var vin: String = ""
    package var useUnit: String = ""
    package var vehicleUse: String = ""
    /// Leading zeros stripped; empty where no terminal is fitted.
    package var terminalPhone: String = ""
    package var tagEpcHex: String = ""
    /// 封存停驶: silence is no discrepancy.
    package var sealed: Bool = false
    package var parkingFence: String = ""
    package var trackingPolicy: TrackingPolicy = .full
    package var validFrom: UTCInstant?
    package var validTo: UTCInstant?

    package enum TrackingPolicy: String, Sendable, Codable, CaseIterable {
        case full, presenceOnly, none
    }

    package init(plateNo: String) {
        self.plateNo = plateNo
    }

    package func holds(at instant: UTCInstant) -> Bool {
        (validFrom.map { $0 <= instant } ?? true) && (validTo.map { instant < $0 } ?? true)
    }
}

/// A change of the books: lines added or changed. Lines that a file does not name are kept, never wiped.
package struct RegisterChange: Sendable, Equatable {
    package var cards: [AssetCard]
    package var bindings: [TagBinding]
    package var vehicles: [VehicleCard]

    package init(cards: [AssetCard] = [], bindings: [TagBinding] = [], vehicles: [VehicleCard] = []) {
        self.cards = cards
        self.bindings = bindings
        self.vehicles = vehicles
    }

    package var isEmpty: Bool { cards.isEmpty && bindings.isEmpty && vehicles.isEmpty }
}
