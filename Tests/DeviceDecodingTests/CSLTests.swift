import AssetModel
import DeviceDecoding
import Testing

struct CSLTests {
    @Test func `every message decodes to what its line says, and to nothing else`() throws {
        try RecordFixture.all[1].check()
    }

    private func heardAt(_ time: String, zone: String) -> UTCInstant? {
        let text = "{\"timeZone\":\(zone),\"tags\":[{\"epc\":\"3008\",\"timeOfRead\":\"\(time)\"}]}"
        return decoded(text, as: .csl).tagReads.first?.heardAt
    }

    @Test(arguments: [
        ("2026/11/21 12:00:00", "\"0:00\""), ("2026/11/21 12:00:00", "\"+0:00\""),
        ("2026/11/21 07:00:00", "\"-5:00\""), ("2026/11/21 20:00:00", "\"+8:00\""),
        ("2026/11/21 20:00:00", "\"+08:00\""), ("2026/11/21 17:30:00", "\" +5:30 \""),
        ("2026/11/21 08:30:00", "\"-3:30\""), ("2026/11/22 02:00:00", "\"+14:00\""),
        // An offset behind the time itself wins.
        ("2026/11/21 12:00:00 +00:00", "\"+8:00\""),
    ])
    func `local time and its zone make UTC`(time: String, zone: String) {
        let isSigned = zone.contains("+") || zone.contains("-")
        #expect(heardAt(time, zone: zone) == (isSigned ? noon : nil))
    }

    @Test func `a local day may be another than the day of UTC`() {
        let newYear = UTCInstant(milliseconds: 1_767_204_000_000)  // 2025-12-31T18:00:00Z
        #expect(heardAt("2026/01/01 02:00:00", zone: "\"+8:00\"") == newYear)
    }

    @Test(arguments: ["null", "\"\"", "\"EST\"", "\"+15:00\"", "8", "[]", "\"+8:0\""])
    func `local time without a zone is unknown and never UTC`(zone: String) {
        let text =
            "{\"timeZone\":\(zone),\"tags\":[{\"epc\":\"3008\",\"timeOfRead\":\"2026/11/21 12:00:00\"}]}"
        let message = decoded(text, as: .csl)
        #expect(message.tagReads.map(\.heardAt) == [nil], "\(message.summary)")
    }
}
