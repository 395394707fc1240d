import AssetModel

/// How a topic names the terminal, for formats whose messages do not: the last level after the first that
/// holds a digit, the way trackers are named (`nmea/860000000000001/up` → `860000000000001`). The first level
/// is a protocol's or a site's name (`jt809/up`), never a device's.
enum TerminalTopic {
    /// Longer levels are no name of a device.
    private static let nameBytesMax = 64

    /// Empty where no level can be a name.
    static func name(in topic: String) -> String {
        let level = topic.split(separator: "/").dropFirst().last { level in
            level.utf8.count <= nameBytesMax && level.utf8.contains { (0x30...0x39).contains($0) }
        }
        return level.map(String.init) ?? ""
    }
}
