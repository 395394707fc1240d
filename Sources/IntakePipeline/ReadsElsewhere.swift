import AssetModel
import PresenceInference
import ReadRing

/// Two of five reads are strays (`inference.md` §3), and nearly none of them can show that a settled tag is
/// elsewhere: this is found out from the bits of the ring, without a list of all the evidence.
extension IntakePath {
    /// What the bits of each antenna say about where a tag rests.
    struct Claims: Sendable {
        /// By antenna: a fixed one, in a zone where tags rest.
        let counts: [Bool]
        /// By antenna: its zone.
        let zones: [Int]
        /// By antenna: its zone has no other of them.
        let isAlone: [Bool]
        /// By zone: its neighbours and theirs, which may hear its tags.
        let near: [[Int]]

        init(_ layout: SiteLayout) {
            counts = layout.antennas.map {
                layout.zones[$0.zone].kind.isContinuous && !layout.readers[$0.reader].isHandheld
            }
            zones = layout.antennas.map(\.zone)
            var number = Array(repeating: 0, count: layout.zones.count)
            for (antenna, line) in layout.antennas.enumerated() where counts[antenna] {
                number[line.zone] += 1
            }
            isAlone = layout.antennas.map { number[$0.zone] == 1 }
            near = layout.zonesWithinTwoSteps().map { $0.sorted() }
        }
    }

    /// Could the evidence of a tag that was read in a zone show that it is elsewhere, or that there are two
    /// of it? True wherever it takes more than a look at the bits to say.
    func mayBeElsewhere(_ slot: Int, heardIn zone: Int) -> Bool {
        guard let stay = presence.settledStay(of: slot), !presence.isWatched(slot) else { return true }
        let layout = setup.layout
        guard layout.zones[zone].kind.isContinuous, layout.zones[zone].site == layout.zones[stay.zone].site
        else { return true }
        return withUnsafeTemporaryAllocation(of: ReadRing.AntennaBits.self, capacity: ring.cellsMax) {
            cells in
            let count = ring.copyCells(of: slot, to: cells)
            return mayBeElsewhere(stay, Cells(rebasing: cells[..<count]))
        }
    }

    private typealias Cells = UnsafeMutableBufferPointer<ReadRing.AntennaBits>

    private func mayBeElsewhere(_ stay: SettledStay, _ cells: Cells) -> Bool {
        var newest = Int64.min
        var unit: ElapsedTime?
        for cell in cells where claims.counts[cell.antenna] {
            newest = max(newest, cell.newestEpoch)
            // Epochs of other lengths cannot be counted together.
            if let unit, unit != epochLengths[cell.antenna] { return true }
            unit = epochLengths[cell.antenna]
        }
        guard let unit, !stay.isOpen(newest: newest, unit: unit) else { return true }
        return isHeardElsewhere(stay, cells, newest: newest)
    }

    private func isHeardElsewhere(_ stay: SettledStay, _ cells: Cells, newest: Int64) -> Bool {
        var own: UInt64 = 0
        for cell in cells where claims.zones[cell.antenna] == stay.zone { own |= bits(cell, newest) }
        // Antennas of one zone together: no more than the sum of each.
        var near = (all: 0, alone: 0)
        var far = near
        for cell in cells where claims.zones[cell.antenna] != stay.zone {
            let bits = bits(cell, newest)
            let reads = (all: bits.nonzeroBitCount, alone: (bits & ~own).nonzeroBitCount)
            if presence.mayBeginContest(own: own, other: bits) { return true }
            let isNear = claims.near[stay.zone].contains(claims.zones[cell.antenna])
            if claims.isAlone[cell.antenna] {
                if stay.isDoubted(by: reads, isNear: isNear) { return true }
            } else if isNear {
                near = (near.all + reads.all, near.alone + reads.alone)
            } else {
                far = (far.all + reads.all, far.alone + reads.alone)
            }
        }
        return stay.isDoubted(by: near, isNear: true) || stay.isDoubted(by: far, isNear: false)
    }

    /// Bit e: read e epochs before the newest; none of an antenna that says nothing about places.
    private func bits(_ cell: ReadRing.AntennaBits, _ newest: Int64) -> UInt64 {
        guard claims.counts[cell.antenna], newest - cell.newestEpoch < 64 else { return 0 }
        return cell.bits << UInt64(newest - cell.newestEpoch)
    }
}

extension IntakePath {
    /// Reads whose memory is asked for together: more than a core has under way at once gain nothing.
    static let readsAhead = 16

    /// Asks for the memory of the next reads of the message, should one of a block be the next.
    func fetch(readsFrom first: Int) {
        guard first % IntakePath.readsAhead == 0, decoded.tagReads.count > 1 else { return }
        let reads = first..<min(first + IntakePath.readsAhead, decoded.tagReads.count)
        for read in reads { ring.fetchPilot(of: decoded.tagReads[read].tag) }
        for read in reads { ring.fetchLine(of: decoded.tagReads[read].tag) }
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: IntakePath.readsAhead) { lists in
            var count = 0
            for read in reads {
                guard let found = ring.fetchCells(of: decoded.tagReads[read].tag) else { continue }
                presence.fetch(found.slot)
                tids.fetch(found.slot)
                fetchNote(found.slot)
                guard found.beside != 0 else { continue }
                lists[count] = found.beside
                count += 1
            }
            ring.fetchLists(UnsafeMutableBufferPointer(rebasing: lists[..<count]))
        }
    }

    private func fetchNote(_ slot: Int) {
        guard slot < slotNotes.count else { return }
        slotNotes.withUnsafeBufferPointer { if let start = $0.baseAddress { ReadRing.fetch(start + slot) } }
    }
}
