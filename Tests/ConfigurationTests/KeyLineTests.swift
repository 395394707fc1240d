import GatewayConfiguration
import Testing

private let misleading = #"""
    gateway.id = "g1"      # [rules] is not a header here
    broker = { host = "h", publisher = { port = 1 } }

    [[site]]
    name = """
    [[zone]]
    id = "not a key" \""" still "text""""
    id = 'M01'
    role = '''
    x = 1
    '''
    [[ zone ]]
    "id" = "Z#1"
    locations = [
      "a", # one ]
      ["b"],
      'c]',
      5,
    ]
    site = "M01"
    [[site]]
    id = "M02"
    state = "x"
    [[reader]]
    [[reader.antenna]]
    port = 1
    [[reader.antenna]]
    'port' = 2
    side = "x"
    [[reader]]
    [[reader.antenna]]
    side = "y"
    [rules]
    "place_certainty" = 1
    limits = { "strangers_max" = 1 }
    """#

/// Positions are found by our own scan of the source: these texts hold everything that may mislead it.
struct KeyLineTests {
    @Test func `keys keep their lines behind long strings, comments, lists and dotted keys`() {
        let expected = [
            "2 broker.publisher.port", "9 site.role", "16 zone.locations", "18 zone.locations",
            "23 site.state",
            "24 reader.id", "24 reader.site", "24 reader.topics", "25 reader.antenna.zone",
            "27 reader.antenna.zone",
            "29 reader.antenna.side", "30 reader.id", "30 reader.site", "30 reader.topics",
            "31 reader.antenna.port", "31 reader.antenna.zone", "32 reader.antenna.side",
            "34 rules.place_certainty", "35 rules.limits",
        ]
        #expect(places(in: misleading) == expected.sorted())
    }

    @Test func `entries of an inline list of tables are told apart`() {
        let text = """
            gateway = { id = "g1" }
            broker = {}
            site = [{ id = "M01" },
                    { id = "M02", role = "x" },
                    { id = "M01" }]
            zone = [
              { id = "Z1", site = "M01" },

              { id = "Z2", site = "M09" },
            ]
            """
        #expect(places(in: text) == ["4 site.role", "5 site.id", "9 zone.site"])
    }

    @Test func `lines that end in CR LF count once`() {
        #expect(places(in: "[gateway]\r\nid = \"g\"\r\n[broker]\r\nport = 0\r\n") == ["4 broker.port"])
    }

    private func places(in text: String) -> [String] {
        do {
            _ = try TallyConfiguration.parse(text, file: "t", needsBroker: true)
            return []
        } catch {
            return error.problems.map { "\($0.line) \($0.key)" }.sorted()
        }
    }
}
