/// Amounts of money as registers write them, exact to the fen (1/100 yuan). No floating point is involved.
package enum MoneyText {
    /// What a plain number in the cell counts.
    package enum Unit: Sendable, Equatable {
        case yuan
        /// 万元, as statistical forms have it.
        case tenThousandYuan

        /// Decimal places that still mean whole fen.
        fileprivate var decimals: Int { self == .yuan ? 2 : 6 }
    }

    /// Reads `5499`, `12,345.60`, `￥12,345.60`, `-88.00`, `(88.00)`, `5499元`, `0.5499万元`.
    ///
    /// - Parameter text: folded text, not empty.
    /// - Parameter unit: the unit of the heading; a unit in the cell itself goes before it.
    /// - Returns: fen; `nil` where it is no amount, has commas out of place, is finer than a fen or beyond
    ///   `Int64`.
    package static func fen(_ text: String, unit: Unit = .yuan) -> Int64? {
        var unit = unit
        var rest = Substring(CellText.withoutSpaces(text))
        var isNegative = false
        if rest.hasPrefix("("), rest.hasSuffix(")") {
            rest = rest.dropFirst().dropLast()
            isNegative = true
        }
        if rest.hasSuffix("万元") {
            rest = rest.dropLast(2)
            unit = .tenThousandYuan
        } else if rest.hasSuffix("元") {
            rest = rest.dropLast()
            unit = .yuan
        }
        for _ in 0..<2 {
            if let first = rest.first, currencySigns.contains(first) {
                rest = rest.dropFirst()
            } else if let first = rest.first, minusSigns.contains(first), !isNegative {
                rest = rest.dropFirst()
                isNegative = true
            }
        }
        guard let size = scaled(rest, decimals: unit.decimals) else { return nil }
        return isNegative ? -size : size
    }

    /// `-12345.60`: yuan with two decimals.
    package static func yuan(_ fen: Int64) -> String {
        let (whole, rest) = fen.magnitude.quotientAndRemainder(dividingBy: 100)
        return (fen < 0 ? "-" : "") + "\(whole)." + (rest < 10 ? "0\(rest)" : "\(rest)")
    }

    private static let currencySigns: Set<Character> = ["¥", "￥"]
    /// ASCII hyphen and U+2212.
    private static let minusSigns: Set<Character> = ["-", "−"]

    /// `12,345.60` at 2 decimals → 1234560. Further decimals must be zeros.
    private static func scaled(_ text: Substring, decimals: Int) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, let digits = ungrouped(whole), !digits.isEmpty else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard let next = pushed(digit, onto: value) else { return nil }
            value = next
        }
        let fraction = parts.count == 2 ? Array(parts[1].utf8) : []
        guard parts.count == 1 || !fraction.isEmpty else { return nil }
        for place in 0..<max(decimals, fraction.count) {
            let digit = place < fraction.count ? fraction[place] : 0x30
            if place >= decimals {
                guard digit == 0x30 else { return nil }
                continue
            }
            guard let next = pushed(digit, onto: value) else { return nil }
            value = next
        }
        return value
    }

    /// The digits of a whole number whose commas, if any, stand before groups of three.
    private static func ungrouped(_ text: Substring) -> [UInt8]? {
        let groups = text.utf8.split(separator: 0x2C, omittingEmptySubsequences: false)
        guard groups.count > 1 else { return Array(text.utf8) }
        guard let first = groups.first, (1...3).contains(first.count),
            groups.dropFirst().allSatisfy({ $0.count == 3 })
        else { return nil }
        return groups.flatMap { Array($0) }
    }

    private static func pushed(_ digit: UInt8, onto value: Int64) -> Int64? {
        guard (0x30...0x39).contains(digit) else { return nil }
        let (tenfold, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, beyond) = tenfold.addingReportingOverflow(Int64(digit - 0x30))
        return tooLarge || beyond ? nil : sum
    }
}
