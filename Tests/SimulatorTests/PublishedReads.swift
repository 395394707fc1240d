import AssetModel
import Foundation
import WarehouseSimulator

/// One read of a world, taken out of its message without the simulator's help.
struct HeardTag {
    var reader: String
    var epcHex: String
    var tidHex: String?
    var port: Int?
    /// Zebra's SIMPLE mode has none.
    var dBm: Double?
    /// When the broker got it.
    var at: ElapsedTime
    /// By the reader's clock.
    var heardAt: ElapsedTime?
}

/// Everything that readers publish as reads, of all four dialects.
enum PublishedReads {
    static func all(in messages: [SimulatedMessage]) -> [HeardTag] {
        messages.filter { !$0.isRetained }.flatMap(reads)
    }

    private static func reads(_ message: SimulatedMessage) -> [HeardTag] {
        guard message.topic.hasSuffix("/events"), message.isJSON,
            let value = try? JSONSerialization.jsonObject(with: Data(message.payload))
        else { return [] }
        let objects = value as? [[String: Any]] ?? (value as? [String: Any]).map { [$0] } ?? []
        return objects.flatMap { object -> [HeardTag] in
            let records =
                (object["reads"] as? [[String: Any]])?.map(template) ?? [impinj(object) ?? zebra(object)]
            return records.compactMap { record in
                guard var record else { return nil }
                record.reader = String(message.topic.split(separator: "/")[1])
                record.at = message.at - start
                return record
            }
        }
    }

    private static func heard(_ hex: String, _ time: String?) -> HeardTag {
        let instant = time.flatMap { UTCInstant(rfc3339: $0.replacing("+0000", with: "Z")) }
        return HeardTag(
            reader: "", epcHex: hex.uppercased(), at: .zero, heardAt: instant.map { $0 - start })
    }

    private static func impinj(_ object: [String: Any]) -> HeardTag? {
        guard let event = object["tagInventoryEvent"] as? [String: Any] else { return nil }
        let base64 = (event["epc"] as? String)?.replacing("-", with: "+").replacing("_", with: "/")
        let bytes = base64.flatMap { Data(base64Encoded: $0) }?.map { String(format: "%02X", $0) }.joined()
        guard let hex = event["epcHex"] as? String ?? bytes else { return nil }
        var read = heard(hex, event["lastSeenTime"] as? String ?? object["timestamp"] as? String)
        read.tidHex = event["tidHex"] as? String
        read.port = event["antennaPort"] as? Int
        read.dBm = (event["peakRssiCdbm"] as? Int).map { Double($0) / 100 }
        return read
    }

    private static func zebra(_ object: [String: Any]) -> HeardTag? {
        guard let data = object["data"] as? [String: Any], let hex = data["idHex"] as? String else {
            return nil
        }
        var read = heard(hex, object["timestamp"] as? String)
        read.tidHex = (data["TID"] as? String).flatMap { $0.hasPrefix("Error") ? nil : $0.uppercased() }
        read.port = data["antenna"] as? Int
        read.dBm = (data["peakRssi"] as? Int).map(Double.init)
        return read
    }

    private static func template(_ record: [String: Any]) -> HeardTag? {
        guard let hex = record["epc"] as? String, let stamp = (record["ts"] as? String).flatMap({ Int64($0) })
        else { return nil }
        var read = heard(hex, nil)
        read.port = (record["port"] as? String).flatMap { Int($0) }
        read.dBm = (record["rssi"] as? String).flatMap { Double($0) }
        read.heardAt = UTCInstant(milliseconds: stamp) - start
        return read
    }
}
