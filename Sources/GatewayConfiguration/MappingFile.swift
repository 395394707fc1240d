package import AssetModel

/// The mappings of a file on their own: for `tally decode mapping FILE`, without the rest of a configuration.
package enum MappingFile {
    /// Takes a whole `tallyd.toml`, of which only `[[mapping]]` is looked at, or a file of `[[mapping]]`
    /// alone.
    ///
    /// - Parameter file: the name that problems are reported under.
    /// - Returns: the mappings in the order of the file, at least one.
    /// - Throws: all problems, each with file, line and key.
    package static func read(
        _ text: String, file: String
    ) throws(ConfigurationErrors) -> [PayloadMapping] {
        let report = ProblemReport(file: file)
        let mappings = read(text, report: report)
        if let errors = report.errors { throw errors }
        return mappings
    }

    /// As ``read(_:file:)``, from disk.
    package static func load(path: String) throws(ConfigurationErrors) -> [PayloadMapping] {
        let report = ProblemReport(file: path)
        let mappings = ConfigurationFile.read(path, report: report).map { read($0, report: report) }
        if let errors = report.errors { throw errors }
        return mappings ?? []
    }

    private static func read(_ text: String, report: ProblemReport) -> [PayloadMapping] {
        guard let table = ConfigurationTable.read(text, report: report) else { return [] }
        let root = SectionReader(table, known: ConfigurationKeys.root, report: report)
        let mappings = MappingSection.readAll(root).map(\.mapping)
        if mappings.isEmpty {
            report.refuse(
                root.place("mapping"), "文件里没有 [[mapping]]", "there is no [[mapping]] in the file")
        }
        return mappings
    }
}
