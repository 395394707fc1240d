package import AssetModel
import OperatorAPI

/// One line of the journal, in the one form:
///
///     2026-11-21T09:14:03.412+08:00 WARN  LOCATION_MISMATCH 位置不符 id=D-… asset=… exp=… act=… n=14
///
/// The code comes first, for searching; then a word, for people; then keys in English. Whatever a field
/// holds, it is one line, shows no full plate and cannot pass for another field.
package struct LogLine: Sendable, Equatable {
    package var at: UTCInstant
    package var level: OperatorLevel
    /// Upper case, what people search for, and the cause that the rate is limited by.
    package var code: String
    package var word: String
    package var fields: [Field]

    package struct Field: Sendable, Equatable {
        package var key: String
        package var value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    package init(at: UTCInstant, level: OperatorLevel, code: String, word: String, fields: [Field] = []) {
        self.at = at
        self.level = level
        self.code = code
        self.word = word
        self.fields = fields
    }

    /// The smallest size of a pipe's atomic write on Linux: lines of several threads never mix.
    package static let bytesMax = 4_096
    /// Enough for a path or a reason; what is longer is payload and belongs into the quarantine.
    package static let valueCharactersMax = 300

    /// - Parameter showsPriority: begin with `<4>`, which the journal takes away and files the line under.
    /// - Returns: the line without its line end.
    package func text(offsetMinutes: Int, showsPriority: Bool) -> String {
        var text = showsPriority ? "<\(level.journalPriority)>" : ""
        text += at.rfc3339(offsetMinutes: offsetMinutes) + " " + level.name + " " + LogLine.plain(code)
        if !word.isEmpty { text += " " + LogLine.plain(word) }
        for field in fields { text += " " + LogLine.key(field.key) + "=" + LogLine.value(field.value) }
        return LogLine.cut(text, toBytes: LogLine.bytesMax - 1)
    }

    // MARK: what may stand where

    private static func key(_ key: String) -> String {
        let safe = key.unicodeScalars.map { scalar -> Character in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isPlain || scalar == "_" || scalar == "." || scalar == "-" ? Character(scalar) : "_"
        }
        return safe.isEmpty ? "_" : String(safe)
    }

    private static func value(_ value: String) -> String {
        var shown = PlateMask.mask(in: value)
        if shown.count > valueCharactersMax { shown = shown.prefix(valueCharactersMax) + "…" }
        let isPlainWord =
            !shown.isEmpty && !shown.unicodeScalars.contains { " \"=".unicodeScalars.contains($0) }
        return isPlainWord ? plain(shown) : "\"" + plain(shown, escapesQuotes: true) + "\""
    }

    /// Without anything that moves the cursor, breaks the line or turns the direction of reading.
    private static func plain(_ text: String, escapesQuotes: Bool = false) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": plain += "\\n"
            case "\r": plain += "\\r"
            case "\t": plain += "\\t"
            case "\\": plain += "\\\\"
            case "\"" where escapesQuotes: plain += "\\\""
            default:
                let category = scalar.properties.generalCategory
                let isHidden = [.control, .format, .lineSeparator, .paragraphSeparator].contains(category)
                if isHidden {
                    plain += "\\u{" + String(scalar.value, radix: 16) + "}"
                } else {
                    plain.unicodeScalars.append(scalar)
                }
            }
        }
        return plain
    }

    /// Cuts at a character, so that what is left is still UTF-8.
    private static func cut(_ text: String, toBytes limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        let mark = "…"
        var kept = text
        while kept.utf8.count > limit - mark.utf8.count { kept.removeLast() }
        return kept + mark
    }
}
