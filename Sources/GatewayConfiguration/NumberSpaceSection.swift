import AssetModel

/// `[number_space]`: which tags are ours, in hex of either case, kept in upper case.
struct NumberSpaceSection {
    private let section: SectionReader
    private let report: ProblemReport

    init(root: SectionReader) {
        report = root.report
        section = SectionReader(
            root.section("number_space"), known: ConfigurationKeys.numberSpace, report: root.report)
    }

    func read() -> NumberSpace {
        var space = NumberSpace()
        space.epcPrefixes = section.texts("epc_prefixes").compactMap { text, place in
            hex(text, at: place, digits: 1...EPC.bytesMax * 2)
        }
        space.ranges = readRanges()
        space.list = Set(section.texts("lists").compactMap { wholeTag($0.text, at: $0.place) })
        return space
    }

    /// `{ from = "…", to = "…" }` or `"FROM-TO"`, both ends included.
    private func readRanges() -> [NumberSpace.Range] {
        guard let node = section.table.entries["ranges"] else { return [] }
        guard case .list(let nodes) = node.value else {
            section.refuseKind(node, "列表", "a list")
            return []
        }
        return nodes.compactMap { entry in
            if let table = entry.table { return range(of: table) }
            guard let text = entry.text else {
                section.refuseKind(entry, "{ from, to } 或 \"FROM-TO\"", "{ from, to } or \"FROM-TO\"")
                return nil
            }
            let ends = text.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count == 2 else {
                report.refuse(entry.place, "应为 \"FROM-TO\"", "expected \"FROM-TO\"")
                return nil
            }
            return range(from: String(ends[0]), to: String(ends[1]), at: entry.place)
        }
    }

    private func range(of table: ConfigurationTable) -> NumberSpace.Range? {
        let ends = SectionReader(table, known: ConfigurationKeys.numberRange, report: report)
        let from = ends.requiredText("from")
        let to = ends.requiredText("to")
        guard let from, let to else { return nil }
        return range(from: from, to: to, at: ends.place("from"))
    }

    private func range(from: String, to: String, at place: ConfigurationPlace) -> NumberSpace.Range? {
        guard let from = wholeTag(from, at: place), let to = wholeTag(to, at: place) else { return nil }
        guard from.utf8.count == to.utf8.count, from <= to else {
            report.refuse(place, "两端位数须相同且 from ≤ to", "both ends need the same length, and from <= to")
            return nil
        }
        return NumberSpace.Range(from: from, to: to)
    }

    /// A whole EPC: 4...64 digits in steps of four.
    private func wholeTag(_ text: String, at place: ConfigurationPlace) -> String? {
        guard let digits = hex(text, at: place, digits: 4...EPC.bytesMax * 2) else { return nil }
        guard EPC(hex: digits) != nil else {
            report.refuse(
                place, "“\(text)”不是完整的 EPC：位数须为 4 的倍数",
                "\"\(text)\" is no whole EPC: the number of digits must divide by 4")
            return nil
        }
        return digits
    }

    private func hex(_ text: String, at place: ConfigurationPlace, digits: ClosedRange<Int>) -> String? {
        guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ HexDigit.value(of: $0) != nil }) else {
            report.refuse(
                place, "“\(text)”应为 \(digits.lowerBound)…\(digits.upperBound) 位十六进制",
                "\"\(text)\" should be \(digits.lowerBound)...\(digits.upperBound) hex digits")
            return nil
        }
        return text.uppercased()
    }
}
