package import AssetModel
import PresenceInference
import ReadRing

/// What the gates see: reads that tell of a passage, light barriers, and what time makes of them. Live input
/// and the journal of a restart go through here alike.
extension IntakePath {
    /// A read by an antenna of a gate counts there even where it repeats what the ring knows.
    /// - Parameter isJournaled: the read stands in the journal already, as evidence.
    mutating func takeGateRead(_ read: GateTracker.Read, isJournaled: Bool) {
        var plain = read
        plain.direction = nil
        let lateness = coverage.lateness(of: setup.layout.antennas[read.antenna].reader)
        if gates.observe(plain, lateness: lateness, at: clock.time), !isJournaled {
            journal.gateHeard(plain, at: now)
        }
        // The reader's own word by itself, so that the journal of evidence need not hold it.
        guard read.direction != nil, gates.observe(read, lateness: lateness, at: clock.time) else {
            return
        }
        journal.gateHeard(read, at: now)
    }

    /// A message of a reader, after its reads: when it left its reader, all that was heard before was told.
    /// One that waited on its way says so only of what is in it.
    mutating func takeGateWord(of reader: Int, at receivedAt: UTCInstant) {
        guard recall == .none, gates.waits(on: reader), let newest = newestRead,
            refusal(of: newest, at: receivedAt) == nil
        else { return }
        let heardAt = correct(newest, of: reader, at: receivedAt)
        var until = heardAt
        if let sentAt = decoded.sentAt, sentAt > newest {
            until = min(receivedAt, correct(sentAt, of: reader, at: receivedAt))
        } else if receivedAt - heardAt <= coverage.lateness(of: reader) ?? .zero {
            until = receivedAt
        }
        guard gates.takeWord(of: reader, until: until, at: clock.time) else { return }
        journal.gateWord(reader, until: until, at: now)
    }

    /// The inputs of a reader that light barriers are wired to. A retained message tells of an old level.
    mutating func takeBeams(of reader: Int, at receivedAt: UTCInstant) {
        for event in decoded.deviceEvents {
            guard case .generalPurposeInput(let pin, let isHigh) = event,
                gates.watches(pin: pin, of: reader)
            else { continue }
            let sentAt = decoded.sentAt.map { correct($0, of: reader, at: receivedAt) } ?? receivedAt
            let edge = GateTracker.Level(
                reader: reader, pin: pin, isHigh: isHigh, at: min(sentAt, receivedAt))
            let lateness = coverage.lateness(of: reader)
            if gates.observe(edge, lateness: lateness, at: clock.time) {
                journal.gateLevel(edge, at: now)
            }
        }
    }

    /// What is over at the gates.
    mutating func advanceGates() {
        guard gates.nextCheck <= clock.time.listened else { return }
        let ring = self.ring
        let (layout, lengths) = (setup.layout, epochLengths)
        let passages = gates.advance(to: clock.time) { slot, span in
            IntakePath.isRead(ring.evidence(of: slot), within: span, layout, lengths)
        }
        for passage in passages {
            outcome.append(passage)
            for back in presence.note(passage, at: clock.time, coverage: coverage) {
                conclude(back.change, slot: back.slot)
            }
        }
    }

    /// Was a tag read where tags rest, in an epoch that began within a span?
    private static func isRead(
        _ evidence: [AntennaEvidence], within span: ClosedRange<UTCInstant>, _ layout: SiteLayout,
        _ lengths: [ElapsedTime]
    ) -> Bool {
        evidence.contains { item in
            let line = layout.antennas[item.antenna]
            guard layout.zones[line.zone].kind.isContinuous, !layout.readers[line.reader].isHandheld else {
                return false
            }
            return (0..<64).contains { age in
                guard item.bits >> UInt64(age) & 1 == 1 else { return false }
                let start = EvidenceEpoch.start(
                    of: item.newestEpoch - Int64(age), length: lengths[item.antenna])
                return span.contains(start)
            }
        }
    }

    package var gateFigures: GateFigures { gates.figures }
}
