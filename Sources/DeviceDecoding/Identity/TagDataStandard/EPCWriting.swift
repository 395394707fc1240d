package import AssetModel

/// The texts of an EPC in memory of the caller, without an allocation. The same rules as
/// `describe(_:)`, whose strings are written by the same code.
///
/// Each function returns the bytes of the whole text, which is complete where that is no more than the buffer
/// has, and `nil` for an EPC that has no such text. ASCII, no end mark.
extension EPCDescription {
    /// Room for every text of every EPC.
    package static let textBytesMax = TextSink.textBytesMax

    /// `urn:epc:id:sgtin:0614141.812345.6789`; `nil` for the '+' schemes and what is not GS1's.
    package static func writePureIdentityURI(
        of epc: EPC, into buffer: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard let reading = binary(epc) else { return nil }
        var sink = TextSink(buffer)
        reading.writePureIdentityURI(to: &sink)
        return sink.count
    }

    /// `urn:epc:tag:sgtin-96:3.0614141.812345.6789`; `nil` for the '+' schemes and what is not GS1's.
    package static func writeTagURI(of epc: EPC, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard let reading = binary(epc) else { return nil }
        var sink = TextSink(buffer)
        reading.writeTagURI(to: &sink)
        return sink.count
    }

    /// `(01)80614141123458(21)6789`.
    package static func writeElementString(
        of epc: EPC, into buffer: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard let elements = elements(epc) else { return nil }
        var sink = TextSink(buffer)
        elements.writeElementString(to: &sink)
        return sink.count
    }

    /// `https://id.gs1.org/01/80614141123458/21/6789`.
    package static func writeDigitalLink(
        of epc: EPC, into buffer: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard let elements = elements(epc) else { return nil }
        var sink = TextSink(buffer)
        elements.writeDigitalLink(to: &sink)
        return sink.count
    }

    private static func binary(_ epc: EPC) -> BinaryReading? {
        guard BinaryScheme(rawValue: epc.byte(0)) != nil else { return nil }
        do throws(TagFault) {
            return try BinaryReading(TagBits(epc))
        } catch {
            return nil
        }
    }

    private static func elements(_ epc: EPC) -> GS1Elements? {
        if let reading = binary(epc) { return reading.elements }
        guard PlusScheme(rawValue: epc.byte(0)) != nil else { return nil }
        do throws(TagFault) {
            return try PlusReading(TagBits(epc)).elements
        } catch {
            return nil
        }
    }
}
