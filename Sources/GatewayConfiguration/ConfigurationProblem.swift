/// One thing wrong in the configuration, with the place to mend it.
package struct ConfigurationProblem: Hashable, Sendable {
    /// As given on the command line.
    package var file: String
    /// 1-based; the nearest table or key above where the key itself is missing.
    package var line: Int
    /// As in the manual, `zone.site`, `reader.antenna.port`; the line tells which entry of a list it is.
    package var key: String
    package var chinese: String
    package var english: String

    package init(file: String, line: Int, key: String, chinese: String, english: String) {
        self.file = file
        self.line = line
        self.key = key
        self.chinese = chinese
        self.english = english
    }
}

extension ConfigurationProblem: CustomStringConvertible {
    /// `file:line: key: 中文 / English`, the form that editors jump to.
    package var description: String { "\(file):\(line): \(key): \(chinese) / \(english)" }
}

/// Everything that is wrong with a configuration, in the order of the file; never empty.
package struct ConfigurationErrors: Error, Sendable {
    package var problems: [ConfigurationProblem]

    package init(problems: [ConfigurationProblem]) {
        self.problems = problems
    }
}

extension ConfigurationErrors: CustomStringConvertible {
    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Where in the file something stands.
struct ConfigurationPlace: Hashable {
    var key: String
    var line: Int

    func child(_ name: String, line: Int? = nil) -> ConfigurationPlace {
        ConfigurationPlace(key: key.isEmpty ? name : key + "." + name, line: line ?? self.line)
    }
}

/// Collects all problems of one reading, so that an operator mends a file once and not ten times.
final class ProblemReport {
    let file: String
    private(set) var problems: [ConfigurationProblem] = []
    /// What is allowed but should be known: printed by `check`, logged at start, never a reason to refuse.
    private(set) var notes: [ConfigurationProblem] = []

    /// Beyond this many the file is of another kind, and more lines tell nothing.
    static let problemsMax = 200

    init(file: String) {
        self.file = file
    }

    func refuse(_ place: ConfigurationPlace, _ chinese: String, _ english: String) {
        add(problem(place, chinese, english), to: &problems)
    }

    func note(_ place: ConfigurationPlace, _ chinese: String, _ english: String) {
        add(problem(place, chinese, english), to: &notes)
    }

    /// In the order of the file; problems of one line in the order they were found.
    var errors: ConfigurationErrors? {
        if problems.isEmpty { return nil }
        let sorted = problems.enumerated().sorted {
            ($0.element.line, $0.offset) < ($1.element.line, $1.offset)
        }
        return ConfigurationErrors(problems: sorted.map(\.element))
    }

    /// A key that is read twice is still one problem.
    private func add(_ problem: ConfigurationProblem, to list: inout [ConfigurationProblem]) {
        guard list.count < ProblemReport.problemsMax, !list.contains(problem) else { return }
        list.append(problem)
    }

    private func problem(
        _ place: ConfigurationPlace, _ chinese: String, _ english: String
    ) -> ConfigurationProblem {
        ConfigurationProblem(file: file, line: place.line, key: place.key, chinese: chinese, english: english)
    }
}
