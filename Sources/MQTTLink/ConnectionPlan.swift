/// A message on its way out, at QoS 1.
package struct OutgoingMessage: Sendable, Hashable {
    package var topic: String
    package var payload: [UInt8]
    package var isRetained: Bool

    package init(topic: String, payload: [UInt8], isRetained: Bool = false) {
        self.topic = topic
        self.payload = payload
        self.isRetained = isRetained
    }
}

/// What a connection is for: this alone differs between the intake and the publisher.
struct ConnectionPurpose: Sendable {
    /// Published by the broker when we vanish without a word.
    var will: OutgoingMessage?
    /// The broker shall forget us when we leave.
    var isCleanSession: Bool
}

/// Everything one connection needs, with the files found and the secrets read.
struct ConnectionPlan {
    let endpoint: BrokerSettings.Endpoint
    let clientID: String
    let isCleanSession: Bool
    let version: MQTTVersion
    let username: String?
    let password: String?
    /// Paths, checked to be readable.
    let tls: TLSSettings?
    let receiveMaximum: Int
    let keepAliveSeconds: Int
    /// 0 where the session ends with the connection.
    let sessionExpirySeconds: UInt32
    let payloadBytesMax: Int
    let will: OutgoingMessage?

    /// - Throws: `.fileUnreadable` or `.credentialMissing`.
    init(_ settings: BrokerSettings, for purpose: ConnectionPurpose, in version: MQTTVersion)
        throws(LinkError)
    {
        endpoint = settings.endpoint
        clientID = settings.clientID
        isCleanSession = purpose.isCleanSession
        self.version = version
        receiveMaximum = settings.receiveMaximum
        keepAliveSeconds = settings.keepAliveSeconds
        sessionExpirySeconds = purpose.isCleanSession ? 0 : settings.sessionExpirySeconds
        payloadBytesMax = settings.payloadBytesMax
        will = purpose.will
        username = try ConnectionPlan.optional(settings.credentials?.usernameFile, CredentialFile.read)
        password = try ConnectionPlan.optional(settings.credentials?.passwordFile, CredentialFile.read)
        if var files = settings.tls {
            files.caFile = try CredentialFile.readablePath(of: files.caFile)
            files.certFile = try ConnectionPlan.optional(files.certFile, CredentialFile.readablePath)
            files.keyFile = try ConnectionPlan.optional(files.keyFile, CredentialFile.readablePath)
            tls = files
        } else {
            tls = nil
        }
    }

    private static func optional(
        _ reference: String?, _ find: (String) throws(LinkError) -> String
    ) throws(LinkError) -> String? {
        guard let reference else { return nil }
        return try find(reference)
    }
}
