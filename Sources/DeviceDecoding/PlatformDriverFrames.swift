import AssetModel

/// Where JT/T 809 frames name a driver.
///
///     0x1200 | … | plate 21 | colour BYTE | 0x120A WORD | length DWORD | name, identity, certificate, …
///
/// - 0x120A answers a platform that asked who drives, 0x120C tells it unasked.
/// - Of a good frame all behind the type is hidden. In a damaged one the type is looked for at every place:
///   two bytes that stand there by chance hide more than they must, which is better than a name.
///
/// Source: JT/T 809-2011 and -2019 as two public implementations have them (``JT809``).
enum PlatformDriverFrames {
    private static let types: [UInt8] = [0x0A, 0x0C]
    private static let group: UInt8 = 0x12

    static func ranges(in bytes: [UInt8]) -> [Range<Int>] {
        guard bytes.first != JT808Payload.delimiter, bytes.contains(group) else { return [] }
        var ranges: [Range<Int>] = []
        // The frame before told of a driver: what is no good frame behind it may be a piece of it.
        var isOpen = false
        var start = 0
        while start < bytes.count {
            let end = bytes[(start + 1)...].firstIndex(of: JT809Frame.opening) ?? bytes.count
            let type = driverType(in: bytes[start..<end])
            if isGood(bytes[start..<end]) {
                isOpen = false
                if let type { ranges.append(type..<end) }
            } else if isOpen || type != nil {
                ranges.append((isOpen ? start : type ?? start)..<end)
                isOpen = true
            }
            start = end
        }
        return ranges
    }

    /// Where the bytes behind the type begin, in a frame of 0x1200.
    private static func driverType(in frame: ArraySlice<UInt8>) -> Int? {
        var isVehicle = frame.first == JT809Frame.opening
        var at = frame.startIndex
        while at + 1 < frame.endIndex {
            if frame[at] == group {
                if isVehicle, types.contains(frame[at + 1]) { return at + 2 }
                isVehicle = isVehicle || frame[at + 1] == 0
            }
            at += 1
        }
        return nil
    }

    private static func isGood(_ frame: ArraySlice<UInt8>) -> Bool {
        do throws(Rejection) {
            _ = try JT809Frame(frame)
            return true
        } catch {
            return false
        }
    }
}
