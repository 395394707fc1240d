import AssetModel
import DeviceDecoding

/// EPC and TID memory as bits, and every text that stands for them. The input is all of these in turn: bytes
/// of a bank, hex, spaced hex, base64, URI, element string, Digital Link.
enum EPCTarget: FuzzTarget {
    static let name = "epc"

    static func check(_ input: [UInt8]) throws(Breach) {
        let bits = Array(input.prefix(EPCDescription.bytesMax))
        if !bits.isEmpty {
            let hex = hexText(bits)
            try checkBinary(bits)
            try checkDescription(hex: hex)
            try checkTID(hex: hex)
            try EPCTextLaws.checkTexts(of: bits)
        }
        if let identity = EPC(bytes: bits) {
            try DecodedLaws.checkBits(identity)
            try checkShortForm(identity)
        }
        let text = String(decoding: input, as: UTF8.self)
        try checkDescription(hex: text)
        try checkTID(hex: text)
        try EPCTextLaws.checkBits(of: text)
        try IdentityTextLaws.check(input)
    }

    static func hexText(_ bytes: [UInt8]) -> String {
        String(
            decoding: bytes.flatMap { [HexDigit.upper($0 >> 4), HexDigit.upper($0 & 0xF)] }, as: UTF8.self)
    }

    static func described(_ hex: String) -> Result<EPCDescription, Rejection> {
        Result { () throws(Rejection) in try EPCDescription.describe(hex: hex) }
    }

    private static func decoded(_ bytes: [UInt8]) -> Result<BinaryIdentity, Rejection> {
        Result { () throws(Rejection) in try BinaryIdentity(bytes: bytes) }
    }

    /// Bits that decode are, encoded again, the same bits; and what they say decodes to itself.
    private static func checkBinary(_ bytes: [UInt8]) throws(Breach) {
        switch decoded(bytes) {
        case .failure(let refusal): try checkRefusal(refusal, sizeMax: bytes.count * 2)
        case .success(let identity):
            guard let encoded = identity.encoded else {
                throw Breach(description: "\(hexText(bytes)) cannot be encoded again: \(identity)")
            }
            try hold(
                trimmed(encoded) == trimmed(bytes),
                "\(hexText(bytes)) is \(identity), and that is \(hexText(encoded))")
            try hold(encoded.count % 2 == 0, "\(hexText(encoded)) is no whole number of words")
            try hold(decoded(encoded) == .success(identity), "\(hexText(encoded)), just encoded")
        }
    }

    static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes[..<((bytes.lastIndex { $0 != 0 } ?? -1) + 1)]
    }

    /// - Parameter sizeMax: digits or bytes of what was refused.
    static func checkRefusal(
        _ refusal: Rejection, _ reasons: Set<Rejection.Reason> = [.malformedIdentity, .identityLength],
        sizeMax: Int
    ) throws(Breach) {
        try hold(reasons.contains(refusal.reason), "\(refusal)")
        guard refusal.at.hasPrefix("offset "), let offset = Int(refusal.at.dropFirst(7)) else {
            throw Breach(description: "refused without an offset: \(refusal)")
        }
        try hold((0...sizeMax).contains(offset), "\(refusal) of \(sizeMax)")
    }

    private static func checkDescription(hex: String) throws(Breach) {
        let description: EPCDescription
        switch described(hex) {
        case .failure(let refusal): return try checkRefusal(refusal, sizeMax: hex.utf8.count)
        case .success(let found): description = found
        }
        try hold(description.hex == hex.uppercased(), "\(hex) becomes \(description.hex)")
        try hold(described(hex.lowercased()) == .success(description), "\(hex) in lower case is another")
        guard let scheme = description.scheme else { throw Breach(description: "\(hex) has no scheme") }
        let (pure, tag) = (description.pureIdentityURI, description.tagURI)
        try hold((pure == nil) == (tag == nil), "\(hex) has one URI of two")
        if let tag { try hold(tag.hasPrefix("urn:epc:tag:\(scheme):"), "\(tag) of \(scheme)") }
        let texts = [pure, tag, description.elementString, description.digitalLink, description.rawURI]
        for text in texts.compactMap({ $0 }) {
            try hold(text.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "\(text) of \(hex)")
        }
    }

    /// An identity of a read is described as its hex is, but never refused; a PC word that fits changes
    /// nothing.
    private static func checkShortForm(_ identity: EPC) throws(Breach) {
        let short = EPCDescription.describe(identity)
        switch described(identity.hex) {
        case .success(let long): try hold(short == long, "\(short) and \(long)")
        case .failure:
            try hold(short.scheme == "raw" && short.tagURI == nil, "\(identity) is refused and \(short)")
        }
        let control = (identity.bitCount / 16) << 11
        let withControl = EPCDescription.describe(pc: control, epc: identity)
        var stripped = withControl
        stripped.protocolControl = nil
        try hold(stripped == short, "\(withControl) and \(short)")
        try hold(withControl.announcedBits == nil, "\(withControl) announces more")
        let hex = EPCTarget.hexText([UInt8(control >> 8), UInt8(control & 0xFF)]) + identity.hex
        let together = Result { () throws(Rejection) in try EPCDescription.describe(hexWithPC: hex) }
        try hold(together == .success(withControl), "\(hex) with its PC word: \(together)")
    }

    private static func checkTID(hex: String) throws(Breach) {
        let tid: TIDDescription
        switch Result(catching: { () throws(Rejection) in try TIDDescription.describe(hex: hex) }) {
        case .failure(let refusal): return try checkRefusal(refusal, sizeMax: hex.utf8.count)
        case .success(let found): tid = found
        }
        try hold(tid.hex == hex.uppercased(), "\(hex) becomes \(tid.hex)")
        guard tid.hex.utf8.count >= 8, let head = UInt32(tid.hex.prefix(8), radix: 16) else {
            throw Breach(description: "a TID of \(tid.hex.utf8.count) digits")
        }
        guard tid.tidClass == .epcGlobal else {
            return try hold(head >> 24 == 0xE0 && tid.modelNumber == nil, "\(hex) of class E0")
        }
        // From the table of the standard: E2, X S F, designer 9, model 12.
        try hold(head >> 24 == 0xE2, "\(hex) of class E2")
        try hold(tid.designerID == UInt16(head >> 12 & 0x1FF), "designer of \(hex)")
        try hold(tid.modelNumber == UInt16(head & 0xFFF), "model of \(hex)")
        try hold(tid.hasExtension == (head >> 23 & 1 == 1), "XTID of \(hex)")
        guard let bits = tid.serialBits else { return try hold(tid.serialHex == nil, "serial of \(hex)") }
        try hold(bits == 0 || ((48...144).contains(bits) && bits % 16 == 0), "\(bits) bits in \(hex)")
        guard let serial = tid.serialHex else { return }
        try hold(serial.utf8.count * 4 == bits && tid.hex.contains(serial), "serial \(serial) of \(hex)")
    }
}
