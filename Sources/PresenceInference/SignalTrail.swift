import AssetModel

/// How strongly the zones that compete for one tag read it of late.
///
///     cell          0.2 of an evidence epoch: 1 s for readers that report every read
///     cells         the strongest read of each zone in each of the last 32 cells
///     level         mean and number of the cells before those, since another zone was last told
///     tally         how far each zone was behind the strongest, summed up to those cells
///
/// A cell is a maximum, so neither copies of a read nor the order of reads within the last 32 cells change
/// it. A maximum also suffers less from fading than single reads, whose dips go far deeper than their peaks.
struct SignalTrail: Sendable, Equatable {
    /// Half a minute of a reader that reports every read: longer than fading lasts (seconds), shorter than
    /// things stay where they were put.
    static let cellsMax = 32
    /// Of zones beyond these the trail says nothing: who competes for a tag stands around it.
    static let zonesMax = 6
    static let cellsPerEpoch: Int64 = 5
    /// Cells that the level counts for at most, four minutes: then old ones fade, so that a tag that is put
    /// elsewhere in its zone is not judged by where it was for long.
    static let levelCellsMax: Int64 = 240
    /// The level is kept in 1/256 of a step, so that its whole numbers lose nothing.
    private static let levelScale: Int64 = 256

    struct Zone: Sendable, Equatable {
        var zone: Int
        /// By cell number modulo ``cellsMax``; 0: not read.
        var cells = [UInt8](repeating: 0, count: SignalTrail.cellsMax)
        /// Sum in steps times 256, and the number of cells in it.
        var level: (sum: Int64, count: Int64) = (0, 0)
        /// Up to the cells that left the trail.
        var tally = SignalTally()

        static func == (left: Zone, right: Zone) -> Bool {
            left.zone == right.zone && left.cells == right.cells && left.level == right.level
                && left.tally == right.tally
        }
    }

    let slot: Int
    /// Length of a cell.
    let unit: ElapsedTime
    /// Number of the newest cell, event time; its reads may still be coming.
    var newest = Int64.min
    /// The newest cell when it was last judged.
    var judgedAt = Int64.min
    /// The means begin with this cell.
    var since = Int64.min
    /// In the order of their indices.
    var zones: [Zone] = []
    /// Cells have left the trail since it began: a zone that is first heard now was not there before.
    private(set) var hasPast = false

    /// - Parameter epoch: length of the evidence epochs of all antennas concerned.
    init(slot: Int, epoch: ElapsedTime) {
        self.slot = slot
        unit = ElapsedTime(milliseconds: max(1, epoch.milliseconds / SignalTrail.cellsPerEpoch))
    }

    init(slot: Int, unit: ElapsedTime, hasPast: Bool = false) {
        (self.slot, self.unit, self.hasPast) = (slot, unit, hasPast)
    }

    // MARK: steps of half a decibel

    /// 1...255 for -127.5 dBm and less to -0.5 dBm and more.
    static func step(_ signal: SignalStrength) -> UInt8 {
        let steps = (Int(signal.centiDBm) + 12_800) / 50
        return UInt8(clamping: max(1, steps))
    }

    static func dBm(steps: Double) -> Double { steps / 2 - 128 }

    // MARK: what is read

    /// Takes the strength of a read. - Returns: `false` where it changes nothing.
    mutating func note(zone: Int, heardAt: UTCInstant, signal: SignalStrength) -> Bool {
        let cell = EvidenceEpoch.number(of: heardAt, length: unit)
        if newest == Int64.min { newest = cell }
        let isLate = cell < newest
        guard !isLate || newest - cell < Int64(SignalTrail.cellsMax) else { return false }
        guard let index = place(of: zone) else { return false }
        advance(to: cell)
        let value = SignalTrail.step(signal)
        let at = SignalTrail.index(of: cell)
        guard value > zones[index].cells[at] else { return false }
        zones[index].cells[at] = value
        return true
    }

    private mutating func place(of zone: Int) -> Int? {
        if let known = zones.firstIndex(where: { $0.zone == zone }) { return known }
        guard zones.count < SignalTrail.zonesMax else { return nil }
        let index = zones.firstIndex { $0.zone > zone } ?? zones.count
        zones.insert(Zone(zone: zone), at: index)
        if hasPast { zones[index].tally.sum = -SignalTally.leadMax }
        return index
    }

    /// Cells that leave the trail go into the level. After a break longer than the trail nothing of before is
    /// kept: in it the tag may have been put anywhere.
    private mutating func advance(to cell: Int64) {
        guard cell > newest else { return }
        if cell - newest > Int64(SignalTrail.cellsMax) {
            restart()
        } else {
            for number in (newest + 1)...cell {
                let at = SignalTrail.index(of: number)
                takeTallies(at)
                let isCounted = number - Int64(SignalTrail.cellsMax) >= since
                for index in zones.indices { fold(index, at, isCounted: isCounted) }
            }
        }
        newest = cell
    }

    /// A cell without any read, as before the first one, tallies nothing.
    private mutating func takeTallies(_ at: Int) {
        if zones.contains(where: { $0.cells[at] > 0 }) { hasPast = true }
        guard hasPast else { return }
        var tallies = zones.map(\.tally)
        SignalTally.step(&tallies) { zones[$0].cells[at] }
        for index in zones.indices { zones[index].tally = tallies[index] }
    }

    /// The tallies up to the newest closed cell.
    var tallies: [SignalTally] {
        var tallies = zones.map(\.tally)
        for age in stride(from: SignalTrail.cellsMax - 1, to: 0, by: -1) {
            let at = SignalTrail.index(of: newest - Int64(age))
            SignalTally.step(&tallies) { zones[$0].cells[at] }
        }
        return tallies
    }

    private mutating func fold(_ index: Int, _ at: Int, isCounted: Bool) {
        let value = Int64(zones[index].cells[at]) * SignalTrail.levelScale
        zones[index].cells[at] = 0
        guard value > 0, isCounted else { return }
        if zones[index].level.count < SignalTrail.levelCellsMax {
            zones[index].level.sum += value
            zones[index].level.count += 1
        } else {
            zones[index].level.sum += value - zones[index].level.sum / zones[index].level.count
        }
    }

    /// Forgets what was read.
    mutating func restart() {
        since = Int64.min
        for index in zones.indices { zones[index] = Zone(zone: zones[index].zone) }
        hasPast = false
    }

    /// The tag changed place: the means are those of the last `count` closed cells and what follows.
    mutating func cut(keeping count: Int) {
        since = newest - Int64(count)
        for index in zones.indices { zones[index].level = (0, 0) }
    }

    private static func index(of cell: Int64) -> Int {
        let rest = Int(cell % Int64(cellsMax))
        return rest < 0 ? rest + cellsMax : rest
    }

    // MARK: what it shows

    /// Strength of one zone over some cells.
    struct Mean: Sendable, Equatable {
        /// In steps; meaningless without cells.
        var steps: Double
        /// Cells with a read.
        var cells: Double

        static let none = Mean(steps: 0, cells: 0)
    }

    /// Of everything since the tag last changed place, but for the open cell.
    func mean(_ index: Int) -> Mean {
        let (levelSum, levelCount) = zones[index].level
        var sum = levelSum
        var count = levelCount
        let first = max(since, newest - Int64(SignalTrail.cellsMax) + 1)
        var cell = first
        while cell < newest {
            let value = Int64(zones[index].cells[SignalTrail.index(of: cell)])
            cell += 1
            guard value > 0 else { continue }
            sum += value * SignalTrail.levelScale
            count += 1
        }
        guard count > 0 else { return .none }
        return Mean(
            steps: Double(sum) / Double(SignalTrail.levelScale) / Double(count), cells: Double(count))
    }

    /// Of the last closed cells, those with a read.
    func readCells(_ index: Int, last count: Int) -> Int {
        (1...max(1, min(count, SignalTrail.cellsMax - 1))).count {
            zones[index].cells[SignalTrail.index(of: newest - Int64($0))] > 0
        }
    }

    /// Start of the first cell with a read that the means count, as far as the trail goes; event time.
    var start: UTCInstant {
        var cell = max(since, newest - Int64(SignalTrail.cellsMax) + 1)
        while cell < newest, !zones.contains(where: { $0.cells[SignalTrail.index(of: cell)] > 0 }) {
            cell += 1
        }
        return EvidenceEpoch.start(of: cell, length: unit)
    }
}
