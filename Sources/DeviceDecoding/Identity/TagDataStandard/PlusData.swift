extension BitFieldReader {
    /// Behind the identity: nothing but zeros, or, where the toggle announces data, an application
    /// identifier whose digits are digits and for whose value bits are left.
    func holdsData(_ hasData: Bool) -> Bool {
        guard hasData, remainingBits >= 8 else { return restIsZero }
        var copy = self
        do throws(TagFault) {
            let first = try copy.take(8)
            guard let digits = BitFieldReader.identifierDigits(UInt8(first)) else { return false }
            for _ in 2..<digits where try copy.take(4) > 9 { return false }
            // The shortest value is one character behind its encoding and length, or some digits.
            return copy.remainingBits >= 4
        } catch {
            return false
        }
    }

    /// How many digits the identifiers have that begin with these two, four bits a digit; `nil` for two that
    /// none begins with.
    ///
    /// - Source: GS1 EPC Tag Data Standard 2.x, table K; GS1 General Specifications, section 3.
    private static func identifierDigits(_ beginning: UInt8) -> Int? {
        switch beginning {
        case 0x00...0x02, 0x10...0x13, 0x15...0x17, 0x20...0x22, 0x30, 0x37, 0x90...0x99:
            return 2
        case 0x23...0x25, 0x40...0x42, 0x71: return 3
        case 0x31...0x36, 0x39, 0x43, 0x70, 0x72, 0x80...0x82: return 4
        default: return nil
        }
    }
}
