import AssetModel

/// An identity in a '+' or '++' scheme: what its element string says.
///
/// The headers collide with numbers that owners made up themselves, so every digit has to be 0...9, every
/// check digit right, every character allowed, and what follows has to be what the data toggle announces.
/// Otherwise it is no identity of GS1.
struct PlusIdentity: Hashable, Sendable {
    let scheme: PlusScheme
    let elementString: String

    private static let filterBits = 3

    /// - Parameter bytes: from bit 20h of the EPC bank, zeros behind the end allowed.
    /// - Throws: `malformedIdentity` or `identityLength`; the caller takes the bits as raw then.
    init(bytes: [UInt8]) throws(Rejection) {
        guard let scheme = bytes.first.flatMap(PlusScheme.init(rawValue:)) else {
            throw Rejection(.malformedIdentity, offset: 0)
        }
        self.scheme = scheme
        guard scheme.hasDisputedNumber else {
            elementString = try PlusIdentity.elements(of: bytes, scheme: scheme, numbers: .integer)
            return
        }
        // The host name behind the number has to make sense in one of the two readings, and only in one.
        var readings: Set<String> = []
        for packing in [NumberPacking.integer, .digits] {
            do throws(Rejection) {
                readings.insert(try PlusIdentity.elements(of: bytes, scheme: scheme, numbers: packing))
            } catch {
                // The other reading, or none.
            }
        }
        guard readings.count == 1, let elements = readings.first else {
            throw Rejection(.malformedIdentity, offset: 0)
        }
        elementString = elements
    }

    private static func elements(
        of bytes: [UInt8], scheme: PlusScheme, numbers packing: NumberPacking
    ) throws(Rejection) -> String {
        var reader = BitFieldReader(bytes)
        _ = try reader.take(8)
        let hasData = try reader.take(1) == 1
        _ = try reader.take(filterBits)
        var elements = ""
        var date = ""
        for piece in scheme.pieces {
            let start = reader.offsetBits
            guard let element = try piece.element(from: &reader, numbers: packing) else {
                throw BitFieldReader.refusal(ofBit: start)
            }
            if piece == .date { date = element } else { elements += element }
        }
        guard try isEnd(reader, of: scheme, hasData: hasData) else {
            throw BitFieldReader.refusal(ofBit: reader.offsetBits)
        }
        return elements + date
    }

    private static func isEnd(
        _ reader: BitFieldReader, of scheme: PlusScheme, hasData: Bool
    ) throws(Rejection) -> Bool {
        guard scheme.hasHostName else { return reader.holdsData(hasData) }
        let name = try PlusHostName(reader)
        return scheme.needsHostName ? try name.isPlausible(hasData: hasData) : name.isAnnounced
    }
}

/// How the serial numbers of CPI and SGCN are packed behind their length.
enum NumberPacking: Sendable {
    /// As one integer: the '+' schemes.
    case integer
    /// Four bits a digit: so in published examples of the '++' schemes.
    case digits
}
