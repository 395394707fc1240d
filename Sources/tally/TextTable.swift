/// Columns of text for a terminal. Hanzi take two places there, so texts are measured, not counted.
struct TextTable {
    var headings: [String]
    var rows: [[String]] = []

    /// Between two columns.
    private static let gap = "  "

    var lines: [String] {
        let all = [headings] + rows.map { row in row.map { DisplayText.plain($0) } }
        var widths = [Int](repeating: 0, count: headings.count)
        for row in all {
            for (column, cell) in row.enumerated() where column < widths.count {
                widths[column] = max(widths[column], DisplayText.width(of: cell))
            }
        }
        return all.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : DisplayText.padded(cell, to: widths[column])
            }
            return cells.joined(separator: TextTable.gap)
        }
    }
}

/// Labels with their values below one another.
struct FieldList {
    private(set) var fields: [(label: String, value: String)] = []

    mutating func add(_ label: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        fields.append((label, DisplayText.plain(value)))
    }

    var lines: [String] {
        let width = fields.map { DisplayText.width(of: $0.label) }.max() ?? 0
        return fields.map { DisplayText.padded($0.label, to: width) + "  " + $0.value }
    }
}

enum DisplayText {
    /// Places that a text takes in a terminal: 2 for wide characters (Unicode Standard Annex #11, W and F), 0
    /// for combining marks, else 1.
    static func width(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width(of: $1) }
    }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return wide.contains { $0.contains(value) } ? 2 : 1
        }
    }

    /// Hangul jamo, CJK and its punctuation, kana, Yi, Hangul, compatibility and full-width forms, emoji, and
    /// the planes of further ideographs.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD,
    ]

    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - self.width(of: text)))
    }

    /// Control characters out of names would steer the terminal.
    static func plain(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isControl($0) }) else { return text }
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { plain.append(isControl(scalar) ? "\u{FFFD}" : scalar) }
        return String(plain)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }
}
