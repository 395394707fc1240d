import AssetModel

/// `[register]`: how the books come in.
package struct RegisterConfiguration: Sendable, Equatable {
    /// Holds `inbox/`, `done/` and `failed/`: files dropped into `inbox/` are imported. `nil`: no folder is
    /// watched.
    package var directory: String?
    /// One bad line refuses the whole file.
    package var strict = false
    package var headings = Headings.auto

    /// Which columns a file is taken to have.
    package enum Headings: String, Sendable, CaseIterable {
        /// By the file's own headings.
        case auto
        case chineseGeneric = "cn-generic"
        case chineseStocktake = "cn-pandian"
    }

    package init() {}
}

extension ConfigurationReader {
    func readRegister(_ table: ConfigurationTable) -> RegisterConfiguration {
        let section = SectionReader(table, known: ConfigurationKeys.register, report: report)
        var register = RegisterConfiguration()
        if section.has("directory"), let path = section.requiredText("directory") {
            if !path.hasPrefix("/") {
                report.refuse(
                    section.place("directory"), "需要以 / 开头的完整路径", "needs a full path, beginning with /")
            }
            register.directory = path
        }
        register.strict = section.flag("strict", default: register.strict)
        register.headings = section.word("headings", default: register.headings)
        return register
    }
}
