import AssetModel

/// The truth of a shelf workload as NDJSON, a line an event and one more for the end of what has an end of
/// its own.
///
///     {"event":"move","class":"misplaced","t0":"…","t1":null,"epc_hex":"34…","zone":"zone-1-004",
///      "from":"zone-1-002","to":"zone-1-004","authorised":false,"detectable_from":"…"}
extension ShelfWorkload {
    /// Lines without line breaks, in order of `t0`; the line of an end stands with its beginning.
    package func truthLines() -> [String] {
        truth.flatMap { event in
            var lines = [line(event, kind: event.kind.rawValue, from: event.from, to: event.to)]
            if let ending = event.kind.ending, let to = event.to {
                lines.append(line(event, kind: ending, from: to, to: to))
            }
            return lines
        }
    }

    private func line(_ event: ShelfEvent, kind: String, from: WorldTime, to: WorldTime?) -> String {
        var text = #"{"event":"\#(kind)","class":"\#(event.expected.rawValue)""#
        text += #","t0":\#(time(from)),"t1":\#(time(to))"#
        let isMove = event.kind == .move || event.kind == .cloneOn
        let words: [(String, String?)] = [
            ("epc_hex", event.tag.map { tags[$0].epc.hex }),
            ("zone", event.zone.map { layout.zones[$0].id }),
            ("reader", event.reader.map { layout.readers[$0].id }),
            ("from", isMove ? event.fromZone.map { layout.zones[$0].id } : nil),
            ("to", isMove ? event.zone.map { layout.zones[$0].id } : nil),
            (event.kind == .portalPass ? "dir" : "via", event.via),
        ]
        for (key, value) in words {
            if let value { text += #","\#(key)":\#(ReplayText.jsonText(value))"# }
        }
        if let antenna = event.antenna { text += #","antenna":\#(layout.antennas[antenna].port)"# }
        if let step = event.step { text += #","step_ms":\#(step)"# }
        if event.kind == .move { text += #","authorised":\#(event.isAuthorised)"# }
        if !event.tags.isEmpty {
            let epcs = event.tags.map { #""\#(tags[Int($0)].epc.hex)""# }
            text += #","tags":[\#(epcs.joined(separator: ","))]"#
        }
        if event.expected != .none { text += #","detectable_from":\#(time(event.detectableFrom))"# }
        return text + "}"
    }

    private func time(_ time: WorldTime?) -> String {
        time.map { "\"\(instant($0).rfc3339())\"" } ?? "null"
    }
}
