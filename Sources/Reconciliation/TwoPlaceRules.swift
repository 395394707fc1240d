package import AssetModel

/// The rule about one EPC in two places that cannot both be true.
extension Reconciler {
    /// Where a tag is read that cannot be in both places.
    package struct TwinSighting: Sendable {
        package struct Place: Sendable {
            package var zone: Int
            /// Start of the last epoch with a read there, event time.
            package var lastAt: UTCInstant
            /// Epochs with a read there.
            package var epochs: Int

            package init(zone: Int, lastAt: UTCInstant, epochs: Int) {
                (self.zone, self.lastAt, self.epochs) = (zone, lastAt, epochs)
            }
        }

        package var tag: EPC
        package var standing: TagStanding
        package var one: Place
        package var other: Place
        /// When it had been read in both, event time.
        package var since: UTCInstant
        /// How often it came to the other site sooner than anything travels; 0: it is read in both at once.
        package var earlyArrivals = 0
        /// 0...1.
        package var probability = 1.0
        package var source = ""

        package init(
            tag: EPC, standing: TagStanding, places: (Place, Place), since: UTCInstant
        ) {
            self.tag = tag
            self.standing = standing
            (one, other) = places
            self.since = since
        }
    }

    package mutating func readInTwoPlaces(_ twins: TwinSighting, at now: UTCInstant) -> [DiscrepancyChange] {
        let subject = subject(of: twins.standing, tag: twins.tag)
        let evidence = evidence(of: twins)
        var proposal = Proposal(.tagDuplicate, subject, cause: twins.since, evidence: evidence)
        let newest = twins.one.lastAt < twins.other.lastAt ? twins.other : twins.one
        place(newest.zone, in: &proposal)
        proposal.expected = layout.zones[twins.one.zone].id
        proposal.actual = "\(layout.zones[twins.one.zone].id), \(layout.zones[twins.other.zone].id)"
        proposal.confidence = twins.probability
        proposal.evidenceCount = twins.one.epochs + twins.other.epochs
        if case .asset(let asset) = twins.standing { proposal.exposureFen = asset.exposureFen }
        let found = ledger.raise(proposal, at: now)
        let misplaced = ledger.clear(.locationMismatch, subject, because: evidence, at: now)
        return [found, misplaced].compactMap { $0 }
    }

    private func evidence(of twins: TwinSighting) -> Evidence {
        let (one, other) = (layout.zones[twins.one.zone].id, layout.zones[twins.other.zone].id)
        let places = (
            "\(one) \(twins.one.lastAt)（\(twins.one.epochs) 个时段），"
                + "\(other) \(twins.other.lastAt)（\(twins.other.epochs) 个时段）",
            "\(one) at \(twins.one.lastAt) (\(twins.one.epochs) epochs), "
                + "\(other) at \(twins.other.lastAt) (\(twins.other.epochs) epochs)"
        )
        let count = twins.earlyArrivals
        return Evidence(
            at: max(twins.one.lastAt, twins.other.lastAt), source: twins.source,
            chinese: "同一 EPC 在两处被识读：\(places.0)；"
                + (count > 0 ? "\(count) 次快于两地之间的路程" : "往返之频，一个标签做不到"),
            english: "one EPC read in two places: \(places.1); "
                + (count > 0
                    ? "\(count) times sooner than anything travels between the sites"
                    : "to and fro as no single tag goes"))
    }

    package func isDuplicated(_ tag: EPC, _ standing: TagStanding) -> Bool {
        ledger.isOpen(.tagDuplicate, subject(of: standing, tag: tag))
    }

    /// EPCs of which a duplicate was told, whatever became of it.
    package func duplicatedTags() -> Set<String> { ledger.tags(of: .tagDuplicate) }

    /// The subject of an open TAG_DUPLICATE, or of one that was just told.
    package static func duplicatedTag(_ change: DiscrepancyChange) -> (epcHex: String, isOpen: Bool)? {
        guard change.discrepancy.code == .tagDuplicate, let hex = change.discrepancy.subject.epcHex else {
            return nil
        }
        return (hex, change.discrepancy.clearedAt == nil)
    }
}
