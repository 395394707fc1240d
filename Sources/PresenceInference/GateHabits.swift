import AssetModel

/// How often what comes to a gate turns back there, as this gate has shown it.
///
/// Groups that both sides read, each counted as likely as it turned back. One in ten is assumed
/// (`inference.md` §3), as firmly as ten groups show it: a gate where nobody ever turns back is soon known as
/// one, and a single tag with few reads is then told as surely as it passes there.
struct GateHabits: Sendable, Equatable {
    private(set) var turned = 1.0
    private(set) var groups = 10.0

    /// Groups that it remembers.
    private static let memory = 250.0
    /// However it was so far, one in twenty may turn back, and no more than half of all.
    private static let shareMin = 0.05
    private static let shareMax = 0.5

    /// 0...1.
    var turnBackShare: Double { max(Self.shareMin, min(Self.shareMax, turned / groups)) }

    /// - Parameter probability: 0...1, that the group turned back.
    mutating func note(turnedBack probability: Double) {
        turned += probability
        groups += 1
        if groups > GateHabits.memory {
            turned *= GateHabits.memory / groups
            groups = GateHabits.memory
        }
    }
}

extension GateHabits {
    func write(to writer: inout ByteWriter) {
        writer.put(turned)
        writer.put(groups)
    }

    init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        turned = try reader.takeDouble()
        groups = try reader.takeDouble()
        guard turned >= 0, turned <= groups, groups > 0, groups <= GateHabits.memory else {
            throw ByteReader.Damaged(offset: reader.offset, size: reader.offset)
        }
    }
}
