import AssetModel
import Testing

/// Which tags are on an asset, and how a change of the books is taken back.
struct RegisterIndexTests {
    private static let now = UTCInstant(milliseconds: 1_795_248_000_000)

    private static func books(_ lines: [(tag: String, asset: String)], cards: [String] = []) -> RegisterChange
    {
        RegisterChange(
            cards: cards.map { AssetCard(assetNo: $0) },
            bindings: lines.map { TagBinding(epcHex: $0.tag, assetNo: $0.asset) })
    }

    private static func tags(on assetNo: String, in register: RegisterSnapshot) -> [String] {
        var tags: [String] = []
        register.forEachTag(on: assetNo) { tags.append($0.hex) }
        return tags.sorted()
    }

    @Test func `the tags of an asset are those bound to its number, with or without a card`() {
        let books = Self.books(
            [("AAAA", "PC-1"), ("BBBB", "PC-1"), ("CCCC", "NO-CARD")], cards: ["PC-1", "PC-2"])
        let register = RegisterSnapshot(layout: SiteLayout(), books: books)
        #expect(Self.tags(on: "PC-1", in: register) == ["AAAA", "BBBB"])
        #expect(Self.tags(on: "NO-CARD", in: register) == ["CCCC"])
        #expect(Self.tags(on: "PC-2", in: register).isEmpty && Self.tags(on: "PC-3", in: register).isEmpty)
        #expect(register.boundTags.map(\.hex) == ["AAAA", "BBBB", "CCCC"])
        #expect(register.assets.count == 2)
    }

    @Test func `a tag bound anew leaves the list of its asset, wherever in it it stood`() {
        let tags = ["AAAA", "BBBB", "CCCC"]
        for moved in tags {
            var register = RegisterSnapshot(
                layout: SiteLayout(), books: Self.books(tags.map { ($0, "PC-1") }, cards: ["PC-1"]))
            register.apply(Self.books([(moved, "PC-2")]))
            #expect(Self.tags(on: "PC-1", in: register) == tags.filter { $0 != moved })
            #expect(Self.tags(on: "PC-2", in: register) == [moved])
            register.apply(Self.books([(moved, "PC-1")]))
            #expect(Self.tags(on: "PC-1", in: register) == tags && register.tagCount == 3)
        }
    }

    @Test func `a card that comes after its binding finds the tag`() throws {
        var register = RegisterSnapshot(layout: SiteLayout(), books: Self.books([("AAAA", "PC-1")]))
        let tag = try #require(EPC(hex: "AAAA"))
        #expect(
            register.standing(of: tag, at: Self.now, in: NumberSpace()) == .boundWithoutCard(assetNo: "PC-1"))
        register.apply(RegisterChange(cards: [AssetCard(assetNo: "PC-1")]))
        let asset = try #require(register.asset("PC-1"))
        #expect(register.standing(of: tag, at: Self.now, in: NumberSpace()) == .asset(asset))
    }

    @Test func `asset numbers are the same however their letters are composed`() {
        let composed = "caf\u{E9}-1"
        let decomposed = "cafe\u{301}-1"
        let register = RegisterSnapshot(
            layout: SiteLayout(), books: Self.books([("AAAA", decomposed)], cards: [composed]))
        #expect(Self.tags(on: composed, in: register) == ["AAAA"])
        #expect(register.asset(decomposed) != nil && register.assets.count == 1)
    }

    /// TIDs of 96 bits are kept in twelve bytes; nothing of any other is lost.
    @Test(arguments: [
        nil, "E28011052000000000000001", "e28011052000000000000001", "000000000000000000000000", "E2801105",
        "E280110520000000000000010000", "no hex", "",
    ])
    func `a binding comes back as it was given`(tid: String?) throws {
        let tag = try #require(EPC(hex: "AAAA"))
        var line = TagBinding(epcHex: "AAAA", assetNo: "PC-1", tidHex: tid)
        var register = RegisterSnapshot(layout: SiteLayout(), books: RegisterChange(bindings: [line]))
        #expect(register.binding(of: tag) == .init(assetNo: "PC-1", tidHex: tid))
        (line.tidHex, line.validFrom) = ("E2000000000000000000FFFF", Self.now)
        register.apply(RegisterChange(bindings: [line]))
        #expect(
            register.binding(of: tag)
                == .init(assetNo: "PC-1", tidHex: "E2000000000000000000FFFF", validFrom: Self.now))
        #expect(register.isBoundForATerm(tag))
        line = TagBinding(epcHex: "AAAA", assetNo: "PC-1", tidHex: tid)
        register.apply(RegisterChange(bindings: [line]))
        #expect(register.binding(of: tag) == .init(assetNo: "PC-1", tidHex: tid))
        #expect(!register.isBoundForATerm(tag))
    }

    // MARK: taking back

    private static func change(_ numbers: inout SeededNumbers) -> RegisterChange {
        var change = RegisterChange()
        for _ in 0..<numbers.below(4) {
            var card = AssetCard(assetNo: "PC-\(numbers.below(12))")
            card.state = AssetState.allCases[numbers.below(10)]
            card.originalValueFen = numbers.below(3) == 0 ? nil : Int64(numbers.below(100))
            card.zone = ["shelf-a", "shelf-b", ""][numbers.below(3)]
            change.cards.append(card)
        }
        for _ in 0..<numbers.below(4) {
            var line = TagBinding(epcHex: hex(numbers.below(20)), assetNo: "PC-\(numbers.below(16))")
            if numbers.below(2) == 0 { line.tidHex = "E2801105200000000000000\(numbers.below(5))" }
            if numbers.below(3) == 0 {
                line.validTo = now + ElapsedTime(seconds: Int64(numbers.below(9)) - 4)
            }
            change.bindings.append(line)
        }
        for _ in 0..<numbers.below(3) {
            var card = VehicleCard(plateNo: "J\(numbers.below(5))")
            card.terminalPhone = ["", "138", "139"][numbers.below(3)]
            card.sealed = numbers.below(2) == 0
            change.vehicles.append(card)
        }
        return change
    }

    private static func hex(_ number: Int) -> String {
        "AA\(String(number + 16, radix: 16, uppercase: true))"
    }
    private static func tag(_ number: Int) -> EPC? { EPC(hex: hex(number)) }

    /// Everything that can be asked.
    private static func description(_ register: RegisterSnapshot) -> [String] {
        var lines = ["\(register.assets.count) \(register.tagCount) \(register.boundTags)"]
        for number in 0..<16 {
            let assetNo = "PC-\(number)"
            lines.append("\(String(describing: register.asset(assetNo))) \(tags(on: assetNo, in: register))")
        }
        for tag in (0..<20).compactMap({ tag($0) }) {
            lines.append("\(String(describing: register.binding(of: tag)))")
            lines.append("\(register.standing(of: tag, at: now, in: NumberSpace()))")
        }
        let vehicles = register.vehiclesByPhone(at: now)
        lines += vehicles.keys.sorted().map { "\($0) \(String(describing: vehicles[$0]))" }
        return lines + (0..<5).map { "\(String(describing: register.vehicle("J\($0)")))" }
    }

    @Test(arguments: 0..<20)
    func `changes taken back, the last one first, leave the books as they were before each`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var register = RegisterSnapshot(layout: RegisterSnapshotTests.layout())
        var steps: [(books: [String], before: RegisterBefore)] = []
        for _ in 0..<40 {
            let change = Self.change(&numbers)
            steps.append((Self.description(register), register.lines(before: change)))
            register.apply(change)
        }
        for step in steps.reversed() {
            register.takeBack(step.before)
            #expect(Self.description(register) == step.books)
        }
        #expect(register.boundTags.isEmpty && register.assets.count == 0)
    }

    @Test(arguments: 0..<20)
    func `the lists of all assets together are the bindings, whatever was bound when`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var register = RegisterSnapshot(layout: SiteLayout())
        var expected: [String: String] = [:]
        for _ in 0..<200 {
            let change = Self.change(&numbers)
            for line in change.bindings { expected[line.epcHex] = line.assetNo }
            register.apply(change)
        }
        for number in 0..<16 {
            let own = expected.filter { $0.value == "PC-\(number)" }.keys.sorted()
            #expect(Self.tags(on: "PC-\(number)", in: register) == own)
        }
    }

    @Test func `what changed is known by its chunk until it is taken`() {
        var chunks = ChangedChunks()
        for chunk in [700, 0, 63, 64, 700] { chunks.insert(chunk) }
        #expect(chunks.sorted() == [0, 63, 64, 700])
        chunks.removeAll()
        #expect(chunks.sorted().isEmpty)
        chunks.insert(65)
        #expect(chunks.sorted() == [65])
    }
}
