import AssetModel
import GatewayConfiguration
import Testing

struct ConfigurationValueTests {
    private func read(_ text: String, needsBroker: Bool = true) throws -> TallyConfiguration {
        try TallyConfiguration.parse(text, file: "t", needsBroker: needsBroker)
    }

    @Test func `what nobody wrote has the documented default`() throws {
        let bare = try read("gateway.id = 'g'\n[broker]\n")
        #expect(bare.language == .chinese)
        let broker = try #require(bare.broker)
        #expect(broker.endpoint == .tcp(host: "localhost", port: 1883))
        #expect([broker.clientID, broker.publisher.clientID] == ["tallyd", "tallyd-pub"])
        #expect(broker.receiveMaximum == 2_000)
        #expect(broker.usernameFile == nil && broker.caFile == nil && broker.publisher.passwordFile == nil)
        #expect(bare.store.path == "/var/lib/tallyd/tally.db")
        #expect(bare.store.journalKeep == .zero)
        #expect(bare.rules == RuleSettings())
        #expect(bare.limits.path == PathLimits())
        #expect(bare.limits.payloadBytesMax == 524_288)
        #expect(bare.limits.batchMessagesMax == 1_000)
        #expect(bare.limits.batchLinger == ElapsedTime(milliseconds: 50))
        #expect(bare.limits.quarantineRowsMax == 1_000)
        #expect(bare.limits.logLinesPerMinutePerCause == 60)
        #expect(bare.outputs.mqtt)
        #expect(bare.numberSpace == NumberSpace())
        #expect(bare.layout.sites.isEmpty && bare.subscriptions.isEmpty)
        #expect(bare.logOffsetMinutes == 480)
    }

    @Test func `replay needs no broker`() throws {
        #expect(try read("gateway.id = 'g'", needsBroker: false).broker == nil)
    }

    @Test func `list entries have the documented defaults`() throws {
        let layout = try read(
            """
            gateway.id = 'g'
            broker = {}
            site = [{ id = "M" }]
            zone = [{ id = "Z", site = "M" }]
            reader = [{ id = "R", site = "M", topics = ["r"], antenna = [{ port = 3, zone = "Z" }] }]
            terminal_source = [{ id = "T" }]
            """
        ).layout
        #expect(layout.sites == [SiteLayout.Site(id: "M", name: "", state: .active, isStore: true)])
        #expect(layout.zones == [SiteLayout.Zone(id: "Z", site: 0, missingAfter: nil)])
        let reader = try #require(layout.readers.first)
        #expect(reader.format == .auto && reader.liveness == .traffic && reader.antennas == [0])
        #expect(reader.reportInterval == .zero && reader.offlineAfter == ElapsedTime(seconds: 60))
        #expect(layout.antennas == [SiteLayout.Antenna(reader: 0, port: 3, zone: 0)])
        #expect(layout.terminalSources == [SiteLayout.TerminalSource(id: "T", topics: [])])
    }

    @Test(arguments: [
        ("report_interval_seconds = 20", 60_000), ("report_interval_seconds = 20.001", 60_003),
        ("report_interval_seconds = 60", 180_000), ("offline_after_seconds = 5", 5_000),
        ("report_interval_seconds = 300\noffline_after_seconds = 301.5", 301_500),
    ])
    func `offline is three report intervals and at least a minute`(keys: String, milliseconds: Int64) throws {
        let text =
            "gateway.id = 'g'\nsite = [{ id = 'M' }]\n[[reader]]\nid = 'R'\nsite = 'M'\ntopics = ['r']\n"
        let layout = try read(text + keys, needsBroker: false).layout
        #expect(layout.readers.first?.offlineAfter == ElapsedTime(milliseconds: milliseconds))
    }

    @Test(arguments: [
        ("main", true), ("branch", true), ("reserve", true), ("regular", true), ("emergency", true),
        ("store", true),
        ("office", false), ("unit", false), ("virtual", false),
    ])
    func `what stands in a store is in stock`(role: String, isStore: Bool) throws {
        let text = "gateway.id = 'g'\n[[site]]\nid = 'M'\nrole = '\(role)'\n"
        #expect(try read(text, needsBroker: false).layout.sites.first?.isStore == isStore)
    }

    @Test(arguments: [
        ("Asia/Shanghai", 480), ("UTC", 0), ("+08:00", 480), ("-03:30", -210), ("+14:00", 840), ("+00:00", 0),
    ])
    func `a site has a fixed offset, and the journal the first site's`(zone: String, minutes: Int) throws {
        let text = "gateway.id = 'g'\n[[site]]\nid = 'M'\ntimezone = '\(zone)'\n[[site]]\nid = 'N'\n"
        let configuration = try read(text, needsBroker: false)
        #expect(configuration.siteOffsetMinutes == [minutes, 480])
        #expect(configuration.logOffsetMinutes == minutes)
    }

    @Test func `references become positions, forwards and backwards`() throws {
        let layout = try read(
            """
            gateway.id = 'g'
            zone = [
              { id = "A", site = "N", neighbours = ["B", "B"], kind = "walk-by", locations = ["甲"] },
              { id = "B", site = "M", neighbours = ["A"] },
            ]
            site = [{ id = "M", state = "retired" }, { id = "N" }]
            reader = [
              { id = "R", site = "N", vendor = "impinj", liveness = "will", topics = ["a"] },
              { id = "S", site = "M", topics = ["b/+/#"], antenna = [
                { port = 2, zone = "B", side = "outside" }, { port = 1, zone = "B" } ] },
            ]
            """, needsBroker: false
        ).layout
        #expect(layout.zones.map(\.site) == [1, 0])
        #expect(layout.zones.map(\.neighbours) == [[1], [0]])
        #expect(layout.zones.map(\.kind) == [.walkBy, .shelf])
        #expect(layout.readers.map(\.site) == [1, 0])
        #expect(layout.readers.map(\.format) == [.impinj, .auto])
        #expect(layout.readers.map(\.antennas) == [[], [0, 1]])
        #expect(layout.antennas.map(\.port) == [2, 1])
        #expect(layout.antennas.map(\.side) == [.outside, nil])
        #expect(layout.antennas.allSatisfy { $0.reader == 1 && $0.zone == 1 })
        #expect(layout.sites.first?.state == .retired)
    }

    @Test func `the number space is upper case whatever was typed`() throws {
        let space = try read(
            """
            gateway.id = 'g'
            [number_space]
            epc_prefixes = ["34f", "E"]
            ranges = [{ from = "aa00", to = "aaff" }, "0000-0001"]
            lists = ["deadbeef"]
            """, needsBroker: false
        ).numberSpace
        #expect(space.epcPrefixes == ["34F", "E"])
        #expect(space.ranges == [.init(from: "AA00", to: "AAFF"), .init(from: "0000", to: "0001")])
        #expect(space.list == ["DEADBEEF"])
        #expect(EPC(hex: "AA7F").map(space.contains) == true)
        #expect(EPC(hex: "AB00").map(space.contains) == false)
    }

    @Test func `a mapping that nothing refers to is let be`() throws {
        let text = "gateway.id = 'g'\n[[mapping]]\nid = 'm'\nepc = '$.tag'\n"
        #expect(try read(text, needsBroker: false).gatewayID == "g")
    }

    @Test func `what is allowed and unwise is a note, not a problem`() throws {
        let configuration = try read(
            """
            gateway.id = 'g'
            [broker]
            host = "192.0.2.1"
            username_file = "user"
            [[site]]
            id = 'M'
            [[zone]]
            id = 'A'
            site = 'M'
            locations = ["101"]
            [[zone]]
            id = 'B'
            site = 'M'
            locations = ["102", "101"]
            [[terminal_source]]
            id = 't'
            [store]
            journal_keep_seconds = 60
            """)
        let places = configuration.notes.map { "\($0.line) \($0.key)" }.sorted()
        let expected = [
            "14 zone.locations", "15 terminal_source.topics", "18 store.journal_keep_seconds",
            "2 broker.publisher.username_file",
            "3 broker.host",
        ]
        #expect(places == expected)
    }

    @Test func `a broker on this box needs no encryption`() throws {
        for host in ["localhost", "127.0.0.1", "::1"] {
            #expect(try read("gateway.id = 'g'\nbroker.host = '\(host)'").notes.isEmpty)
        }
        let socket = try read("gateway.id = 'g'\nbroker.socket = '/run/m.sock'")
        #expect(socket.broker?.endpoint == .unixSocket(path: "/run/m.sock"))
        #expect(socket.notes.isEmpty)
    }

    @Test func `a reload can tell what needs a restart`() throws {
        let old = try read("gateway.id = 'g'\n[broker]\n")
        let rules = try read(
            "gateway.id = 'g'\n[broker]\n[rules]\nplace_certainty = 0.8\n[[site]]\nid = 'M'\n")
        #expect(rules.keysNeedingRestart(since: old).isEmpty)
        let all = try read(
            "gateway.id = 'h'\n[broker]\nport = 1\n[store]\npath = '/x'\n[limits]\nstrangers_max = 999\n")
        #expect(all.keysNeedingRestart(since: old) == ["gateway.id", "broker", "store", "limits"])
    }
}
