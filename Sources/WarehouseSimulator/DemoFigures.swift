package import AssetModel

/// The numbers of the demo world. Times are chosen so that everything is planted in the first minute and can
/// be concluded, with the settings that the demo writes into `config.toml`, well before the end.
package enum DemoFigures {
    /// Long enough for the slowest conclusion (a move planted at 38 s takes about a minute) with half a
    /// minute to spare for false alarms to show; short enough for a demonstration.
    package static let duration = ElapsedTime(seconds: 150)

    static let assetsPerZone = 20
    static let vehicles = 10
    static let foreignTags = 4

    /// The share of tags that answer is decided in epochs of this length.
    static let epoch = ElapsedTime(seconds: 5)
    /// Times in an epoch that a reader looks at a tag.
    static let looksPerEpoch = 2
    /// Share of looks in which a tag in its place does not answer: 30-40 % is what cluttered shelves show.
    static let missedShare = 0.35
    /// Share of epochs in which the reader of the neighbour zone hears a tag as well.
    static let strayShare = 0.15
    /// How much weaker a stray is than a read in place, in dB: readings through a wall of shelves.
    static let strayLossDecibels = 10.0
    /// Share of messages that come a second time, as QoS 1 permits.
    static let repeatedShare = 0.01
    /// A tag lies nearer to one of the two antennas and is read there this often.
    static let nearerAntennaShare = 0.7

    /// Mean signal in place, deviation between tags, deviation between looks, in dBm and dB: the spread that
    /// published traces of resting tags show.
    static let meanSignalDBm = -57.0
    static let signalSpreadBetweenTags = 4.0
    static let signalSpreadBetweenLooks = 2.0
    /// Readers of this class report nothing weaker.
    static let weakestSignalDBm = -80.0

    /// From the read to the broker, in milliseconds.
    static let readDelay = 20...400
    static let vehicleDelay = 50...800
    /// From the first delivery to the second.
    static let repeatDelay = 500...2_000
    /// The longest of the above together, in whole seconds: how far back a second has to look for its
    /// messages.
    static let lookBackSeconds = 3

    static let vehicleReportEvery = ElapsedTime(seconds: 5)

    // What the demo writes into `config.toml`.
    static let missingAfter = ElapsedTime(seconds: 40)
    static let readerOfflineAfter = ElapsedTime(seconds: 15)
    static let terminalSilentAfter = ElapsedTime(seconds: 40)

    /// A move is no sooner sure than after about seven epochs of reads in the new zone.
    static let moveCertainAfter = ElapsedTime(seconds: 35)
    /// A tag that appears is sure after its first epoch.
    static let tagCertainAfter = ElapsedTime(seconds: 5)

    // When things happen, in seconds after the start.
    static let unknownTagAt = 8...16
    static let noCardAt = 10...20
    static let unknownTerminalAt = 12...22
    static let outageAt = 25...32
    static let movedAt = 30...38
    static let vehicleSilentAt = 34...44
    static let removedAt = 38...46
    /// Longer than `missingAfter` and `readerOfflineAfter` together, so that a daemon which takes a dead
    /// reader for an empty room raises false alarms.
    static let outage = ElapsedTime(seconds: 70)
}
