package import AssetModel
package import DeviceDecoding
package import IntakePipeline
import Synchronization

/// What the loop tells the control socket after a commit: only what is durable stands here.
package final class StatusBoard: Sendable {
    /// A reader as of the last commit.
    package struct ReaderLine: Sendable, Equatable {
        package var id: String
        package var site: String
        /// As configured.
        package var configured: MessageFormat
        /// What its topics are decoded as; empty where `auto` has not decided yet.
        package var formats: [MessageFormat]
        /// With `auto`: topic by topic.
        package var decisions: [DeviceDecoder.TopicDecision]
        /// At least one antenna covers its zone.
        package var isCovering: Bool
        package var figures: ReaderFigures
        /// Zone ids of ``ReaderFigures/antennas``, which hold indices of the path's own layout.
        package var zoneOfAntenna: [String]

        package init(id: String, site: String, figures: ReaderFigures = ReaderFigures()) {
            self.id = id
            self.site = site
            configured = .auto
            formats = []
            decisions = []
            isCovering = false
            self.figures = figures
            zoneOfAntenna = []
        }

        /// For people: `zebra`, `auto`, or `impinj, zebra` where the topics of one reader differ.
        package var vendor: String {
            formats.isEmpty ? configured.rawValue : formats.map(\.rawValue).joined(separator: ", ")
        }
    }

    /// A zone as of the last commit.
    package struct ZoneLine: Sendable, Equatable {
        package var id: String
        package var figures: ZoneFigures

        package init(id: String, figures: ZoneFigures) {
            self.id = id
            self.figures = figures
        }
    }

    package struct Snapshot: Sendable {
        package var state = "starting"
        package var layout = SiteLayout()
        package var lastCommitAt: UTCInstant?
        package var accounts = Accounts()
        package var readers: [ReaderLine] = []
        package var zones: [ZoneLine] = []
        package var terminals = IntakePath.TerminalFigures()
        package var isConnected = false
        package var isSessionPresent: Bool?
        package var protocolVersion: String?
        package var connectionSince: UTCInstant?
        package var isStoreFull = false
        package var commits: Int64 = 0
        /// By reader id.
        fileprivate var samples: [String: TrafficSamples] = [:]

        /// What a reader sent lately; `nil` until there is something to compare with.
        package func traffic(ofReader id: String, at now: UTCInstant) -> TrafficRate? {
            samples[id]?.rate(at: now)
        }
    }

    private let state = Mutex(Snapshot())

    package init() {}

    package var snapshot: Snapshot { state.withLock { $0 } }

    package func update(_ change: (inout Snapshot) -> Void) {
        state.withLock { change(&$0) }
    }

    /// Readers and zones as they are now; what the readers sent is remembered for their rates.
    package func post(readers: [ReaderLine], zones: [ZoneLine], at now: UTCInstant) {
        update { board in
            var samples: [String: TrafficSamples] = [:]
            for reader in readers {
                var kept = board.samples[reader.id] ?? TrafficSamples()
                kept.add(reader.figures, at: now)
                samples[reader.id] = kept
            }
            board.samples = samples
            board.readers = readers
            board.zones = zones
        }
    }
}
