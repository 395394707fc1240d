private import FoundationEssentials

/// The one way in which replies become bytes and bytes become replies.
package enum OperatorJSON {
    /// Keys sorted, slashes plain: the same reply is the same bytes.
    package static func bytes(_ reply: some Encodable) throws(Failure) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(reply))
        } catch {
            throw Failure(detail: "\(error)")
        }
    }

    package static func reply<Reply: Decodable>(
        _ type: Reply.Type = Reply.self, from bytes: [UInt8]
    ) throws(Failure) -> Reply {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw Failure(detail: "\(error)")
        }
    }

    /// Bytes that are not the reply they should be, or a value that JSON cannot hold (not a number,
    /// infinity).
    package struct Failure: Error, CustomStringConvertible {
        package let detail: String
        package var description: String { detail }
    }
}
