import AssetModel
import DeviceDecoding

/// Bits to texts and back, texts to bits and back: nothing is lost on either way.
enum EPCTextLaws {
    private static let reasons: Set<Rejection.Reason> = [
        .emptyPayload, .unknownShape, .missingIdentity, .malformedIdentity, .identityLength,
        .numberOutOfRange,
    ]

    private static func encoded(
        _ text: String, _ encoding: EPCEncoding = EPCEncoding()
    ) -> Result<EPCEncoding.Encoded, Rejection> {
        Result { () throws(Rejection) in try encoding.encode(text) }
    }

    /// Every text that bits have is encoded to the same bits, or where it says less, to the same identity.
    static func checkTexts(of bytes: [UInt8]) throws(Breach) {
        let hex = EPCTarget.hexText(bytes)
        guard case .success(let description) = EPCTarget.described(hex) else { return }
        try checkSameBits(hex, bytes)
        if let raw = description.rawURI { try checkSameBits(raw, bytes) }
        guard let name = description.scheme, let scheme = EPCEncoding.Scheme(name: name) else { return }
        var asked = EPCEncoding(scheme: scheme, filter: description.filter)
        if let tag = description.tagURI, let pure = description.pureIdentityURI {
            try checkSameBits(tag, bytes)
            try hold(tagURI(of: pure, asked) == tag, "\(pure) is not \(tag)")
            // Filter, company prefix, …: the prefix of a URN shows its length.
            let values = tag.split(separator: ":")[4].split(
                separator: ".", omittingEmptySubsequences: false)
            asked.companyPrefixDigits = values.count > 1 ? values[1].utf8.count : nil
            for text in [description.elementString, description.digitalLink].compactMap({ $0 }) {
                try hold(tagURI(of: text, asked) == tag, "\(text) is not \(tag)")
            }
        } else if let elements = description.elementString, !name.hasSuffix("++") {
            // One identity may be packed in several ways; only a link of its own names the host of '++'.
            guard case .success(let again) = encoded(elements, asked) else {
                throw Breach(description: "\(elements) of \(hex): \(encoded(elements, asked))")
            }
            try hold(
                again.description.elementString == elements && again.description.scheme == name
                    && again.description.filter == description.filter,
                "\(elements) of \(hex) becomes \(again.description)")
        }
    }

    private static func tagURI(of text: String, _ encoding: EPCEncoding) -> String? {
        guard case .success(let encoded) = encoded(text, encoding) else { return nil }
        return encoded.description.tagURI
    }

    private static func checkSameBits(_ text: String, _ bytes: [UInt8]) throws(Breach) {
        switch encoded(text) {
        case .success(let encoded):
            try hold(
                EPCTarget.trimmed(encoded.bytes) == EPCTarget.trimmed(bytes),
                "\(text) becomes \(EPCTarget.hexText(encoded.bytes))")
        case .failure(let refusal): throw Breach(description: "\(text) is refused: \(refusal)")
        }
    }

    /// What a text is encoded to says that text, and nothing that was not asked for.
    static func checkBits(of text: String) throws(Breach) {
        switch encoded(text) {
        case .failure(let refusal): try checkRefusal(refusal, of: text)
        case .success(let found):
            try check(found, of: text)
            // What needs no escape may have one all the same.
            let isPlain = !text.utf8.contains(0x25)
            if isPlain, text.hasPrefix("urn:epc:tag:") {
                try hold(found.description.tagURI == text, "\(text) becomes \(found.description)")
            }
            if isPlain, text.hasPrefix("urn:epc:id:") {
                try hold(found.description.pureIdentityURI == text, "\(text) becomes \(found.description)")
            }
        }
        let size = text.utf8.count
        let schemes = EPCEncoding.Scheme.all
        let scheme = schemes[size % schemes.count]
        let asked = EPCEncoding(
            scheme: scheme, filter: UInt8(size % 8), companyPrefixDigits: 6 + size % 7)
        switch encoded(text, asked) {
        case .failure(let refusal): try checkRefusal(refusal, of: text)
        case .success(let found):
            try check(found, of: text)
            guard text.hasPrefix("urn:epc:id:") || text.hasPrefix("(") else { return }
            try hold(found.description.scheme == scheme.name, "\(text) as \(scheme.name): \(found)")
        }
    }

    private static func checkRefusal(_ refusal: Rejection, of text: String) throws(Breach) {
        guard refusal.reason == .malformedItem else {
            return try EPCTarget.checkRefusal(refusal, reasons, sizeMax: text.utf8.count)
        }
        // Data that the scheme has no room for, named by its identifier.
        let identifier = refusal.at.utf8.dropFirst("AI ".utf8.count)
        try hold(
            refusal.at.hasPrefix("AI ") && (2...4).contains(identifier.count)
                && identifier.allSatisfy { (0x30...0x39).contains($0) },
            "\(text) is refused: \(refusal)")
    }

    private static func check(_ found: EPCEncoding.Encoded, of text: String) throws(Breach) {
        let bytes = found.bytes
        try hold((2...62).contains(bytes.count) && bytes.count % 2 == 0, "\(bytes.count) bytes of \(text)")
        let control = found.description.protocolControl
        try hold(control?.lengthWords == bytes.count / 2, "\(text) with PC word \(control?.hex ?? "")")
        guard control?.isToggled == false else { return }
        guard case .success(var again) = EPCTarget.described(EPCTarget.hexText(bytes)) else {
            // Hex and raw bits need not hold a table; of what is encoded from values every table holds.
            return try hold(found.description.scheme == "raw", "\(text) becomes \(found.description)")
        }
        again.protocolControl = control
        try hold(again == found.description, "\(text): \(again) and \(found.description)")
    }
}
