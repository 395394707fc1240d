package import AssetModel

/// One report of one tag by one antenna.
package struct ShelfRead: Sendable, Equatable {
    /// Index into ``ShelfWorkload/tags``.
    package var tag: Int32
    /// Index into the antennas of ``ShelfWorkload/layout``.
    package var antenna: Int32
    /// Milliseconds since the start: true time in the stream, the reader's clock in a delivery.
    package var at: WorldTime
    package var centiDBm: Int16
    /// Reads that the report stands for, at least 1.
    package var seenCount: UInt16
}

package struct ShelfEpoch: Sendable, Equatable {
    /// From 0.
    package var number: Int
    package var time: Range<WorldTime>
}

package struct ShelfTag: Sendable, Equatable {
    package var epc: EPC
    package var tid: EPC
    package var kind: Kind
    /// Of a clone: the tag whose EPC it bears.
    package var original: Int?

    package enum Kind: Sendable {
        /// In the register from the start.
        case asset
        /// Brought in through a gate and not in the register, with a number of ours.
        case arrival
        /// Somebody else's, behind a wall.
        case stray
        case clone
    }
}

/// Where a tag is.
package enum ShelfPlace: Sendable, Equatable {
    /// Index into the zones of the layout.
    case zone(Int)
    /// Between two places, for a minute or so; or not yet come.
    case carried
    /// Lent, and the register says so.
    case away
    /// Removed or dead: no reader will hear it.
    case gone
}

/// A change of the register, entered at an instant.
package struct ShelfRegisterEntry: Sendable, Equatable {
    package var at: WorldTime
    package var change: RegisterChange
}

/// One thing that happens to one tag: a row of the agenda, which the stream works off in order of time.
struct ShelfStep: Sendable {
    var at: WorldTime
    var tag: Int32
    var kind: Kind
    /// Index into the truth, where it starts something that the oracle has to find; else -1.
    var event: Int32 = -1

    enum Kind: Sendable, Equatable {
        /// Comes to rest in a zone, by a hand that turned it.
        case enter(zone: Int)
        /// As `enter`, without being turned: a clone that is uncovered.
        case appear(zone: Int)
        /// Taken up.
        case leave
        /// On its way through a gate: index of the pass.
        case pass(Int)
        /// Outside with the books' knowledge.
        case away
        /// Out of reach of all readers for good, or until it is brought back.
        case gone
        case shadowOn, shadowOff
        /// The books name another zone from now on.
        case registered(zone: Int)
    }

    /// It is looked at each second in this epoch.
    var isPlace: Bool {
        switch kind {
        case .shadowOn, .shadowOff, .registered: return false
        case .enter, .appear, .leave, .pass, .away, .gone: return true
        }
    }
}

/// A group of tags on its way through a gate.
struct ShelfPass: Sendable {
    /// Index of the gate.
    var gate: Int
    var direction: Direction
    /// When the middle of the group is between the two antennas.
    var at: WorldTime
    /// Metres a second.
    var speed: Double
    /// Where it turned, metres towards the inside of the middle; of those that turn back.
    var turn: Double
    var bystanders: [Int32] = []

    enum Direction: String, Sendable {
        case inward = "in"
        case outward = "out"
        case turnedBack = "turn_back"
    }

    /// Metres towards the inside of the middle between the antennas.
    func position(at time: WorldTime, behind metres: Double) -> Double {
        let walked = Double(time - at) / 1_000 * speed - metres
        switch direction {
        case .inward: return walked
        case .outward: return -walked
        case .turnedBack: return turn + (walked < 0 ? -walked : walked)
        }
    }

    /// Anything can be read.
    func window(reach: Double) -> Range<WorldTime> {
        let half = WorldTime((reach + Self.halfPallet + Self.halfGate) / speed * 1_000)
        return at - half..<at + half
    }

    /// The antennas of a gate stand one metre before and behind its middle, and one and a half beside the
    /// way; a pallet is one metre long (choice).
    static let halfGate = 1.0
    static let beside = 1.5
    static let halfPallet = 0.5
}
