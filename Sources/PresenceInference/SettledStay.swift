package import AssetModel
import CLineMemory

/// Where a tag is settled, as far as it is needed to know which reads elsewhere can show anything.
package struct SettledStay: Sendable {
    package var zone: Int
    /// Its first epoch, where it settled there first of all: until a window has passed its place is judged
    /// from all that was read (``PresenceTracker/settleEpochsMin`` reads may be strays). Else `nil`.
    package var judgedSince: Int64?

    package init(zone: Int, judgedSince: Int64?) {
        self.zone = zone
        self.judgedSince = judgedSince
    }

    /// Fewer epochs with a read in a zone that does not hear this one's tags show nothing (ghosts).
    package static let farEpochsMin = 3

    /// Could the reads of one other zone show that the tag is there, or that there are two of it?
    /// - Parameters:
    ///   - reads: epochs in which that zone read it, of all that are remembered; and those of them in which
    ///     the zone where it is settled did not.
    ///   - isNear: the zone is a neighbour, or a neighbour's: what it reads may be strays.
    package func isDoubted(by reads: (all: Int, alone: Int), isNear: Bool) -> Bool {
        isNear ? reads.alone >= PresenceTracker.moveEpochsMin : reads.all >= SettledStay.farEpochsMin
    }

    /// Is its place still judged from all that was read?
    /// - Parameters:
    ///   - newest: the newest epoch with a read.
    ///   - unit: length of the epochs.
    package func isOpen(newest: Int64, unit: ElapsedTime) -> Bool {
        guard let judgedSince else { return false }
        let first = EvidenceEpoch.number(of: EvidenceEpoch.start(of: judgedSince), length: unit)
        return newest - first < Int64(ZoneClaims.windowMin)
    }
}

extension PresenceTracker {
    /// `nil` while nothing is settled.
    package func settledStay(of slot: Int) -> SettledStay? {
        guard slot < tags.count, tags[slot].phase == .settled else { return nil }
        return SettledStay(
            zone: Int(tags[slot].zone), judgedSince: tags[slot].isFirstStay ? tags[slot].causeEpoch : nil)
    }

    /// What a read of the tag will need is asked for: a hint only.
    package func fetch(_ slot: Int) {
        guard slot < tags.count else { return }
        tags.withUnsafeBufferPointer { tags in
            guard let start = tags.baseAddress else { return }
            let state = UnsafeRawPointer(start + slot)
            // A state is longer than a line of the cache.
            tally_prefetch(state)
            tally_prefetch(state + MemoryLayout<TagState>.size - 1)
        }
        wheel.fetch(slot)
    }
}

extension SilenceWheel {
    fileprivate func fetch(_ slot: Int) { withEntry(slot) { tally_prefetch($0) } }
}
