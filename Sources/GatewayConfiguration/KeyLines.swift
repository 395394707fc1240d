/// On which line each key of a TOML text stands.
///
/// The TOML reader checks the grammar and gives the values but not their positions; this scan gives the
/// positions and trusts the grammar. Where the text is no TOML, so is the result no use; it never traps.
///
/// It also finds the statements that the reader itself cannot take, so that they are refused and do not end
/// the process: toml++ 3.4.0 checks by assertion that a header begins with a key and a time with a digit, and
/// has no limit to dotted keys.
///
/// A path is the list of keys from the root; `#0`, `#1`, … are the entries of a list:
/// `["reader", "#1", "antenna", "#0", "port"]`.
struct KeyLines {
    private let lines: [String: Int]
    /// The first statement that must not reach the TOML reader.
    let fault: Fault?

    /// A statement by its place; whatever stands before it is for the reader to judge.
    struct Fault {
        /// Bytes of the text before the statement.
        var offset: Int
        var line: Int
        var chinese: String
        var english: String
    }

    /// No section of ours is deeper than three.
    static let dottedKeysMax = 16
    /// The TOML reader's own limit of values in values.
    static let nestingMax = 256

    init(scanning source: String) {
        var scan = SourceScan(Array(source.utf8))
        scan.run()
        lines = scan.lines
        fault = scan.fault
    }

    /// The line of a path, 1-based; of its nearest ancestor where the path itself does not stand in the text.
    func line(of path: [String]) -> Int {
        var path = path
        while !path.isEmpty {
            if let line = lines[KeyLines.identity(path)] { return line }
            path.removeLast()
        }
        return 1
    }

    /// A separator that cannot be typed in a bare key, so that `"a.b"` and `a.b` stay apart.
    static func identity(_ path: [String]) -> String { path.joined(separator: "\u{1F}") }

    static func element(_ index: Int) -> String { "#\(index)" }
}
