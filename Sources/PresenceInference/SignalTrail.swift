import AssetModel

/// How strongly the zones that compete for one tag read it of late.
///
///     cell          0.2 of an evidence epoch: 1 s for readers that report every read
///     cells         the strongest read of each zone in each of the last 32 cells
///     level         mean and number of the cells before those, since the tag last changed place
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
    /// Cells that the level counts for at most: then old ones fade, so that a slow change is followed.
    static let levelCellsMax: Int64 = 480
    /// The level is kept in 1/256 of a step, so that its whole numbers lose nothing.
    private static let levelScale: Int64 = 256

    struct Zone: Sendable, Equatable {
        var zone: Int
        /// By cell number modulo ``cellsMax``; 0: not read.
        var cells = [UInt8](repeating: 0, count: SignalTrail.cellsMax)
        /// Sum in steps times 256, and the number of cells in it.
        var level: (sum: Int64, count: Int64) = (0, 0)

        static func == (left: Zone, right: Zone) -> Bool {
            left.zone == right.zone && left.cells == right.cells && left.level == right.level
        }
    }

    let slot: Int
    /// Length of a cell.
    let unit: ElapsedTime
    /// Number of the newest cell, event time; its reads may still be coming.
    var newest = Int64.min
    /// The newest cell when it was last judged.
    var judgedAt = Int64.min
    /// In the order of their indices.
    var zones: [Zone] = []

    /// - Parameter epoch: length of the evidence epochs of all antennas concerned.
    init(slot: Int, epoch: ElapsedTime) {
        self.slot = slot
        unit = ElapsedTime(milliseconds: max(1, epoch.milliseconds / SignalTrail.cellsPerEpoch))
    }

    init(slot: Int, unit: ElapsedTime) {
        (self.slot, self.unit) = (slot, unit)
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
                for index in zones.indices { fold(index, at) }
            }
        }
        newest = cell
    }

    private mutating func fold(_ index: Int, _ at: Int) {
        let value = Int64(zones[index].cells[at]) * SignalTrail.levelScale
        guard value > 0 else { return }
        zones[index].cells[at] = 0
        if zones[index].level.count < SignalTrail.levelCellsMax {
            zones[index].level.sum += value
            zones[index].level.count += 1
        } else {
            zones[index].level.sum += value - zones[index].level.sum / zones[index].level.count
        }
    }

    /// Forgets what was read.
    mutating func restart() {
        for index in zones.indices { zones[index] = Zone(zone: zones[index].zone) }
    }

    /// Keeps the last `count` closed cells and the open one: the tag changed place before them.
    mutating func cut(keeping count: Int) {
        for index in zones.indices {
            zones[index].level = (0, 0)
            for age in (count + 1)..<max(count + 1, SignalTrail.cellsMax) {
                zones[index].cells[SignalTrail.index(of: newest - Int64(age))] = 0
            }
        }
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

        func joined(with other: Mean) -> Mean {
            guard cells + other.cells > 0 else { return .none }
            return Mean(
                steps: (steps * cells + other.steps * other.cells) / (cells + other.cells),
                cells: cells + other.cells)
        }
    }

    /// Of the closed cells `from` up to but not `to` cells before the newest; 1 is the newest closed one.
    func mean(_ index: Int, from: Int, to: Int) -> Mean {
        var (sum, count) = (0, 0)
        for age in from..<max(from, min(to, SignalTrail.cellsMax)) {
            let value = zones[index].cells[SignalTrail.index(of: newest - Int64(age))]
            guard value > 0 else { continue }
            sum += Int(value)
            count += 1
        }
        return count == 0 ? .none : Mean(steps: Double(sum) / Double(count), cells: Double(count))
    }

    /// Of all before the trail.
    func level(_ index: Int) -> Mean {
        let (sum, count) = zones[index].level
        guard count > 0 else { return .none }
        return Mean(
            steps: Double(sum) / Double(SignalTrail.levelScale) / Double(count), cells: Double(count))
    }

    /// Of everything since the tag last changed place.
    func whole(_ index: Int) -> Mean {
        mean(index, from: 1, to: SignalTrail.cellsMax).joined(with: level(index))
    }

    /// Start of the oldest closed cell with a read, event time.
    var start: UTCInstant {
        for age in stride(from: SignalTrail.cellsMax - 1, to: 0, by: -1) {
            let at = SignalTrail.index(of: newest - Int64(age))
            guard zones.contains(where: { $0.cells[at] > 0 }) else { continue }
            return EvidenceEpoch.start(of: newest - Int64(age), length: unit)
        }
        return EvidenceEpoch.start(of: newest, length: unit)
    }
}
