/// How long an alarm bit of a position stays set.
///
/// Most stay for as long as what they say lasts, and so come again with every report: what counts is that a
/// bit comes or goes, not how often it is sent. Some stay until the platform answers the report. Who only
/// listens, as this gateway does, never answers, and sees them again until the platform has; they say that
/// something happened and never that it is over.
///
/// Source: JT/T 808-2013 table 25, -2019 table 25.
package enum JT808Alarms {
    /// Emergency; area, route, and time in a segment; illegal ignition and displacement.
    private static let answered: [UInt32] = [0, 20, 21, 22, 27, 28]
    /// Danger: held since 2019.
    private static let danger: UInt32 = 3
    /// Illegal opening of a door: reserved since 2019.
    private static let door: UInt32 = 31
    /// Illegal driving, tyre pressure, blind spot: reserved before 2019.
    private static let since2019: [UInt32] = [15, 16, 17]

    /// Bits that stay until the platform answers.
    package static func clearedWhenAnswered(is2019: Bool) -> UInt32 {
        bits(is2019 ? answered : answered + [danger, door])
    }

    /// Bits that mean nothing in this edition.
    package static func reserved(is2019: Bool) -> UInt32 {
        bits(is2019 ? [door] : since2019)
    }

    /// Bits that stay for as long as what they say.
    package static func held(is2019: Bool) -> UInt32 {
        ~(clearedWhenAnswered(is2019: is2019) | reserved(is2019: is2019))
    }

    private static func bits(_ numbers: [UInt32]) -> UInt32 {
        numbers.reduce(0) { $0 | 1 << $1 }
    }
}
