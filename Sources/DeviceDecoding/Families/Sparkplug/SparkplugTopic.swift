import AssetModel

/// A topic of the Sparkplug B name space.
///
///     spBv1.0/<group>/<NBIRTH|NDEATH|NDATA|NCMD>/<edge node>
///     spBv1.0/<group>/<DBIRTH|DDEATH|DDATA|DCMD>/<edge node>/<device>
///     spBv1.0/STATE/<host>                                                 and, before 3.0, STATE/<host>
///
/// Source: Sparkplug specification 3.0, topic structure.
struct SparkplugTopic: Equatable {
    let kind: Kind
    let group: String
    let edgeNode: String
    /// Empty in messages of the edge node itself.
    let device: String

    enum Kind: String {
        case nodeBirth = "NBIRTH"
        case nodeDeath = "NDEATH"
        case nodeData = "NDATA"
        case nodeCommand = "NCMD"
        case deviceBirth = "DBIRTH"
        case deviceDeath = "DDEATH"
        case deviceData = "DDATA"
        case deviceCommand = "DCMD"
        case state = "STATE"

        var isOfDevice: Bool {
            switch self {
            case .deviceBirth, .deviceDeath, .deviceData, .deviceCommand: return true
            case .nodeBirth, .nodeDeath, .nodeData, .nodeCommand, .state: return false
            }
        }
    }

    /// Of a group, an edge node or a device: longer than any host name (RFC 1035: 255).
    private static let nameBytesMax = 255

    /// `nil` for any other topic, and for names that are empty or too long to keep.
    init?(_ topic: String) {
        let levels = topic.split(separator: "/", omittingEmptySubsequences: false)
        let isState = levels.count == 2 && levels[0] == "STATE"
        if isState || levels.count == 3 && levels[0] == SparkplugNamespace.name && levels[1] == "STATE" {
            self.init(.state)
            return
        }
        guard levels.count >= 4, levels[0] == SparkplugNamespace.name else { return nil }
        guard let kind = Kind(rawValue: String(levels[2])), kind != .state,
            levels.count == (kind.isOfDevice ? 5 : 4),
            levels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= SparkplugTopic.nameBytesMax })
        else { return nil }
        self.init(kind, String(levels[1]), String(levels[3]), kind.isOfDevice ? String(levels[4]) : "")
    }

    private init(_ kind: Kind, _ group: String = "", _ edgeNode: String = "", _ device: String = "") {
        self.kind = kind
        self.group = group
        self.edgeNode = edgeNode
        self.device = device
    }

    /// The topic that readers behind this edge node listen to beside their own.
    var deathTopic: String { "\(SparkplugNamespace.name)/\(group)/\(Kind.nodeDeath.rawValue)/\(edgeNode)" }

    /// How the sender is called: the device, or the edge node where it speaks for itself.
    var sender: String { device.isEmpty ? edgeNode : device }
}
