import AssetModel

/// What the JT/T 808 gateway of EMQX publishes for a location report, and its presence messages, written from
/// its published samples: raw integers, the BCD time as text, the phone number with its leading zeros.
package enum EMQXEncoder {
    /// Digits of a phone number in a frame of the 2013 edition.
    private static let phoneDigits = 12

    package static func location(_ position: SimulatedPosition) -> [UInt8] {
        let phone =
            String(repeating: "0", count: max(0, phoneDigits - position.phone.utf8.count)) + position.phone
        let body =
            #""body":{"alarm":0,"altitude":\#(position.altitudeMetres),"#
            + #""direction":\#(position.directionDegrees),"#
            + #""extra":{"gnss_sat_num":\#(position.hasFix ? 11 : 0),"#
            + #""mileage":\#(position.odometerTenths),"rssi":24},"#
            + #""latitude":\#(position.latitudeMicrodegrees),"longitude":\#(position.longitudeMicrodegrees),"#
            + #""speed":\#(position.speedTenths),"status":\#(JT808Encoder.status(of: position)),"#
            + #""time":"\#(JT808Encoder.clockDigits(position.at))"}"#
        let header =
            #""header":{"encrypt":0,"len":40,"msg_id":512,"msg_sn":\#(position.serial),"phone":"\#(phone)"}"#
        return Array("{\(body),\(header)}".utf8)
    }

    static func presenceTopic(phone: String, isConnected: Bool) -> String {
        "$SYS/brokers/emqx@127.0.0.1/gateway/jt808/clients/\(phone)/"
            + (isConnected ? "connected" : "disconnected")
    }

    /// - Parameter reason: why the connection ended; `nil` for its beginning.
    static func presence(phone: String, reason: String?, at milliseconds: Int64) -> [UInt8] {
        let why = reason.map { #","reason":"\#($0)","disconnected_at":\#(milliseconds)"# } ?? ""
        return Array(#"{"clientid":"\#(phone)","ipaddress":"10.0.0.8","ts":\#(milliseconds)\#(why)}"#.utf8)
    }
}
