import AssetModel
import Testing

/// The names that people grep for and that upstream systems keep.
struct DiscrepancyNameTests {
    /// From `printf '%s' 'CODE|subject|cause' | sha256sum | cut -c1-16`.
    @Test(
        arguments: [
            (
                .missingSuspect, .asset(assetNo: "PC-1", epcHex: "E200"), 1_795_248_000_000,
                "D-db1e2c49003ce7da"
            ),
            (
                .surplusUnknownTag, .tag(epcHex: "E2801160600002054F3A1B2C"), 1_795_248_005_000,
                "D-fe61e32ca1969040"
            ),
            (.terminalSilent, .vehicle(plateNo: "鄂J12345"), 0, "D-65cd8a92de399230"),
            (.locationMismatch, .asset(assetNo: "固-0001", epcHex: nil), -5_000, "D-d56e1e2b46c7d2a1"),
            (.readerOffline, .reader(id: "gate-2"), 1_795_248_000_000, "D-05792026d7512498"),
            (.terminalUnknown, .terminal(phone: "13800000001"), 1_795_248_000_000, "D-a30dfaf7e76f0524"),
            (
                .surplusNoCard, .asset(assetNo: "NO-CARD", epcHex: nil), 1_795_248_000_000,
                "D-f6dc7c77e0ca8114"
            ),
            (
                .disposedStillPresent, .asset(assetNo: "OLD-1", epcHex: "E2"), 1_795_248_000_000,
                "D-47df015b857db926"
            ),
        ] as [(DiscrepancyCode, Subject, Int64, String)])
    func `the identifier is the digest of code, subject and cause`(
        code: DiscrepancyCode, subject: Subject, cause: Int64, id: String
    ) {
        let made = DiscrepancyID.make(code: code, subject: subject, cause: UTCInstant(milliseconds: cause))
        #expect(made == id)
    }

    @Test func `another tag on the same asset is the same subject`() {
        let cause = UTCInstant(milliseconds: 7)
        let one = DiscrepancyID.make(
            code: .missingSuspect, subject: .asset(assetNo: "A", epcHex: "E200"), cause: cause)
        let other = DiscrepancyID.make(
            code: .missingSuspect, subject: .asset(assetNo: "A", epcHex: nil), cause: cause)
        #expect(one == other)
    }

    /// Vectors of FIPS 180-4 (published by NIST).
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `SHA-256 is SHA-256`(text: String, digest: String) {
        #expect(Digest.hex(Digest.sha256(Array(text.utf8))) == digest)
    }

    /// code, severity, Chinese
    @Test func `each code has its severity and its word`() {
        let expected = """
            SURPLUS_UNKNOWN_TAG W 盘盈·未登记标签
            SURPLUS_NO_CARD A 盘盈·有物无卡
            LOCATION_MISMATCH W 位置不符
            MISSING_SUSPECT W 疑似缺失
            DISPOSED_STILL_PRESENT A 已处置仍在
            READER_OFFLINE W 读写器离线
            TERMINAL_UNKNOWN A 未登记终端
            TERMINAL_SILENT W 终端离线
            TAG_DUPLICATE A 标签重复/克隆
            TAG_REBOUND W 换标未登记
            COVERAGE_GAP W 覆盖不足
            CLOCK_SKEW W 时钟偏差
            NO_FIX I 定位失效
            DEVICE_UNKNOWN A 非法设备
            """
        let lines = DiscrepancyCode.allCases.map { "\($0.rawValue) \($0.severity.rawValue) \($0.chinese)" }
        #expect(lines.joined(separator: "\n") == expected)
    }
}
