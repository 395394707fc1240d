/// Which messages are read, and the counter's word for those that are not, by message id.
enum JT808Kinds {
    /// Sent by the platform, so no word about the terminal: ids with the top bit set.
    static let downlink: StaticString = "jt808_downlink"

    static func isDownlink(_ messageID: UInt16) -> Bool { messageID & 0x8000 != 0 }

    /// Positions and events of the terminal; parts of these are put together.
    static func isTaken(_ messageID: UInt16) -> Bool {
        switch messageID {
        case 0x0200, 0x0201, 0x0704: return true
        case 0x0002, 0x0003, 0x0100, 0x0102, 0x0107, 0x0702: return true
        default: return false
        }
    }

    /// Also for messages that are read from a frame, since a gateway may pass them on as something else.
    static func kind(of messageID: UInt16) -> StaticString {
        switch messageID {
        case 0x0001: return "jt808_0x0001"  // general response
        case 0x0002: return "jt808_0x0002"  // heartbeat
        case 0x0003: return "jt808_0x0003"  // deregister: taken off its vehicle
        case 0x0004: return "jt808_0x0004"  // asks for the time
        case 0x0005: return "jt808_0x0005"  // asks for missing parts
        case 0x0100: return "jt808_0x0100"  // register
        case 0x0102: return "jt808_0x0102"  // authenticate
        case 0x0104: return "jt808_0x0104"  // parameters
        case 0x0107: return "jt808_0x0107"  // attributes
        case 0x0108: return "jt808_0x0108"  // upgrade result
        case 0x0201: return "jt808_0x0201"  // answer to a position query
        case 0x0301, 0x0302, 0x0303: return "jt808_0x030x"  // events and questions
        case 0x0500: return "jt808_0x0500"  // answer to vehicle control
        case 0x0608: return "jt808_0x0608"  // areas and routes
        case 0x0700: return "jt808_0x0700"  // driving recorder
        case 0x0701: return "jt808_0x0701"  // waybill
        case 0x0702: return "jt808_0x0702"  // driver identity
        case 0x0705: return "jt808_0x0705"  // CAN data
        case 0x0800, 0x0801, 0x0802, 0x0805: return "jt808_0x080x"  // pictures and sound
        case 0x0900: return "jt808_0x0900"  // passed through
        case 0x0901: return "jt808_0x0901"  // compressed
        case 0x0A00: return "jt808_0x0a00"  // RSA key
        default: return isDownlink(messageID) ? downlink : "jt808_other"
        }
    }
}
