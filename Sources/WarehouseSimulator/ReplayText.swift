package import AssetModel

/// The world as NDJSON: the replay form of its messages, and the truth beside them.
package enum ReplayText {
    /// One message as a line of replay form, without the line break. JSON payloads stand as they are, all
    /// others in base64.
    package static func line(_ message: SimulatedMessage) -> String {
        var text = #"{"t":"\#(message.at.rfc3339())","kind":"message","topic":\#(jsonText(message.topic))"#
        if message.isJSON {
            text += #","payload":\#(String(decoding: message.payload, as: UTF8.self))"#
        } else {
            text += #","payload_base64":"\#(base64(message.payload, alphabet: .standard))""#
        }
        return text + (message.isRetained ? #","retained":true}"# : "}")
    }

    /// Time passes to here; nothing else happens.
    package static func tick(at instant: UTCInstant) -> String {
        #"{"t":"\#(instant.rfc3339())","kind":"tick"}"#
    }

    /// Lines of the register that are entered at an instant.
    static func register(_ csv: String, at instant: UTCInstant) -> String {
        #"{"t":"\#(instant.rfc3339())","kind":"register","book":"register","csv":\#(jsonText(csv))}"#
    }

    package static func line(_ event: PlantedEvent) -> String {
        let subject = event.subject.map { #""\#($0.key.rawValue)":\#(jsonText($0.value))"# }.joined(
            separator: ",")
        var text = #"{"code":"\#(event.code.rawValue)","subject":{\#(subject)},"at":"\#(event.at.rfc3339())""#
        text += #","detectable_from":"\#(event.detectableFrom.rfc3339())","open_by":\#(time(event.openBy))"#
        text += #","until":\#(time(event.until)),"clear_by":\#(time(event.clearBy))"#
        text += #","zh":\#(jsonText(event.chinese)),"en":\#(jsonText(event.english))}"#
        return text
    }

    /// Absent values are left out, but `t1`, which says that it lasts.
    package static func line(_ event: WorldEvent) -> String {
        var text = #"{"event":"\#(event.kind.rawValue)","class":"\#(event.expected.rawValue)""#
        text += #","t0":"\#(event.from.rfc3339())","t1":\#(time(event.to))"#
        let detail = event.detail
        for (key, value) in [
            ("epc_hex", detail.epcHex), ("zone", detail.zone), ("reader", detail.reader),
            ("from", detail.move?.from), ("to", detail.move?.to), ("via", detail.via),
        ] {
            if let value { text += #","\#(key)":\#(jsonText(value))"# }
        }
        if let move = detail.move { text += #","authorised":\#(move.isAuthorised)"# }
        if let from = detail.detectableFrom { text += #","detectable_from":\#(time(from))"# }
        return text + "}"
    }

    private static func time(_ instant: UTCInstant?) -> String {
        instant.map { "\"\($0.rfc3339())\"" } ?? "null"
    }

    /// A JSON string with its quotation marks.
    static func jsonText(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
