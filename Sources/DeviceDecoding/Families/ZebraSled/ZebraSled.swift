package import AssetModel

/// Zebra RFD40 and RFD90 handheld sleds that publish over MQTT by themselves.
///
/// Their messages carry no name of what they are; the members tell:
///
///     {"type": profile, "timestamp": time, "data": {"tagData": [{"eventNum": 1, …}], "barcodeData": [{…}]}}
///     {"connectionState": "CONNECTED", "deviceModel": …, "deviceSerialNo": …, "apiVersion": …, …}
///     {"eventName": "heartbeat", …}
///     {"type": …, "id": …, "state": …, "priority": …}
///
/// | message | becomes |
/// | --- | --- |
/// | `tagData` | reads, see ``SledTag`` |
/// | `barcodeData` (`decodedBarcode`, `symbology`) | nothing: a barcode is no read; alone it is ignored |
/// | `connectionState`: `CONNECTED` (birth), `DISCONNECTED` (last will) | connected, disconnected |
/// | `eventName`: `heartbeat` | heartbeat; its inventory and battery parts are skipped |
/// | an alert | ignored |
///
/// A fixed reader of the same vendor has one tag in `data`, with `idHex` beside it: see ``Zebra``.
///
/// The vendor calls the stream "a statistical view of the tag population, not a guaranteed log", and a sled
/// is carried about: that it does not report a tag says nothing. So its report mode is "once", by which a
/// reader never covers a zone; who has put one on a stand says how often it reports in the configuration.
/// Messages hold up to 6144 bytes.
///
/// The sled names itself by `deviceSerialNo`, else its serial number is the last level of the topic
/// (``SledTopic``).
///
/// Source: the vendor's RFD40/RFD90 MQTT API reference (tag data event, events, configuration of events).
/// Vectors: `Fixtures/zebra-sled.ndjson` of the tests, all derived from that schema: no capture is published.
package struct ZebraSled: MessageFamily {
    package static let format = MessageFormat.zebraSled

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition {
        message.payload.withUnsafeBytes { bytes in
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                guard try json.kind() == .object else { return .none }
                var found = SledMessage()
                try found.read(&json)
                return found.recognition(on: SledTopic(message.topic))
            } catch {
                return .none
            }
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            if bytes.isEmpty { return decoded.refuse(Rejection(.emptyPayload, offset: 0)) }
            if let fault = UTF8Check.firstFault(in: bytes) {
                return decoded.refuse(Rejection(.notUTF8, offset: fault))
            }
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                var found = SledMessage()
                if try json.kind() == .object { try found.read(&json) } else { try json.skip() }
                try json.finish()
                found.close(on: SledTopic(message.topic), into: &decoded)
            } catch {
                decoded.refuse(error.rejection)
            }
        }
    }
}

/// A sled's topic, as the vendor lays it out:
///
///     <tenant>/DATA/clients/data1event/<serial>                tags and barcodes
///     <tenant>/MGMT/clients/event/…                            alerts, heartbeats
///     <tenant>/{MGMT,CTRL,DATA}/clients/rfid/<serial>          connection of each interface
///
/// The tenant is chosen by the site and may have several levels.
struct SledTopic {
    /// The topic has the vendor's two fixed levels.
    private(set) var isSleds = false
    /// Where the layout has it.
    private(set) var serial = ""

    private static let interfaces: [Substring] = ["DATA", "MGMT", "CTRL"]

    init(_ topic: String) {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        let interface = levels.indices.dropFirst().first { index in
            index + 2 < levels.count && SledTopic.interfaces.contains(levels[index])
                && levels[index + 1] == "clients"
        }
        guard let interface else { return }
        isSleds = true
        let kind = levels[interface + 2]
        if levels.count == interface + 4, kind == "rfid" || kind == "data1event" {
            serial = String(levels[interface + 3])
        }
    }
}
