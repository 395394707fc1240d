import AssetModel

/// Where a daemon that watches the world finds its broker and keeps its state. Not needed for a replay.
package struct DaemonPlace: Sendable {
    package var brokerHost: String
    package var brokerPort: Int
    package var storePath: String

    package init(brokerHost: String, brokerPort: Int, storePath: String) {
        self.brokerHost = brokerHost
        self.brokerPort = brokerPort
        self.storePath = storePath
    }
}

/// The files that a daemon and an outside judge need, by our own writers.
extension WarehouseWorld {
    package struct File: Sendable {
        package var name: String
        package var text: String
    }

    /// Everything that `tally-sim --scenario` writes: `config.toml`, the three books, the messages and the
    /// truth. For worlds that fit into memory; see ``writeInput(_:)``.
    package func files(for place: DaemonPlace? = nil) -> [File] {
        var input = ""
        writeInput { input += $0 + "\n" }
        return bookFiles(for: place) + [
            File(name: "input.ndjson", text: input), File(name: "truth.ndjson", text: truthText),
        ]
    }

    /// The replay form, line by line without line breaks: messages, changes of the register when they are
    /// entered, and a tick at the end, since a replay ends at its last line.
    package func writeInput(_ write: (String) throws -> Void) rethrows {
        var entries = self.entries[...]
        for message in MessageStream(self) {
            while let entry = entries.first, entry.at <= message.at {
                entries.removeFirst()
                try write(ReplayText.register(registerText(entry.cards), at: entry.at))
            }
            try write(ReplayText.line(message))
        }
        try write(ReplayText.tick(at: start + figures.duration))
    }

    /// What a daemon needs before the messages start.
    package func bookFiles(for place: DaemonPlace?) -> [File] {
        [
            File(name: "config.toml", text: configurationText(for: place)),
            File(name: "register.csv", text: registerText),
            File(name: "tags.csv", text: tagsText),
            File(name: "vehicles.csv", text: vehiclesText),
        ]
    }

    /// What has to be found, then all that happened, one a line; see ``PlantedEvent`` and ``WorldEvent``.
    package var truthText: String {
        lines(events.map(ReplayText.line)) + lines(happenings.map(ReplayText.line))
    }

    // MARK: Books

    package var registerText: String { registerText(books.cards) }

    private func registerText(_ cards: [AssetCard]) -> String {
        let headings = [
            "资产编号", "资产名称", "资产分类代码", "规格型号", "数量", "原值", "取得日期", "业务状态", "使用部门", "使用单位", "权属单位",
            "存放地点", "存放地点代码",
        ]
        let rows = cards.map { card in
            [
                card.assetNo, card.assetName, card.classCode, card.specModel, card.quantity,
                yuan(card.originalValueFen), card.acquireDate, card.state?.chinese ?? "", card.useDept,
                card.useUnit,
                card.ownerUnit, card.location, card.locationCode,
            ]
        }
        return table([headings] + rows)
    }

    package var tagsText: String {
        let rows = books.bindings.map { [$0.epcHex, $0.tidHex ?? "", $0.assetNo, "", ""] }
        return table([["epc", "tid", "assetNo", "validFrom", "validTo"]] + rows)
    }

    package var vehiclesText: String {
        let headings = [
            "plateNo", "vin", "useUnit", "vehicleUse", "terminalPhone", "tagEpc", "sealed", "parkingFence",
            "trackingPolicy", "validFrom", "validTo",
        ]
        let rows = books.vehicles.map { card in
            [
                card.plateNo, card.vin, card.useUnit, card.vehicleUse, card.terminalPhone, card.tagEpcHex,
                card.sealed ? "true" : "false", card.parkingFence, card.trackingPolicy.rawValue, "", "",
            ]
        }
        return table([headings] + rows)
    }

    private func yuan(_ fen: Int64?) -> String {
        fen.map { "\($0 / 100).\(padded(Int($0 % 100), 2))" } ?? ""
    }

    private func table(_ rows: [[String]]) -> String {
        lines(rows.map { $0.map(csvField).joined(separator: ",") })
    }

    private func csvField(_ text: String) -> String {
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private func lines(_ lines: [String]) -> String {
        lines.map { $0 + "\n" }.joined()
    }
}
