import AssetModel
import DeviceDecoding
import Testing

/// What a cursor says about a text when everything in it is skipped: `"ok"` or `"reason@offset"`.
private func walked(_ text: String) -> String {
    walked(Array(text.utf8))
}

private func walked(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBytes { buffer in
        var json = JSONCursor(buffer)
        do throws(JSONFault) {
            try json.skip()
            try json.finish()
            return "ok"
        } catch {
            return "\(error.reason.rawValue)@\(error.offset)"
        }
    }
}

private func number(_ text: String) -> JSONFacts {
    Array(text.utf8).withUnsafeBytes { buffer in
        var json = JSONCursor(buffer)
        do throws(JSONFault) {
            let number = try json.number()
            try json.finish()
            return JSONFacts(integer: number.integer, double: number.double, isNumber: true)
        } catch {
            return JSONFacts(integer: nil, double: nil, isNumber: false)
        }
    }
}

private struct JSONFacts: Equatable {
    var integer: Int64?
    var double: Double?
    var isNumber: Bool
}

private func string(_ text: String) -> String? {
    Array(text.utf8).withUnsafeBytes { buffer in
        var json = JSONCursor(buffer)
        do throws(JSONFault) {
            return try json.string().string
        } catch {
            return nil
        }
    }
}

struct JSONCursorTests {
    @Test(arguments: [
        ("{}", "ok"), ("[]", "ok"), (" [ ] ", "ok"), ("\"\"", "ok"), ("0", "ok"), ("null", "ok"),
        ("true", "ok"),
        ("{\"a\":1,\"b\":[true,false,null,\"x\",{\"c\":[]}]}", "ok"), ("[1 , 2\n,\t3\r]", "ok"),
        ("{\"a\" : {\"a\" : {}} }", "ok"), ("[\"\\u00e9\\n\\\\\\\"\\/\"]", "ok"),
        ("", "malformed_json@0"), (" ", "malformed_json@1"), ("{", "malformed_json@1"),
        ("[1,]", "malformed_json@3"),
        ("[,1]", "malformed_json@1"), ("{\"a\":1,}", "malformed_json@7"), ("{\"a\"}", "malformed_json@4"),
        ("{\"a\":}", "malformed_json@5"), ("{a:1}", "malformed_json@1"),
        ("{\"a\":1 \"b\":2}", "malformed_json@7"),
        ("[1 2]", "malformed_json@3"), ("[1}", "malformed_json@2"), ("{\"a\":1]", "malformed_json@6"),
        ("{} x", "malformed_json@3"), ("{}{}", "malformed_json@2"), ("]", "malformed_json@0"),
        ("}", "malformed_json@0"),
        ("tru", "malformed_json@0"), ("nulL", "malformed_json@0"), ("truex", "malformed_json@4"),
        ("\"abc", "malformed_json@4"), ("\"a\nb\"", "malformed_json@2"), ("\"\\x\"", "malformed_json@2"),
        ("\"\\u12G4\"", "malformed_json@5"), ("\"\\", "malformed_json@2"), ("\"\u{0}\"", "malformed_json@1"),
        ("\"twelve bytes \u{1f} and on\"", "malformed_json@14"),
        ("01", "malformed_json@1"), ("-", "malformed_json@1"), ("1.", "malformed_json@2"),
        (".5", "malformed_json@0"),
        ("1e", "malformed_json@2"), ("1e+", "malformed_json@3"), ("+1", "malformed_json@0"),
        ("0x1", "malformed_json@1"),
        ("NaN", "malformed_json@0"), ("\u{FEFF}{}", "ok"), ("\u{FEFF} [1]", "ok"),
        ("\u{FEFF}", "malformed_json@3"), ("\u{FEFF}{\"a\"}", "malformed_json@7"),
        ("\u{FEFF}\u{FEFF}{}", "malformed_json@3"), ("{}\u{FEFF}", "malformed_json@2"),
        ("\u{FEFE}{}", "malformed_json@0"), (" \u{FEFF}{}", "malformed_json@1"),
    ])
    func `the grammar is kept in what is skipped, and a fault names its byte`(text: String, expected: String)
    {
        #expect(walked(text) == expected)
    }

    @Test(
        arguments: [
            ("0", 0, 0.0), ("-0", 0, 0.0), ("7", 7, 7.0), ("-7000", -7_000, -7_000.0),
            ("-7000.0", -7_000, -7_000.0),
            ("7e3", 7_000, 7_000.0), ("7000e-3", 7, 7.0), ("1E2", 100, 100.0), ("-51.25", nil, -51.25),
            ("9223372036854775807", .max, 9.223372036854775807e18),
            ("-9223372036854775808", .min, -9.223372036854775808e18),
            ("9223372036854775808", nil, 9.223372036854775808e18),
            ("18446744073709551616", nil, 1.8446744073709551616e19),
            ("0.1", nil, 0.1), ("123.456e-2", nil, 1.23456), ("1e22", nil, 1e22), ("1e23", nil, 1e23),
            ("0.30000000000000004", nil, 0.30000000000000004), ("1e999", nil, nil), ("-1e999", nil, nil),
            ("1e-999", nil, 0.0), ("5e-324", nil, .leastNonzeroMagnitude),
            ("1e99999999999999999999", nil, nil), ("0e99999999", 0, 0.0),
            ("123456789012345678901234567890", nil, 1.2345678901234568e29),
        ] as [(String, Int64?, Double?)])
    func `numbers are read exactly, or not at all`(text: String, integer: Int64?, double: Double?) {
        #expect(number(text) == JSONFacts(integer: integer, double: double, isNumber: true))
    }

    @Test(arguments: [
        ("\"\"", ""), ("\"plain\"", "plain"), ("\"exactly8\"", "exactly8"), ("\"位置不符\"", "位置不符"),
        ("\"a\\\"b\"", "a\"b"), ("\"\\\\\\/\\b\\f\\n\\r\\t\"", "\\/\u{8}\u{C}\n\r\t"), ("\"\\u4F4D\"", "位"),
        ("\"\\ud83d\\ude9a!\"", "🚚!"), ("\"\\ud83d\"", "\u{FFFD}"), ("\"\\ud83dx\"", "\u{FFFD}x"),
        ("\"\\ude9a\\ud83d\"", "\u{FFFD}\u{FFFD}"),
        ("\"\\ud83d\\u4f4d\"", "\u{FFFD}位"), ("\"\\u0000\"", "\u{0}"),
    ])
    func `escapes are resolved`(text: String, expected: String) {
        #expect(string(text) == expected)
    }

    @Test func `nesting is refused where it passes the limit and not before`() {
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(walked(deepest) == "ok")
        #expect(walked("[" + deepest + "]") == "nested_too_deep@65")
        #expect(walked(String(repeating: "{\"a\":", count: 65)) == "nested_too_deep@321")
        #expect(JSONCursor.depthMax == 64)
    }

    @Test func `keys, kinds and raw slices of a replay line come out in order`() throws {
        let line =
            "{\"t\":\"2026-11-21T12:00:00Z\", \"payload\" : {\"a\":[1,{\"b\":\"}\"}]} ,"
            + "\"ret\\u0061ined\":false,\"n\":null}"
        try Array(line.utf8).withUnsafeBytes { bytes in
            var json = JSONCursor(bytes)
            var seen: [String] = []
            try json.enterObject()
            while let key = try json.nextKey() {
                let kind = try json.kind()
                let range = try json.skip()
                seen.append("\(key.string) \(kind) \(String(decoding: json.slice(range), as: UTF8.self))")
            }
            try json.finish()
            #expect(
                seen == [
                    "t string \"2026-11-21T12:00:00Z\"", "payload object {\"a\":[1,{\"b\":\"}\"}]}",
                    "retained bool false", "n null null",
                ])
        }
    }

    @Test func `a key matches its name whatever its length, and through escapes`() throws {
        for (text, name, matches) in [
            ("\"t\"", "t", true), ("\"epcHex\"", "epcHex", true), ("\"epcHey\"", "epcHex", false),
            ("\"tagInventoryEvent\"", "tagInventoryEvent", true),
            ("\"tagInventoryEvenT\"", "tagInventoryEvent", false),
            ("\"TagInventoryEvent\"", "tagInventoryEvent", false), ("\"ep\\u0063\"", "epc", true),
            ("\"\"", "", true),
            ("\"epc\"", "epcHex", false),
        ] as [(String, StaticString, Bool)] {
            try Array(text.utf8).withUnsafeBytes { bytes in
                var json = JSONCursor(bytes)
                let key = try json.string()
                #expect(key.equals(name) == matches, "\(text) against \(name)")
            }
        }
    }

    @Test func `a walk into another kind of value is a fault, not a trap`() {
        let text = "{\"a\":[1]}"
        let atStart = JSONFault(reason: .malformedJSON, offset: 0)
        #expect(fault(text) { json throws(JSONFault) in try json.enterArray() } == atStart)
        #expect(fault(text) { json throws(JSONFault) in _ = try json.number() } == atStart)
        #expect(fault(text) { json throws(JSONFault) in _ = try json.nextKey() } == atStart)
        #expect(fault(text) { json throws(JSONFault) in _ = try json.nextElement() } == atStart)
        #expect(fault(text) { json throws(JSONFault) in try json.enterObject() } == nil)
    }

    private func fault(_ text: String, _ walk: (inout JSONCursor) throws(JSONFault) -> Void) -> JSONFault? {
        Array(text.utf8).withUnsafeBytes { bytes in
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                try walk(&json)
                return nil
            } catch {
                return error
            }
        }
    }
}
