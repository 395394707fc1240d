import AssetModel
import Reconciliation
import Testing

/// What opens and clears the discrepancies of readers and terminals.
struct DeviceDiscrepancyTests {
    private typealias Story = ReconcilerStory

    // MARK: readers

    @Test func `a reader of an active site is offline until it is heard again`() {
        var story = Story()
        story.device(.reader(2), .offline)
        #expect(story.changes.first?.discrepancy.site == "S1")
        #expect(story.changes.first?.discrepancy.subject == .reader(id: "rC"))
        story.device(.reader(2), .offline)
        story.review()
        #expect(story.told() == ["READER_OFFLINE rC opened"])
        story.device(.reader(1), .online)
        #expect(story.told().isEmpty)
        story.device(.reader(2), .online)
        #expect(story.told() == ["READER_OFFLINE rC cleared"])
    }

    @Test func `a reader of a site that is not active may be offline`() {
        for state in [SiteLayout.Site.State.reserved, .retired] {
            var layout = StageWorld.layout()
            layout.sites[0].state = state
            var story = Story()
            story.reconciler = Reconciler(layout: layout, rules: RuleSettings())
            story.device(.reader(2), .offline)
            #expect(story.told().isEmpty)
        }
    }

    // MARK: terminals

    @Test func `a terminal that no vehicle carries is unknown until one does`() {
        var story = Story()
        story.device(.terminal("138"), .silent)
        #expect(story.told().isEmpty)
        story.device(.terminal("138"), .heard)
        story.review()
        #expect(story.told() == ["TERMINAL_UNKNOWN 138 opened"])
        var other = story
        story.vehicle("鄂J12345", "138")
        story.review()
        #expect(story.told() == ["TERMINAL_UNKNOWN 138 cleared"])
        other.vehicle("鄂J12345", "138")
        other.device(.terminal("138"), .heard)
        #expect(other.told() == ["TERMINAL_UNKNOWN 138 cleared"])
    }

    @Test func `a silent terminal is told by its plate, until it is heard, sealed, untracked or unbound`() {
        for settle: (inout Story) -> Void in [
            { $0.device(.terminal("138"), .heard) },
            {
                $0.vehicle("鄂J12345", "138") { $0.sealed = true }
                $0.review()
            },
            {
                $0.vehicle("鄂J12345", "138") { $0.trackingPolicy = .none }
                $0.review()
            },
            {
                $0.vehicle("鄂J12345", "")
                $0.review()
            },
            {
                let now = $0.now
                $0.vehicle("鄂J12345", "138") { $0.validTo = now }
                $0.review()
            },
        ] {
            var story = Story()
            story.vehicle("鄂J12345", "138")
            story.device(.terminal("138"), .silent)
            #expect(story.changes.first?.discrepancy.subject == .vehicle(plateNo: "鄂J12345"))
            story.review()
            story.vehicle("鄂J12345", "138") { $0.trackingPolicy = .presenceOnly }
            story.review()
            #expect(story.told() == ["TERMINAL_SILENT 鄂J12345 opened"])
            settle(&story)
            #expect(story.told() == ["TERMINAL_SILENT 鄂J12345 cleared"])
        }
    }

    @Test func `a terminal whose vehicle's line is not in force stays unknown`() {
        var story = Story()
        story.device(.terminal("138"), .heard)
        story.vehicle("鄂J12345", "138") { $0.validFrom = StageWorld.instant(1_000) }
        story.review()
        #expect(story.told() == ["TERMINAL_UNKNOWN 138 opened"])
        story.vehicle("鄂J12345", "138") { $0.validFrom = StageWorld.start }
        story.review()
        #expect(story.told() == ["TERMINAL_UNKNOWN 138 cleared"])
    }
}
