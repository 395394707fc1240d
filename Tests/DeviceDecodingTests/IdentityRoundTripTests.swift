import AssetModel
import DeviceDecoding
import Testing

/// Draws element strings of the '+' schemes by the limits of their identifiers.
private struct PlusSource {
    var random: SplitMix64

    mutating func digits(_ count: Int) -> String {
        String((0..<count).map { _ in Character(String(random.below(10))) })
    }

    /// - Parameter kind: the alphabet, 0...5, as ``PlusBits`` numbers the encodings.
    mutating func text(_ lengths: ClosedRange<Int>, kind: Int) -> String {
        let alphabet = PlusBits.alphabets[kind]
        let count = lengths.lowerBound + random.below(lengths.count)
        return String((0..<count).map { _ in alphabet[random.below(alphabet.count)] })
    }

    mutating func key(_ digits: Int) -> String { closedByCheckDigit(self.digits(digits - 1)) }

    mutating func number() -> String { digits(1 + random.below(12)) }

    mutating func elements(_ scheme: String, kind: Int) -> String {
        switch scheme {
        case "sgtin": return "(01)\(key(14))(21)\(text(1...20, kind: kind))"
        case "dsgtin":
            let date = ["11", "13", "15", "16", "17", "7006", "7007"][random.below(7)]
            let day = twoDigits(0...28)
            return
                "(01)\(key(14))(21)\(text(1...20, kind: kind))(\(date))\(digits(2))\(twoDigits(1...12))\(day)"
        case "sscc": return "(00)\(key(18))"
        case "gsrn": return "(8018)\(key(18))"
        case "gsrnp": return "(8017)\(key(18))"
        case "sgln":
            let tail = text(1...20, kind: kind)
            return "(414)\(key(13))" + (tail == "0" ? "" : "(254)\(tail)")
        case "grai": return "(8003)0\(key(13))\(text(1...16, kind: kind))"
        case "gdti": return "(253)\(key(13))\(text(1...17, kind: kind))"
        case "sgcn": return "(255)\(key(13))\(number())"
        case "itip": return "(8006)\(key(14))\(digits(4))(21)\(text(1...20, kind: kind))"
        case "giai": return "(8004)\(digits(4 + random.below(8)))\(text(1...18, kind: kind))"
        default:
            let part = random.below(2) == 0 ? digits(1 + random.below(18)) : text(1...18, kind: 1)
            return "(8010)\(digits(4 + random.below(8)))\(part)(8011)\(number())"
        }
    }

    private mutating func twoDigits(_ range: ClosedRange<Int>) -> String {
        let number = range.lowerBound + random.below(range.count)
        return (number < 10 ? "0" : "") + String(number)
    }
}

struct IdentityRoundTripTests {
    /// Every text that an identity has, encoded again.
    private func expectRoundTrip(_ description: EPCDescription, prefixDigits: Int) throws {
        let name = try #require(description.scheme)
        let scheme = try #require(EPCEncoding.Scheme(name: name))
        let uri = try #require(description.tagURI)
        #expect(try EPCEncoding().encode(uri).description.tagURI == uri)
        let asked = EPCEncoding(
            scheme: scheme, filter: description.filter, companyPrefixDigits: prefixDigits)
        let pure = try #require(description.pureIdentityURI)
        #expect(try asked.encode(pure).description.tagURI == uri, "\(pure)")
        guard let elements = description.elementString, let link = description.digitalLink else { return }
        #expect(try asked.encode(link).description.tagURI == uri, "\(link)")
        #expect(try asked.encode(elements).description.tagURI == uri, "\(elements)")
    }

    @Test(arguments: BinaryScheme.allCases)
    func `every text of every identity encodes to the same bits`(scheme: BinaryScheme) throws {
        var source = IdentitySource(random: SplitMix64(seed: 0xE4C ^ UInt64(scheme.header)))
        for prefixDigits in 6...12 {
            let draws = [.lowest, .highest] + [IdentitySource.Draw](repeating: .random, count: 80)
            for draw in draws {
                let identity = source.identity(scheme, prefixDigits: prefixDigits, draw: draw)
                let bytes = try #require(identity.encoded)
                let hex = PlusBits.hex(bytes)
                let description = try EPCDescription.describe(hex: hex)
                #expect(description.scheme == scheme.name)
                #expect(EPCEncoding.Scheme(name: scheme.name) == .binary(scheme))
                try expectRoundTrip(description, prefixDigits: prefixDigits)
                #expect(try EPCEncoding().encode(hex).bytes == bytes)
            }
        }
    }

    @Test(
        arguments: [
            (.sgtin198, 20), (.sgln195, 20), (.grai170, 16), (.giai202, 18), (.gdti174, 17), (.itip212, 20),
        ] as [(BinaryScheme, Int)])
    func `every character at every place of a serial number, and every length`(
        scheme: BinaryScheme, length: Int
    ) throws {
        let middle: [String] =
            switch scheme {
            case .sgtin198: ["9"]
            case .sgln195, .grai170, .gdti174: [""]
            case .itip212: ["9", "01", "02"]
            default: []
            }
        for character in IdentitySource.serialCharacters {
            for count in 1...length {
                let serial = String(repeating: character, count: count)
                let identity = BinaryIdentity(
                    scheme: scheme, filter: 1, values: ["061414112345"] + middle + [serial])
                let bytes = try #require(identity.encoded, "\(identity)")
                #expect(try BinaryIdentity(bytes: bytes) == identity)
                let uri = try EPCEncoding().encode(PlusBits.hex(bytes)).description.tagURI
                #expect(try EPCEncoding().encode(try #require(uri)).bytes == bytes)
            }
        }
    }

    @Test(arguments: BinaryScheme.allCases)
    func `every filter value survives`(scheme: BinaryScheme) throws {
        var source = IdentitySource(random: SplitMix64(seed: UInt64(scheme.header) << 8))
        for filter in 0..<(1 << scheme.filterBits) {
            let drawn = source.identity(scheme, prefixDigits: 6 + filter % 7, draw: .random)
            let identity = BinaryIdentity(scheme: scheme, filter: UInt8(filter), values: drawn.values)
            let bytes = try #require(identity.encoded)
            let description = try EPCDescription.describe(hex: PlusBits.hex(bytes))
            #expect(description.filter == (scheme.filterBits > 0 ? UInt8(filter) : nil))
            #expect(try EPCEncoding().encode(try #require(description.tagURI)).bytes == bytes)
        }
    }

    @Test(arguments: PlusScheme.allCases)
    func `every element string of TDS 2 survives the bits, in every encoding`(scheme: PlusScheme) throws {
        var source = PlusSource(random: SplitMix64(seed: UInt64(scheme.rawValue)))
        let word = scheme.name.replacing("+", with: "")
        for index in 0..<1_000 {
            let elements = source.elements(word, kind: index % 6)
            let filter = UInt8(index % 8)
            var asked = EPCEncoding(scheme: .plus(scheme), filter: filter)
            if scheme.hasHostName {
                // Only a link names a host.
                asked.scheme = nil
                let plain = try asked.encode(elements).description
                let link = try #require(plain.digitalLink).replacing("id.gs1.org", with: "qr.example.cn")
                asked.scheme = .plus(scheme)
                let encoded = try asked.encode(link)
                #expect(encoded.description.elementString == elements, "\(link)")
                #expect(encoded.description.scheme == scheme.name)
            } else {
                let encoded = try asked.encode(elements)
                #expect(encoded.description.elementString == elements)
                #expect(encoded.description.scheme == scheme.name)
                #expect(encoded.description.filter == filter)
                let link = try #require(encoded.description.digitalLink)
                #expect(try asked.encode(link) == encoded)
            }
        }
    }
}
