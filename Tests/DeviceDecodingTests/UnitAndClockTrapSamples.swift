import AssetModel
import DeviceDecoding
import GatewayConfiguration
import Testing

/// Decodes as a reader of which nothing is configured, and says whose message it was taken for.
func decodedAsAuto(_ payload: String, receivedAt: UTCInstant = noon) -> (DecodedMessage, MessageFormat) {
    let layout = SiteLayout(readers: [SiteLayout.Reader(id: "r", site: 0, topics: ["#"])])
    var decoder = DeviceDecoder(layout: layout)
    var decoded = DecodedMessage()
    let message = RawMessage(topic: "site/r/events", payload: Array(payload.utf8))
    decoder.decode(message, from: .reader(0), receivedAt: receivedAt, into: &decoded)
    return (decoded, decoder.format(of: .reader(0)))
}

func decodedByMapping(_ payload: String, _ toml: String) throws -> DecodedMessage {
    let mapping = try #require(try MappingFile.read("[[mapping]]\nid='m'\n\(toml)\n", file: "t").first)
    var reader = SiteLayout.Reader(id: "r", site: 0, topics: ["#"])
    (reader.format, reader.mapping) = (.mapping, mapping)
    var decoder = DeviceDecoder(layout: SiteLayout(readers: [reader]))
    var decoded = DecodedMessage()
    let message = RawMessage(topic: "site/r/events", payload: Array(payload.utf8))
    decoder.decode(message, from: .reader(0), receivedAt: noon, into: &decoded)
    return decoded
}

/// One read of each vendor; `fields` replaces what stands beside the EPC.
enum TrapSample {
    static let hex = "3034257BF468D480000003E8"
    static let base64url = "MDQle_Ro1IAAAAPo"

    static func impinj(_ fields: String, epc: String = "\"epcHex\":\"\(TrapSample.hex)\"") -> String {
        """
        {"timestamp":"2026-11-21T12:00:05Z","eventType":"tagInventory","tagInventoryEvent":{\(epc)\(fields)}}
        """
    }

    static func smartReader(_ fields: String, head: String = "") -> String {
        """
        {"readerName":"gate-1"\(head),"tag_reads":[{"epc":"\(TrapSample.hex)",\
        "firstSeenTimestamp":1795262400000000\(fields)}]}
        """
    }

    static func zebra(_ fields: String, time: String = "2026-11-21T12:00:00.000+0000") -> String {
        """
        {"type":"CUSTOM","timestamp":"\(time)","data":{"eventNum":1,"format":"epc",\
        "idHex":"\(TrapSample.hex.lowercased())"\(fields)}}
        """
    }

    static func keonn(_ fields: String) -> String {
        """
        {"devid":"Adv-1","devmac":"b0:d5:cc:9f:fd:f8","reads":[{"epc":"\(TrapSample.hex)"\(fields)}]}
        """
    }

    static func csl(_ fields: String, zone: String = "\"timeZone\":\"-5:00\",") -> String {
        """
        {\(zone)"pcEthernetMACAddress":"00057B870000","pcWiFiMACAddress":"",\
        "tags":[{"epc":"\(TrapSample.hex)"\(fields)}]}
        """
    }

    static func ifm(_ fields: String) -> String {
        "[{\"eventID\":1,\"gateID\":490503,\"direction\":\"IN\",\"EPC\":\"\(TrapSample.hex)\"\(fields)}]"
    }

    static func llrpkit(_ rssi: String = "-52.25", at: String = "1795262400.123") -> String {
        """
        {"reader":"dock","epc":"\(TrapSample.hex.lowercased())","antenna":3,"rssi_dbm":\(rssi),\
        "phase_deg":123.5,"doppler_hz":-12.5,"channel":7,"tid":null,"at":\(at)}
        """
    }
}
