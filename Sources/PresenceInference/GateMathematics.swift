/// Functions that give the same bits on every machine, by + - × ÷ and square roots alone.
enum GateMathematics {
    /// 0...1 of the chances `2^x`: 2 to the power of minus `x`, straight between whole numbers (at most 6 %
    /// too large, which a weight bears).
    static func halved(_ times: Double) -> Double {
        guard times > 0 else { return 1 }
        guard times < 40 else { return 0 }
        var value = 1.0
        var left = times
        while left >= 1 {
            value *= 0.5
            left -= 1
        }
        return value * (1 - left / 2)
    }

    /// e to the power of x: the series near 0, doubled as often as needed. Beyond ±60 as at 60.
    static func exponential(_ x: Double) -> Double {
        guard x.isFinite else { return x > 0 ? exponential(60) : 0 }
        var rest = min(60, max(-60, x))
        var doublings = 0
        while rest.magnitude > 0.5 {
            rest /= 2
            doublings += 1
        }
        var (sum, term) = (1.0, 1.0)
        for number in 1...14 {
            term *= rest / Double(number)
            sum += term
        }
        for _ in 0..<doublings { sum *= sum }
        return sum
    }

    /// 0...1 from natural log-odds.
    static func chance(_ odds: Double) -> Double { 1 / (1 + exponential(-odds)) }

    /// Natural logarithm of a number above 0, by the series of atanh between 0.75 and 1.5.
    static func logarithm(_ x: Double) -> Double {
        guard x > 0, x.isFinite else { return x > 0 ? 60 : -60 }
        var (rest, doublings) = (x, 0)
        while rest > 1.5 { (rest, doublings) = (rest / 2, doublings + 1) }
        while rest < 0.75 { (rest, doublings) = (rest * 2, doublings - 1) }
        let part = (rest - 1) / (rest + 1)
        var (sum, term) = (0.0, part)
        for number in 0..<12 {
            sum += term / Double(2 * number + 1)
            term *= part * part
        }
        return 2 * sum + Double(doublings) * 0.693_147_180_559_945_3
    }
}
