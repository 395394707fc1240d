import GatewayConfiguration
import Testing

@Suite struct `the shipped configuration` {
    @Test func `config/tallyd.toml is what tallyd config prints, byte for byte`() throws {
        #expect(try Repository.text(of: "config/tallyd.toml") == TallyConfiguration.defaultText)
    }
}
