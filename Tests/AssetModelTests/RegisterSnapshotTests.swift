import AssetModel
import Testing

/// The books as the rules see them.
struct RegisterSnapshotTests {
    /// Two sites: `wh` is a store with two shelves, `office` is none; both have a zone called `desk`.
    static func layout() -> SiteLayout {
        var layout = SiteLayout()
        layout.sites = [SiteLayout.Site(id: "wh"), SiteLayout.Site(id: "office", isStore: false)]
        let places: [(id: String, site: Int, name: String, locations: [String])] = [
            ("shelf-a", 0, "A 货架", ["A-01", "一号库A架"]), ("shelf-b", 0, "", ["B-01"]),
            ("desk", 1, "办公室", ["301室"]), ("wh-desk", 0, "", ["desk", "301室"]),
        ]
        for place in places {
            var zone = SiteLayout.Zone(id: place.id, site: place.site, missingAfter: ElapsedTime(seconds: 60))
            zone.name = place.name
            zone.locations = place.locations
            layout.zones.append(zone)
        }
        return layout
    }

    private static func asset(_ change: (inout AssetCard) -> Void) -> RegisterSnapshot.Asset? {
        var card = AssetCard(assetNo: "PC-1")
        change(&card)
        return RegisterSnapshot(layout: layout(), books: RegisterChange(cards: [card])).asset("PC-1")
    }

    private static let now = UTCInstant(milliseconds: 1_795_248_000_000)

    // MARK: cards

    /// zone, location code, location, site of the card → index of the zone that it names
    @Test(arguments: [
        ("", "", "", "", nil), ("shelf-a", "", "", "", 0), ("", "A-01", "", "", 0),
        ("", "", "一号库A架", "", 0), ("", "", "A 货架", "", 0), ("", "", "B-01", "", 1),
        ("", "", "nowhere", "", nil), ("shelf-b", "A-01", "301室", "", 1), ("", "B-01", "301室", "", 1),
        ("nowhere", "", "B-01", "", 1), ("desk", "", "", "", 2), ("desk", "", "", "office", 2),
        ("desk", "", "", "wh", 3), ("", "", "301室", "", 2), ("", "", "301室", "wh", 3),
        ("", "", "301室", "office", 2), ("", "", "A-01", "黄州公物仓", 0), ("", "", "wh/desk", "", 3),
    ])
    func `the card's place is its zone, then its code, then its text, first within its site`(
        zone: String, code: String, location: String, site: String, expected: Int?
    ) {
        let asset = Self.asset {
            ($0.zone, $0.locationCode, $0.location, $0.site) = (zone, code, location, site)
        }
        #expect(asset?.expectedZone == expected)
    }

    /// location of the card → state where the card says none
    @Test(arguments: [
        ("A-01", AssetState.inStock), ("办公室", .inUse), ("nowhere", .inUse), ("", .inUse),
    ])
    func `a card without state is in stock in a store and in use elsewhere`(
        location: String, state: AssetState
    ) {
        #expect(Self.asset { $0.location = location }?.state == state)
    }

    @Test(arguments: AssetState.allCases)
    func `a card with a state keeps it, wherever it stands`(state: AssetState) {
        for location in ["A-01", "办公室", ""] {
            let asset = Self.asset { ($0.state, $0.location) = (state, location) }
            #expect(asset?.state == state)
        }
    }

    @Test func `the states in which silence at the card's place means something`() {
        let standing = AssetState.allCases.filter(\.standsAtItsPlace)
        #expect(standing == [.inStock, .reserved, .inUse, .repair, .pendingDisposal])
    }

    @Test func `a line named again replaces the card, others stay, and absent values are absent`() throws {
        var cards = (1...3).map { AssetCard(assetNo: "固-\($0)") }
        cards[1].originalValueFen = 0
        cards[2].location = "A-01"
        var register = RegisterSnapshot(layout: Self.layout(), books: RegisterChange(cards: cards))
        var changed = AssetCard(assetNo: "固-1")
        changed.state = .disposed
        changed.originalValueFen = 549_900
        changed.location = "B-01"
        register.apply(RegisterChange(cards: [changed]))
        #expect(register.assets.count == 3)
        let first = try #require(register.asset("固-1"))
        #expect(first.assetNo == "固-1" && first.state == .disposed)
        #expect(first.expectedZone == 1 && first.exposureFen == 549_900)
        let second = try #require(register.asset("固-2"))
        #expect(second.assetNo == "固-2" && second.expectedZone == nil && second.exposureFen == 0)
        #expect(register.asset("固-3")?.expectedZone == 0 && register.asset("固-3")?.exposureFen == nil)
        #expect(register.asset("固-4") == nil)
    }

    // MARK: tags

    @Test func `a tag is on its asset, on a number without card, ours and unbound, or somebody else's`()
        throws
    {
        var space = NumberSpace()
        space.epcPrefixes = ["E280"]
        let books = RegisterChange(
            cards: [AssetCard(assetNo: "PC-1")],
            bindings: [
                TagBinding(epcHex: "E280000000000001", assetNo: "PC-1"),
                TagBinding(epcHex: "AAAA", assetNo: "NO-CARD"),
                TagBinding(epcHex: "not hex", assetNo: "PC-1"),
            ])
        let register = RegisterSnapshot(layout: Self.layout(), books: books)
        func standing(_ hex: String) throws -> TagStanding {
            register.standing(of: try #require(EPC(hex: hex)), at: Self.now, in: space)
        }
        let asset = try #require(register.asset("PC-1"))
        #expect(try standing("E280000000000001") == .asset(asset))
        #expect(try standing("AAAA") == .boundWithoutCard(assetNo: "NO-CARD"))
        #expect(try standing("E280000000000002") == .oursUnbound)
        #expect(try standing("BBBB") == .foreign)
        #expect(register.tagCount == 2)
    }

    /// Milliseconds from now: valid from, valid to → in force.
    @Test(arguments: [
        (nil, nil, true), (0, nil, true), (1, nil, false), (-1, nil, true), (nil, 0, false), (nil, 1, true),
        (-1, 1, true), (-2, -1, false), (1, 2, false), (0, 0, false),
    ])
    func `a binding is in force from its first instant to before its last`(
        from: Int64?, to: Int64?, holds: Bool
    ) throws {
        func instant(_ offset: Int64?) -> UTCInstant? {
            offset.map { Self.now + ElapsedTime(milliseconds: $0) }
        }
        var binding = TagBinding(epcHex: "AAAA", assetNo: "PC-1")
        (binding.validFrom, binding.validTo) = (instant(from), instant(to))
        let books = RegisterChange(cards: [AssetCard(assetNo: "PC-1")], bindings: [binding])
        let register = RegisterSnapshot(layout: Self.layout(), books: books)
        let standing = register.standing(
            of: try #require(EPC(hex: "AAAA")), at: Self.now, in: NumberSpace())
        let asset = try #require(register.asset("PC-1"))
        #expect(standing == (holds ? .asset(asset) : .foreign))
        #expect(binding.holds(at: Self.now) == holds)
        var vehicle = VehicleCard(plateNo: "鄂J12345")
        (vehicle.validFrom, vehicle.validTo) = (binding.validFrom, binding.validTo)
        #expect(vehicle.holds(at: Self.now) == holds)
    }

    // MARK: vehicles

    private static func vehicle(_ plate: String, _ phone: String) -> VehicleCard {
        var card = VehicleCard(plateNo: plate)
        card.terminalPhone = phone
        return card
    }

    @Test
    func `of two plates that claim one terminal the first in order has it, in whatever order they came`() {
        let cards = [Self.vehicle("鄂J00001", "138"), Self.vehicle("鄂J00002", "138")]
        for order in [cards, cards.reversed()] {
            var register = RegisterSnapshot(layout: Self.layout())
            for card in order { register.apply(RegisterChange(vehicles: [card])) }
            #expect(
                register.vehiclesByPhone(at: UTCInstant(milliseconds: 0)).mapValues(\.plateNo) == [
                    "138": "鄂J00001"
                ])
            register.apply(RegisterChange(vehicles: [Self.vehicle("鄂J00001", "139")]))
            #expect(
                register.vehiclesByPhone(at: UTCInstant(milliseconds: 0)).mapValues(\.plateNo) == [
                    "138": "鄂J00002", "139": "鄂J00001",
                ])
            register.apply(RegisterChange(vehicles: [Self.vehicle("鄂J00001", "")]))
            #expect(
                register.vehiclesByPhone(at: UTCInstant(milliseconds: 0)).mapValues(\.plateNo) == [
                    "138": "鄂J00002"
                ])
        }
    }

    @Test func `only the policy none keeps a vehicle untracked`() {
        for policy in VehicleCard.TrackingPolicy.allCases {
            var card = Self.vehicle("鄂J00001", "138")
            card.trackingPolicy = policy
            card.sealed = policy == .full
            let register = RegisterSnapshot(layout: Self.layout(), books: RegisterChange(vehicles: [card]))
            #expect(
                register.vehiclesByPhone(at: UTCInstant(milliseconds: 0))["138"]?.tracked == (policy != .none)
            )
            #expect(register.vehiclesByPhone(at: UTCInstant(milliseconds: 0))["138"]?.sealed == card.sealed)
        }
    }
}
