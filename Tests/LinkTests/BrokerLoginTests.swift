import AssetModel
import Testing
import TestSupport

@testable import MQTTLink

/// A throw-away certificate authority with certificates for the broker, two clients and a stranger.
private struct Certificates {
    let directory: TestDirectory

    init() throws {
        directory = try TestDirectory()
        try authority("ca")
        try authority("other-ca")
        try certificate("broker", name: "localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        try certificate("tallyd", name: "tallyd", "extendedKeyUsage=clientAuth")
    }

    private func openssl(_ words: String) throws {
        try run("openssl", words.split(separator: " ").map(String.init))
    }

    private func authority(_ name: String) throws {
        let (key, certificate) = (directory.file("\(name).key"), directory.file("\(name).crt"))
        try openssl("ecparam -name prime256v1 -genkey -noout -out \(key)")
        try openssl("req -x509 -new -key \(key) -subj /CN=\(name) -days 2 -out \(certificate)")
    }

    private func certificate(_ file: String, name: String, _ extensions: String) throws {
        try directory.write(extensions + "\n", to: "\(file).ext")
        let key = directory.file("\(file).key")
        let request = directory.file("\(file).csr")
        try openssl("ecparam -name prime256v1 -genkey -noout -out \(key)")
        try openssl("req -new -key \(key) -subj /CN=\(name) -out \(request)")
        let (authority, authorityKey) = (directory.file("ca.crt"), directory.file("ca.key"))
        try openssl(
            "x509 -req -in \(request) -CA \(authority) -CAkey \(authorityKey) -CAcreateserial -days 2 "
                + "-extfile \(directory.file("\(file).ext")) -out \(directory.file("\(file).crt"))")
    }
}

@Suite(.serialized) struct BrokerLoginTests {
    @Test func `a wrong password is told from the file, and a corrected file is used without a restart`()
        throws
    {
        let secrets = try TestDirectory()
        try run("mosquitto_passwd", ["-c", "-b", secrets.file("accounts"), "tallyd", "right"])
        try secrets.write("tallyd\n", to: "user")
        try secrets.write("wrong\n", to: "password")
        let broker = try TestBroker("allow_anonymous false\npassword_file \(secrets.file("accounts"))")
        let rig = try LinkRig(port: broker.port) {
            $0.credentials = Credentials(
                usernameFile: secrets.file("user"), passwordFile: secrets.file("password"))
        }
        rig.run { _ in rig.link.status.problem != nil }
        #expect(rig.link.status.problem?.cause.contains("not authorised") == true)
        try secrets.write("right\n", to: "password")
        #expect(rig.comeUp() == false)
        #expect(rig.link.status.problem == nil)
    }

    @Test func `a missing password file is an error at once`() throws {
        #expect(throws: LinkError.self) {
            try LinkRig(port: 1) { $0.credentials = Credentials(passwordFile: "/nonexistent/password") }
        }
    }

    @Test func `TLS asks for both certificates and checks the names`() throws {
        let certificates = try Certificates()
        let files = certificates.directory
        let broker = try TestBroker(
            """
            allow_anonymous false
            listener @PORT@ 127.0.0.1
            cafile \(files.file("ca.crt"))
            certfile \(files.file("broker.crt"))
            keyfile \(files.file("broker.key"))
            require_certificate true
            use_identity_as_username true
            """, hasOwnListener: true)
        func attempt(_ tls: TLSSettings, host: String = "localhost") throws -> LinkRig {
            let rig = try LinkRig(port: broker.port) {
                $0.endpoint = .tcp(host: host, port: broker.port)
                $0.tls = tls
            }
            rig.run(seconds: 5) { _ in rig.link.status.isConnected || rig.link.status.problem != nil }
            return rig
        }
        let (certificate, key) = (files.file("tallyd.crt"), files.file("tallyd.key"))
        let good = TLSSettings(caFile: files.file("ca.crt"), certFile: certificate, keyFile: key)
        #expect(try attempt(good).link.status.isConnected)
        #expect(try attempt(good, host: "127.0.0.1").link.status.isConnected)
        var stranger = good
        stranger.caFile = files.file("other-ca.crt")
        let distrusted = try attempt(stranger).link.status
        #expect(!distrusted.isConnected)
        #expect(distrusted.problem?.detail.contains("certificate") == true)
        #expect(try !attempt(TLSSettings(caFile: files.file("ca.crt"))).link.status.isConnected)
        #expect(try !attempt(good, host: "localhost.localdomain").link.status.isConnected)
    }

    @Test func `messages are held over TLS as well`() throws {
        let certificates = try Certificates()
        let files = certificates.directory
        let broker = try TestBroker(
            """
            allow_anonymous true
            listener @PORT@ 127.0.0.1
            cafile \(files.file("ca.crt"))
            certfile \(files.file("broker.crt"))
            keyfile \(files.file("broker.key"))
            """, hasOwnListener: true)
        let secure = TLSSettings(caFile: files.file("ca.crt"))
        var rig: LinkRig? = try LinkRig(port: broker.port) { $0.tls = secure }
        #expect(rig?.comeUp() == false)
        let options = ["--cafile", files.file("ca.crt")]
        try broker.publish(numbered(1...200), to: "r/1", options: options)
        #expect(rig?.hold(200).count == 200)
        rig = nil
        let second = try LinkRig(port: broker.port, known: ["r/#"]) { $0.tls = secure }
        second.run { $0.filter { $0.message != nil }.count == 200 }
        #expect(second.texts == numbered(1...200))
    }

    @Test func `a filter without the right to read it is reported and the others stand`() throws {
        let broker = try TestBroker(
            "allow_anonymous true\nacl_file @DIR@/acl", files: ["acl": "topic read r/#\n"])
        let rig = try LinkRig(port: broker.port, subscriptions: ["r/#", "$share/x"])
        #expect(rig.comeUp() == false)
        #expect(rig.link.subscribed.contains("r/#"))
    }
}
