package import AssetModel

/// The in-memory ring: one line a tag, one evidence cell for each antenna that hears it, a bit for each
/// epoch.
///
/// Exact: an open-addressing table over all bits of the EPC, no filter that may err. Registered tags are
/// never evicted. Strangers live in a bounded share of the table; when it is full, the one not heard for
/// longest (by a second-chance clock) makes room and is counted.
package struct ReadRing: Sendable {
    /// What an observation turned out to be.
    package struct Sighting: Sendable {
        /// Line of the tag; stays its own as long as the tag is in the ring.
        package var slot: Int
        /// It set a bit that was not set: evidence changed. Otherwise it is a repeat.
        package var isNew: Bool
        /// The tag had no line before.
        package var isFirst: Bool
        /// A stranger's line that was given up for this one.
        package var evicted: EPC?
    }

    struct Line: Sendable {
        var tag: EPC
        var isRegistered: Bool
        /// Heard since the clock hand last passed.
        var isReferenced: Bool
        /// Head of the list of cells, -1 for none.
        var firstCell: Int32
    }

    /// One antenna's evidence in 32 bytes, so that a tag's antennas share a line or two of the cache.
    struct Cell: Sendable {
        var bits: UInt64
        /// Epoch numbers of 5 s fit 32 bits until the year 2310; readings outside are refused by the path.
        var newestEpoch: Int32
        var reads: UInt32
        var antenna: UInt16
        /// `Int16.min` where no read carried a signal strength.
        var peak: Int16
        var next: Int32

        static let noSignal = Int16.min

        init(_ evidence: AntennaEvidence) {
            bits = evidence.bits
            newestEpoch = Int32(clamping: evidence.newestEpoch)
            reads = evidence.reads
            antenna = UInt16(evidence.antenna)
            peak = evidence.peakSignal?.centiDBm ?? Cell.noSignal
            next = -1
        }

        var evidence: AntennaEvidence {
            var evidence = AntennaEvidence(antenna: Int(antenna), newestEpoch: Int64(newestEpoch), bits: bits)
            evidence.peakSignal = peak == Cell.noSignal ? nil : SignalStrength(centiDBm: peak)
            evidence.reads = reads
            return evidence
        }
    }

    var lines: [Line?] = []
    var cells: [Cell] = []
    private var freeLines: [Int32] = []
    private var freeCells: [Int32] = []
    private var table: [Int32] = []
    private var mask = 0
    private var linesInUse = 0
    private var strangers = 0
    var hand = 0
    private let hash: KeyedHash
    private let limits: PathLimits
    /// Strangers given up so far.
    package internal(set) var strangersEvicted: Int64 = 0
    /// Antennas of a tag given up for another one so far.
    package internal(set) var antennasReplaced: Int64 = 0
    var dirtyChunks: Set<Int> = []

    package init(hash: KeyedHash, limits: PathLimits) {
        self.hash = hash
        self.limits = limits
        resizeTable(for: 1_024)
    }

    /// Number of tags that have a line.
    package var count: Int { linesInUse }

    package func tag(at slot: Int) -> EPC? { slot < lines.count ? lines[slot]?.tag : nil }

    package func isRegistered(_ slot: Int) -> Bool { lines[slot]?.isRegistered ?? false }

    package func slot(of tag: EPC) -> Int? {
        var index = home(of: tag)
        while table[index] >= 0 {
            let slot = Int(table[index])
            if lines[slot]?.tag == tag { return slot }
            index = (index + 1) & mask
        }
        return nil
    }

    /// One past the highest slot ever used.
    package var slotLimit: Int { lines.count }

    /// Gives a registered tag its line, now and for as long as the register names it.
    package mutating func register(_ tag: EPC) -> Int {
        if let slot = slot(of: tag) {
            if lines[slot]?.isRegistered == false { strangers -= 1 }
            lines[slot]?.isRegistered = true
            markDirty(slot)
            return slot
        }
        return place(Line(tag: tag, isRegistered: true, isReferenced: false, firstCell: -1), at: nil)
    }

    /// Takes an observation in.
    package mutating func observe(_ tag: EPC, antenna: Int, heardAt: UTCInstant, signal: SignalStrength?)
        -> Sighting
    {
        var sighting = Sighting(slot: 0, isNew: false, isFirst: false, evicted: nil)
        if let slot = slot(of: tag) {
            sighting.slot = slot
        } else {
            if strangers >= limits.strangersMax { sighting.evicted = evictStranger() }
            sighting.slot = place(
                Line(tag: tag, isRegistered: false, isReferenced: true, firstCell: -1), at: nil)
            sighting.isFirst = true
        }
        let epoch = EvidenceEpoch.number(of: heardAt)
        sighting.isNew = note(sighting.slot, antenna: antenna, epoch: epoch, signal: signal)
        if sighting.isNew { lines[sighting.slot]?.isReferenced = true }
        return sighting
    }

    /// Puts a stranger back into the very line it had: journal of a restart. Makes room as the live path did.
    package mutating func define(_ tag: EPC, at slot: Int) {
        if strangers >= limits.strangersMax, self.slot(of: tag) == nil { _ = evictStranger() }
        if lines.indices.contains(slot), let old = lines[slot]?.tag, old != tag { remove(slot) }
        if let elsewhere = self.slot(of: tag) {
            if elsewhere == slot { return }
            remove(elsewhere)
        }
        _ = place(Line(tag: tag, isRegistered: false, isReferenced: true, firstCell: -1), at: slot)
    }

    /// Visits the evidence of a tag, in the order in which its antennas were first heard.
    package func forEachEvidence(of slot: Int, _ body: (AntennaEvidence) -> Void) {
        var cell = lines[slot]?.firstCell ?? -1
        while cell >= 0 {
            body(cells[Int(cell)].evidence)
            cell = cells[Int(cell)].next
        }
    }

    /// The evidence of a tag as an array.
    package func evidence(of slot: Int) -> [AntennaEvidence] {
        var all: [AntennaEvidence] = []
        forEachEvidence(of: slot) { all.append($0) }
        return all
    }

    // MARK: bits

    /// - Returns: whether a bit was set that was not.
    private mutating func note(_ slot: Int, antenna: Int, epoch: Int64, signal: SignalStrength?) -> Bool {
        let epoch = Int32(clamping: epoch)
        let index = cell(of: slot, antenna: UInt16(antenna), epoch: epoch)
        var cell = cells[index]
        let behind = Int64(cell.newestEpoch) - Int64(epoch)
        var isNew = false
        if behind < 0 {
            cell.bits = -behind >= 64 ? 1 : cell.bits << UInt64(-behind) | 1
            cell.newestEpoch = epoch
            isNew = true
        } else if behind < 64, cell.bits & (1 << UInt64(behind)) == 0 {
            cell.bits |= 1 << UInt64(behind)
            isNew = true
        }
        cell.reads &+= 1
        if let signal, signal.centiDBm > cell.peak { cell.peak = signal.centiDBm }
        cells[index] = cell
        if isNew { markDirty(slot) }
        return isNew
    }

    /// The cell of an antenna, made where there is none; the oldest is reused when the tag has its share.
    private mutating func cell(of slot: Int, antenna: UInt16, epoch: Int32) -> Int {
        var index = lines[slot]?.firstCell ?? -1
        var last: Int32 = -1
        var oldest: (index: Int32, epoch: Int32) = (-1, .max)
        var size = 0
        while index >= 0 {
            if cells[Int(index)].antenna == antenna { return Int(index) }
            if cells[Int(index)].newestEpoch < oldest.epoch {
                oldest = (index, cells[Int(index)].newestEpoch)
            }
            last = index
            size += 1
            index = cells[Int(index)].next
        }
        let fresh = AntennaEvidence(antenna: Int(antenna), newestEpoch: Int64(epoch), bits: 0)
        if size >= limits.antennasPerTagMax, oldest.index >= 0 {
            let next = cells[Int(oldest.index)].next
            cells[Int(oldest.index)] = Cell(fresh)
            cells[Int(oldest.index)].next = next
            antennasReplaced += 1
            return Int(oldest.index)
        }
        let made = append(fresh)
        if last < 0 { lines[slot]?.firstCell = made } else { cells[Int(last)].next = made }
        return Int(made)
    }

    private mutating func append(_ evidence: AntennaEvidence) -> Int32 {
        if let free = freeCells.popLast() {
            cells[Int(free)] = Cell(evidence)
            return free
        }
        cells.append(Cell(evidence))
        return Int32(cells.count - 1)
    }

    // MARK: lines

    mutating func place(_ line: Line, at wanted: Int?) -> Int {
        if (linesInUse + 1) * 2 > table.count { resizeTable(for: (linesInUse + 1) * 2) }
        let slot: Int
        if let wanted {
            while lines.count <= wanted {
                freeLines.append(Int32(lines.count))
                lines.append(nil)
            }
            freeLines.removeAll { $0 == Int32(wanted) }
            slot = wanted
        } else if let free = freeLines.popLast() {
            slot = Int(free)
        } else {
            lines.append(nil)
            slot = lines.count - 1
        }
        lines[slot] = line
        linesInUse += 1
        if !line.isRegistered { strangers += 1 }
        link(slot)
        markDirty(slot)
        return slot
    }

    mutating func restoreCells(_ evidence: [AntennaEvidence], of slot: Int) {
        var last: Int32 = -1
        for item in evidence {
            let made = append(item)
            if last < 0 { lines[slot]?.firstCell = made } else { cells[Int(last)].next = made }
            last = made
        }
    }

    private mutating func remove(_ slot: Int) {
        guard let line = lines[slot] else { return }
        unlink(slot)
        var cell = line.firstCell
        while cell >= 0 {
            freeCells.append(cell)
            cell = cells[Int(cell)].next
        }
        lines[slot] = nil
        freeLines.append(Int32(slot))
        linesInUse -= 1
        if !line.isRegistered { strangers -= 1 }
        markDirty(slot)
    }

    /// Second-chance clock over all lines; registered ones are stepped over.
    private mutating func evictStranger() -> EPC {
        while true {
            hand = hand + 1 < lines.count ? hand + 1 : 0
            guard let line = lines[hand], !line.isRegistered else { continue }
            if line.isReferenced {
                lines[hand]?.isReferenced = false
                markDirty(hand)
                continue
            }
            remove(hand)
            strangersEvicted += 1
            return line.tag
        }
    }

    mutating func markDirty(_ slot: Int) {
        dirtyChunks.insert(slot / ReadRing.chunkLines)
    }

    // MARK: table

    private func home(of tag: EPC) -> Int { Int(truncatingIfNeeded: hash.hash(tag) >> 8) & mask }

    private mutating func link(_ slot: Int) {
        guard let tag = lines[slot]?.tag else { return }
        var index = home(of: tag)
        while table[index] >= 0 { index = (index + 1) & mask }
        table[index] = Int32(slot)
    }

    private mutating func unlink(_ slot: Int) {
        guard let tag = lines[slot]?.tag else { return }
        var hole = home(of: tag)
        while table[hole] != Int32(slot) { hole = (hole + 1) & mask }
        var probe = (hole + 1) & mask
        while table[probe] >= 0, let other = lines[Int(table[probe])]?.tag {
            if (probe - home(of: other)) & mask >= (probe - hole) & mask {
                table[hole] = table[probe]
                hole = probe
            }
            probe = (probe + 1) & mask
        }
        table[hole] = -1
    }

    /// Load at most one half. Grows with the register only: strangers are bounded.
    private mutating func resizeTable(for tags: Int) {
        var size = 2_048
        while size < tags * 2 { size *= 2 }
        table = [Int32](repeating: -1, count: size)
        mask = size - 1
        for slot in lines.indices where lines[slot] != nil { link(slot) }
    }
}
