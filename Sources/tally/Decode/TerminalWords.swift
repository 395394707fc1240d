import DeviceDecoding

/// The names of alarm and status bits of a JT/T 808 position, as `tally decode` prints them. A bit that has
/// no name in the edition of the report is printed as `bit_<number>`: reserved bits, which some makers use.
///
/// | bit | 2011, 2013 | 2019 |
/// | --- | --- | --- |
/// | alarm 15-17 | `bit_15`… | `illegal_driving` `tyre_pressure` `right_blind_spot` |
/// | alarm 31 | `illegal_door` | `bit_31` |
/// | status 6, 7, 22 | `bit_6`… | `forward_collision_warning` `lane_departure_warning` `moving` |
///
/// Source: JT/T 808-2013 tables 24 and 25, -2019 tables 24 and 25.
enum TerminalWords {
    typealias Name = (english: String, chinese: String)

    /// By bit, 0...31.
    static let alarms: [Name] = [
        ("emergency", "紧急报警"), ("overspeed", "超速"), ("fatigue", "疲劳驾驶"), ("danger", "危险预警"),
        ("gnss_fault", "GNSS模块故障"), ("gnss_antenna_open", "GNSS天线未接或剪断"),
        ("gnss_antenna_short", "GNSS天线短路"), ("main_power_low", "主电源欠压"), ("main_power_lost", "主电源掉电"),
        ("display_fault", "显示器故障"), ("tts_fault", "语音模块故障"), ("camera_fault", "摄像头故障"),
        ("ic_card_fault", "IC卡模块故障"), ("overspeed_warning", "超速预警"), ("fatigue_warning", "疲劳驾驶预警"),
        ("illegal_driving", "违规行驶"), ("tyre_pressure", "胎压预警"), ("right_blind_spot", "右转盲区异常"),
        ("day_driving_time", "当天累计驾驶超时"), ("parked_too_long", "超时停车"), ("area_in_out", "进出区域"),
        ("route_in_out", "进出路线"), ("segment_time", "路段行驶时间异常"), ("off_route", "路线偏离"),
        ("vss_fault", "VSS故障"), ("fuel_abnormal", "油量异常"), ("stolen", "车辆被盗"),
        ("illegal_ignition", "非法点火"), ("illegal_displacement", "非法位移"), ("collision", "碰撞"),
        ("roll_over", "侧翻"), ("illegal_door", "非法开门"),
    ]

    /// By bit; bits 8 and 9 are one number, see `load`.
    private static let status: [UInt32: Name] = [
        0: ("acc_on", "ACC开"), 1: ("positioned", "已定位"), 2: ("south", "南纬"), 3: ("west", "西经"),
        4: ("out_of_service", "停运"), 5: ("plugin_encrypted", "保密插件加密"),
        6: ("forward_collision_warning", "前撞预警"), 7: ("lane_departure_warning", "车道偏移预警"),
        10: ("oil_cut", "油路断开"), 11: ("electric_cut", "电路断开"), 12: ("doors_locked", "车门加锁"),
        13: ("door_1_open", "门1开"), 14: ("door_2_open", "门2开"), 15: ("door_3_open", "门3开"),
        16: ("door_4_open", "门4开"), 17: ("door_5_open", "门5开"), 18: ("gps", "GPS定位"),
        19: ("bds", "北斗定位"), 20: ("glonass", "GLONASS定位"), 21: ("galileo", "Galileo定位"),
        22: ("moving", "行驶"),
    ]

    /// Bits 8-9; empty (0) has no name, since most terminals do not know it and send the same.
    private static let load: [UInt32: Name] = [
        1: ("load_half", "半载"), 2: ("load_reserved", "载荷保留值"), 3: ("load_full", "满载"),
    ]
    private static let loadBits: UInt32 = 0b11 << 8

    /// Status bits that are reserved before 2019.
    private static let statusSince2019: Set<UInt32> = [6, 7, 22]

    static func alarms(in bits: UInt32, is2019: Bool) -> DecodedValue {
        let reserved = JT808Alarms.reserved(is2019: is2019)
        return .list(
            numbers(of: bits).map { number in
                word(reserved >> number & 1 == 1 ? unnamed(number) : alarms[Int(number)])
            })
    }

    static func status(in bits: UInt32, is2019: Bool) -> DecodedValue {
        var names = numbers(of: bits & ~loadBits).map { number in
            let isReserved = !is2019 && statusSince2019.contains(number)
            return (number, (isReserved ? nil : status[number]) ?? unnamed(number))
        }
        if let load = load[(bits & loadBits) >> 8] {
            names.insert((8, load), at: names.firstIndex { $0.0 > 8 } ?? names.count)
        }
        return .list(names.map { word($0.1) })
    }

    private static func unnamed(_ bit: UInt32) -> Name { ("bit_\(bit)", "位\(bit)") }

    static var alarmList: String { alarms.map(\.english).joined(separator: " ") }

    static var statusList: String {
        let byBit = status.sorted { $0.key < $1.key }.map(\.value.english)
        return (byBit + load.sorted { $0.key < $1.key }.map(\.value.english)).joined(separator: " ")
    }

    private static func numbers(of bits: UInt32) -> [UInt32] {
        (0..<32).filter { bits >> $0 & 1 == 1 }
    }

    private static func word(_ name: Name) -> DecodedValue { .word(name.english, chinese: name.chinese) }
}
