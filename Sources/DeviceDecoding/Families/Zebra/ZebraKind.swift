import AssetModel

/// What an envelope holds, by its `type`.
///
/// | type | |
/// | --- | --- |
/// | SIMPLE, PORTAL, CONVEYOR | a tag, once (for each antenna in the last two) |
/// | INVENTORY | a tag, once a minute on each antenna |
/// | CUSTOM, DIRECTIONALITY, RAW_DIRECTIONALITY, DIRECTIONALITY_RAW | a tag, as often as it was set up |
/// | heartbeat, gpi | about the reader |
/// | BLE_DATA, gpo, error, warning, firmwareUpdateProgress, userapp, hello | nothing for us |
enum ZebraKind {
    case tag(ReportMode?)
    case heartbeat
    case generalPurposeInput
    /// Known, and nothing for us: the kind for the counter.
    case ignored(StaticString)

    /// INVENTORY without a `reportFilter` of its own.
    private static let inventoryReportInterval = ElapsedTime(seconds: 60)

    init?(_ type: JSONString) {
        switch type {
        case "SIMPLE", "PORTAL", "CONVEYOR": self = .tag(.once)
        case "INVENTORY": self = .tag(.every(ZebraKind.inventoryReportInterval))
        case "CUSTOM", "DIRECTIONALITY", "RAW_DIRECTIONALITY", "DIRECTIONALITY_RAW":
            self = .tag(.unstated)
        case "heartbeat": self = .heartbeat
        case "gpi": self = .generalPurposeInput
        case "BLE_DATA": self = .ignored("ble_data")
        case "gpo": self = .ignored("gpo")
        case "error": self = .ignored("error")
        case "warning": self = .ignored("warning")
        case "firmwareUpdateProgress": self = .ignored("firmware_update")
        case "userapp": self = .ignored("userapp")
        case "hello": self = .ignored("hello")
        default: return nil
        }
    }

    var isTag: Bool {
        if case .tag = self { return true }
        return false
    }
}

/// What tells this vendor's messages from others', in the first object of a message, whole or not.
struct ZebraMarks {
    private var type: JSONString?
    /// `data` has `idHex`: a name that no other vendor uses inside such an envelope.
    private var hasHexIdentity = false
    /// `data` has `tagId` or `"format": "epc"`: the vendor's only under one of its modes.
    private var hasTagField = false
    private var hasCommand = false
    private var hasResponse = false
    private var isCertain = false
    private var isPossible = false

    /// By an envelope, whole or not.
    static func recognition(ofEnvelope json: inout JSONCursor) throws(JSONFault) -> Recognition {
        var marks = ZebraMarks()
        try json.enterObject()
        while !marks.isCertain, let key = try json.nextKey() {
            try marks.look(key, &json)
        }
        return marks.isCertain ? .certain : marks.isPossible ? .possible : .none
    }

    private mutating func look(_ key: JSONString, _ json: inout JSONCursor) throws(JSONFault) {
        var unused: Rejection?
        switch key {
        case "type":
            type = try json.word(at: "type", &unused)
        case "component":
            // RG: the "reader gateway", which sends every management event.
            if case .some("RG") = try json.word(at: "component", &unused) { isCertain = true }
        case "radio_control", "reader_gateway":
            if try json.kind() == .object { isCertain = true } else { try json.skip() }
        case "command_id", "imageDownloadProgress", "overallUpdateProgress":
            isPossible = true
            try json.skip()
        case "command":
            hasCommand = try json.besideText() != nil
        case "response":
            let word = try json.besideText()
            hasResponse = word?.equals("success") ?? false || word?.equals("failure") ?? false
        case "data":
            try lookIntoData(&json)
        default:
            try json.skip()
        }
        if hasCommand, hasResponse { isPossible = true }
        guard let type else { return }
        let isMode = ZebraKind(type)?.isTag ?? false
        if hasHexIdentity || (hasTagField && isMode) { isCertain = true }
        if type.equals("BLE_DATA") { isPossible = true }
    }

    private mutating func lookIntoData(_ json: inout JSONCursor) throws(JSONFault) {
        var unused: Rejection?
        guard try json.enterMember(at: "data", &unused) else { return }
        while let key = try json.nextKey() {
            switch key {
            case "idHex":
                hasHexIdentity = true
                try json.skip()
            case "tagId":
                hasTagField = true
                try json.skip()
            case "format":
                if case .some("epc") = try json.word(at: "data.format", &unused) { hasTagField = true }
            case "radio_control", "reader_gateway":
                if try json.kind() == .object { isCertain = true }
                try json.skip()
            default:
                try json.skip()
            }
        }
    }
}
