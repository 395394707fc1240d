/// The rule of EdgeX's app-rfid-llrp-inventory for one tag (`inference.md` §1.3), written from its
/// description: a tag is where its mean signal of the last 20 reads is strongest, with an allowance for the
/// place where it already is; it has departed 600 s after its last read.
struct BaselineEdgeX {
    /// Index of an antenna; `nil` before the first read and after departure.
    private(set) var location: Int?
    private var antennas: [Int: Antenna] = [:]
    private var lastReadMilliseconds = 0

    private struct Antenna {
        /// dBm, at most `signalsMax`, the oldest first.
        var signals: [Double] = []
        var lastMilliseconds = 0

        var mean: Double { signals.reduce(0, +) / Double(signals.count) }
    }

    private static let signalsMax = 20
    static let departAfterMilliseconds = 600_000
    /// dB, dB for each ms, ms: until `holdOff` has passed since the last read where it is, another antenna
    /// must be `thresholdMax` stronger; then ever less.
    private static let thresholdMax = 6.0
    private static let slope = -0.008
    private static let holdOffMilliseconds = 500.0

    /// min(6 dB, slope · age + b), with b such that it is 6 dB at the end of the hold-off.
    static func offset(ageMilliseconds: Int) -> Double {
        let atZero = thresholdMax - slope * holdOffMilliseconds
        return min(thresholdMax, slope * Double(ageMilliseconds) + atZero)
    }

    /// Takes one read, in the order of time.
    mutating func observe(antenna: Int, signal: Double, atMilliseconds time: Int) {
        _ = isPresent(atMilliseconds: time)
        var heard = antennas[antenna] ?? Antenna()
        heard.signals.append(signal)
        if heard.signals.count > BaselineEdgeX.signalsMax { heard.signals.removeFirst() }
        heard.lastMilliseconds = time
        antennas[antenna] = heard
        lastReadMilliseconds = time
        guard let current = location, let there = antennas[current] else {
            location = antenna
            return
        }
        let allowance = BaselineEdgeX.offset(ageMilliseconds: time - there.lastMilliseconds)
        if heard.mean > there.mean + allowance { location = antenna }
    }

    /// Whether it has not departed by then.
    mutating func isPresent(atMilliseconds time: Int) -> Bool {
        guard location != nil else { return false }
        guard time - lastReadMilliseconds >= BaselineEdgeX.departAfterMilliseconds else { return true }
        location = nil
        antennas.removeAll()
        return false
    }
}
