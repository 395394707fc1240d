import AssetModel

/// The configuration of a daemon that watches the world.
extension WarehouseWorld {
    package func configurationText(for place: DaemonPlace?) -> String {
        let settings = figures
        var text = """
            # 模拟场景 \(settings.name) 的配置，由 tally-sim 生成（种子 \(seed)）。 Written by tally-sim (seed \(seed)).
            # 演示用的时限比实际场所短。 The times of a demonstration are shorter than a real site's.

            [gateway]
            id = "\(settings.name)-gateway"
            language = "zh"

            """
        if let place { text += serviceText(place) }
        for site in sites { text += siteText(site) }
        for zone in zones { text += zoneText(zone) }
        for index in readers.indices where readers[index].isListed { text += readerText(index) }
        if readers.contains(where: { $0.dialect == .template }) { text += Self.mappingText }
        text += Self.terminalText
        text += """

            [number_space]
            epc_prefixes = ["\(Self.ownPrefix)"]

            [rules]
            terminal_silent_after_seconds = \(settings.terminalSilentAfter.seconds)
            coverage_gap_after_seconds = \(settings.coverageGapAfter.seconds)
            clock_skew_after_seconds = \(settings.clockSkewAfter.seconds)
            no_fix_after_seconds = \(settings.noFixAfter.seconds)

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

    private func siteText(_ site: SimulatedSite) -> String {
        """

        [[site]]
        id = "\(site.id)"
        name = "\(site.name)"
        role = "\(site.role)"

        """
    }

    private func zoneText(_ zone: SimulatedZone) -> String {
        """

        [[zone]]
        id = "\(zone.id)"
        site = "\(sites[zone.site].id)"
        name = "\(zone.name)"
        kind = "\(zone.kind)"
        neighbours = [\(list(zone.neighbours.map { zones[$0].id }))]
        locations = [\(list([zone.location, zone.locationCode]))]
        missing_after_seconds = \(zone.missingAfter.seconds)

        """
    }

    private func readerText(_ index: Int) -> String {
        let reader = readers[index]
        var text = """

            [[reader]]
            id = "\(reader.id)"
            site = "\(sites[reader.site].id)"
            vendor = "\(vendor(reader))"
            topics = [\(list(reader.topics))]
            liveness = "\(reader.liveness)"
            offline_after_seconds = \(figures.readerOfflineAfter.seconds)

            """
        if case .zebra = reader.dialect {
            text += "report_interval_seconds = \(figures.reportInterval.seconds)\n"
        }
        if reader.sharesTopic, let host = reader.hostName { text += "identities = [\"\(host)\"]\n" }
        for antenna in antennas where antenna.reader == index {
            text += "\n[[reader.antenna]]\nport = \(antenna.port)\nzone = \"\(zones[antenna.zone].id)\"\n"
            if let side = antenna.side { text += "side = \"\(side.rawValue)\"\n" }
        }
        return text
    }

    private func vendor(_ reader: SimulatedReader) -> String {
        switch reader.dialect {
        case .impinj: return "impinj"
        case .zebra: return "zebra"
        case .plain: return "plain"
        case .template: return "mapping advannet"
        }
    }

    /// What an integrator writes for the template that ``PlainEncoder`` fills in.
    private static let mappingText = """

        [[mapping]]
        id = "advannet"
        reads = "reads[]"
        epc = "epc"
        antenna = "port"
        rssi = "rssi"
        time = "ts"
        time_format = "ms"

        """

    private static let terminalText = """

        [[terminal_source]]
        id = "vehicles"
        topics = ["vehicles/+/up"]
        format = "jt808"
        datum = "wgs84"

        [[terminal_source]]
        id = "emqx"
        topics = ["jt808/+/+/up", "$SYS/brokers/+/gateway/jt808/clients/+/connected"]
        format = "emqx"
        datum = "wgs84"

        """

    private func list(_ texts: [String]) -> String {
        texts.map(ReplayText.jsonText).joined(separator: ", ")
    }
}
