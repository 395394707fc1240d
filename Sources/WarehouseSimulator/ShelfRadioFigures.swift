/// Field, signal strength and delivery of the shelf workloads; see ``ShelfFigures``.
extension ShelfFigures {
    package struct Radio: Sendable {
        /// Metres from the antenna at which nothing is read any more, and the share of it in which the rate
        /// does not fall off (§3: 6 m, .5).
        package var reachMetres = 6.0
        package var majorShare = 0.5
        /// Share of the own rate at which a neighbour zone's antenna reads a tag, and one of the second ring
        /// (§3).
        package var neighbourShare = 0.15
        package var secondRingShare = 0.02
        /// The same for a further antenna of the tag's own zone, which hangs at the other end of it (choice).
        package var furtherAntennaShare = 0.6
        /// At one metre, dBm (choice: makes the mean of real traces, -60 dBm, at 3.5 m); 40 dB are lost with
        /// each decade of distance (§3).
        package var atOneMetreDBm = -38.0
        package var decibelsADecade = 40.0
        /// Tags lie so far from the antenna of their zone, metres (choice; sets the signal, and the rate only
        /// where ``Rate`` says so).
        package var distance = 1.5...5.0
        /// Static deviation of each pair of tag and antenna, and from look to look, dB (§3).
        package var staticSpread = 4.0
        package var fading = 2.0
        /// Weaker in a neighbour zone and behind a wall (§3: 8-12 dB), and in the second ring (choice).
        package var neighbourLoss = 8.0...12.0
        package var secondRingLoss = 12.0...18.0
        /// Readers report nothing weaker, dBm (§3): a weaker read is reported as this.
        package var weakestDBm = -80.0
        /// Reads a second of a reader, shared by its antennas (§3).
        package var readsASecondMax = 700.0
        /// A report in an epoch stands for 1 + Poisson(this) reads (choice).
        package var furtherReads = 2.0
        /// Each half hour one zone is read so many times as often for an epoch (§3: 30 min, 5).
        package var burstEvery: Int64 = 1_800
        package var burstFactor = 5
    }

    package struct Delivery: Sendable {
        /// From the last read of a message to the broker: lognormal with this median and ninety-ninth
        /// percentile, milliseconds (§3, real R420 logs), cut off where a connection would be given up
        /// (choice).
        package var delayMedian = 40.0
        package var delayP99 = 1_500.0
        package var delayMax = 10_000.0
        /// Reads in a message (§3: 1-100).
        package var batch = 1...100
        /// A reader holds a read at most this long, milliseconds (choice).
        package var batchHeldMax: WorldTime = 10_000
        /// Share of messages that others overtake, and by how much at most, milliseconds (§3: 15 %, .5 s).
        package var reorderedShare = 0.15
        package var reorderedMax = 500.0
        /// QoS 1: share that comes again with the DUP flag, and without it from a bridge (§3: 1 %, .2 %), and
        /// how much later, milliseconds (choice).
        package var redeliveredShare = 0.01
        package var bridgedShare = 0.002
        package var copyAfter = 500...2_000
        /// Share of messages that never come (§3).
        package var lostShare = 0.001
        /// One reader sends its last minute again when it reconnects (§3), milliseconds; 0: never.
        package var replayed: WorldTime = 60_000
        /// One reader has no link for so long and then sends all that it kept (§3), milliseconds; 0: never.
        package var flushed: WorldTime = 98_000

        /// Everything comes at once, once.
        package mutating func quiet() {
            (delayMedian, delayP99) = (0, 0)
            (reorderedShare, redeliveredShare, bridgedShare, lostShare) = (0, 0, 0, 0)
            (replayed, flushed) = (0, 0)
        }
    }
}
