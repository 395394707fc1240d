import Foundation
import GatewayConfiguration
import Testing

/// Reading from disk: the file itself and the credential files it names.
struct ConfigurationFileTests {
    private func withDirectory(_ body: (URL) throws -> Void) throws {
        let name = "tally-configuration-\(ProcessInfo.processInfo.globallyUniqueString)"
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: directory) } catch { Issue.record(error) }
        }
        try body(directory)
    }

    private func problems(_ path: String, needsBroker: Bool = true) -> [String] {
        do {
            _ = try TallyConfiguration.load(path: path, needsBroker: needsBroker)
            return []
        } catch {
            return error.problems.map { "\($0.line) \($0.key) \($0.english)" }
        }
    }

    @Test func `a file that is not there is named`() {
        #expect(
            problems("/nonexistent/tallyd.toml").map { $0.contains("1 file the file cannot be read") } == [
                true
            ])
        #expect(problems("/").count == 1)
    }

    @Test func `a file that is not UTF-8 is refused at the line of the first bad byte`() throws {
        try withDirectory { directory in
            let file = directory.appendingPathComponent("c.toml")
            try (Data("[gateway]\n".utf8) + Data([0x22, 0xB9, 0xAB])).write(to: file)
            #expect(problems(file.path) == ["2 file the file is not UTF-8"])
        }
    }

    @Test func `a file of a megabyte is no configuration`() throws {
        try withDirectory { directory in
            let file = directory.appendingPathComponent("c.toml")
            try Data(repeating: 0x23, count: TallyConfiguration.fileBytesMax + 1).write(to: file)
            #expect(problems(file.path) == ["1 file the file is larger than 1048576 bytes"])
        }
    }

    @Test func `credential files must be readable where they are set, and only then`() throws {
        try withDirectory { directory in
            let secret = directory.appendingPathComponent("password")
            try Data("x".utf8).write(to: secret)
            let file = directory.appendingPathComponent("c.toml")
            let text = """
                gateway.id = 'g'
                [broker]
                username_file = "\(directory.path)/absent"
                password_file = "\(secret.path)"
                ca_file = "\(directory.path)"
                [broker.publisher]
                username_file = "no-such-credential"
                """
            try Data(text.utf8).write(to: file)
            let found = problems(file.path)
            #expect(
                found.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
                    "3 broker.username_file", "5 broker.ca_file", "7 broker.publisher.username_file",
                ])
            #expect(found.last?.contains("LoadCredential") == true)
            #expect(problems(file.path, needsBroker: false).isEmpty)
        }
    }

    @Test(arguments: [(0o644, 1), (0o600, 0), (0o640, 0)])
    func `a secret that everyone can read is pointed out`(mode: Int, notes: Int) throws {
        try withDirectory { directory in
            let secret = directory.appendingPathComponent("secret")
            try Data("x".utf8).write(to: secret)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: secret.path)
            let file = directory.appendingPathComponent("c.toml")
            let login = "username_file = '\(secret.path)'\npassword_file = '\(secret.path)'"
            try Data("gateway.id = 'g'\n[broker]\n[broker.publisher]\n\(login)\n".utf8).write(to: file)
            let configuration = try TallyConfiguration.load(path: file.path, needsBroker: true)
            #expect(
                configuration.notes.map(\.key)
                    == Array(repeating: "broker.publisher.password_file", count: notes))
        }
    }
}
