import AssetModel
import DeviceDecoding
import Testing

/// Draws identities by the limits of the keys, not by the tables of the decoder.
struct IdentitySource {
    var random: SplitMix64

    enum Draw: CaseIterable {
        case random, lowest, highest
    }

    static let serialCharacters = Array(
        "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
    static let partCharacters = Array("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    static let supplierCharacters = Array("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")

    mutating func identity(_ scheme: BinaryScheme, prefixDigits: Int, draw: Draw) -> BinaryIdentity {
        let prefix = digits(prefixDigits, draw)
        let rest = rest(of: scheme, prefixDigits: prefixDigits, draw: draw)
        let hasPrefix = ![.gid, .usdod, .adi].contains(scheme.key)
        let filterMax = (1 << scheme.filterBits) - 1
        let filter = draw == .lowest ? 0 : draw == .highest ? filterMax : random.below(filterMax + 1)
        return BinaryIdentity(
            scheme: scheme, filter: UInt8(filter), values: (hasPrefix ? [prefix] : []) + rest)
    }

    private mutating func rest(of scheme: BinaryScheme, prefixDigits: Int, draw: Draw) -> [String] {
        let left = 12 - prefixDigits
        switch scheme {
        case .sgtin96: return [digits(left + 1, draw), number(274_877_906_943, draw)]
        case .sgtin198: return [digits(left + 1, draw), serial(20, draw)]
        case .sscc96, .gsrn96, .gsrnp96: return [digits(left + 5, draw)]
        case .sgln96, .gdti96: return [digits(left, draw), number(2_199_023_255_551, draw)]
        case .sgln195: return [digits(left, draw), serial(20, draw)]
        case .gdti174: return [digits(left, draw), serial(17, draw)]
        case .gdti113: return [digits(left, draw), digits(draw == .lowest ? 1 : 17, draw)]
        case .sgcn96: return [digits(left, draw), digits(draw == .lowest ? 1 : 12, draw)]
        case .grai96: return [digits(left, draw), number(274_877_906_943, draw)]
        case .grai170: return [digits(left, draw), serial(16, draw)]
        case .giai96: return [number(assetMax[left], draw)]
        case .giai202: return [serial(left + 18, draw)]
        case .cpi96: return [number(partMax[left], draw), number(2_147_483_647, draw)]
        case .cpiVar:
            let part = text(IdentitySource.partCharacters, 1...(left + 18), draw)
            return [part, number(999_999_999_999, draw)]
        case .itip110:
            return [digits(left + 1, draw), digits(2, draw), digits(2, draw), number(274_877_906_943, draw)]
        case .itip212: return [digits(left + 1, draw), digits(2, draw), digits(2, draw), serial(20, draw)]
        case .gid96:
            return [number(268_435_455, draw), number(16_777_215, draw), number(68_719_476_735, draw)]
        case .usdod96: return [supplier(draw), number(68_719_476_735, draw)]
        case .adiVar:
            let unmarked = IdentitySource.partCharacters.filter { $0 != "#" }
            let mark = draw == .random && random.below(2) == 0 ? "#" : ""
            return [
                supplier(draw), text(unmarked, 0...32, draw),
                mark + text(unmarked, 1...(30 - mark.count), draw),
            ]
        }
    }

    /// Largest asset reference of GIAI-96 and part reference of CPI-96, for 12...6 digits of company prefix.
    private let assetMax: [UInt64] = [42, 45, 48, 52, 55, 58, 62].map { (1 << $0) - 1 }
    private let partMax: [UInt64] = [999, 9_999, 99_999, 999_999, 9_999_999, 99_999_999, 999_999_999]

    private mutating func digits(_ count: Int, _ draw: Draw) -> String {
        String(
            (0..<count).map { _ in
                Character(String(draw == .lowest ? 0 : draw == .highest ? 9 : random.below(10)))
            })
    }

    private mutating func number(_ largest: UInt64, _ draw: Draw) -> String {
        String(draw == .lowest ? 0 : draw == .highest ? largest : random.next() % (largest + 1))
    }

    private mutating func serial(_ count: Int, _ draw: Draw) -> String {
        text(IdentitySource.serialCharacters, 1...count, draw)
    }

    private mutating func supplier(_ draw: Draw) -> String {
        text(IdentitySource.supplierCharacters, 5...6, draw)
    }

    private mutating func text(_ alphabet: [Character], _ lengths: ClosedRange<Int>, _ draw: Draw) -> String {
        let count =
            switch draw {
            case .lowest: lengths.lowerBound
            case .highest: lengths.upperBound
            case .random: lengths.lowerBound + random.below(lengths.count)
            }
        return String((0..<count).map { _ in alphabet[random.below(alphabet.count)] })
    }
}

struct TagDataRoundTripTests {
    @Test(arguments: BinaryScheme.allCases)
    func `every partition, the smallest, the largest and random values survive the bits`(
        scheme: BinaryScheme
    ) throws {
        var source = IdentitySource(random: SplitMix64(seed: UInt64(scheme.header)))
        for prefixDigits in 6...12 {
            let draws = [.lowest, .highest] + [IdentitySource.Draw](repeating: .random, count: 100)
            for draw in draws {
                let identity = source.identity(scheme, prefixDigits: prefixDigits, draw: draw)
                let bytes = try #require(identity.encoded, "\(identity)")
                #expect(
                    bytes.count % 2 == 0 && bytes.count <= EPCDescription.bytesMax
                        && bytes[0] == scheme.header)
                #expect(try BinaryIdentity(bytes: bytes) == identity)
                #expect(try BinaryIdentity(bytes: bytes + [0, 0]) == identity)
            }
        }
    }

    @Test(arguments: BinaryScheme.allCases)
    func `a changed bit is refused or is another identity, never the same`(scheme: BinaryScheme) throws {
        var source = IdentitySource(random: SplitMix64(seed: 0x5A ^ UInt64(scheme.header)))
        for _ in 0..<20 {
            let prefixDigits = 6 + source.random.below(7)
            let identity = source.identity(scheme, prefixDigits: prefixDigits, draw: .random)
            let bytes = try #require(identity.encoded)
            for bit in 8..<(bytes.count * 8) {
                var changed = bytes
                changed[bit / 8] ^= 0x80 >> UInt8(bit % 8)
                do throws(Rejection) {
                    let other = try BinaryIdentity(bytes: changed)
                    #expect(other != identity)
                    #expect(sameBits(other.encoded, changed))
                } catch {
                    #expect(error.reason == .malformedIdentity || error.reason == .identityLength)
                }
            }
        }
    }

    @Test(
        arguments: [
            (.sgtin96, 8, ["0614141", "812345", "1"]), (.sgtin96, 1, ["061414", "812345", "1"]),
            (.sgtin96, 1, ["06141", "81234567", "1"]), (.sgtin96, 1, ["0614141", "812345"]),
            (.sgtin96, 1, ["0614141", "812345", "1", "1"]), (.sgtin96, 1, ["0614141", "812345", "01"]),
            (.sgtin96, 1, ["0614141", "812345", ""]), (.sgtin96, 1, ["0614141", "812345", "274877906944"]),
            (.sgtin96, 1, ["061414a", "812345", "1"]), (.sgtin96, 1, ["0614141", "81234٣", "1"]),
            (.sgtin198, 1, ["0614141", "812345", ""]), (.sgtin198, 1, ["0614141", "812345", "a#b"]),
            (.sgtin198, 1, ["0614141", "812345", "123456789012345678901"]),
            (.giai96, 0, ["061414", "4611686018427387904"]),
            (.giai202, 0, ["061414112345", "1234567890123456789"]),
            (.cpi96, 0, ["061414112345", "1000", "1"]), (.cpiVar, 0, ["0614141", "abc", "1"]),
            (.cpiVar, 0, ["0614141", "ABC", "1000000000000"]), (.sgcn96, 0, ["0614141", "12345", ""]),
            (.gdti113, 0, ["0614141", "12345", "123456789012345678"]),
            (.itip110, 0, ["0614141", "012345", "1", "02", "3"]),
            (.gid96, 1, ["1", "2", "3"]), (.gid96, 0, ["268435456", "2", "3"]),
            (.usdod96, 16, ["2S194", "1"]),
            (.usdod96, 0, ["2S19", "1"]), (.usdod96, 0, ["2SI94", "1"]), (.adiVar, 0, ["2S194", "#1", "1"]),
            (.adiVar, 0, ["2S194", "1", "#"]), (.adiVar, 0, ["2S194", "1", "1#"]),
            (.adiVar, 0, ["2S194", "1", ""]),
        ] as [(BinaryScheme, UInt8, [String])])
    func `values that do not fit are not encoded`(scheme: BinaryScheme, filter: UInt8, values: [String]) {
        #expect(BinaryIdentity(scheme: scheme, filter: filter, values: values).encoded == nil)
    }

    @Test func `random bytes of every length and header never trap, and what is claimed is all of the bits`()
        throws
    {
        var random = SplitMix64(seed: 2026)
        let digits = Array("0123456789abcdef".utf8)
        var claimed: [String: Int] = [:]
        for index in 0..<200_000 {
            var bytes = (0..<(index % 63)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if !bytes.isEmpty { bytes[0] = UInt8(truncatingIfNeeded: index / 63) }
            // Half of them sparse, so that more than the refusals is reached.
            if index % 2 == 0 { for place in bytes.indices.dropFirst(6) { bytes[place] = 0 } }
            var text: [UInt8] = []
            for byte in bytes {
                text.append(digits[Int(byte >> 4)])
                text.append(digits[Int(byte & 15)])
            }
            let hex = String(decoding: text, as: UTF8.self)
            if index % 8 == 0, let epc = EPC(bytes: bytes) { _ = EPCDescription.describe(epc) }
            do throws(Rejection) {
                let description = try EPCDescription.describe(hex: hex)
                guard description.pureIdentityURI != nil else { continue }
                claimed[description.scheme ?? "", default: 0] += 1
                #expect(sameBits(try BinaryIdentity(bytes: bytes).encoded, bytes), "\(hex)")
            } catch {
                #expect(error.reason == .malformedIdentity || error.reason == .identityLength)
            }
        }
        #expect(claimed.count >= 10, "\(claimed)")
    }
}
