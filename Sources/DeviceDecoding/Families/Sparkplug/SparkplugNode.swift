import AssetModel

/// What an edge node said in its births: names for the aliases of its data.
///
/// Aliases are kept for each device by itself. They have to be unique in an edge node; where one counts them
/// for each device anew, this reads them rightly too.
struct SparkplugNode {
    /// Session number of the birth in force; `nil` where there was none, or it had none.
    var session: UInt64?
    var isAlive = false
    /// Of the birth in force, to know it when it is delivered twice.
    var birthDigest: UInt64 = 0
    /// By device; the edge node's own under "".
    var tables: [String: SparkplugAliases] = [:]
    var sequence = SparkplugSequence()

    /// Whether a restart would lose anything.
    var isWorthKeeping: Bool { session != nil || birthDigest != 0 || !tables.isEmpty }
}

/// The aliases of one device, or of an edge node itself.
struct SparkplugAliases: Equatable {
    /// Those that can be part of a read.
    var named: [UInt64: Meaning] = [:]
    /// Those of everything else: known, and of no use here.
    var others: Set<UInt64> = []

    struct Meaning: Equatable {
        var name: [UInt8]
        var datatype: UInt32
    }

    var count: Int { named.count + others.count }

    mutating func remove(_ alias: UInt64) {
        named[alias] = nil
        others.remove(alias)
    }

    func contains(_ alias: UInt64) -> Bool { named[alias] != nil || others.contains(alias) }
}

/// How much is remembered of all edge nodes together. A stranger who makes up nodes meets these bounds, and
/// what is known by then keeps working.
enum SparkplugLimit {
    /// A site has a handful.
    static let nodesMax = 512
    static let devicesOfNodeMax = 512
    /// Aliases of one edge node and of all.
    static let aliasesOfNodeMax = 32_768
    static let aliasesMax = 262_144
    /// Of those, aliases that have a meaning here: four or five for each antenna.
    static let namedOfNodeMax = 4_096
    static let namedMax = 16_384
    /// Of a metric that can be part of a read.
    static let nameBytesMax = 255
}

/// All edge nodes heard of.
struct SparkplugNodes {
    struct Key: Hashable {
        let group: String
        let edgeNode: String
    }

    private var nodes: [Key: SparkplugNode] = [:]
    private var namedCount = 0
    private var aliasCount = 0

    subscript(key: Key) -> SparkplugNode? { nodes[key] }

    /// Makes room for a node that is new: one that is dead, or was never born, gives way.
    /// - Returns: whether the node is remembered.
    mutating func admit(_ key: Key) -> Bool {
        if nodes[key] != nil { return true }
        if nodes.count >= SparkplugLimit.nodesMax {
            // A birth leaves a table, be it empty, and the death takes it away.
            let idle = nodes.filter { $0.value.tables.isEmpty }
            let oldest = idle.min {
                ($0.value.sequence.receivedAt?.milliseconds ?? .min, $0.key.order)
                    < ($1.value.sequence.receivedAt?.milliseconds ?? .min, $1.key.order)
            }
            guard let oldest else { return false }
            nodes[oldest.key] = nil
        }
        nodes[key] = SparkplugNode()
        return true
    }

    /// Changes what is remembered of a node that was admitted, its aliases left out.
    mutating func change<Value>(_ key: Key, _ body: (inout SparkplugNode) -> Value) -> Value? {
        guard let index = nodes.index(forKey: key) else { return nil }
        return body(&nodes.values[index])
    }

    /// Aliases that a device may still bring, once its own are taken away.
    func room(for device: String, of key: Key) -> (named: Int, all: Int)? {
        guard let node = nodes[key], node.tables[device] != nil || hasRoomForDevice(node) else { return nil }
        let own = node.tables[device] ?? SparkplugAliases()
        let named = node.tables.values.reduce(0) { $0 + $1.named.count } - own.named.count
        let all = node.tables.values.reduce(0) { $0 + $1.count } - own.count
        let namedOfAll = SparkplugLimit.namedMax - namedCount + own.named.count
        let ofAll = SparkplugLimit.aliasesMax - aliasCount + own.count
        return (
            min(SparkplugLimit.namedOfNodeMax - named, namedOfAll),
            min(SparkplugLimit.aliasesOfNodeMax - all, ofAll)
        )
    }

    private func hasRoomForDevice(_ node: SparkplugNode) -> Bool {
        node.tables.count < SparkplugLimit.devicesOfNodeMax
    }

    mutating func set(_ aliases: SparkplugAliases?, of device: String, _ key: Key) {
        let known = nodes[key]?.tables[device] ?? SparkplugAliases()
        namedCount += (aliases?.named.count ?? 0) - known.named.count
        aliasCount += (aliases?.count ?? 0) - known.count
        nodes[key]?.tables[device] = aliases
    }

    mutating func forgetAliases(of key: Key) {
        for device in nodes[key].map({ Array($0.tables.keys) }) ?? [] { set(nil, of: device, key) }
    }
}

extension SparkplugNodes.Key {
    /// For an order that does not depend on hashing.
    fileprivate var order: String { "\(group)/\(edgeNode)" }
}

/// The memory as bytes; nothing where there is none. The counters of messages are left out, so that it
/// changes with births and deaths alone: the first message after a restart starts them.
///
///     version UInt8 | count UInt32 | count × node
///     node:   group text | edge node text | alive flag | has session flag | session UInt64 |
///             digest UInt64 | devices UInt32 | devices × table
///     table:  device text | named UInt32 | named × (alias UInt64 | datatype UInt32 | name bytes) |
///             runs UInt32 | runs × (first alias UInt64 | count UInt32)
///
/// In order of their names and numbers, so that the same memory gives the same bytes.
extension SparkplugNodes {
    private static let version: UInt8 = 1

    func encode() -> [UInt8] {
        let kept = nodes.filter { $0.value.isWorthKeeping }.sorted { $0.key.order < $1.key.order }
        guard !kept.isEmpty else { return [] }
        var writer = ByteWriter()
        writer.put(SparkplugNodes.version)
        writer.put(UInt32(kept.count))
        for (key, node) in kept {
            writer.put(key.group)
            writer.put(key.edgeNode)
            writer.put(node.isAlive)
            writer.put(node.session != nil)
            writer.put(node.session ?? 0)
            writer.put(node.birthDigest)
            writer.put(UInt32(node.tables.count))
            for (device, aliases) in node.tables.sorted(by: { $0.key < $1.key }) {
                writer.put(device)
                aliases.encode(into: &writer)
            }
        }
        return writer.bytes
    }

    init(encoded: [UInt8]) throws(ByteReader.Damaged) {
        self.init()
        guard !encoded.isEmpty else { return }
        var reader = ByteReader(encoded)
        let version: UInt8 = try reader.take()
        guard version == SparkplugNodes.version else { throw reader.damage }
        let count: UInt32 = try reader.take()
        for _ in 0..<count {
            let key = Key(group: try reader.takeText(), edgeNode: try reader.takeText())
            var node = SparkplugNode()
            node.isAlive = try reader.takeFlag()
            let hasSession = try reader.takeFlag()
            let session: UInt64 = try reader.take()
            node.session = hasSession ? session : nil
            node.birthDigest = try reader.take()
            nodes[key] = node
            let devices: UInt32 = try reader.take()
            for _ in 0..<devices {
                let device = try reader.takeText()
                set(try SparkplugAliases(&reader), of: device, key)
            }
        }
        guard reader.atEnd, nodes.count <= SparkplugLimit.nodesMax, aliasCount <= SparkplugLimit.aliasesMax
        else { throw reader.damage }
    }
}

extension SparkplugAliases {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.put(UInt32(named.count))
        for (alias, meaning) in named.sorted(by: { $0.key < $1.key }) {
            writer.put(alias)
            writer.put(meaning.datatype)
            writer.put(bytes: meaning.name)
        }
        var runs: [(first: UInt64, count: UInt32)] = []
        for alias in others.sorted() {
            if let last = runs.last, last.first &+ UInt64(last.count) == alias {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((alias, 1))
            }
        }
        writer.put(UInt32(runs.count))
        for run in runs {
            writer.put(run.first)
            writer.put(run.count)
        }
    }

    fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Damaged) {
        let names: UInt32 = try reader.take()
        for _ in 0..<names {
            let alias: UInt64 = try reader.take()
            let datatype: UInt32 = try reader.take()
            named[alias] = Meaning(name: try reader.takeBytes(), datatype: datatype)
        }
        let runs: UInt32 = try reader.take()
        for _ in 0..<runs {
            let first: UInt64 = try reader.take()
            let count: UInt32 = try reader.take()
            guard Int(count) <= SparkplugLimit.aliasesMax else { throw reader.damage }
            for step in 0..<UInt64(count) { others.insert(first &+ step) }
            guard others.count <= SparkplugLimit.aliasesMax else { throw reader.damage }
        }
    }
}
