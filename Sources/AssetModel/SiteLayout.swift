/// Sites, zones, readers, antennas and terminal sources, resolved from the configuration into indices.
///
/// Immutable. A reload builds a new one; identities (`id`) carry state over, indices do not.
package struct SiteLayout: Sendable {
    package var sites: [Site]
    package var zones: [Zone]
    package var readers: [Reader]
    package var antennas: [Antenna]
    package var terminalSources: [TerminalSource]

    package init(
        sites: [Site] = [], zones: [Zone] = [], readers: [Reader] = [], antennas: [Antenna] = [],
        terminalSources: [TerminalSource] = []
    ) {
        self.sites = sites
        self.zones = zones
        self.readers = readers
        self.antennas = antennas
        self.terminalSources = terminalSources
    }

    /// The layout with one handheld "reader" for each site, an "antenna" of it for each zone: what a person
    /// sweeps is evidence like any other, and says nothing about what is covered without a person.
    package func withHandhelds() -> SiteLayout {
        var layout = self
        for (site, entry) in sites.enumerated() {
            var reader = Reader(id: "sweep:\(entry.id)", site: site, topics: [])
            reader.format = .sweep
            reader.isHandheld = true
            for zone in zones.indices where zones[zone].site == site {
                reader.antennas.append(layout.antennas.count)
                layout.antennas.append(
                    Antenna(reader: layout.readers.count, port: UInt16(clamping: zone + 1), zone: zone))
            }
            layout.readers.append(reader)
        }
        return layout
    }

    /// For each zone its neighbours and theirs, itself among them; empty where it has none. Antennas there
    /// may hear its tags: strays reach a neighbour at 0.15 of the rate at home, its neighbours at 0.02, and
    /// no further (`inference.md` §3). One zone of two has to name the other.
    package func zonesWithinTwoSteps() -> [Set<Int>] {
        let next = neighboursBothWays()
        return next.map { own in own.reduce(into: own) { $0.formUnion(next[$1]) } }
    }

    /// One of the two has to name the other.
    package func areNeighbours(_ zone: Int, _ other: Int) -> Bool {
        zones[zone].neighbours.contains(other) || zones[other].neighbours.contains(zone)
    }

    /// For each zone those that it names as neighbours, and those that name it.
    package func neighboursBothWays() -> [Set<Int>] {
        var next = zones.map { Set($0.neighbours) }
        for (zone, line) in zones.enumerated() {
            for other in line.neighbours { next[other].insert(zone) }
        }
        return next
    }

    /// Length of the epochs in which an antenna's reads are evidence: its reader's report interval where the
    /// configuration names one, at least ``EvidenceEpoch/length``, and ``EvidenceEpoch/walkByLength`` where
    /// tags pass.
    package func evidenceEpoch(of antenna: Int) -> ElapsedTime {
        // A reader is not copied for it: this is asked for every piece of evidence.
        let reader = antennas[antenna].reader
        let isWalkBy = zones[antennas[antenna].zone].kind == .walkBy && !readers[reader].isHandheld
        let shortest = isWalkBy ? EvidenceEpoch.walkByLength : EvidenceEpoch.length
        return max(shortest, readers[reader].reportInterval)
    }

    /// The topic on which handhelds of a site publish their sweeps.
    package static func sweepTopic(site: String) -> String { "tally/v1/\(site)/sweep" }

    package struct Site: Sendable, Equatable {
        package var id: String
        package var name: String
        package var state: State
        /// `true` where the site's role is a store, so that a card located here without a state counts as
        /// IN_STOCK.
        package var isStore: Bool

        package enum State: String, Sendable, CaseIterable {
            case active, reserved, retired
        }

        package init(id: String, name: String = "", state: State = .active, isStore: Bool = true) {
            self.id = id
            self.name = name
            self.state = state
            self.isStore = isStore
        }
    }

    package struct Zone: Sendable, Equatable {
        package var id: String
        /// Index into ``SiteLayout/sites``.
        package var site: Int
        package var name: String
        package var kind: Kind
        /// Indices of zones whose antennas may read tags of this one.
        package var neighbours: [Int]
        /// Texts and codes under which asset cards name this place.
        package var locations: [String]
        /// Silence, counted only while the zone is covered, after which a tag is suspected missing, as the
        /// operator set it; `nil` where it follows from how often each tag is read.
        package var missingAfter: ElapsedTime?
        /// Where tags pass: who is in the field of the antennas is said within this time; the longer, the
        /// surer.
        package var decideWithin = Zone.decideWithinUsual

        /// Five read cycles of a second: a tag at the edge of the field is read again by then, and whoever
        /// carries it is still in sight.
        package static let decideWithinUsual = ElapsedTime(seconds: 5)

        package enum Kind: String, Sendable, CaseIterable {
            case shelf, room, gate, yard
            case walkBy = "walk-by"

            /// Tags rest here, so presence and silence mean something.
            package var isContinuous: Bool { self == .shelf || self == .room || self == .yard }
        }

        package init(id: String, site: Int, kind: Kind = .shelf, missingAfter: ElapsedTime? = nil) {
            self.id = id
            self.site = site
            name = ""
            self.kind = kind
            neighbours = []
            locations = []
            self.missingAfter = missingAfter
        }
    }

    package struct Reader: Sendable, Equatable {
        package var id: String
        package var site: Int
        package var format: MessageFormat
        /// MQTT topic filters, `+` and `#` allowed.
        package var topics: [String]
        /// How often the reader reports a tag that stays; 0 where it reports every read.
        package var reportInterval: ElapsedTime
        /// The configuration says so; else 0 means that nobody knows, and the messages may show it.
        package var reportIntervalIsSet: Bool
        package var offlineAfter: ElapsedTime
        package var liveness: Liveness
        /// Indices into ``SiteLayout/antennas``.
        package var antennas: [Int]
        /// On its general purpose inputs.
        package var lightBarriers: [LightBarrier] = []
        /// What the payload's fields mean; set where `format` is `mapping`.
        package var mapping: PayloadMapping?
        /// How the device may name itself in the body (host name, MAC, serial number). Empty: the topic alone
        /// says which reader it is.
        package var identities: [String]
        /// Carried about, or stands for the sweeps of a site: evidence, and never coverage.
        package var isHandheld: Bool

        /// What tells that a reader is alive. `traffic` is no more than reads arriving: then an antenna
        /// counts as covering only while it reads something.
        package enum Liveness: String, Sendable, CaseIterable {
            case will, heartbeat, traffic
        }

        package init(
            id: String, site: Int, topics: [String], offlineAfter: ElapsedTime = ElapsedTime(seconds: 60)
        ) {
            self.id = id
            self.site = site
            format = .auto
            self.topics = topics
            reportInterval = .zero
            reportIntervalIsSet = false
            self.offlineAfter = offlineAfter
            liveness = .traffic
            antennas = []
            identities = []
            isHandheld = false
        }
    }

    package struct Antenna: Sendable, Equatable {
        /// Index into ``SiteLayout/readers``.
        package var reader: Int
        /// 1-based as printed on the reader.
        package var port: UInt16
        /// Index into ``SiteLayout/zones``.
        package var zone: Int
        package var side: Side?

        package enum Side: String, Sendable, CaseIterable {
            case inside, outside
        }

        package init(reader: Int, port: UInt16, zone: Int, side: Side? = nil) {
            self.reader = reader
            self.port = port
            self.zone = zone
            self.side = side
        }
    }

    /// A light barrier at a gate, wired to an input of a reader.
    package struct LightBarrier: Sendable, Equatable {
        /// 1-based as printed on the reader.
        package var pin: UInt16
        /// Index into ``SiteLayout/zones``, a gate.
        package var zone: Int
        package var side: Antenna.Side
        /// The level of the input while something stands in the beam.
        package var isActiveHigh: Bool

        package init(pin: UInt16, zone: Int, side: Antenna.Side, isActiveHigh: Bool) {
            self.pin = pin
            self.zone = zone
            self.side = side
            self.isActiveHigh = isActiveHigh
        }
    }

    package struct TerminalSource: Sendable, Equatable {
        package var id: String
        package var topics: [String]
        package var format: MessageFormat
        package var datum: Datum

        package init(id: String, topics: [String], format: MessageFormat = .jt808, datum: Datum = .wgs84) {
            self.id = id
            self.topics = topics
            self.format = format
            self.datum = datum
        }
    }
}

/// The message families that `tallyd` decodes. The raw value is the word used in the configuration.
package enum MessageFormat: String, Sendable, CaseIterable {
    /// Recognise by content; the decision is stable per topic.
    case auto
    /// Impinj R700/R720 IoT device interface.
    case impinj
    /// Zebra FX7500, FX9600, FXR60, FXR90, ATR7000 "IoT Connector".
    case zebra
    /// AlexConnect SmartReader, the application that runs on the R700.
    case smartReader = "smartreader"
    /// Zebra RFD40 and RFD90 handheld sleds.
    case zebraSled = "zebra-rfd"
    /// CSL CS463 and CS203X.
    case csl
    /// ifm UHF gates ZZ0814 to ZZ0817.
    case ifm
    /// The MQTT bridge of llrpkit, an LLRP client.
    case llrpkit
    /// EdgeX app-rfid-llrp-inventory.
    case edgex
    /// The generic adapter of Rifidi Edge.
    case rifidi
    /// Sparkplug B: protobuf, or the JSON form that some gateways publish.
    case sparkplug
    /// EMQX Neuron, north application MQTT.
    case neuron
    /// One read, an array of reads, or an object holding one, under the usual names.
    case plain
    /// As a `[[mapping]]` of the configuration says.
    case mapping
    /// Our own handheld sweep message.
    case sweep
    /// JT/T 808 frames: binary, hex or base64, told apart by content.
    case jt808
    /// What the EMQX JT/T 808 gateway publishes: JSON, and its presence topics.
    case emqx
    /// What Traccar forwards: a position with its device, as JSON.
    case traccar
    /// OwnTracks and the trackers that its bridges speak for.
    case ownTracks = "owntracks"
    /// flespi's normalised messages.
    case flespi
    /// GB/T 32960 through the EMQX gateway: JSON of electric vehicles.
    case gbt32960 = "32960"
    /// NMEA 0183 sentences.
    case nmea
    /// JT/T 809 real-time locations, 0x1202.
    case jt809 = "809"

    /// Spoken by vehicle terminals and the platforms that pass their messages on.
    package var isOfTerminals: Bool {
        switch self {
        case .jt808, .emqx, .traccar, .ownTracks, .flespi, .gbt32960, .nmea, .jt809: return true
        default: return false
        }
    }
}
