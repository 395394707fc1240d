import AssetModel

/// Hides what a payload says about a driver, before it is kept or shown to people: names and the numbers of
/// identity cards and certificates.
///
/// | payload | what is hidden |
/// | --- | --- |
/// | JT/T 808 frames in binary, hex or Base64 | the body of 0x0702, also of a part and of a damaged frame |
/// | JT/T 809 frames in the same writings | what 0x120A and 0x120C say (``PlatformDriverFrames``) |
/// | the EMQX gateway's JSON | the body of message 1794 (0x0702), but for status, time and result |
/// | any JSON | members about a driver, by their names (``DriverJSON``) |
///
/// - Each hidden byte, hex digit or Base64 sign becomes `*`, a hidden number in JSON `0` and spaces: the
///   length stays, and JSON stays JSON. Header and delimiters stay, so that it shows whose message it was.
/// - What is whole is hidden exactly. What is damaged is hidden from the message id on to the next frame that
///   is good (an encrypted one is not), and damaged JSON that speaks of a driver altogether but for its
///   brackets: too much rather than a name.
/// - Plates and VINs stay: they are the key of the vehicles book, and no person's.
///
/// Where the message id itself is damaged, nobody can tell what the bytes were.
package enum TerminalPrivacy {
    /// Stands in place of each hidden byte.
    static let mask: UInt8 = 0x2A

    /// The payload as long as before. Takes time in proportion to its length; never traps.
    /// - Parameter topic: Sparkplug's topics carry no terminal, and their binary is left alone.
    package static func redacted(_ payload: [UInt8], topic: String) -> [UInt8] {
        guard !payload.isEmpty, !SparkplugNamespace.contains(topic) else { return payload }
        var shown = payload
        let isJSON = DriverJSON.hide(in: &shown, of: payload)
        if isJSON { return shown }
        // A byte in eight may be damaged: what is nearly text may be text.
        let others = payload.count { $0 < 0x20 && !isSpace($0) || $0 >= 0x7F }
        if payload.first == JT808Payload.delimiter || others > 0 {
            for range in DriverFrames(payload).ranges { hide(range, in: &shown) }
        }
        if others <= payload.count / 8 { hideText(payload, in: &shown) }
        return shown
    }

    static func hide(_ range: Range<Int>, in bytes: inout [UInt8]) {
        for index in range where bytes[index] != JT808Payload.delimiter { bytes[index] = mask }
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// Frames in hex or Base64. A sign that was lost or added moves all that follow, so that a damaged text
    /// is read from each of its first signs.
    private static func hideText(_ payload: [UInt8], in shown: inout [UInt8]) {
        let signs = payload.indices.filter { !isSpace(payload[$0]) && payload[$0] != 0x22 }
        // Between the digits of hex ":" and "-" may stand; the second is a sign of Base64.
        let digits = signs.filter { payload[$0] != 0x3A && payload[$0] != 0x2D }
        let hexDigits = digits.count { ASCIIHex.value(of: payload[$0]) <= 0xF }
        // One sign in eight may be wrong.
        if hexDigits >= digits.count - digits.count / 8 {
            hide(digits, bitsPerSign: 4, in: &shown) { ASCIIHex.value(of: payload[$0]) }
        }
        if hexDigits < signs.count {
            hide(signs, bitsPerSign: 6, in: &shown) { Base64.sextet(of: payload[$0]) }
        }
    }

    private static func hide(
        _ signs: [Int], bitsPerSign bits: Int, in shown: inout [UInt8], _ value: (Int) -> UInt8
    ) {
        // Two hex digits, or four signs of Base64, make whole bytes.
        for first in 0..<(bits == 4 ? 2 : 4) where first < signs.count {
            var bytes: [UInt8] = []
            var (held, heldBits): (UInt32, Int) = (0, 0)
            for sign in signs[first...] {
                // Of a sign that is none, nothing but its place is known.
                let known = UInt32(value(sign))
                held = held << UInt32(bits) | (known < 1 << UInt32(bits) ? known : 0)
                heldBits += bits
                guard heldBits >= 8 else { continue }
                heldBits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> UInt32(heldBits)))
                held &= (1 << UInt32(heldBits)) - 1
            }
            let frames = DriverFrames(bytes)
            for range in frames.ranges {
                // Signs after the last whole byte belong to what was cut off there.
                let end = range.upperBound == bytes.count ? signs.count - first : range.upperBound * 8 / bits
                let start = first + (range.lowerBound * 8 + bits - 1) / bits
                for sign in start..<max(start, min(first + end, signs.count)) { shown[signs[sign]] = mask }
            }
            if frames.isClean { return }
        }
    }
}

/// Where the bytes stand that tell of a driver, in JT/T 808 frames as they are sent.
struct DriverFrames {
    private(set) var ranges: [Range<Int>] = []
    /// Every stretch between delimiters is a good frame.
    private(set) var isClean = true

    /// In a frame that cannot be read, the message id is looked for in this many places: bytes in front of it
    /// may have been added, or its delimiter changed.
    private static let placesMax = 4

    init(_ bytes: [UInt8]) {
        // The frame before told of a driver: what is no good frame behind it may be a piece of it.
        var isOpen = false
        var start = 0
        while start < bytes.count {
            guard bytes[start] != JT808Payload.delimiter else {
                start += 1
                continue
            }
            let end = bytes[start...].firstIndex(of: JT808Payload.delimiter) ?? bytes.count
            let frame = bytes[start..<end]
            if DriverFrames.isGood(frame), end < bytes.count {
                isOpen = DriverFrames.isDriver(frame, at: start)
                if isOpen { hide(frame, from: DriverFrames.body(of: frame)) }
            } else {
                isClean = false
                let places = start..<min(start + DriverFrames.placesMax, end)
                if let place = places.first(where: { DriverFrames.isDriver(frame, at: $0) }), !isOpen {
                    hide(frame, from: place + DriverFrames.headerBytes(of: frame[place...]))
                    isOpen = true
                } else if isOpen {
                    hide(frame, from: start)
                }
            }
            start = end
        }
        if !isClean { ranges += PlatformDriverFrames.ranges(in: bytes) }
    }

    private mutating func hide(_ frame: ArraySlice<UInt8>, from start: Int) {
        if start < frame.endIndex { ranges.append(start..<frame.endIndex) }
    }

    private static func isDriver(_ frame: ArraySlice<UInt8>, at place: Int) -> Bool {
        place + 1 < frame.endIndex && frame[place] == 0x07 && frame[place + 1] == 0x02
    }

    private static func isGood(_ frame: ArraySlice<UInt8>) -> Bool {
        do throws(Rejection) {
            _ = try JT808Frame(escaped: frame)
            return true
        } catch {
            return false
        }
    }

    /// Where the body of a good frame begins, escapes counted.
    private static func body(of frame: ArraySlice<UInt8>) -> Int {
        let attributes = UInt16(frame[frame.startIndex + 2]) << 8 | UInt16(frame[frame.startIndex + 3])
        // An escape is 7D for 7D or 7E, in which these two bits are alike.
        let header = (attributes >> 14 & 1 == 1 ? 17 : 12) + (attributes >> 13 & 1 == 1 ? 4 : 0)
        return place(ofUnit: header, in: frame)
    }

    /// Where the n-th byte stands, escapes counted; the end where there is none.
    private static func place(ofUnit unit: Int, in frame: ArraySlice<UInt8>) -> Int {
        var at = frame.startIndex
        for _ in 0..<unit where at < frame.endIndex { at += frame[at] == JT808Escapes.mark ? 2 : 1 }
        return min(at, frame.endIndex)
    }

    /// Bytes of a damaged frame that may stay: id, attributes and phone where that is decimal, since no name
    /// is; else the id alone, because what follows it may be anything.
    private static func headerBytes(of frame: ArraySlice<UInt8>) -> Int {
        let (id, header) = (2, 10)
        guard frame.count >= header else { return id }
        let phone = frame.dropFirst(4).prefix(6)
        return phone.allSatisfy { $0 >> 4 <= 9 && $0 & 0xF <= 9 } ? header : id
    }
}
