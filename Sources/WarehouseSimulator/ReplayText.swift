package import AssetModel

/// The world as NDJSON: the replay form of its messages, and the truth beside them.
package enum ReplayText {
    /// One message as a line of replay form, without the line break. JSON payloads stand as they are, all
    /// others in base64.
    package static func line(_ message: SimulatedMessage) -> String {
        var text = #"{"t":"\#(message.at.rfc3339())","kind":"message","topic":\#(jsonText(message.topic))"#
        if message.payload.first == UInt8(ascii: "{") {
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

    package static func line(_ event: PlantedEvent) -> String {
        let subject = event.subject.map { #""\#($0.key.rawValue)":\#(jsonText($0.value))"# }.joined(
            separator: ",")
        let until = event.until.map { "\"\($0.rfc3339())\"" } ?? "null"
        var text = #"{"code":"\#(event.code.rawValue)","subject":{\#(subject)},"at":"\#(event.at.rfc3339())""#
        text += #","detectable_from":"\#(event.detectableFrom.rfc3339())","until":\#(until)"#
        text += #","zh":\#(jsonText(event.chinese)),"en":\#(jsonText(event.english))}"#
        return text
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
