package import AssetModel

/// Readers behind a converter: one read a message under the usual names, and a template such as integrators
/// write for Keonn's AdvanNet, in which numbers are texts and times count milliseconds.
package enum PlainEncoder {
    package static func read(_ read: SimulatedRead) -> [UInt8] {
        let head = #"{"epc":"\#(read.tag.hex)","antenna":\#(read.antennaPort)"#
        return Array(
            #"\#(head),"rssi":\#(decibels(read.peakSignal)),"time":"\#(read.heardAt.rfc3339())"}"#.utf8)
    }

    package static func template(_ reads: [SimulatedRead], device: String) -> [UInt8] {
        let records = reads.map { read in
            #"{"epc":"\#(read.tag.hex.lowercased())","sku":"","port":"\#(read.antennaPort)","#
                + #""rssi":"\#(decibels(read.peakSignal))","ts":"\#(read.heardAt.milliseconds)"}"#
        }
        return Array(#"{"devid":"\#(device)","reads":[\#(records.joined(separator: ","))]}"#.utf8)
    }

    /// dBm with one decimal: readers report in steps of half a decibel.
    private static func decibels(_ signal: SignalStrength) -> String {
        let tenths = Int(signal.centiDBm) / 10
        return "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    }
}

/// Our own handheld sweep message, `tally/v1/<site>/sweep`.
package enum SweepEncoder {
    package struct Head: Sendable {
        package var id: String
        package var operatorCode: String
        package var zone: String
        package var at: UTCInstant

        package init(id: String, operatorCode: String, zone: String, at: UTCInstant) {
            self.id = id
            self.operatorCode = operatorCode
            self.zone = zone
            self.at = at
        }
    }

    /// - Parameter seen: assets that the person marked as seen without a tag read.
    package static func sweep(_ head: Head, reads: [SimulatedRead], seen: [String]) -> [UInt8] {
        let records = reads.map { read in
            #"{"epc_hex":"\#(read.tag.hex)","peak_rssi_dbm":\#(Int(read.peakSignal.centiDBm) / 100),"#
                + #""heard_at":"\#(read.heardAt.rfc3339())","reads":\#(read.reads)}"#
        }
        let marks = seen.map { #"{"assetNo":"\#($0)","mark":"SEEN","note":""}"# }
        let top =
            #"{"version":1,"sweep":"\#(head.id)","operator":"\#(head.operatorCode)","#
            + #""at":"\#(head.at.rfc3339())","zone":"\#(head.zone)""#
        let lists = [("reads", records), ("marks", marks)].map { name, items in
            #""\#(name)":[\#(items.joined(separator: ","))]"#
        }
        return Array("\(top),\(lists.joined(separator: ","))}".utf8)
    }
}
