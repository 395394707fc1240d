import AssetModel
import DeviceDecoding
import Testing

struct IFMGateTests {
    @Test func `every message decodes to what its line says, and to nothing else`() throws {
        try RecordFixture.all[2].check()
    }

    @Test(arguments: [
        ("2021-03-15T13:14:30+0100", 1_615_810_470_000), ("2021-03-15T13:14:30+01:00", 1_615_810_470_000),
        ("2021-07-15T14:14:30+0200", 1_626_351_270_000), ("2021-03-15T12:14:30Z", 1_615_810_470_000),
    ])
    func `times have an offset, in winter and in summer`(text: String, expected: Int64) {
        let message = decoded(
            "[{\"gateID\":1,\"EPC\":\"3008\",\"timestamp\":\"\(text)\"}]", as: .ifm)
        #expect(message.tagReads.first?.heardAt?.milliseconds == expected)
    }

    @Test(
        arguments: [
            ("\"IN\"", .inward), ("\"OUT\"", .outward), ("0", .inward), ("1", .outward), ("\"in\"", .inward),
            ("\" OUT \"", .outward), ("\"01\"", .unknown), ("-1", .unknown), ("true", .unknown),
            ("null", nil),
        ] as [(String, PassageDirection?)])
    func `zero is IN and one is OUT`(text: String, expected: PassageDirection?) {
        let message = decoded("[{\"gateID\":1,\"EPC\":\"3008\",\"direction\":\(text)}]", as: .ifm)
        #expect(message.tagReads.map(\.direction) == [expected])
    }
}
