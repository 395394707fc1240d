import Foundation
import Glibc

/// A program that a test has started.
///
/// Its signal mask is empty: a thread of the test runner blocks most signals, and a child that inherits that can
/// neither be stopped nor stop itself after a time.
final class Child {
    struct Failure: Error {
        var program: String
        var errno: Int32
    }

    let identifier: pid_t
    private var hasEnded = false

    /// - Parameters:
    ///   - program: a path, or a name that is looked up in `PATH`.
    ///   - input: a file; nothing where it is `nil`.
    ///   - output: a file to which standard output and standard error are appended.
    init(_ program: String, _ arguments: [String], input: String? = nil, output: String) throws {
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
        defer { words.forEach { free($0) } }
        var started: pid_t = 0
        let code = posix_spawnp(&started, program, &actions, &attributes, &words, environ)
        if code != 0 { throw Failure(program: program, errno: code) }
        identifier = started
    }

    deinit {
        end(SIGKILL)
    }

    var isRunning: Bool {
        if !hasEnded && waitpid(identifier, nil, WNOHANG) == identifier { hasEnded = true }
        return !hasEnded
    }

    func wait() {
        if hasEnded { return }
        while waitpid(identifier, nil, 0) < 0 && errno == EINTR {}
        hasEnded = true
    }

    func end(_ signal: Int32) {
        if isRunning { kill(identifier, signal) }
        wait()
    }
}

/// Runs a program to its end. - Returns: what it printed.
@discardableResult
func run(_ program: String, _ arguments: [String], input: String = "") throws -> String {
    let directory = try TestDirectory()
    try directory.write(input, to: "input")
    let child = try Child(
        program, arguments, input: directory.file("input"), output: directory.file("output"))
    child.wait()
    return directory.read("output")
}
