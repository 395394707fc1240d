import AssetModel
import DeviceDecoding
import Testing

/// `TIDDescription` as one line for tables.
private func line(_ hex: String) -> String {
    do throws(Rejection) {
        let tid = try TIDDescription.describe(hex: hex)
        let bits = (tid.hasExtension ? "X" : "-") + (tid.hasSecurity ? "S" : "-") + (tid.hasFile ? "F" : "-")
        let serial = "\(tid.serialBits.map(String.init) ?? "?") \(tid.serialHex ?? "-")"
        let model = tid.modelNumber.map { String($0, radix: 16, uppercase: true) } ?? "-"
        return "\(bits) \(tid.designerID) \(tid.designerName ?? "?") \(model) \(serial)"
    } catch {
        return "\(error.reason.rawValue) @ \(error.at)"
    }
}

struct TagDataTIDTests {
    @Test(arguments: [
        // Captured from tags; the XTID word 2000h says 48 bits in its top three.
        ("E2806894200040017790E471", "X-- 6 NXP 894 48 40017790E471"),
        ("e2801170200014cd9b5a08ec", "X-- 1 Impinj 170 48 14CD9B5A08EC"),
        // No XTID word; then the reader sent no serial number, half of one, or half of the word.
        ("E2006894", "--- 6 NXP 894 ? -"), ("E200689420004001", "--- 6 NXP 894 ? -"),
        ("E28068942000", "X-- 6 NXP 894 48 -"), ("E28068942000400177", "X-- 6 NXP 894 48 -"),
        ("E2806894", "X-- 6 NXP 894 ? -"), ("E280689420", "X-- 6 NXP 894 ? -"),
        // Serial numbers of 0, 64 and 144 bits; the low bits of the word say something else.
        ("E28068940000FFFF", "X-- 6 NXP 894 0 -"), ("E28068941FFEFFFF", "X-- 6 NXP 894 0 -"),
        ("E280689440000123456789ABCDEF", "X-- 6 NXP 894 64 0123456789ABCDEF"),
        (
            "E2806894E000" + String(repeating: "12", count: 18) + "FF",
            "X-- 6 NXP 894 144 "
                + String(repeating: "12", count: 18)
        ),
        // A further header word moves the serial number to a place that is not known.
        ("E2806894200140017790E471", "X-- 6 NXP 894 ? -"),
        ("E2C0F123", "XS- 15 Quanray 123 ? -"), ("E27FF001", "-SF 511 ? 1 ? -"),
        ("E2A03FFF", "X-F 3 Alien FFF ? -"),
        ("E3806894200040017790E471", "malformed_identity @ offset 0"), ("E2", "identity_length @ offset 2"),
        ("E28068", "identity_length @ offset 6"), ("E280689", "identity_length @ offset 7"),
        ("", "identity_length @ offset 0"), ("E28O6894", "malformed_identity @ offset 3"),
    ])
    func `a TID names maker, model and serial number as far as it was read`(hex: String, expected: String) {
        #expect(line(hex) == expected)
    }

    @Test func `a TID as the reader delivered it is described the same`() throws {
        let tid = try #require(EPC(hex: "E2806894200040017790E471"))
        #expect(try TIDDescription(tid) == TIDDescription.describe(hex: tid.hex))
    }
}
