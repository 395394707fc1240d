package import AssetModel

/// Messages of Zebra's fixed readers (FX, FXR; "IoT Connector"), written from the vendor's documentation and
/// from published captures, sharing nothing with the decoder of the daemon. Keys stand in the order of the
/// captures, hex in lower case, times with an offset without colon.
package enum ZebraEncoder {
    /// The operating mode decides which fields a tag data event has.
    package enum Mode: String, Sendable {
        /// Once for each tag, no antenna, no signal strength.
        case simple = "SIMPLE"
        /// Each tag on each antenna once in the reporting interval.
        case inventory = "INVENTORY"
    }

    /// What stands in `TID` where the reader could not read it: words of the vendor's firmware.
    static let unreadableTID = "Error: tag returned error code 0x03 = Memory overrun"

    /// One tag data event.
    /// - Parameter wantsTID: the TID flag is set; without a TID in the read an error sentence stands there.
    package static func tagData(
        _ read: SimulatedRead, mode: Mode, eventNumber: Int, wantsTID: Bool = false
    ) -> String {
        var data = wantsTID ? #""TID":"\#(read.tid?.hex.lowercased() ?? unreadableTID)","# : ""
        if mode == .inventory { data += #""antenna":\#(read.antennaPort),"# }
        data += #""eventNum":\#(eventNumber),"format":"epc""#
        if let host = read.hostName { data += #","hostName":"\#(host)""# }
        data += #","idHex":"\#(read.tag.hex.lowercased())""#
        if mode == .inventory {
            data += #","peakRssi":\#(Int((Double(read.peakSignal.centiDBm) / 100).rounded()))"#
            data += #","reads":\#(read.reads)"#
        }
        return #"{"data":{\#(data)},"timestamp":"\#(time(read.heardAt))","type":"\#(mode.rawValue)"}"#
    }

    /// Several events in one message, as with a reporting interval.
    package static func batch(_ events: [String]) -> [UInt8] {
        Array(("[" + events.joined(separator: ",") + "]").utf8)
    }

    /// The state of a reader at a moment, for its heartbeat.
    package struct Health: Sendable {
        package var antennas: [(port: Int, isConnected: Bool)]
        package var isActive: Bool
        package var messagesSent: Int
        package var messagesDropped: Int
        package var uptime: ElapsedTime
        package var hostName: String?

        package init(antennas: [(port: Int, isConnected: Bool)]) {
            self.antennas = antennas
            isActive = true
            messagesSent = 0
            messagesDropped = 0
            uptime = .zero
        }
    }

    /// A `heartbeat` management event, wrapped as on the wire.
    package static func heartbeat(_ health: Health, eventNumber: Int, at instant: UTCInstant) -> [UInt8] {
        let ports = health.antennas
            .map { #""\#($0.port)":"\#($0.isConnected ? "connected" : "disconnected")""# }
            .joined(separator: ",")
        let counters =
            #""numDataMessagesDropped":\#(health.messagesDropped),"numDataMessagesRetained":0,"#
            + #""numDataMessagesRxed":0,"numDataMessagesTxed":\#(health.messagesSent)"#
        let radio =
            #""radio_control":{"antennas":{\#(ports)},"cpu":0.1,"numErrors":0,"numWarnings":0,"#
            + #""numTagReads":\#(health.messagesSent),"#
            + #""radioActivity":"\#(health.isActive ? "active" : "inactive")","radioConnection":"connected","#
            + #""ram":2.2,"status":"running","uptime":"\#(clock(health.uptime))"}"#
        let gateway = #""reader_gateway":{"cpu":0.4,"dataPathStatistics":[{\#(counters)}],"ram":2.9}"#
        let host = health.hostName.map { #","hostName":"\#($0)""# } ?? ""
        let system = #""system":{"flash":null\#(host),"uptime":"\#(clock(health.uptime))"}"#
        let data = "{\(radio),\(gateway),\(system)}"
        let head = #"{"component":"RG","data":\#(data),"eventNum":\#(eventNumber)"#
        return Array(#"\#(head),"timestamp":"\#(time(instant))","type":"heartbeat"}"#.utf8)
    }

    /// A beacon that the reader's Bluetooth radio heard: it comes on the topic of the tags.
    package static func beacon(address: String, rssi: Int, eventNumber: Int, at instant: UTCInstant)
        -> [UInt8]
    {
        let colon = time(instant).dropLast(2) + ":00"
        let data =
            #"{"Adapter":"/org/bluez/hci0","Address":"\#(address)","AddressType":"random","RSSI":\#(rssi),"#
            + #""UUIDs":["0000feaa-0000-1000-8000-00805f9b34fb"],"beaconType":"EDDYSTONE_TLM"}"#
        return Array(
            #"{"data":\#(data),"eventNum":\#(eventNumber),"timestamp":"\#(colon)","type":"BLE_DATA"}"#.utf8)
    }

    /// The answer to a command of a management console, on a broker that all share.
    package static func commandReply(_ command: String, id: String) -> [UInt8] {
        Array(#"{"command":"\#(command)","command_id":"\#(id)","response":"success","payload":{}}"#.utf8)
    }

    /// `2026-09-07T12:29:55.456+0000`.
    private static func time(_ instant: UTCInstant) -> String { instant.rfc3339().dropLast() + "+0000" }

    /// `HH:MM:SS`.
    private static func clock(_ time: ElapsedTime) -> String {
        let seconds = Int(time.seconds)
        return [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }.joined(separator: ":")
    }
}
