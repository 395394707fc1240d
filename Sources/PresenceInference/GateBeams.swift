import AssetModel

/// The light barriers of one gate: when each beam was broken and when it was free again.
struct GateBeams: Sendable, Equatable {
    struct Edge: Sendable, Equatable {
        /// Milliseconds since 1970, event time.
        var at: Int64
        /// 0 inside, 1 outside.
        var side: UInt8
        var isBroken: Bool

        static func isBefore(_ left: Edge, _ right: Edge) -> Bool {
            (left.at, left.side, left.isBroken ? 1 : 0) < (right.at, right.side, right.isBroken ? 1 : 0)
        }
    }

    /// What the beams say of one stretch in which somebody was at the gate.
    struct Episode: Sendable, Equatable {
        var from: Int64
        var to: Int64
        var finding: Finding
        var due: ElapsedTime
    }

    enum Finding: Sendable, Equatable {
        case crossed(inward: Bool)
        /// There is one barrier only: somebody passed it.
        case passed
        /// Broken and left on the same side.
        case turnedBack
    }

    /// A person takes two seconds for a gate; whoever breaks no beam for so long has gone. Milliseconds.
    static let breakAfter: Int64 = 3_000
    /// An input that bounces makes many; older ones are then given up.
    static let edgesMax = 64
    /// A beam that stays broken for so long is dirty, or something was put down in it.
    static let stuckAfter: Int64 = 60_000

    /// Sides that have a barrier.
    let sides: Set<UInt8>
    var edges: [Edge] = []
    var due = ElapsedTime.zero
    /// Said anything at all: then its silence means that nobody passed.
    var isAlive = false

    init(sides: Set<UInt8>) { self.sides = sides }

    /// - Returns: whether it is news; inputs are also reported when nothing happens at them.
    mutating func take(_ edge: Edge) -> Bool {
        let index = edges.firstIndex { !Edge.isBefore($0, edge) } ?? edges.count
        if index < edges.count, edges[index] == edge { return false }
        let before = edges[..<index].last { $0.side == edge.side }
        let after = edges[index...].first { $0.side == edge.side }
        if after == nil, before?.isBroken ?? false == edge.isBroken {
            // The first word of a beam that is free, or the same again.
            let isFirst = !isAlive
            isAlive = true
            return isFirst
        }
        isAlive = true
        edges.insert(edge, at: index)
        if edges.count > GateBeams.edgesMax { edges.removeFirst() }
        return true
    }

    /// When the last stretch is over: somebody who stands in a beam may still go either way.
    var lastDue: ElapsedTime {
        let isOpen = sides.contains { side in edges.last { $0.side == side }?.isBroken ?? false }
        return isOpen ? due + ElapsedTime(milliseconds: GateBeams.stuckAfter) : due
    }

    /// Stretches in order of time: a beam is broken, or was less than ``breakAfter`` ago.
    func episodes() -> [Episode] {
        var found: [Episode] = []
        var parts: [[Edge]] = []
        var broken: Set<UInt8> = []
        var last = Int64.min
        for edge in edges {
            let isNew = edge.isBroken ? broken.insert(edge.side).inserted : broken.remove(edge.side) != nil
            guard isNew else { continue }
            let others = edge.isBroken ? broken.subtracting([edge.side]) : broken.union([edge.side])
            let most = others.isEmpty ? GateBeams.breakAfter : GateBeams.stuckAfter
            if parts.isEmpty || edge.at - last > most {
                parts.append([])
                if edge.isBroken { broken = [edge.side] }
            }
            parts[parts.count - 1].append(edge)
            last = edge.at
        }
        for (index, part) in parts.enumerated() {
            guard let first = part.first(where: \.isBroken), let end = part.last else { continue }
            let due = index == parts.count - 1 ? lastDue : due
            found.append(
                Episode(from: first.at, to: end.at, finding: finding(part, first: first), due: due))
        }
        return found
    }

    /// Who breaks the inner beam first and leaves the outer one last has gone out.
    private func finding(_ part: [Edge], first: Edge) -> Finding {
        guard sides.count > 1 else { return .passed }
        let touched = Set(part.filter(\.isBroken).map(\.side))
        guard touched.count > 1, let last = part.last, last.side != first.side else { return .turnedBack }
        return .crossed(inward: first.side == 1)
    }

    mutating func forget(_ span: ClosedRange<Int64>) {
        edges.removeAll { span.contains($0.at) }
    }
}
