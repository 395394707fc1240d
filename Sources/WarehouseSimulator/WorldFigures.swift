package import AssetModel

/// The numbers of a world. Every one has its unit in its name and its source in its comment; "inference §3"
/// is the workload table of the project's notes on cleaning RFID reads, "choice" a round number of ours.
package struct WorldFigures: Sendable {
    package var name: String
    /// How long the world is listened to.
    package var duration: ElapsedTime
    package var vehicles: Int

    // MARK: the field

    /// Each antenna looks at each tag of its zone once in this time (inference §3: 1 s for presence, 60 s for
    /// loss; in between to keep files small).
    package var lookEvery: ElapsedTime
    /// Chance that a look at an undisturbed tag near the antenna succeeds. Cluttered shelves 0.6-0.7 (SMURF,
    /// VLDB 2006), clean ones 0.9 (inference §3).
    var nearReadRate: Double
    /// Metres from the antenna at which nothing is read any more (inference §3: 6 m).
    var fieldReachMetres = 6.0
    /// Share of the reach in which the rate does not fall off (inference §3: .5).
    var fieldMajorShare = 0.5
    /// Tags lie at most this far from their antenna, metres.
    var farthestTagMetres: Double
    /// Shape of the sensitivity of tags, a beta distribution; `nil`: all alike. (24.95, .85) fits real shop
    /// scans, (2.0, 1.3) is the hard case (inference §3).
    var sensitivity: (a: Double, b: Double)?
    /// Orientation factor, drawn anew at each handling (inference §3: .3...1).
    var orientation: ClosedRange<Double>
    /// Reads a second of a reader, shared by its antennas (inference §3).
    var readsASecondMax = 700.0

    /// Share of the own rate at which a neighbour zone's antenna reads a tag, and one of the second ring
    /// (inference §3).
    var neighbourShare = 0.15
    var secondRingShare = 0.02
    /// How much weaker a stray is than a read in place, dB: readings through a wall of shelves (inference §3:
    /// 8-12).
    var strayLossDecibels = 8.0...12.0
    /// A tag lies nearer to one of the antennas of its zone and is read there this often (choice).
    var nearerAntennaShare = 0.7

    // MARK: signal strength

    /// At one metre; 40 dB are lost with each decade of distance (inference §3), which makes the mean of real
    /// traces, -60 dBm, at 3.5 m.
    var signalAtOneMetreDBm = -38.0
    var signalLossPerDecadeDecibels = 40.0
    /// Static deviation of each pair of tag and antenna, and from look to look, dB (inference §3).
    var staticSpreadDecibels = 4.0
    var fadingSpreadDecibels = 2.0
    /// Readers report nothing weaker, dBm (inference §3), and nothing is stronger than a tag on the antenna.
    var weakestSignalDBm = -80.0
    var strongestSignalDBm = -25.0

    // MARK: delivery

    /// From the read to the broker: lognormal with this median and this ninety-ninth percentile, milliseconds
    /// (real R420 logs, inference §3: 40 ms, 1.5 s). Cut off where a connection would have been given up.
    var delayMedianMilliseconds = 40.0
    var delayP99Milliseconds = 1_500.0
    var delayMaxMilliseconds = 4_000.0
    /// Share of messages that others overtake, and by how much at most (inference §3: 15 %, 0.5 s).
    var reorderedShare = 0.15
    var reorderedMilliseconds = 500.0
    /// Share of messages that come a second time, as QoS 1 permits (inference §3: 1 %), and how much later.
    package var repeatedShare = 0.01
    var repeatDelayMilliseconds = 500...2_000
    /// Share of messages that never come (inference §3: .1 %).
    package var lostShare = 0.001

    // MARK: clocks

    /// Deviation of the readers' clocks at the start, milliseconds (inference §3: N(0, 2 s); less where a
    /// scenario is too short for that), and of their rate (N(0, 20 ppm)).
    var clockOffsetMilliseconds: Double
    var clockDriftPerMillion = 20.0

    // MARK: what the configuration says

    package var missingAfter: ElapsedTime
    package var readerOfflineAfter: ElapsedTime
    package var terminalSilentAfter: ElapsedTime
    package var coverageGapAfter: ElapsedTime
    package var clockSkewAfter: ElapsedTime
    package var noFixAfter: ElapsedTime
    /// Zebra readers report a tag that stays once in this time.
    var reportInterval: ElapsedTime
    var heartbeatEvery: ElapsedTime
    var vehicleReportEvery: ElapsedTime

    /// The demonstration: everything happens in two minutes and is concluded within three.
    package static let demo = WorldFigures(
        name: "demo", duration: ElapsedTime(seconds: 175), vehicles: 20,
        lookEvery: ElapsedTime(milliseconds: 2_500), nearReadRate: 0.65, farthestTagMetres: 3,
        orientation: 1...1, clockOffsetMilliseconds: 100, missingAfter: ElapsedTime(seconds: 40),
        readerOfflineAfter: ElapsedTime(seconds: 15), terminalSilentAfter: ElapsedTime(seconds: 40),
        coverageGapAfter: ElapsedTime(seconds: 10), clockSkewAfter: ElapsedTime(seconds: 30),
        noFixAfter: ElapsedTime(seconds: 30), reportInterval: ElapsedTime(seconds: 3),
        heartbeatEvery: ElapsedTime(seconds: 4), vehicleReportEvery: ElapsedTime(seconds: 5))
}
