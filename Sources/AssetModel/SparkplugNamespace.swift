/// The topics of Sparkplug B as far as others than its decoder must know them: whose a message is.
///
///     spBv1.0/<group>/<type>/<edge node>             of a node
///     spBv1.0/<group>/<type>/<edge node>/<device>    of a device behind it, which may be of any kind
///
/// Source: Sparkplug specification 3.0, topic structure.
package enum SparkplugNamespace {
    package static let name = "spBv1.0"
    private static let prefix = name + "/"

    package static func contains(_ topic: String) -> Bool { topic.hasPrefix(prefix) }

    /// Also of a filter that names nodes and no devices.
    package static func isOfEdgeNode(_ topic: String) -> Bool {
        levels(of: topic) == 4 && !topic.hasSuffix("#")
    }

    package static func isBehindEdgeNode(_ topic: String) -> Bool {
        levels(of: topic) == 5 && !topic.hasSuffix("#")
    }

    /// 0 outside the name space.
    private static func levels(of topic: String) -> Int {
        contains(topic) ? topic.utf8.count(where: { $0 == 0x2F }) + 1 : 0
    }
}
