import AssetModel

/// The configuration of a daemon that watches the demo.
extension WarehouseWorld {
    static let site = "wh-1"

    package func configurationText(for place: DaemonPlace?) -> String {
        var text = """
            # 演示场景的配置，由 tally-sim 生成。 Configuration of the demo, written by tally-sim (seed \(seed)).
            # 时限比实际场所短，演示才能在三分钟内结束。 Its times are shorter than a real site's, so that the demo is short.

            [gateway]
            id = "demo-gateway"
            language = "zh"

            """
        if let place { text += serviceText(place) }
        text += """

            [[site]]
            id = "\(Self.site)"
            name = "示例市公物仓"
            role = "main"

            """
        for index in zones.indices { text += zoneText(zones[index]) }
        for zone in zones { text += readerText(zone) }
        text += """

            [[terminal_source]]
            id = "vehicles"
            topics = ["vehicles/+/up"]
            format = "jt808"
            datum = "wgs84"

            [number_space]
            epc_prefixes = ["\(Self.ownPrefix)"]

            [rules]
            terminal_silent_after_seconds = \(DemoFigures.terminalSilentAfter.seconds)

            """
        return text
    }

    private func serviceText(_ place: DaemonPlace) -> String {
        """

        [broker]
        host = \(ReplayText.jsonText(place.brokerHost))
        port = \(place.brokerPort)

        [store]
        path = \(ReplayText.jsonText(place.storePath))

        """
    }

    private func zoneText(_ zone: SimulatedZone) -> String {
        let neighbours = zone.neighbour.map { "\"\(zones[$0].id)\"" } ?? ""
        return """

            [[zone]]
            id = "\(zone.id)"
            site = "\(Self.site)"
            name = "\(zone.name)"
            kind = "\(zone.kind)"
            neighbours = [\(neighbours)]
            locations = ["\(zone.location)", "\(zone.locationCode)"]
            missing_after_seconds = \(DemoFigures.missingAfter.seconds)

            """
    }

    private func readerText(_ zone: SimulatedZone) -> String {
        """

        [[reader]]
        id = "\(zone.reader.id)"
        site = "\(Self.site)"
        vendor = "impinj"
        topics = ["warehouse/\(zone.reader.id)/#"]
        liveness = "will"
        offline_after_seconds = \(DemoFigures.readerOfflineAfter.seconds)

        [[reader.antenna]]
        port = 1
        zone = "\(zone.id)"

        [[reader.antenna]]
        port = 2
        zone = "\(zone.id)"

        """
    }
}
