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
        /// By antenna: its zone has no other of them.
        let isAlone: [Bool]
        /// By zone: its neighbours and theirs, which may hear its tags.
        let near: [[Int]]

        init(_ layout: SiteLayout) {
            counts = layout.antennas.map {
                layout.zones[$0.zone].kind.isContinuous && !layout.readers[$0.reader].isHandheld
            }
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
        var newest = Int64.min
        var unit: ElapsedTime?
        var areAlike = true
        ring.forEachCell(of: slot) { antenna, epoch, _ in
            guard claims.counts[antenna] else { return }
            newest = max(newest, epoch)
            // Epochs of other lengths cannot be counted together.
            if let unit, unit != epochLengths[antenna] { areAlike = false }
            unit = epochLengths[antenna]
        }
        guard areAlike, let unit, !stay.isOpen(newest: newest, unit: unit) else { return true }
        return isHeardElsewhere(slot, stay, newest: newest)
    }

    private func isHeardElsewhere(_ slot: Int, _ stay: SettledStay, newest: Int64) -> Bool {
        var own: UInt64 = 0
        forEachClaim(of: slot, newest: newest) { antenna, bits in
            if setup.layout.antennas[antenna].zone == stay.zone { own |= bits }
        }
        var isDoubted = false
        // Antennas of one zone together: no more than the sum of each.
        var near = (all: 0, alone: 0)
        var far = near
        forEachClaim(of: slot, newest: newest) { antenna, bits in
            let zone = setup.layout.antennas[antenna].zone
            guard zone != stay.zone else { return }
            let reads = (all: bits.nonzeroBitCount, alone: (bits & ~own).nonzeroBitCount)
            isDoubted = isDoubted || presence.mayBeginContest(own: own, other: bits)
            let isNear = claims.near[stay.zone].contains(zone)
            if claims.isAlone[antenna] {
                isDoubted = isDoubted || stay.isDoubted(by: reads, isNear: isNear)
            } else if isNear {
                near = (near.all + reads.all, near.alone + reads.alone)
            } else {
                far = (far.all + reads.all, far.alone + reads.alone)
            }
        }
        return isDoubted || stay.isDoubted(by: near, isNear: true) || stay.isDoubted(by: far, isNear: false)
    }

    /// Antenna and bits, bit e: read e epochs before the newest.
    private func forEachClaim(of slot: Int, newest: Int64, _ body: (Int, UInt64) -> Void) {
        ring.forEachCell(of: slot) { antenna, epoch, bits in
            guard claims.counts[antenna], newest - epoch < 64 else { return }
            body(antenna, bits << UInt64(newest - epoch))
        }
    }
}

extension IntakePath {
    /// Reads whose memory is asked for together: more than a core has under way at once gain nothing.
    static let readsAhead = 16

    /// Asks for the memory of the next reads of the message, should one of a block be the next.
    func fetch(readsFrom first: Int) {
        guard first % IntakePath.readsAhead == 0, decoded.tagReads.count > 1 else { return }
        let reads = first..<min(first + IntakePath.readsAhead, decoded.tagReads.count)
        for read in reads { ring.fetchLine(of: decoded.tagReads[read].tag) }
        for read in reads {
            guard let slot = ring.fetchCells(of: decoded.tagReads[read].tag) else { continue }
            presence.fetch(slot)
            tids.fetch(slot)
        }
    }
}
