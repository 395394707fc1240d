import Foundation
package import Glibc

/// A program that a test has started.
///
/// Its signal mask is empty: a thread of the test runner blocks most signals, and a child that inherits that
/// can neither be stopped nor stop itself after a time.
package final class Child {
    package struct Failure: Error {
        package var program: String
        package var errno: Int32
    }

    package let identifier: pid_t
    private var hasEnded = false
    /// As waitpid(2) gave it.
    private var status: Int32 = 0

    /// - Parameters:
    ///   - program: a path, or a name that is looked up in `PATH`.
    ///   - input: a file; nothing where it is `nil`.
    ///   - output: a file to which standard output and standard error are appended.
    ///   - environment: on top of that of the test runner.
    package init(
        _ program: String, _ arguments: [String], input: String? = nil, output: String,
        environment: [String: String] = [:]
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let merged = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var variables = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for variable in variables { free(variable) } }
        var started: pid_t = 0
        let code = posix_spawnp(&started, program, &actions, &attributes, &words, &variables)
        if code != 0 { throw Failure(program: program, errno: code) }
        identifier = started
    }

    deinit {
        end(SIGKILL)
    }

    package var isRunning: Bool {
        if !hasEnded && waitpid(identifier, &status, WNOHANG) == identifier { hasEnded = true }
        return !hasEnded
    }

    /// Of a child that has ended by itself; 128 and the signal's number where one killed it.
    package var exitCode: Int32 {
        status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }

    package func wait() {
        if hasEnded { return }
        while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
        hasEnded = true
    }

    package func end(_ signal: Int32) {
        if isRunning { kill(identifier, signal) }
        wait()
    }
}

/// Runs a program to its end. - Returns: what it printed.
@discardableResult
package func run(_ program: String, _ arguments: [String], input: String = "") throws -> String {
    let directory = try TestDirectory()
    try directory.write(input, to: "input")
    let child = try Child(
        program, arguments, input: directory.file("input"), output: directory.file("output"))
    child.wait()
    return directory.read("output")
}

/// What a program that was run to its end left behind; both kinds of output together.
package struct RunResult {
    package var code: Int32
    package var output: String
}

/// Runs a program to its end.
package func runForResult(_ program: String, _ arguments: [String]) throws -> RunResult {
    let directory = try TestDirectory()
    let child = try Child(program, arguments, output: directory.file("output"))
    child.wait()
    return RunResult(code: child.exitCode, output: directory.read("output"))
}
