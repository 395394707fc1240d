/// How many, or how large, as registers write it: `1`, `12台`, `35.5㎡`.
struct QuantityText: Equatable {
    /// Without commas, with its unit; an area always ends in `㎡`.
    let text: String
    let isArea: Bool
    /// Exactly one item.
    let isOne: Bool

    /// - Parameter text: folded, without commas, not empty.
    /// - Parameter unit: the cell of the column 计量单位, empty where there is none.
    init?(_ text: String, unit: String) {
        guard let number = QuantityText.number(in: text) else { return nil }
        let ownUnit = text.dropFirst(number.count).filter { $0 != " " }
        isArea = QuantityText.isArea(ownUnit.isEmpty ? unit : String(ownUnit))
        self.text = isArea ? number + "㎡" : text
        isOne = !isArea && QuantityText.plain(number) == "1"
    }

    /// Whether both say the same number, whatever their units: `2` and `2.00台`.
    static func isSame(_ one: String, _ other: String) -> Bool {
        guard let left = number(in: one), let right = number(in: other) else { return false }
        return plain(left) == plain(right)
    }

    /// `12` of `12台`; `nil` where the text does not begin with a number.
    private static func number(in text: String) -> Substring? {
        let number = text.prefix { $0.isASCII && ($0.isWholeNumber || $0 == ".") }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        return number
    }

    /// Without zeros that say nothing: `01.50` is `1.5`, `0.0` is `0`.
    private static func plain(_ number: Substring) -> String {
        let parts = number.split(separator: ".")
        let whole = parts.first.map { $0.drop { $0 == "0" } } ?? ""
        let fraction = parts.count > 1 ? parts[1].reversed().drop { $0 == "0" }.reversed() : []
        return (whole.isEmpty ? "0" : String(whole)) + (fraction.isEmpty ? "" : "." + String(fraction))
    }

    private static func isArea(_ unit: String) -> Bool {
        ["㎡", "平方米", "m2", "m²", "平米", "平方"].contains(unit.lowercased())
    }
}

/// What a stocktaking sheet says about a card.
enum StocktakeText {
    /// Nothing, not counted yet, or found as the books say: `正常`, `A-正确`, `账实相符`.
    static func agrees(_ text: String) -> Bool {
        guard let dash = text.firstIndex(of: "-"), text[..<dash].allSatisfy(\.isASCII) else {
            return words.contains(text)
        }
        return words.contains(String(text[text.index(after: dash)...]))
    }

    private static let words: Set<String> = [
        "", "正常", "相符", "账实相符", "正确", "一致", "无误", "无差异", "已盘", "已盘点", "待盘", "未盘", "未盘点",
    ]
}
