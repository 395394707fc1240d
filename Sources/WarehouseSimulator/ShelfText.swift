import AssetModel

/// A shelf workload as text: configuration, books, messages in `plain` form, truth. See `docs/workloads.md`.
package struct ShelfText: Sendable {
    private let workload: ShelfWorkload
    private let layout: SiteLayout

    package init(_ workload: ShelfWorkload) {
        self.workload = workload
        layout = workload.layout
    }

    /// What a daemon needs before the messages start.
    package func bookFiles(for place: DaemonPlace?) -> [WarehouseWorld.File] {
        [
            WarehouseWorld.File(name: "config.toml", text: configuration(for: place)),
            WarehouseWorld.File(name: "register.csv", text: register(workload.register.cards)),
            WarehouseWorld.File(name: "tags.csv", text: tags),
            WarehouseWorld.File(name: "vehicles.csv", text: Self.vehicles),
        ]
    }

    /// The replay form in order of arrival, line by line without line breaks, with a tick at the end.
    ///
    /// - Returns: the workload at its end, whose truth says what could be known.
    package func writeInput(_ write: (String) throws -> Void) rethrows -> ShelfWorkload {
        var delivery = ShelfDelivery(workload)
        var last: WorldTime = 0
        while let arrival = delivery.next() {
            last = max(last, arrival.at)
            if let line = line(arrival) { try write(line) }
        }
        try write(ReplayText.tick(at: workload.instant(last)))
        return delivery.workload
    }

    // MARK: messages

    private func line(_ arrival: ShelfArrival) -> String? {
        let at = workload.instant(arrival.at)
        switch arrival.kind {
        case .epochEnd: return nil
        case .register(let change): return ReplayText.register(register(change.cards), at: at)
        case .reader(let reader, let isOnline):
            let text = isOnline ? "connected" : "connection lost"
            let message = SimulatedMessage(
                at: at, topic: layout.readers[reader].topics[1], payload: Array(text.utf8))
            return ReplayText.line(message)
        case .reads(let batch):
            let topic = layout.readers[batch.reader].topics[0]
            let head = #"{"t":"\#(at.rfc3339())","kind":"message","topic":"\#(topic)""#
            return head + #","payload":\#(payload(batch))}"#
        }
    }

    /// One message of a reader under the usual names of `plain`.
    package func payload(_ batch: ShelfBatch) -> String {
        var text = #"{"reads":["#
        for (number, read) in batch.reads.enumerated() {
            if number > 0 { text += "," }
            let port = layout.antennas[Int(read.antenna)].port
            let tenths = -Int(read.centiDBm) / 10
            text += #"{"epc":"\#(workload.tags[Int(read.tag)].epc.hex)","antenna":\#(port)"#
            text += #","rssi":-\#(tenths / 10).\#(tenths % 10)"#
            text += #","time":"\#(workload.instant(read.at).rfc3339())","reads":\#(read.seenCount)}"#
        }
        return text + "]}"
    }

    // MARK: books

    private func register(_ cards: [AssetCard]) -> String {
        let headings = [
            "资产编号", "资产名称", "资产分类代码", "规格型号", "数量", "原值", "取得日期", "业务状态", "使用部门", "使用单位", "权属单位",
            "存放地点", "存放地点代码",
        ]
        let rows = cards.map { card in
            [
                card.assetNo, card.assetName, card.classCode, card.specModel, card.quantity,
                card.originalValueFen.map { "\($0 / 100).00" } ?? "", card.acquireDate,
                card.state?.chinese ?? "", card.useDept, card.useUnit, card.ownerUnit, card.location,
                card.locationCode,
            ]
        }
        return table([headings] + rows)
    }

    private var tags: String {
        let rows = workload.register.bindings.map { [$0.epcHex, $0.tidHex ?? "", $0.assetNo, "", ""] }
        return table([["epc", "tid", "assetNo", "validFrom", "validTo"]] + rows)
    }

    /// None.
    private static let vehicles =
        "plateNo,vin,useUnit,vehicleUse,terminalPhone,tagEpc,sealed,parkingFence,trackingPolicy,"
        + "validFrom,validTo\n"

    /// No field of ours holds a comma.
    private func table(_ rows: [[String]]) -> String {
        rows.map { $0.joined(separator: ",") + "\n" }.joined()
    }

    // MARK: configuration

    private func configuration(for place: DaemonPlace?) -> String {
        let name = workload.figures.name
        var text = """
            # 模拟场景 \(name) 的配置，由 tally-sim 生成。 Written by tally-sim.
            # 种子 seed: \(workload.seed)

            [gateway]
            id = "\(name)-gateway"
            language = "zh"

            """
        if let place {
            text += """

                [broker]
                host = \(ReplayText.jsonText(place.brokerHost))
                port = \(place.brokerPort)

                [store]
                path = \(ReplayText.jsonText(place.storePath))

                """
        }
        for site in layout.sites {
            text += "\n[[site]]\nid = \"\(site.id)\"\nname = \"\(site.name)\"\nrole = \"main\"\n"
        }
        for zone in layout.zones { text += zoneText(zone) }
        for reader in layout.readers { text += readerText(reader) }
        text += "\n[number_space]\nepc_prefixes = [\"\(WarehouseWorld.ownPrefix)\"]\n"
        return text
    }

    private func zoneText(_ zone: SiteLayout.Zone) -> String {
        """

        [[zone]]
        id = "\(zone.id)"
        site = "\(layout.sites[zone.site].id)"
        name = "\(zone.name)"
        kind = "\(zone.kind.rawValue)"
        neighbours = [\(list(zone.neighbours.map { layout.zones[$0].id }))]
        locations = [\(list(zone.locations))]

        """
    }

    private func readerText(_ reader: SiteLayout.Reader) -> String {
        var text = """

            [[reader]]
            id = "\(reader.id)"
            site = "\(layout.sites[reader.site].id)"
            vendor = "plain"
            topics = [\(list(reader.topics))]
            liveness = "will"

            """
        if reader.reportInterval.seconds > 0 {
            text += "report_interval_seconds = \(reader.reportInterval.seconds)\n"
        }
        for antenna in reader.antennas.map({ layout.antennas[$0] }) {
            text +=
                "\n[[reader.antenna]]\nport = \(antenna.port)\nzone = \"\(layout.zones[antenna.zone].id)\"\n"
            if let side = antenna.side { text += "side = \"\(side.rawValue)\"\n" }
        }
        return text
    }

    private func list(_ texts: [String]) -> String {
        texts.map(ReplayText.jsonText).joined(separator: ", ")
    }
}
