import AssetModel
import Reconciliation
import Testing

/// What opens and clears each discrepancy: the table in the doc comment of ``Reconciler``, row by row.
struct ReconcilerTests {
    private typealias Story = ReconcilerStory

    private static let stranger = StageWorld.tag(300)

    // MARK: SURPLUS_UNKNOWN_TAG

    @Test func `an unbound tag of ours is a surplus from its second epoch, and bound or disowned it is none`()
    {
        for settle: (inout Story) -> Void in [
            {
                $0.register.apply(
                    RegisterChange(bindings: [TagBinding(epcHex: Self.stranger.hex, assetNo: "N")]))
            },
            { $0.space = NumberSpace() },
        ] {
            var story = Story()
            story.sight(Self.stranger, epochs: 1)
            #expect(story.told().isEmpty)
            story.sight(Self.stranger, epochs: Reconciler.strangerEpochsMin)
            let found = story.changes.first?.discrepancy
            #expect(
                found?.site == "S1" && found?.zone == "B" && found?.actual == "B" && found?.expected == nil)
            #expect(
                found?.cause == StageWorld.start && found?.evidenceCount == 2 && found?.exposureFen == nil)
            #expect(found?.evidence.first?.english.hasSuffix("(B, 2 epochs)") == true)
            #expect(found?.evidence.first?.source == "rB/1" && found?.evidence.first?.at == story.now)
            #expect(story.told() == ["SURPLUS_UNKNOWN_TAG \(Self.stranger) opened"])
            story.review()
            #expect(story.told().isEmpty)
            settle(&story)
            story.review()
            #expect(story.told() == ["SURPLUS_UNKNOWN_TAG \(Self.stranger) cleared"])
        }
    }

    // MARK: SURPLUS_NO_CARD

    @Test func `a tag bound to a number without card is a surplus until the card comes or the binding ends`()
    {
        let hex = Self.stranger.hex
        for settle: (inout Story) -> Void in [
            { $0.card("NO-CARD", nil) },
            {
                let ended = TagBinding(epcHex: hex, assetNo: "NO-CARD", validTo: $0.now)
                $0.register.apply(RegisterChange(bindings: [ended]))
            },
            { $0.register.apply(RegisterChange(bindings: [TagBinding(epcHex: hex, assetNo: "PC-1")])) },
        ] {
            var story = Story()
            story.register.apply(RegisterChange(bindings: [TagBinding(epcHex: hex, assetNo: "NO-CARD")]))
            story.sight(Self.stranger)
            #expect(story.changes.first?.discrepancy.subject == .asset(assetNo: "NO-CARD", epcHex: hex))
            #expect(story.told() == ["SURPLUS_NO_CARD NO-CARD opened"])
            story.review()
            #expect(story.told().isEmpty)
            settle(&story)
            story.review()
            #expect(story.told() == ["SURPLUS_NO_CARD NO-CARD cleared"])
        }
    }

    // MARK: DISPOSED_STILL_PRESENT

    @Test(arguments: AssetState.allCases)
    func `of the ten states only a disposed asset must not be read at all`(state: AssetState) {
        var story = Story(state)
        story.sight()
        let standing = story.register.standing(of: Story.tag, at: story.now, in: story.space)
        #expect(Reconciler.minds(standing) == (state == .disposed))
        #expect(story.told() == (state == .disposed ? ["DISPOSED_STILL_PRESENT PC-1 opened"] : []))
        guard state == .disposed else { return }
        story.review()
        #expect(story.told().isEmpty)
        story.card("PC-1", .inStock)
        story.review()
        #expect(story.told() == ["DISPOSED_STILL_PRESENT PC-1 cleared"])
    }

    @Test func `what a disposed asset is worth is said with it`() {
        var story = Story(.disposed)
        story.sight()
        let found = story.changes.first?.discrepancy
        #expect(found?.expected == "DISPOSED" && found?.exposureFen == 549_900 && found?.zone == "B")
    }

    @Test func `somebody else's tag says nothing, and ours unbound or without card does`() {
        var story = Story()
        story.space = NumberSpace()
        story.sight(Self.stranger, epochs: 60)
        #expect(story.told().isEmpty && !Reconciler.minds(.foreign))
        #expect(Reconciler.minds(.oursUnbound) && Reconciler.minds(.boundWithoutCard(assetNo: "N")))
    }

    // MARK: LOCATION_MISMATCH

    /// state of the card, its zone, what is believed → what is told
    @Test(arguments: [
        (
            AssetState.inStock, "A", PresenceChange.Kind.arrived(zone: StageWorld.c),
            "LOCATION_MISMATCH PC-1 opened"
        ),
        (.inUse, "A", .moved(from: StageWorld.a, to: StageWorld.c), "LOCATION_MISMATCH PC-1 opened"),
        (.repair, "A", .stayed(zone: StageWorld.c), "LOCATION_MISMATCH PC-1 opened"),
        (.inStock, "A", .arrived(zone: StageWorld.a), ""), (.inStock, "A", .heard(zone: StageWorld.c), ""),
        (.inStock, "nowhere", .arrived(zone: StageWorld.c), ""),
        (.lent, "A", .arrived(zone: StageWorld.c), ""),
        (.disposed, "A", .arrived(zone: StageWorld.c), ""),
        (.pendingIntake, "A", .arrived(zone: StageWorld.c), ""),
        (.inStock, "A", .silent(zone: StageWorld.a), "MISSING_SUSPECT PC-1 opened"),
        (.inStock, "nowhere", .silent(zone: StageWorld.c), "MISSING_SUSPECT PC-1 opened"),
        (.lent, "A", .silent(zone: StageWorld.a), ""), (.transferred, "A", .silent(zone: StageWorld.a), ""),
    ])
    func `belief is compared with the card's place where the card says that it stands there`(
        state: AssetState, zone: String, kind: PresenceChange.Kind, expected: String
    ) {
        var story = Story(state, zone: zone)
        story.believe(kind)
        #expect(story.told().joined(separator: ", ") == expected)
    }

    @Test func `a wrong place carries what is expected, what is believed, how surely and what it is worth`() {
        var story = Story()
        story.believe(.arrived(zone: StageWorld.c))
        let found = story.changes.first?.discrepancy
        #expect(found?.expected == "A" && found?.actual == "C" && found?.zone == "C" && found?.site == "S1")
        #expect(found?.confidence == 0.97 && found?.exposureFen == 549_900 && found?.evidenceCount == 7)
        #expect(found?.subject == .asset(assetNo: "PC-1", epcHex: Story.tag.hex))
        #expect(
            found?.evidence == [
                Evidence(at: StageWorld.start, source: "rC/1", chinese: "因为", english: "because")
            ])
    }

    @Test func `a wrong place is cleared by coming back or by a card that says so`() {
        for settle: (inout Story) -> Void in [
            { $0.believe(.moved(from: StageWorld.c, to: StageWorld.a)) },
            { $0.believe(.stayed(zone: StageWorld.a)) },
            {
                $0.card("PC-1", .inStock, "C")
                $0.review()
            },
            {
                $0.card("PC-1", .lent)
                $0.review()
            },
            {
                $0.card("PC-1", .inStock, "nowhere")
                $0.review()
            },
            {
                $0.card("PC-1", .inStock, "C")
                $0.believe(.stayed(zone: StageWorld.c))
            },
        ] {
            var story = Story()
            story.believe(.arrived(zone: StageWorld.c))
            story.believe(.heard(zone: StageWorld.a))
            story.review()
            story.card("PC-1", .reserved, "B")
            story.review()
            #expect(story.told() == ["LOCATION_MISMATCH PC-1 opened"])
            story.card("PC-1", .inStock)
            settle(&story)
            #expect(story.told() == ["LOCATION_MISMATCH PC-1 cleared"])
        }
    }

    // MARK: MISSING_SUSPECT

    @Test func `a missing asset is found by any read of it, and a place found wrong is told as well`() {
        let found = "MISSING_SUSPECT PC-1 cleared"
        for (kind, expected) in [
            (PresenceChange.Kind.heard(zone: StageWorld.c), [found]), (.arrived(zone: StageWorld.a), [found]),
            (.moved(from: StageWorld.a, to: StageWorld.c), [found, "LOCATION_MISMATCH PC-1 opened"]),
        ] {
            var story = Story()
            story.believe(.silent(zone: StageWorld.a))
            let missing = story.changes.first?.discrepancy
            #expect(missing?.expected == "A" && missing?.actual == nil && missing?.confidence == 0.97)
            _ = story.told()
            story.believe(kind)
            #expect(story.told() == expected)
        }
    }

    @Test func `a card that no longer says that the asset stands there ends the suspicion`() {
        for state in AssetState.allCases {
            var story = Story()
            story.believe(.silent(zone: StageWorld.a))
            _ = story.told()
            story.card("PC-1", state)
            story.review()
            #expect(
                story.told() == (state.standsAtItsPlace ? [] : ["MISSING_SUSPECT PC-1 cleared"]), "\(state)")
        }
    }

    // MARK: the books

    @Test func `the books ask after what is open, in the order of code and subject`() {
        var story = Story()
        story.sight(Self.stranger, epochs: 2)
        story.sight(StageWorld.tag(303), epochs: 2)
        story.believe(.silent(zone: StageWorld.a))
        story.believe(.arrived(zone: StageWorld.c))
        story.believe(.silent(zone: StageWorld.c))
        _ = story.told()
        story.space = NumberSpace()
        story.card("PC-1", .disposed)
        story.review()
        #expect(
            story.told() == [
                "LOCATION_MISMATCH PC-1 cleared", "MISSING_SUSPECT PC-1 cleared",
                "SURPLUS_UNKNOWN_TAG \(Self.stranger) cleared",
                "SURPLUS_UNKNOWN_TAG \(StageWorld.tag(303)) cleared",
            ])
    }
}
