import AssetModel

/// Named values of one message, joined into records: those whose names have the same path belong together.
///
///     Antenna 1/EPC, Antenna 1/RSSI, Antenna 2/EPC        two records
///     EPC at 12:00:01, EPC at 12:00:02, RSSI at 12:00:02  two records, the signal belongs to the second
///
/// - Where one path has several identities, a value belongs to the one with the same time; a value that might
///   belong to several identities belongs to none. A value of an earlier message is never joined: that would
///   make a read that no reader made.
/// - Values from a store (`is_historical`) join only one another.
/// - A name that is a better one for the field wins in its path (``PlainField``).
struct MetricGroups {
    fileprivate struct Item {
        let group: Group
        let field: PlainField
        let rank: Int
        let value: MetricScalar
        let index: Int
    }

    fileprivate struct Group: Hashable {
        let path: [UInt8]
        let isHistorical: Bool
        var time: MetricTime?
    }

    /// Values of one group by field, as indices into `items`.
    fileprivate struct Companions {
        var items: [Int?] = Array(repeating: nil, count: PlainField.allCases.count)
        var isAmbiguous: [Bool] = Array(repeating: false, count: PlainField.allCases.count)
    }

    private var items: [Item] = []
    private let separators: StaticString
    /// Fields that are taken; a gateway's `Time` or `Count` beside a tag may be anybody's.
    private let fields: Set<PlainField>

    init(separators: StaticString, fields: Set<PlainField>) {
        self.separators = separators
        self.fields = fields
    }

    /// Whether a value of this name can be part of a read.
    static func isOfRead(_ name: [UInt8], separators: StaticString) -> Bool {
        MetricPath.field(MetricPath.split(name, at: separators).last) != nil
    }

    /// - Parameter index: the place of the value in its message, for refusals.
    mutating func add(
        _ name: [UInt8], _ value: MetricScalar, time: MetricTime = .absent, isHistorical: Bool = false,
        index: Int
    ) {
        let (path, last) = MetricPath.split(name, at: separators)
        guard let (field, rank) = MetricPath.field(last), fields.contains(field), !value.isBlank else {
            return
        }
        let group = Group(path: Array(path), isHistorical: isHistorical, time: time)
        items.append(Item(group: group, field: field, rank: rank, value: value, index: index))
    }

    /// What is known of a record before its values are read.
    struct Found {
        var record: MetricRecord
        /// Of the identity.
        let index: Int
        let time: MetricTime
        let isHistorical: Bool
        /// Where each field stands in the message, by its raw value.
        var places: [Int?]
    }

    /// The records, in the order of their identities.
    func records() -> [Found] {
        var bestRank: [[UInt8]: Int] = [:]
        for item in items where item.field == .epc {
            bestRank[item.group.path] = min(bestRank[item.group.path] ?? .max, item.rank)
        }
        let identities = items.filter { $0.field == .epc && $0.rank == bestRank[$0.group.path] }
        var count: [Group: Int] = [:]
        for item in identities {
            count[item.group.timeless, default: 0] += 1
            count[item.group, default: 0] += 1
        }
        let companions = companions(of: Set(bestRank.keys))
        return identities.map { item in
            let isAlone = count[item.group.timeless] == 1
            // Two identities of one path and one instant: nothing beside them tells whose it is.
            let isShared = !isAlone && count[item.group] != 1
            return found(
                item, sameTime: isShared ? nil : companions[item.group],
                samePath: isAlone ? companions[item.group.timeless] : nil)
        }
    }

    private func companions(of paths: Set<[UInt8]>) -> [Group: Companions] {
        var companions: [Group: Companions] = [:]
        for (index, item) in items.enumerated() where item.field != .epc && paths.contains(item.group.path) {
            for group in [item.group, item.group.timeless] {
                companions[group, default: Companions()].add(index, to: item.field, in: items)
            }
        }
        return companions
    }

    private func found(_ item: Item, sameTime: Companions?, samePath: Companions?) -> Found {
        var record = MetricRecord()
        record.port = MetricPath.port(item.group.path[...])
        record.set(.epc, rank: item.rank, item.value)
        var places: [Int?] = Array(repeating: nil, count: PlainField.allCases.count)
        places[PlainField.epc.rawValue] = item.index
        for field in fields where field != .epc {
            guard let index = samePath?.item(field) ?? sameTime?.item(field) else { continue }
            record.set(field, rank: items[index].rank, items[index].value)
            places[field.rawValue] = items[index].index
        }
        return Found(
            record: record, index: item.index, time: item.group.time ?? .absent,
            isHistorical: item.group.isHistorical, places: places)
    }
}

extension MetricGroups.Group {
    fileprivate var timeless: MetricGroups.Group {
        var group = self
        group.time = nil
        return group
    }
}

extension MetricGroups.Companions {
    /// - Returns: `nil` where there is none, or more than one.
    fileprivate func item(_ field: PlainField) -> Int? {
        isAmbiguous[field.rawValue] ? nil : items[field.rawValue]
    }

    fileprivate mutating func add(_ index: Int, to field: PlainField, in all: [MetricGroups.Item]) {
        guard let known = items[field.rawValue], all[known].rank <= all[index].rank else {
            items[field.rawValue] = index
            isAmbiguous[field.rawValue] = false
            return
        }
        guard all[known].rank == all[index].rank, all[known].value != all[index].value else { return }
        isAmbiguous[field.rawValue] = true
    }
}
