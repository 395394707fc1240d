import AssetModel
import DeviceDecoding
import Testing

struct RifidiTests {
    @Test func `every message decodes to what its line says, and to nothing else`() throws {
        try RecordFixture.all[5].check()
    }

    @Test(
        arguments: [
            ("\"-52\"", -5_200), ("\"-52.345\"", -5_235), ("-52", -5_200), ("\"-120\"", -12_000),
            ("\"-0.01\"", -1), ("\"-120.01\"", nil), ("\"0\"", nil), ("\"123\"", nil), ("\"strong\"", nil),
            ("\"-5200\"", nil), ("null", nil), ("\"\"", nil), ("{}", nil),
        ] as [(String, Int16?)])
    func `a signal of no stated unit counts only where it can be dBm`(text: String, expected: Int16?) {
        let message = decoded("[{\"epc\":\"3008\",\"rssi\":\(text)}]", as: .rifidi)
        #expect(message.tagReads.map(\.peakSignal?.centiDBm) == [expected], "\(message.summary)")
    }

    @Test(
        arguments: [
            ("Direction:IN", .inward), ("direction:out", .outward), ("Speed:50|Direction: Out ", .outward),
            ("Direction:1", .unknown), ("Direction:", nil), ("Direction", nil), ("NoDirection:IN", nil),
            ("|||", nil), ("Direction:IN:OUT", .unknown), ("Direction:OUT|Direction:IN", .outward),
        ] as [(String, PassageDirection?)])
    func `the direction stands among pairs`(pairs: String, expected: PassageDirection?) {
        let text = "[{\"epc\":\"3008\",\"extrainformation\":\"\(pairs)\"}]"
        #expect(decoded(text, as: .rifidi).tagReads.map(\.direction) == [expected])
    }

    @Test func `the times are milliseconds`() {
        let text = "[{\"epc\":\"3008\",\"timestamp\":1483735761055}]"
        #expect(decoded(text, as: .rifidi).tagReads.first?.heardAt?.milliseconds == 1_483_735_761_055)
    }
}
