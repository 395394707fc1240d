import AssetModel
import DeviceDecoding

/// One report in the words of each way in which vehicles report: 2026-11-21T12:00:00Z, 39.9 N 116.39 E, of
/// terminal 13800138000 where the format has numbers. Written for these tests from the formats' tables.
enum VehicleTrapSample {
    static let phone = "13800138000"

    static func decode(
        _ format: MessageFormat, _ payload: [UInt8], on topic: String = "jt808/1/13800138000/up"
    ) -> DecodedMessage {
        var bench = DecoderBench(format, terminal: true)
        return bench.decode(payload, on: topic)
    }

    static func decode(
        _ format: MessageFormat, _ text: String, on topic: String = "jt808/1/13800138000/up"
    ) -> DecodedMessage {
        decode(format, Array(text.utf8), on: topic)
    }

    /// - Parameters:
    ///   - speed: 0.1 km/h.
    ///   - odometer: 0.1 km.
    static func jt808(
        speed: UInt16 = 365, odometer: UInt32 = 12_345, status: UInt32 = 0b10, time: String = "261121200000",
        is2019: Bool = false
    ) -> DecodedMessage {
        var body = JT808Bytes.location(
            latitude: 39_900_000, longitude: 116_390_000, status: status, time: time)
        body.replaceSubrange(18..<20, with: JT808Bytes.big(speed))
        body += [1, 4] + JT808Bytes.big(odometer)
        return decode(.jt808, JT808Bytes(phone: "013800138000", is2019: is2019, body: body).wire)
    }

    /// - Parameters:
    ///   - speed: 0.1 km/h.
    ///   - odometer: 0.1 km.
    static func emqx(
        speed: Int = 365, odometer: Int = 12_345, status: Int = 0b10, time: String = "261121200000",
        phone: String = "013800138000"
    ) -> DecodedMessage {
        decode(
            .emqx,
            """
            {"header":{"msg_id":512,"encrypt":0,"len":34,"phone":"\(phone)","msg_sn":1},"body":{"alarm":0,\
            "status":\(status),"latitude":39900000,"longitude":116390000,"altitude":44,"speed":\(speed),\
            "direction":90,"time":"\(time)","extra":{"mileage":\(odometer)}}}
            """)
    }

    /// - Parameters:
    ///   - speed: knots.
    ///   - odometer: metres.
    static func traccar(
        speed: Double = 20, odometer: Double = 1_234_500, valid: Bool = true, phone: String = "013800138000"
    ) -> DecodedMessage {
        decode(
            .traccar,
            """
            {"position":{"id":1,"protocol":"jt808","deviceTime":"2026-11-21T12:00:00.000+00:00",\
            "fixTime":"2026-11-21T12:00:00.000+00:00","valid":\(valid),"latitude":39.9,"longitude":116.39,\
            "speed":\(speed),"attributes":{"odometer":\(odometer)}},"device":{"id":1,"uniqueId":"\(phone)"}}
            """, on: "positions")
    }

    /// - Parameters:
    ///   - speed: km/h.
    ///   - odometer: km.
    static func ownTracks(speed: Double = 36.5, odometer: Double = 1_234.5) -> DecodedMessage {
        decode(
            .ownTracks,
            """
            {"_type":"location","lat":39.9,"lon":116.39,"tst":1795262400,"vel":\(speed),\
            "odometer":\(odometer)}
            """, on: "owntracks/qtripp/13800138000")
    }

    /// - Parameters:
    ///   - speed: 0.1 km/h.
    ///   - odometer: 0.1 km.
    ///   - state: bit 0 set is **no** fix.
    static func gbt32960(
        speed: Int = 365, odometer: Int = 12_345, state: Int = 0, year: Int = 26, hour: Int = 20
    ) -> DecodedMessage {
        decode(
            .gbt32960,
            """
            {"Cmd":2,"Encrypt":1,"Vin":"LTESTVEH0M0000001","Data":{"Infos":[{"Type":"Vehicle","Status":1,\
            "Speed":\(speed),"Mileage":\(odometer)},{"Type":"Location","Status":\(state),\
            "Longitude":116390000,"Latitude":39900000}],"Time":{"Year":\(year),"Month":11,"Day":21,\
            "Hour":\(hour),"Minute":0,"Second":0}}}
            """, on: "gbt32960/LTESTVEH0M0000001/upstream/info")
    }

    /// A position of 2011 alone, whose vehicle the topic names.
    /// - Parameters:
    ///   - speed: km/h.
    ///   - odometer: km.
    static func jt809(speed: UInt16 = 36, odometer: UInt32 = 1_234, state: UInt32 = 0b10) -> DecodedMessage {
        var bytes: [UInt8] = [0, 21, 11] + JT808Bytes.big(UInt16(2026)) + [20, 0, 0]
        bytes += JT808Bytes.big(UInt32(116_390_000)) + JT808Bytes.big(UInt32(39_900_000))
        bytes += JT808Bytes.big(speed) + JT808Bytes.big(speed) + JT808Bytes.big(odometer)
        bytes += JT808Bytes.big(UInt16(90)) + JT808Bytes.big(UInt16(44))
        bytes += JT808Bytes.big(state) + JT808Bytes.big(UInt32(0))
        return decode(.jt809, bytes, on: "jt809/A12345")
    }

    /// - Parameter knots: as the receiver writes them.
    static func nmea(knots: String = "20.0", date: String = "211126", state: String = "A") -> DecodedMessage {
        let body = "GNRMC,120000.000,\(state),3954.00000,N,11623.40000,E,\(knots),90.00,\(date),,,A,V"
        let sum = String(body.utf8.reduce(0, ^), radix: 16, uppercase: true)
        let digits = String(repeating: "0", count: 2 - sum.count) + sum
        return decode(.nmea, "$\(body)*\(digits)\r\n", on: "nmea/13800138000/up")
    }
}
