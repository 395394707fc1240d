import AssetModel
package import GatewayConfiguration
package import IntakePipeline
package import InventoryStorage
package import MQTTLink

/// Keys under which the store remembers what the daemon must know at its next start.
enum StoreKey {
    static let subscriptions = "subscriptions"
    static let counters = "broker_counters"
    static let hashKey = "hash_key"
    static let gateway = "gateway"
}

/// The configuration in the terms of each part.
extension TallyConfiguration {
    package var pathSetup: IntakePath.Setup {
        var setup = IntakePath.Setup(layout: layout)
        setup.rules = rules
        setup.numberSpace = numberSpace
        setup.limits = limits.path
        return setup
    }

    package var storeSettings: StoreSettings {
        var settings = StoreSettings(path: store.path, layout: layout)
        settings.synchronous = store.synchronous.rawValue
        settings.reopenWindow = rules.reopenWindow
        settings.limits.quarantineRowsMax = Int64(limits.quarantineRowsMax)
        settings.limits.historyRowsMax = Int64(limits.historyRowsMax)
        return settings
    }
}

extension BrokerConfiguration {
    /// The intake's connection.
    package func intakeSettings(_ configuration: TallyConfiguration) -> BrokerSettings {
        var settings = BrokerSettings(endpoint: linkEndpoint, clientID: clientID)
        settings.credentials = credentials(usernameFile, passwordFile)
        settings.tls = tls(certFile, keyFile)
        settings.receiveMaximum = receiveMaximum
        settings.payloadBytesMax = configuration.limits.payloadBytesMax
        settings.subscriptions = configuration.subscriptions
        return settings
    }

    /// The second connection, with its own login.
    package var publisherSettings: BrokerSettings {
        var settings = BrokerSettings(endpoint: linkEndpoint, clientID: publisher.clientID)
        settings.credentials = credentials(publisher.usernameFile, publisher.passwordFile)
        settings.tls = tls(publisher.certFile, publisher.keyFile)
        return settings
    }

    private var linkEndpoint: BrokerSettings.Endpoint {
        switch endpoint {
        case .tcp(let host, let port): return .tcp(host: host, port: port)
        case .unixSocket(let path): return .unixSocket(path: path)
        }
    }

    private func credentials(_ username: String?, _ password: String?) -> Credentials? {
        guard username != nil || password != nil else { return nil }
        return Credentials(usernameFile: username, passwordFile: password)
    }

    private func tls(_ certificate: String?, _ key: String?) -> TLSSettings? {
        caFile.map { TLSSettings(caFile: $0, certFile: certificate, keyFile: key) }
    }
}
