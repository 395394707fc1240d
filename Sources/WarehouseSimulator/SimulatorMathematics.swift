/// The two functions that the physics of the world needs, from the four operations of arithmetic alone, so
/// that a world has the same bytes on every machine: mathematical libraries differ in the last bit.

/// ln(x) for x > 0, to about 15 digits: x = m · 2^e with m in 0.7...1.4, then the series of 2·artanh.
package func naturalLogarithm(_ x: Double) -> Double {
    precondition(x > 0, "no logarithm of \(x)")
    var mantissa = x.significand
    var exponent = Double(x.exponent)
    if mantissa > 1.414_213_562_373_095_1 {
        mantissa /= 2
        exponent += 1
    }
    let ratio = (mantissa - 1) / (mantissa + 1)
    let square = ratio * ratio
    var term = ratio
    var sum = 0.0
    // |ratio| ≤ 0.172, so the 12th term is below 10^-18.
    for odd in stride(from: 1.0, through: 23.0, by: 2.0) {
        sum += term / odd
        term *= square
    }
    return 2 * sum + exponent * logarithmOfTwo
}

/// log10(x) for x > 0.
package func decimalLogarithm(_ x: Double) -> Double { naturalLogarithm(x) / 2.302_585_092_994_045_7 }

/// e^x, to about 15 digits; 0 far below the smallest number. x = k·ln 2 + r with |r| ≤ 0.35, then Taylor.
package func exponential(_ x: Double) -> Double {
    guard x > -700 else { return 0 }
    precondition(x < 700, "e^\(x) is out of range")
    let power = (x / logarithmOfTwo).rounded()
    let rest = x - power * logarithmOfTwo
    var term = 1.0
    var sum = 1.0
    for number in 1...16 {
        term *= rest / Double(number)
        sum += term
    }
    return Double(sign: .plus, exponent: Int(power), significand: sum)
}

private let logarithmOfTwo = 0.693_147_180_559_945_3
