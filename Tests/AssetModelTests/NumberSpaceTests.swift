import AssetModel
import Testing

/// Which tags are ours.
struct NumberSpaceTests {
    private static func space(
        prefixes: [String] = [], ranges: [(String, String)] = [], list: Set<String> = []
    )
        -> NumberSpace
    {
        var space = NumberSpace()
        space.epcPrefixes = prefixes
        space.ranges = ranges.map { NumberSpace.Range(from: $0.0, to: $0.1) }
        space.list = list
        return space
    }

    private static func ours(_ hex: String, in space: NumberSpace) throws -> Bool {
        space.contains(try #require(EPC(hex: hex)))
    }

    @Test func `an empty number space owns nothing`() throws {
        #expect(try !Self.ours("E28011606000000000000001", in: NumberSpace()))
    }

    @Test func `a prefix of any number of digits owns what begins with it`() throws {
        let space = Self.space(prefixes: ["E2801", "30342CB3E41"])
        #expect(try Self.ours("E28011606000000000000001", in: space))
        #expect(try Self.ours("e2801160", in: space))
        #expect(try !Self.ours("E28021606000000000000001", in: space))
        #expect(try !Self.ours("E280", in: space))
        #expect(try Self.ours("30342CB3E4141A00000000FF", in: space))
        #expect(try !Self.ours("0030342CB3E4141A00000000", in: space))
    }

    @Test func `a range owns both its ends, and only tags of its length`() throws {
        let space = Self.space(ranges: [("E2001000", "E2001FFF")])
        #expect(try Self.ours("E2001000", in: space))
        #expect(try Self.ours("E2001ABC", in: space))
        #expect(try Self.ours("E2001FFF", in: space))
        #expect(try !Self.ours("E2000FFF", in: space))
        #expect(try !Self.ours("E2002000", in: space))
        #expect(try !Self.ours("E20010000000", in: space))
        #expect(try !Self.ours("E2001FFE0000", in: space))
        #expect(try !Self.ours("E200", in: space))
    }

    @Test func `a list owns exactly its tags`() throws {
        let space = Self.space(list: ["E2001000"])
        #expect(try Self.ours("E2001000", in: space))
        #expect(try !Self.ours("E20010000000", in: space))
        #expect(try !Self.ours("E2001001", in: space))
    }

    @Test func `any of prefix, range and list is enough`() throws {
        let space = Self.space(prefixes: ["AAAA"], ranges: [("BBBB", "BBBF")], list: ["CCCC"])
        for (hex, isOurs) in [("AAAA", true), ("BBBD", true), ("CCCC", true), ("DDDD", false)] {
            #expect(try Self.ours(hex, in: space) == isOurs, "\(hex)")
        }
    }
}
