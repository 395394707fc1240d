import AssetModel

/// Who may listen to one topic filter: one entry, or several readers that are told apart by how the device
/// names itself in the body.
struct SharedTopics {
    let readers: [SectionReader]
    let terminalSources: [SectionReader]
    let report: ProblemReport

    private struct Listener {
        var entry: SectionReader
        var place: ConfigurationPlace
        var isReader: Bool
        /// Position among the readers or the terminal sources.
        var position: Int
    }

    func check() {
        var listeners: [String: [Listener]] = [:]
        let entries =
            readers.enumerated().map { ($0.element, true, $0.offset) }
            + terminalSources.enumerated().map { ($0.element, false, $0.offset) }
        for (entry, isReader, position) in entries {
            for (filter, place) in entry.texts("topics") {
                let listener = Listener(entry: entry, place: place, isReader: isReader, position: position)
                if let first = listeners[filter]?.first { check(listener, beside: first, filter) }
                listeners[filter, default: []].append(listener)
            }
        }
        for shared in listeners.values where shared.count > 1 { checkIdentities(of: shared) }
        checkWills(Set(listeners.filter { $0.value.count > 1 }.keys))
    }

    /// A last will carries no name: on a shared topic nobody can say whose it is, and the reader would count
    /// as alive for ever.
    private func checkWills(_ shared: Set<String>) {
        for entry in readers where entry.text("liveness") == "will" {
            let topics = entry.texts("topics").map(\.text)
            guard !topics.isEmpty,
                topics.allSatisfy({ shared.contains($0) && !SparkplugNamespace.isOfEdgeNode($0) })
            else { continue }
            report.refuse(
                entry.place("liveness"), "只有共用主题的读写器收不到自己的遗嘱；请为遗嘱另设主题，或用 heartbeat、traffic",
                "a last will names nobody: a reader with shared topics only needs a topic of its own for it, "
                    + "or heartbeat or traffic")
        }
    }

    private func check(_ next: Listener, beside first: Listener, _ filter: String) {
        let isSameEntry = next.isReader == first.isReader && next.position == first.position
        if isSameEntry || !next.isReader || !first.isReader {
            return report.refuse(
                next.place, "主题“\(filter)”重复（首次在第 \(first.place.line) 行）",
                "topic filter \"\(filter)\" is used twice, first on line \(first.place.line)")
        }
        // An edge node's own topic is every device's behind it: nothing on it has to be told apart.
        let isOfGateway = SparkplugNamespace.isOfEdgeNode(filter)
        for reader in [first, next] where !isOfGateway && reader.entry.texts("identities").isEmpty {
            let line = reader.entry.table.place.line
            report.refuse(
                next.place,
                "主题“\(filter)”与第 \(first.place.line) 行共用，第 \(line) 行的读写器还需要 identities",
                "topic filter \"\(filter)\" is used twice, first on line \(first.place.line): "
                    + "the reader on line \(line) then needs identities")
        }
        if (next.entry.text("vendor") ?? "auto") != (first.entry.text("vendor") ?? "auto") {
            report.refuse(
                next.place, "共用主题“\(filter)”的读写器 vendor 应相同",
                "readers that share the topic filter \"\(filter)\" need the same vendor")
        }
    }

    /// A name must lead to one reader.
    private func checkIdentities(of listeners: [Listener]) {
        var owner: [String: Listener] = [:]
        for listener in listeners.filter(\.isReader).sorted(by: { $0.position < $1.position }) {
            for (name, place) in listener.entry.texts("identities") {
                let key = name.lowercased()
                if let other = owner[key], other.position != listener.position {
                    report.refuse(
                        place, "“\(name)”已是另一个共用此主题的读写器（第 \(other.entry.table.place.line) 行）",
                        "\"\(name)\" already names the reader on line \(other.entry.table.place.line), "
                            + "which shares this topic")
                } else {
                    owner[key] = listener
                }
            }
        }
    }
}

/// `reader.identities`: how the device may name itself in the body.
enum ReaderIdentities {
    /// The longest host name (RFC 1035).
    static let bytesMax = 255

    static func read(_ entry: SectionReader) -> [String] {
        entry.texts("identities").map { name, place in
            if name.isEmpty { entry.report.refuse(place, "不能为空", "must not be empty") }
            if name.utf8.count > bytesMax {
                entry.report.refuse(place, "超过 \(bytesMax) 字节", "longer than \(bytesMax) bytes")
            }
            return name
        }
    }
}
