import AssetModel
import DeviceDecoding
import Testing

struct TopicTableTests {
    @Test(arguments: [
        ("a/b", "a/b", true), ("a/b", "a/c", false), ("a/b", "a/b/c", false), ("a/b", "a", false),
        ("a", "A", false),
        ("a/+", "a/b", true), ("a/+", "a", false), ("a/+", "a/", true), ("a/+", "a/b/c", false),
        ("+", "a", true),
        ("+/+", "/a", true), ("/+", "/a", true), ("+", "/a", false), ("a/+/c", "a/b/c", true),
        ("a/+/c", "a//c", true),
        ("a/#", "a", true), ("a/#", "a/b/c", true), ("a/#", "ab", false), ("#", "a/b", true),
        ("#", "a", true),
        ("a/+/#", "a/b", true), ("a/+/#", "a", false), ("a/+/#", "a/b/c/d", true), ("/#", "/", true),
        ("#", "$SYS/broker", false), ("+/broker", "$SYS/broker", false), ("$SYS/#", "$SYS/broker", true),
        ("$SYS/+", "$SYS/broker", true), ("a/$b", "a/$b", true), ("a/+", "a/$b", true),
        ("a#", "a#", true), ("a/#/b", "a/x/b", false), ("a/+b", "a/xb", false), ("仓库/+", "仓库/一号", true),
        ("", "", true), ("", "a", false),
    ])
    func `filters match as MQTT says`(filter: String, topic: String, matches: Bool) {
        #expect(TopicTable.matches(filter: filter, topic: topic) == matches)
    }

    private var layout: SiteLayout {
        SiteLayout(
            readers: [
                SiteLayout.Reader(id: "gate-1", site: 0, topics: ["reader/gate-1", "reader/gate-1/#"]),
                SiteLayout.Reader(id: "rest", site: 0, topics: ["reader/#"]),
            ],
            terminalSources: [SiteLayout.TerminalSource(id: "fleet", topics: ["jt808/+/+/up", "reader/#"])])
    }

    @Test func `the first filter in the order of the configuration wins, readers before terminals`() {
        var table = TopicTable(layout: layout)
        for _ in 0..<2 {
            #expect(table.source(of: "reader/gate-1") == .reader(0))
            #expect(table.source(of: "reader/gate-1/status") == .reader(0))
            #expect(table.source(of: "reader/gate-2") == .reader(1))
            #expect(table.source(of: "jt808/1/1/up") == .terminalSource(0))
            #expect(table.source(of: "jt808/1/1/dn") == nil)
            #expect(table.source(of: "$SYS/broker/uptime") == nil)
        }
    }

    @Test func `more topics than are remembered are still answered`() {
        var table = TopicTable(layout: layout)
        for number in 0..<(TopicTable.remembered + 10) {
            #expect(table.source(of: "jt808/\(number)/\(number)/up") == .terminalSource(0))
            #expect(table.source(of: "unknown/\(number)") == nil)
        }
        #expect(table.source(of: "jt808/0/0/up") == .terminalSource(0))
    }
}
