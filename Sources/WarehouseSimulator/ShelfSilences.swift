import AssetModel

/// Which antennas hear nothing in the epoch, and when.
struct ShelfSilences: Sendable {
    private let all: [ShelfSilence]
    /// For each antenna the shelf zones whose tags it hears.
    private let zonesOfAntenna: [[Int]]
    private var next = 0
    private(set) var active: [ShelfSilence] = []
    /// Of the epoch, by antenna: 1 where it is on the air all the time.
    private(set) var upShares: [Double]
    /// By zone: an antenna that hears its tags is silent in this epoch.
    private(set) var isAffected: [Bool]
    private(set) var isQuiet = true

    init(_ script: ShelfScript) {
        all = script.silences
        let antennas = script.plan.layout.antennas.count
        var zones = Array(repeating: [Int](), count: antennas)
        for zone in 0..<script.plan.shelfZones {
            zones[zone].append(zone)
            for crossing in script.plan.crossings[zone] { zones[crossing.antenna].append(zone) }
        }
        zonesOfAntenna = zones
        upShares = Array(repeating: 1, count: antennas)
        isAffected = Array(repeating: false, count: script.plan.shelfZones)
    }

    mutating func enter(_ time: Range<WorldTime>) {
        guard !active.isEmpty || (next < all.count && all[next].time.lowerBound < time.upperBound) else {
            return
        }
        for silence in active { mark(silence.antenna, false) }
        active.removeAll { $0.time.upperBound <= time.lowerBound }
        while next < all.count, all[next].time.lowerBound < time.upperBound {
            active.append(all[next])
            next += 1
        }
        isQuiet = active.isEmpty
        let length = Double(time.upperBound - time.lowerBound)
        for silence in active {
            mark(silence.antenna, true)
            let common = silence.time.clamped(to: time)
            // Two at once count twice for the oracle, which is gated a little more than it need be.
            let share = Double(common.upperBound - common.lowerBound) / length
            upShares[silence.antenna] = max(0, upShares[silence.antenna] - share)
        }
    }

    private mutating func mark(_ antenna: Int, _ isSilent: Bool) {
        upShares[antenna] = 1
        for zone in zonesOfAntenna[antenna] { isAffected[zone] = isSilent }
    }

    func silences(_ antenna: Int, at time: WorldTime) -> Bool {
        for silence in active where silence.antenna == antenna && silence.time.contains(time) {
            return true
        }
        return false
    }
}
