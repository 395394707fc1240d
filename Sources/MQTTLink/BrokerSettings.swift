package import AssetModel

/// Where a broker is, who we are to it, and what may pass. One value for the intake, another for the
/// publisher.
package struct BrokerSettings: Sendable, Hashable {
    package var endpoint: Endpoint
    /// Fixed for the life of the installation: the broker keeps our queue under this name.
    package var clientID: String
    /// `nil` where the certificate alone is the login.
    package var credentials: Credentials?
    package var tls: TLSSettings?
    /// Unacknowledged messages the broker may have on the way to us, 1...65,535. Two full batches: the next
    /// one travels while one is being committed. MQTT's own value in libmosquitto, 20, would be the ceiling
    /// of everything.
    package var receiveMaximum = 2_000
    /// Seconds without traffic before a ping, 5...65,535. The broker gives us up after one and a half times
    /// this, so it must be far above the longest commit (seconds on a dying disk) and short enough to notice
    /// a dead link.
    package var keepAliveSeconds = 30
    /// How long the broker keeps our queue while we are away, MQTT 5 only: 14 days, as long as the longest
    /// public holiday with a switched-off gateway, and the `persistent_client_expiration` of
    /// `config/mosquitto.conf`.
    package var sessionExpirySeconds: UInt32 = 1_209_600
    /// Largest payload that is copied, in bytes: twice the largest known batch of reads (256,000 bytes), and
    /// half of the broker's packet limit, so that a refusal here is counted by us and not by a reconnect.
    package var payloadBytesMax = 524_288
    /// Topic filters, asked for at QoS 1.
    package var subscriptions: [String] = []
    package var backoff = Backoff()

    package enum Endpoint: Sendable, Hashable {
        /// A name or an address. Of a name with several addresses the first one that does not fail at once is
        /// used.
        case tcp(host: String, port: Int)
        case unixSocket(path: String)
    }

    package init(endpoint: Endpoint, clientID: String) {
        self.endpoint = endpoint
        self.clientID = clientID
    }

    /// - Throws: `.settingOutOfRange` with the name of the setting.
    func validate() throws(LinkError) {
        // MQTT's strings carry 16 bits of length, its window and its keepalive are 16 bits wide.
        try LinkError.require(
            (1...65_535).contains(clientID.utf8.count), "client_id", clientID, "1...65535 B")
        let window = "\(receiveMaximum)"
        try LinkError.require((1...65_535).contains(receiveMaximum), "receive_maximum", window, "1...65535")
        let pause = "\(keepAliveSeconds)"
        try LinkError.require((5...65_535).contains(keepAliveSeconds), "keepalive", pause, "5...65535 s")
        try LinkError.require(payloadBytesMax > 0, "payload_bytes_max", "\(payloadBytesMax)", "> 0 B")
        switch endpoint {
        case .tcp(let host, let port):
            try LinkError.require(!host.isEmpty, "host", host, "not empty")
            try LinkError.require((1...65_535).contains(port), "port", "\(port)", "1...65535")
        case .unixSocket(let path):
            // sockaddr_un holds 108 bytes with the closing zero.
            try LinkError.require((1...107).contains(path.utf8.count), "socket", path, "1...107 B")
        }
        for filter in subscriptions {
            let isFilter = MosquittoHandle.isTopicFilter(filter)
            try LinkError.require(isFilter, "topics", filter, "an MQTT topic filter")
        }
    }
}

/// Files that hold the login. A name without a slash is looked up in the directory of systemd's credentials
/// (`LoadCredential=`, `$CREDENTIALS_DIRECTORY`). Read anew for every connection, so a changed password needs
/// no restart.
package struct Credentials: Sendable, Hashable {
    package var usernameFile: String?
    package var passwordFile: String?

    package init(usernameFile: String? = nil, passwordFile: String? = nil) {
        self.usernameFile = usernameFile
        self.passwordFile = passwordFile
    }
}

/// PEM files; bare names are systemd credentials as in ``Credentials``. Keys must not be encrypted: nobody is
/// there to type a passphrase. TLS 1.2 and 1.3; the broker's name is always checked.
package struct TLSSettings: Sendable, Hashable {
    package var caFile: String
    package var certFile: String?
    package var keyFile: String?

    package init(caFile: String, certFile: String? = nil, keyFile: String? = nil) {
        self.caFile = caFile
        self.certFile = certFile
        self.keyFile = keyFile
    }
}

/// How large a batch may grow. Whatever is reached first ends it.
package struct BatchLimit: Sendable, Hashable {
    /// One commit of 1,000 messages takes 4 to 8 ms on flash: 100,000 messages a second, far above what a
    /// broker carries.
    package var messagesMax = 1_000
    /// Topics and payloads together; a message that starts below the limit is still taken. Bounds the memory
    /// of a batch.
    package var bytesMax = 4_194_304
    /// How long to wait for more after the first message: at most 20 commits a second on a slow trickle, so
    /// that the flash lives, and still far below what a person notices. A full batch leaves at once.
    package var time = ElapsedTime(milliseconds: 50)

    package init() {}
}

/// Pauses between attempts to connect: doubled from ``first`` to ``longest``, each shortened at random.
package struct Backoff: Sendable, Hashable {
    /// Half a second: a broker that was only restarted is found again before its readers' queues are full.
    package var first = ElapsedTime(milliseconds: 500)
    /// Ten seconds: what a person who repairs a broker is willing to wait for.
    package var longest = ElapsedTime(milliseconds: 10_000)
    /// Up to this share of a pause is cut off at random, 0...100 %, so that many gateways do not return in
    /// step.
    package var jitterPercent: Int64 = 50

    package init() {}

    /// - Parameters:
    ///   - failures: attempts that failed in a row, 1 or more.
    ///   - roll: 0...99, evenly distributed.
    package func pause(afterFailures failures: Int, roll: Int64) -> ElapsedTime {
        var full = first.milliseconds
        var doublings = failures - 1
        while doublings > 0 && full < longest.milliseconds {
            full = full &* 2
            doublings -= 1
        }
        full = min(full, longest.milliseconds)
        let cut = full * min(max(jitterPercent, 0), 100) / 100 * min(max(roll, 0), 99) / 99
        return ElapsedTime(milliseconds: max(0, full - cut))
    }
}
