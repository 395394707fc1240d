import AssetModel

/// A few short ASCII texts behind each other, held inline: the values of an identity, or of its element
/// string. The text that is being written is open until `close()`.
struct TagValues {
    /// The longest identity, ADI-var, has 6, 32 and 30 characters.
    private static let charactersMax = 96
    private static let valuesMax = 6

    private var characters = InlineArray<96, UInt8>(repeating: 0)
    /// Where each closed text ends.
    private var ends = InlineArray<6, UInt8>(repeating: 0)
    private(set) var count = 0
    /// Where the open text ends.
    private var end = 0

    init() {}

    /// - Parameter values: ASCII; what is longer than any identity is cut, and no identity then.
    init(_ values: some Sequence<String>) {
        for value in values {
            append(value)
            close()
        }
    }

    subscript(index: Int) -> Range<Int> {
        guard index < count else { return 0..<0 }
        return (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
    }

    var last: Range<Int> { self[count - 1] }

    /// The text written since the last `close()`.
    var open: Range<Int> { (count == 0 ? 0 : Int(ends[count - 1]))..<end }

    @inline(__always)
    func character(_ place: Int) -> UInt8 { characters[place] }

    func string(_ index: Int) -> String {
        String(decoding: self[index].map(character), as: UTF8.self)
    }

    @inline(__always)
    mutating func append(_ ascii: UInt8) {
        guard end < TagValues.charactersMax else { return }
        characters[end] = ascii
        end += 1
    }

    mutating func append(_ text: String) {
        for ascii in text.utf8 { append(ascii) }
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { for ascii in $0 { append(ascii) } }
    }

    mutating func append(_ range: Range<Int>, of other: TagValues) {
        for place in range { append(other.characters[place]) }
    }

    /// Decimal digits, with zeros in front up to `digits`; none for 0 in no digits. `false` where the number
    /// needs more.
    mutating func appendPadded(_ number: some FixedWidthInteger & UnsignedInteger, digits: Int)
        -> Bool
    {
        guard end + digits <= TagValues.charactersMax else { return false }
        var rest = number
        for place in stride(from: end + digits - 1, through: end, by: -1) {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            characters[place] = 0x30 + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        end += digits
        return rest == 0
    }

    /// Decimal digits without zeros in front; `false` where there are more than `digitsMax`.
    mutating func appendPlain(_ number: UInt64, digitsMax: Int) -> Bool {
        var size = 1
        var rest = number / 10
        while rest > 0 {
            size += 1
            rest /= 10
        }
        return size <= digitsMax && appendPadded(number, digits: size)
    }

    /// The check digit of the open text.
    mutating func appendCheckDigit() {
        append(checkDigit(of: open))
    }

    /// Weights 3, 1, 3, … from the right (GS1 General Specifications, section 7.9.1).
    func checkDigit(of range: Range<Int>) -> UInt8 {
        var sum = 0
        var weight = 3
        for place in range.reversed() {
            sum += (Int(characters[place]) - 0x30) * weight
            weight = 4 - weight
        }
        return 0x30 + UInt8(truncatingIfNeeded: (10 - sum % 10) % 10)
    }

    /// Ends the open text; the next begins behind it.
    mutating func close() {
        guard count < TagValues.valuesMax else { return }
        ends[count] = UInt8(end)
        count += 1
    }

    /// Opens the text closed last.
    mutating func reopen() {
        count = max(0, count - 1)
    }

    func allSatisfy(_ range: Range<Int>, _ isAllowed: (UInt8) -> Bool) -> Bool {
        for place in range where !isAllowed(characters[place]) { return false }
        return true
    }

    /// Whether both hold the same texts.
    func isSame(as other: TagValues) -> Bool {
        guard count == other.count, end == other.end else { return false }
        for index in 0..<count where ends[index] != other.ends[index] { return false }
        for place in 0..<end where characters[place] != other.characters[place] { return false }
        return true
    }
}

/// Writes UTF-8 into memory of the caller and counts on beyond its end, so that the size needed is known.
struct TextSink {
    private let buffer: UnsafeMutableRawBufferPointer
    /// Bytes of the whole text, also those that had no room.
    private(set) var count = 0

    init(_ buffer: UnsafeMutableRawBufferPointer) {
        self.buffer = buffer
    }

    @inline(__always)
    mutating func write(_ ascii: UInt8) {
        if count < buffer.count { buffer[count] = ascii }
        count += 1
    }

    mutating func write(_ text: StaticString) {
        let bytes = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        let fitting = min(bytes.count, max(0, buffer.count - count))
        if fitting > 0 {
            UnsafeMutableRawBufferPointer(rebasing: buffer[count..<(count + fitting)])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<fitting]))
        }
        count += bytes.count
    }

    /// A text without allowance for what needs an escape.
    mutating func write(_ range: Range<Int>, of values: TagValues) {
        for place in range { write(values.character(place)) }
    }

    /// As it stands in an element string: as it is, but `\(` where the bracket and the digits behind it would
    /// be taken for an application identifier.
    mutating func writeElement(_ range: Range<Int>, of values: TagValues) {
        for place in range {
            let rest = range.upperBound - place
            if GS1Text.bracketedDigits(rest, { values.character(place + $0) }) != nil { write(0x5C) }
            write(values.character(place))
        }
    }

    /// As it stands in an EPC URN.
    mutating func writeURN(_ range: Range<Int>, of values: TagValues) {
        for place in range {
            let ascii = values.character(place)
            if GS1Text.needsURNEscape(ascii) { writeEscaped(ascii) } else { write(ascii) }
        }
    }

    /// As it stands in a GS1 Digital Link: letters, digits, `-`, `.`, `_` and nothing else as it is.
    mutating func writeLink(_ range: Range<Int>, of values: TagValues) {
        for place in range {
            let ascii = values.character(place)
            if GS1Text.isUnreserved(ascii) { write(ascii) } else { writeEscaped(ascii) }
        }
    }

    mutating func writeEscaped(_ ascii: UInt8) {
        write(0x25)
        write(HexDigit.upper(ascii >> 4))
        write(HexDigit.upper(ascii & 0xF))
    }

    mutating func writeDecimal(_ number: UInt8) {
        if number >= 100 { write(0x30 + number / 100) }
        if number >= 10 { write(0x30 + number / 10 % 10) }
        write(0x30 + number % 10)
    }

    /// The text that `write` writes, as a string; at most `bytesMax`.
    static func string(_ write: (inout TextSink) -> Void) -> String {
        String(unsafeUninitializedCapacity: textBytesMax) { buffer in
            var sink = TextSink(UnsafeMutableRawBufferPointer(buffer))
            write(&sink)
            return min(sink.count, buffer.count)
        }
    }

    /// More than the longest URI, that of an ADI-var of 68 characters, all of them escaped.
    static let textBytesMax = 320
}
