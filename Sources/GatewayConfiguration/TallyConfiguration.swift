package import AssetModel

/// What `tallyd.toml` says, checked and with every default filled in.
///
/// Immutable once read. A reload reads a new one; where that has any problem, the old one stays in force.
package struct TallyConfiguration: Sendable {
    package var gatewayID: String
    package var language: OperatorLanguage
    /// `nil` where the file has no `[broker]`, which only `replay` and `decode` accept.
    package var broker: BrokerConfiguration?
    package var store: StoreConfiguration
    package var layout: SiteLayout
    /// Minutes east of UTC, one for each of `layout.sites`.
    package var siteOffsetMinutes: [Int]
    package var register: RegisterConfiguration
    package var numberSpace: NumberSpace
    package var rules: RuleSettings
    package var limits: LimitConfiguration
    package var outputs: OutputConfiguration
    /// What is allowed but should be known, for `check` to print and for the start to log.
    package var notes: [ConfigurationProblem]

    /// Times in the journal are shown at the offset of the first site, +08:00 where there is none.
    package var logOffsetMinutes: Int { siteOffsetMinutes.first ?? SiteTimezone.shanghaiMinutes }

    /// The topic filters of readers and terminal sources, each once, in the order of the file, then the sweep
    /// topic of each site.
    package var subscriptions: [String] {
        var seen: Set<String> = []
        let devices = layout.readers.flatMap(\.topics) + layout.terminalSources.flatMap(\.topics)
        let all = devices + layout.sites.map { SiteLayout.sweepTopic(site: $0.id) }
        return all.filter { seen.insert($0).inserted }
    }

    /// Keys whose change a reload cannot take up: they are fixed when the daemon starts.
    package func keysNeedingRestart(since old: TallyConfiguration) -> [String] {
        var keys: [String] = []
        if gatewayID != old.gatewayID { keys.append("gateway.id") }
        if broker != old.broker { keys.append("broker") }
        if store != old.store { keys.append("store") }
        if register != old.register { keys.append("register") }
        if limits != old.limits { keys.append("limits") }
        return keys
    }
}

/// The language of the words in the journal. Codes and keys are the same in both.
package enum OperatorLanguage: String, Sendable, CaseIterable {
    case chinese = "zh"
    case english = "en"
}

/// `[broker]`: how to reach the MQTT broker. File fields hold what the file says: a path, or the bare name of
/// a systemd credential.
package struct BrokerConfiguration: Sendable, Equatable {
    package var endpoint: Endpoint = .tcp(host: "localhost", port: 1883)
    package var clientID = "tallyd"
    package var usernameFile: String?
    package var passwordFile: String?
    package var caFile: String?
    package var certFile: String?
    package var keyFile: String?
    /// Messages the broker may send ahead of our acknowledgements, 1...65,535.
    /// 2,000 is two full batches: the next one is under way while one is being committed.
    package var receiveMaximum = 2_000
    package var publisher = Publisher()

    package enum Endpoint: Sendable, Equatable {
        case tcp(host: String, port: Int)
        case unixSocket(path: String)
    }

    /// The second login: publishing must not share a queue with held acknowledgements.
    package struct Publisher: Sendable, Equatable {
        package var clientID = "tallyd-pub"
        package var usernameFile: String?
        package var passwordFile: String?
        package var certFile: String?
        package var keyFile: String?

        package init() {}
    }

    package init() {}
}

/// `[store]`
package struct StoreConfiguration: Sendable, Equatable {
    package var path = "/var/lib/tallyd/tally.db"
    package var synchronous = Synchronous.full
    /// How long journal rows stay after the checkpoint that made them unnecessary; 0 prunes them with it.
    package var journalKeep = ElapsedTime.zero

    /// There is one, on purpose: with less, a power cut takes reads that the readers were told are safe.
    package enum Synchronous: String, Sendable, CaseIterable {
        case full
    }

    package init() {}
}

/// `[limits]`: everything has one.
package struct LimitConfiguration: Sendable, Equatable {
    package var path = PathLimits()
    /// 512 KiB: a Zebra batch may be 256,000 bytes; the broker lets 1 MiB pass.
    package var payloadBytesMax = 524_288
    /// 1,000 messages share one commit at full load; at usual loads ``batchLinger`` ends a batch long before.
    package var batchMessagesMax = 1_000
    /// 4 MiB: eight of the largest messages.
    package var batchBytesMax = 4_194_304
    /// How long a batch that is not full waits for more, so that flash sees 20 commits a second at the most.
    package var batchLinger = ElapsedTime(milliseconds: 50)
    /// Refused messages kept for the integrator, at most 1 KiB of each.
    package var quarantineRowsMax = 1_000
    /// Steps in the lives of discrepancies that are kept, about 150 bytes each; the oldest go first.
    package var historyRowsMax = 200_000
    /// One a second is what a person can follow.
    package var logLinesPerMinutePerCause = 60

    package init() {}
}

/// `[outputs]`
package struct OutputConfiguration: Sendable, Equatable {
    /// Publish discrepancies over MQTT.
    package var mqtt = true

    package init() {}
}

extension TallyConfiguration {
    /// 1 MiB: a layout of 10,000 antennas. A larger file is not a configuration.
    package static let fileBytesMax = 1_048_576

    /// Reads and checks a file, and that the credential files it names can be read.
    ///
    /// - Parameter needsBroker: `true` for a daemon, `false` for `replay`, which connects to nothing.
    /// - Throws: all problems, each with file, line and key.
    package static func load(
        path: String, needsBroker: Bool
    ) throws(ConfigurationErrors) -> TallyConfiguration {
        let report = ProblemReport(file: path)
        guard let text = ConfigurationFile.read(path, report: report) else { throw report.errorsFound }
        var reader = ConfigurationReader(report: report, needsBroker: needsBroker)
        let configuration = reader.read(text)
        if needsBroker { CredentialFiles.fromEnvironment(report: report).check(reader.credentials) }
        return try report.finish(configuration)
    }

    /// Reads and checks text; touches no other file.
    ///
    /// - Parameter file: the name that problems are reported under.
    package static func parse(
        _ text: String, file: String, needsBroker: Bool
    ) throws(ConfigurationErrors) -> TallyConfiguration {
        let report = ProblemReport(file: file)
        var reader = ConfigurationReader(report: report, needsBroker: needsBroker)
        return try report.finish(reader.read(text))
    }

    /// What `tallyd config` prints, byte for byte `config/tallyd.toml`.
    package static let defaultText = DefaultConfiguration.text
}

extension ProblemReport {
    fileprivate func finish(_ configuration: TallyConfiguration?) throws(ConfigurationErrors)
        -> TallyConfiguration
    {
        if let errors { throw errors }
        guard var configuration else { throw errorsFound }
        configuration.notes = notes
        return configuration
    }

    /// For a reading that gave nothing: it must have said why.
    fileprivate var errorsFound: ConfigurationErrors {
        guard let errors else { preconditionFailure("reading \(file) failed without a problem") }
        return errors
    }
}
