import AssetModel
import Testing
import WarehouseSimulator

@Suite struct `the traffic of the demo` {
    static let world = WarehouseWorld(demo: 20, start: start)
    static let messages = world.messages()
    static let reads = PublishedReads.all(in: messages)
    static let seconds = 175.0

    /// Tags of a place that nothing happens to.
    static func calmTags(_ locationCode: String) -> Set<String> {
        let disturbed = Set(world.events.flatMap { $0.subject.map(\.value) })
            .union(world.happenings.compactMap(\.detail.epcHex))
        let numbers = Set(
            world.books.cards.filter { $0.locationCode == locationCode }.map(\.assetNo))
        return Set(
            world.books.bindings.filter {
                numbers.contains($0.assetNo) && !disturbed.contains($0.assetNo)
                    && !disturbed.contains($0.epcHex)
            }.map(\.epcHex))
    }

    private func unique(_ reads: [HeardTag]) -> [HeardTag] {
        var seen: Set<String> = []
        return reads.filter {
            seen.insert("\($0.epcHex) \($0.reader) \($0.heardAt?.milliseconds ?? 0)").inserted
        }
    }

    @Test func `a third of the looks at a tag in its place is missed`() {
        let calm = Self.calmTags("WH1-02")
        #expect(calm.count >= 15)
        let looks = Double(calm.count) * Self.seconds / 2.5
        let heard = unique(Self.reads.filter { $0.reader == "r-b" && calm.contains($0.epcHex) })
        #expect((0.30...0.40).contains(1 - Double(heard.count) / looks), "\(1 - Double(heard.count) / looks)")
    }

    @Test
    func `the neighbour reads 15 % as often and more weakly, the second ring 2 %, the other site never`() {
        let calm = Self.calmTags("WH1-01")
        let count = { (reader: String) in
            Double(unique(Self.reads.filter { $0.reader == reader && calm.contains($0.epcHex) }).count)
        }
        let own = count("r-a")
        #expect((0.11...0.19).contains(count("r-b") / own), "\(count("r-b") / own)")
        #expect((0.005...0.04).contains(count("r-g") / own), "\(count("r-g") / own)")
        #expect(["r-c", "r-d", "r-e", "r-h", "r-k", "r-m"].allSatisfy { count($0) == 0 })
        let mean = { (reader: String) in
            let signals = Self.reads.filter { $0.reader == reader && calm.contains($0.epcHex) }.compactMap(
                \.dBm)
            return signals.reduce(0, +) / Double(signals.count)
        }
        #expect((6...14).contains(mean("r-a") - mean("r-b")), "\(mean("r-a")) \(mean("r-b"))")
    }

    @Test func `signals lie where real traces have them`() {
        let signals = Self.reads.compactMap(\.dBm)
        let mean = signals.reduce(0, +) / Double(signals.count)
        let spread = (signals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(signals.count))
            .squareRoot()
        #expect((-80...(-25)).contains(signals.min() ?? 0) && signals.allSatisfy { $0 <= -25 })
        #expect((-60...(-45)).contains(mean) && (5...12).contains(spread), "\(mean) \(spread)")
    }

    @Test func `during the outage the will is heard once and then nothing until the birth`() throws {
        let event = try #require(
            Self.world.events.first { $0.code == .readerOffline && $0.subject[0].value == "r-c" })
        let back = try #require(event.until)
        let own = Self.messages.filter { $0.topic.hasPrefix("warehouse/r-c/") }
        let texts = own.filter { $0.topic == "warehouse/r-c/status" }
        #expect(
            texts.map { String(decoding: $0.payload, as: UTF8.self) } == [
                "connected", "connection lost", "connected",
            ])
        #expect(texts.map(\.at) == [start, event.at, back])
        #expect(!own.contains { event.at < $0.at && $0.at < back })
        #expect(own.contains { back < $0.at && $0.topic == "warehouse/r-c/events" })
    }

    @Test func `a reader without a will just falls silent, heartbeats and all`() throws {
        let event = try #require(
            Self.world.events.first { $0.code == .readerOffline && $0.subject[0].value == "r-d" })
        let back = try #require(event.until)
        let own = Self.messages.filter { $0.topic.hasPrefix("warehouse/r-d/") && $0.isJSON }
        #expect(!own.contains { event.at < $0.at && $0.at < back })
        #expect(own.filter { $0.topic.hasSuffix("/status") }.count > 20)
    }

    @Test
    func `what is taken away falls silent, with a last word at the gate; the moved one changes readers`() {
        for event in Self.world.events where [.missingSuspect, .locationMismatch].contains(event.code) {
            let epc = event.subject.first { $0.key == .epcHex }?.value
            let begun = event.at - start
            let own = Self.reads.filter { $0.epcHex == epc && $0.heardAt != nil }
            let before = own.filter { $0.heardAt.map { $0 < begun } ?? false }
            let after = own.filter { $0.heardAt.map { begun + ElapsedTime(seconds: 1) < $0 } ?? false }
            #expect(before.count > 3)
            switch event.code {
            case .missingSuspect: #expect(after.allSatisfy { $0.reader == "r-g" })
            default: #expect(after.filter { $0.reader == "r-b" }.count > after.count / 2)
            }
        }
        let ports = Self.world.happenings.filter { $0.kind == .portalPass && $0.detail.via == "out" }.flatMap
        {
            pass in
            Self.reads.filter { $0.reader == "r-g" && $0.epcHex == pass.detail.epcHex }
                .sorted { ($0.heardAt ?? .zero) < ($1.heardAt ?? .zero) }.suffix(1).map(\.port)
        }
        // Port 2 is outside: the last to see what goes.
        #expect(ports == [2])
    }

    @Test func `a clone shows two factory identities, and nothing else does`() {
        var identities: [String: Set<String>] = [:]
        for read in Self.reads {
            if let tid = read.tidHex { identities[read.epcHex, default: []].insert(tid) }
        }
        let double = identities.filter { $0.value.count > 1 }.map(\.key)
        #expect(double == [subject(of: .tagDuplicate, in: Self.world, .epcHex)])
        let wrong = Self.world.books.bindings.filter { binding in
            binding.tidHex != nil && identities[binding.epcHex].map { $0 != [binding.tidHex ?? ""] } ?? false
        }
        #expect(wrong.map(\.epcHex) == [subject(of: .tagRebound, in: Self.world, .epcHex)])
        #expect(identities.count > 40)
        // Some reads come without the identity that was asked for.
        let asked = Self.reads.filter { $0.reader == "r-b" }
        #expect((0.05...0.16).contains(Double(asked.filter { $0.tidHex == nil }.count) / Double(asked.count)))
    }

    @Test func `one clock is an hour behind, one is set ahead, the others are right`() throws {
        let step =
            try #require(
                Self.world.events.first { $0.code == .clockSkew && $0.subject[0].value == "r-m" }
            ).at - start
        for read in Self.reads {
            guard let heardAt = read.heardAt else { continue }
            let lag = (read.at - heardAt).milliseconds
            switch read.reader {
            case "r-k": #expect((3_598_000...3_608_000).contains(lag))
            case "r-m" where heardAt > step + ElapsedTime(seconds: 80):
                #expect((-91_000...(-80_000)).contains(lag))
            // Its link was down for twelve seconds.
            case "r-b": #expect((-1_000...20_000).contains(lag))
            default: #expect((-1_000...8_000).contains(lag), "\(read)")
            }
        }
    }

    @Test func `all tags but the foreign ones are of our numbers`() {
        let prefix = "3415A537C"
        #expect(Self.world.configurationText(for: nil).contains("epc_prefixes = [\"\(prefix)\"]"))
        let foreign = Set(Self.reads.map(\.epcHex).filter { !$0.hasPrefix(prefix) })
        #expect((4...6).contains(foreign.count))
        #expect(foreign.allSatisfy { $0.hasPrefix("30") })
    }

    @Test func `a reader in SIMPLE mode reports a tag once and does not say where`() {
        let once = Self.reads.filter { $0.reader == "r-s" }
        #expect(!once.isEmpty && once.allSatisfy { $0.port == nil && $0.dBm == nil })
        #expect(unique(once).count == Set(once.map(\.epcHex)).count)
    }

    @Test func `twenty vehicles and two unknown terminals report every five seconds, three not to the end`() {
        var times: [String: Set<[UInt8]>] = [:]
        for message in Self.messages where message.topic.hasSuffix("/up") && message.payload.count > 12 {
            if message.topic.hasPrefix("vehicles/") {
                #expect(message.payload.first == 0x7E && message.payload.last == 0x7E)
            }
            times[String(message.topic.split(separator: "/")[1]), default: []].insert(message.payload)
        }
        #expect(times.count == 22)
        #expect(
            times.values.filter { (32...36).contains($0.count) }.count == 19, "\(times.mapValues(\.count))")
        let gateway = Self.messages.filter { $0.isOfBroker }
        #expect(gateway.count == 8 && gateway.allSatisfy { $0.topic.hasSuffix("/connected") })
    }
}
