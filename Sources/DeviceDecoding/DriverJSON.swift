import AssetModel

/// The members of JSON texts that tell of a driver, hidden (see ``TerminalPrivacy``).
///
/// By name, whatever their case and their `_`, `-`, `.`: all that begin with `driver`; identity card,
/// certificate and qualification; `contact` (Traccar's person for a device); in Chinese 驾驶员, 司机, 姓名,
/// 身份证, 从业资格. `identity` is hidden where its value has the form of an identity number: it is also what
/// readers call a tag. All values inside such a member are hidden with it.
enum DriverJSON {
    private static let words: Set<String> = [
        "idcard", "idcardno", "idcardnumber", "idnumber", "identityno", "identitynumber", "identitycard",
        "identitycardno", "certificate", "certificateno", "certificatenumber", "certificatecode", "certno",
        "certexpiry", "qualification", "qualificationno", "qualificationnumber", "qualificationcode",
        "contact",
    ]
    private static let chinese = ["驾驶员", "司机", "姓名", "身份证", "从业资格"]
    /// What stays of the body of 0x0702 in the gateway's JSON.
    private static let harmless: Set<String> = ["status", "time", "icresult"]
    private static let driverMessage: Int64 = 0x0702
    /// An object with one of these is the body of 0x0702, whatever its message is called.
    private static let cardWords: Set<String> = ["icresult", "certexpiry"]

    /// Words by which damaged JSON is known to tell of a driver.
    private static let signs = [
        "driver", "id_card", "idcard", "certificate", "qualification", "cert_expiry", "ic_result",
        "contact", "驾驶员", "司机", "姓名", "身份证", "从业资格",
    ].map { Array($0.utf8) }

    /// Hides in `shown` what `payload`, of the same length, says. `false` where it is no JSON at all.
    static func hide(in shown: inout [UInt8], of payload: [UInt8]) -> Bool {
        let first = payload.first { !TerminalPrivacy.isSpace($0) }
        let isOpened = first == 0x7B || first == 0x5B
        // Two quotes at least: a frame may begin with a brace by damage, or hold one anywhere.
        guard isOpened || payload.count(where: { $0 == 0x22 }) >= 2 else { return false }
        let text = payload.withUnsafeBytes { bytes in
            UTF8Check.firstFault(in: bytes) == nil ? payload : RawGBK.masked(bytes)
        }
        var ranges: [(Range<Int>, JSONTape.Kind)] = []
        let isWhole = text.withUnsafeBytes { collect(from: $0, into: &ranges) }
        if isWhole {
            for (range, kind) in ranges { cover(range, kind, in: &shown) }
            return isOpened
        }
        guard tellsOfDriver(payload) else { return false }
        let kept: Set<UInt8> = [0x7B, 0x7D, 0x5B, 0x5D, 0x3A, 0x2C, 0x22, 0x20, 0x09, 0x0A, 0x0D]
        for index in shown.indices where !kept.contains(shown[index]) { shown[index] = TerminalPrivacy.mask }
        return true
    }

    private static func cover(_ range: Range<Int>, _ kind: JSONTape.Kind, in shown: inout [UInt8]) {
        for index in range { shown[index] = kind == .number ? 0x20 : TerminalPrivacy.mask }
        if kind == .number, let first = range.first { shown[first] = 0x30 }
    }

    /// `false` where the bytes are not JSON texts one after the other.
    private static func collect(
        from bytes: UnsafeRawBufferPointer, into ranges: inout [(Range<Int>, JSONTape.Kind)]
    ) -> Bool {
        var json = JSONCursor(bytes)
        var tape = JSONTape()
        while bytes[json.offset...].contains(where: { !TerminalPrivacy.isSpace($0) }) {
            do throws(JSONFault) {
                try tape.read(&json)
            } catch {
                return false
            }
            let page = JSONPage(bytes: bytes, tape: tape)
            let path: [[UInt8]] = [Array("header".utf8), Array("msg_id".utf8)]
            let id = page.value(at: path.map { .key($0) }, from: JSONPage.root)
            let number = id.flatMap { page.text($0) }.flatMap { Int64($0) }
            Walk(page: page, isDriverMessage: number == driverMessage).visit(JSONPage.root, &ranges)
        }
        return true
    }

    /// One JSON text. No deeper than ``JSONCursor/depthMax``.
    private struct Walk {
        let page: JSONPage
        let isDriverMessage: Bool

        func visit(_ node: Int, _ ranges: inout [(Range<Int>, JSONTape.Kind)]) {
            switch page.kind(node) {
            case .object:
                if isCard(node) { return hide(node, &ranges) }
                page.forEachMember(of: node) { key, value in
                    if isPrivate(key, value, in: node) {
                        hide(value, &ranges)
                    } else {
                        visit(value, &ranges)
                    }
                }
            case .array: forEachElement(of: node) { visit($0, &ranges) }
            case .text, .escapedText: if isDriverFrame(node) { hide(node, &ranges) }
            case .number, .flag, .null: break
            }
        }

        private func hide(_ node: Int, _ ranges: inout [(Range<Int>, JSONTape.Kind)]) {
            switch page.kind(node) {
            case .object:
                page.forEachMember(of: node) { key, value in
                    if !isWord(key) { cover(key, &ranges) }
                    if !DriverJSON.harmless.contains(name(key)) { hide(value, &ranges) }
                }
            case .array: forEachElement(of: node) { hide($0, &ranges) }
            case .text, .escapedText, .number: cover(node, &ranges)
            case .flag, .null: break
            }
        }

        private func cover(_ node: Int, _ ranges: inout [(Range<Int>, JSONTape.Kind)]) {
            let start = page.offset(node)
            ranges.append((start..<(start + page.raw(node).count), page.kind(node)))
        }

        /// Anything but letters, `_`, `-` and `.` may have come into a key by damage.
        private func isWord(_ key: Int) -> Bool {
            page.withBytes(key) { bytes in
                bytes.allSatisfy {
                    (0x61...0x7A).contains($0 | 0x20) && $0 < 0x80 || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E
                }
            }
        }

        private func forEachElement(of array: Int, _ body: (Int) -> Void) {
            var element = page.firstElement(of: array)
            while let node = element {
                body(node)
                element = page.element(after: node, in: array)
            }
        }

        /// Letters and digits in lower case, and what is not ASCII.
        private func name(_ key: Int) -> String {
            page.withBytes(key) { bytes in
                let letters = bytes.filter {
                    $0 >= 0x80 || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || $0 &- 0x30 <= 9
                }
                return String(decoding: letters, as: UTF8.self).lowercased()
            }
        }

        private func isPrivate(_ key: Int, _ value: Int, in object: Int) -> Bool {
            let name = name(key)
            if isDriverMessage, object == JSONPage.root, name == "body" { return true }
            if name.hasPrefix("driver") || DriverJSON.words.contains(name) { return true }
            if name == "identity" { return isIdentityNumber(value) }
            return DriverJSON.chinese.contains { name.contains($0) }
        }

        private func isCard(_ object: Int) -> Bool {
            var isCard = false
            page.forEachMember(of: object) { key, _ in
                if DriverJSON.cardWords.contains(name(key)) { isCard = true }
            }
            return isCard
        }

        /// GB 11643: 18 signs of which the last may be X, formerly 15 digits.
        private func isIdentityNumber(_ node: Int) -> Bool {
            guard let text = page.text(node)?.utf8, text.count == 18 || text.count == 15 else { return false }
            return text.dropLast().allSatisfy { $0 &- 0x30 <= 9 }
        }

        /// A frame of 0x0702 that somebody put in JSON, as hex or Base64.
        private func isDriverFrame(_ node: Int) -> Bool {
            page.withBytes(node) { text in
                let start = String(decoding: text.prefix(6), as: UTF8.self)
                return start.lowercased() == "7e0702" || start.hasPrefix("fgcC")
            }
        }
    }

    private static func tellsOfDriver(_ payload: [UInt8]) -> Bool {
        let text = payload.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        if signs.contains(where: { text.firstRange(of: $0) != nil }) { return true }
        // The number of the message, and no part of a longer one.
        for range in text.ranges(of: Array("1794".utf8)) {
            let before = range.lowerBound > 0 ? text[range.lowerBound - 1] : 0x20
            let behind = range.upperBound < text.count ? text[range.upperBound] : 0x20
            if before &- 0x30 > 9, behind &- 0x30 > 9 { return true }
        }
        return false
    }
}
