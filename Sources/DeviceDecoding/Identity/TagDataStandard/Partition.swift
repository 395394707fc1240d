/// How the digits that a GS1 company prefix shares with the number behind it are divided between the two.
///
/// | partition | prefix bits | prefix digits |
/// | --- | --- | --- |
/// | 0 | 40 | 12 |
/// | 1 | 37 | 11 |
/// | 2 | 34 | 10 |
/// | 3 | 30 | 9 |
/// | 4 | 27 | 8 |
/// | 5 | 24 | 7 |
/// | 6 | 20 | 6 |
///
/// 7 is not assigned. The number behind takes the bits and the digits that are left of a sum which is the
/// same in every row, 44 bits and 13 digits for SGTIN.
/// - Source: GS1 EPC Tag Data Standard, partition tables.
struct Partition: Hashable, Sendable {
    /// 0...6.
    let value: UInt64

    init?(_ value: UInt64) {
        guard value <= 6 else { return nil }
        self.value = value
    }

    /// - Parameter prefixDigits: 6...12.
    init?(prefixDigits: Int) {
        guard (6...12).contains(prefixDigits) else { return nil }
        value = UInt64(12 - prefixDigits)
    }

    static let width = 3

    var prefixDigits: Int { 12 - Int(value) }

    var prefixBits: Int {
        switch value {
        case 0: return 40
        case 1: return 37
        case 2: return 34
        case 3: return 30
        case 4: return 27
        case 5: return 24
        default: return 20
        }
    }

    /// Bits and digits of the prefix; none of either where the scheme has no prefix.
    static func share(_ partition: Partition?) -> (bits: Int, digits: Int) {
        partition.map { ($0.prefixBits, $0.prefixDigits) } ?? (0, 0)
    }
}
