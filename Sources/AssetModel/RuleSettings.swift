/// The numbers that rules go by, from `[rules]` of the configuration.
package struct RuleSettings: Sendable, Equatable {
    /// Written into each discrepancy, so that a later change of rules does not rewrite history.
    package var ruleSet = "v1"
    /// A terminal whose vehicle is not sealed is silent after this long without a message, while we were
    /// listening. Half an hour: three missed reports of a parked terminal's usual 10-minute interval.
    package var terminalSilentAfter = ElapsedTime(seconds: 1_800)
    /// A discrepancy that comes back within this time keeps its identifier and raises `episode`.
    package var reopenWindow = ElapsedTime(seconds: 86_400)
    /// New evidence for an open discrepancy is reported at most this often.
    package var heldEvery = ElapsedTime(seconds: 900)
    /// How sure the inference must be of a place before the books are called wrong, 0.5...0.9999.
    package var placeCertainty = 0.95
    /// How sure the inference must be that a tag is gone before it is suspected missing, 0.5...0.9999, in
    /// zones that have no time of their own. One suspicion in a hundred may be false; at 0.95 they come
    /// sooner, and one in twenty may be (`docs/accuracy.md`).
    package var missingCertainty = 0.99
    /// Nothing gets from one site to another sooner: it is loaded, driven and unloaded. Sites next door to
    /// each other are joined by `neighbours`.
    package var siteTravelMin = ElapsedTime(seconds: 600)
    /// What silence is taken to mean.
    package var absence = AbsenceModel()
    /// Reads older than this at receipt are refused: longer than any reader's buffer (Impinj: 300,000
    /// events).
    package var clockTooOldAfter = ElapsedTime(seconds: 7 * 86_400)
    /// Reads further ahead of our clock than this are refused: no reader in order drifts that far.
    package var clockFutureAfter = ElapsedTime(seconds: 300)
    /// A device's clock is called wrong when its messages are steadily this far from the time of receipt.
    /// Queues and networks cost seconds; a reader without time service drifts a minute in weeks.
    package var clockSkewAfter = ElapsedTime(seconds: 60)
    /// A reader that is heard and does not cover (inventory idle, an antenna without reads) is called a gap
    /// after this long: triggered inventories pause for seconds.
    package var coverageGapAfter = ElapsedTime(seconds: 60)
    /// A vehicle with its ignition on and no position fix for this long: a cold start takes under a minute, a
    /// tunnel or a garage ramp a few.
    package var noFixAfter = ElapsedTime(seconds: 180)

    package init() {}
}

/// Which tags are ours: `[number_space]` of the configuration. Tags outside it (clothes, parcels, library
/// books) are counted and raise nothing. An empty number space owns no tag.
package struct NumberSpace: Sendable, Equatable {
    /// Upper-case hex, any number of digits.
    package var epcPrefixes: [String] = []
    /// Inclusive, compared as upper-case hex of equal length.
    package var ranges: [Range] = []
    /// Upper-case hex.
    package var list: Set<String> = []

    package struct Range: Sendable, Equatable {
        package var from: String
        package var to: String

        package init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }

    package init() {}

    package func contains(_ tag: EPC) -> Bool {
        let hex = tag.hex
        if epcPrefixes.contains(where: { hex.hasPrefix($0) }) { return true }
        if ranges.contains(where: { $0.from.utf8.count == hex.utf8.count && $0.from <= hex && hex <= $0.to })
        {
            return true
        }
        return list.contains(hex)
    }
}

/// Bounds of the path's memory, fixed at start: `[limits]` of the configuration.
package struct PathLimits: Sendable, Equatable {
    /// Tags outside the register that are remembered at once; the least recently heard goes first.
    package var strangersMax = 65_536
    /// Antennas remembered for one tag; beyond it the one heard longest ago is replaced and counted.
    package var antennasPerTagMax = 16
    /// Messages remembered of each reader, and of all other sources, for telling a redelivery; must exceed
    /// what the broker may have in flight.
    package var redeliveryWindowMessages = 8_192
    /// Terminals without a vehicle that are remembered at once.
    package var unknownTerminalsMax = 1_024

    package init() {}
}
