import AssetModel
import WarehouseSimulator

/// Whatever is scored: the path of the product, or a rule that it is measured against. Tags and zones are
/// indices into the workload and its layout.
protocol AccuracySubject {
    /// Empty for the product.
    var name: String { get }

    /// Takes what arrived, in order of arrival.
    mutating func take(_ arrival: ShelfArrival)

    /// Time has come to here; nothing earlier will arrive.
    /// - Returns: the alarms raised since the last call.
    mutating func advance(to time: WorldTime) -> [AccuracyAlarm]

    /// The passages told since the last call.
    mutating func takePassages() -> [ToldPassage]

    /// 0...1, of a registered tag; `nil` where the subject states none.
    func probabilityGone(_ tag: Int) -> Double?

    /// Where the subject says that a tag is at ``spokenOf(at:)``; `nil` where it does not say.
    func zone(of tag: Int) -> Int?

    /// What it took to say all that, asked for once, at the end; `nil` where nobody measures it.
    mutating func cost() -> PathCost?

    /// The moment that its word on places speaks of: now, or before it, where it waits for more evidence.
    func spokenOf(at now: WorldTime) -> WorldTime
}

extension AccuracySubject {
    func probabilityGone(_ tag: Int) -> Double? { nil }
    func zone(of tag: Int) -> Int? { nil }
    mutating func cost() -> PathCost? { nil }
    func spokenOf(at now: WorldTime) -> WorldTime { now }
    mutating func takePassages() -> [ToldPassage] { [] }
}
