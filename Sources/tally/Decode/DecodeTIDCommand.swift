import ArgumentParser
import AssetModel
import DeviceDecoding

struct DecodeTIDCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tid",
        abstract: "芯片号，一行一个，十六进制。 TIDs, one a line, in hex.",
        discussion: """
            输出 Prints: hex, class, designer_id, designer, model_hex, xtid, security, file, xtid_header_hex, \
            serial_bits, serial_hex, segments.
            class: epcglobal (E2) | iso-15963 (E0)。只读到前几个字时，其余为 null。 Where only the first words were \
            read the rest is null.
            """)

    @OptionGroup var options: DecodeOptions

    @OptionGroup(visibility: .hidden) var connection: ConnectionOptions

    func run() throws {
        try options.run(TIDLines(), in: connection.language)
    }
}

/// Describes what chips say about themselves.
struct TIDLines: LineDecoding {
    func fields(of line: [UInt8], receivedAt: UTCInstant) -> [DecodedField] {
        do throws(Rejection) {
            return TIDLines.fields(try TIDDescription.describe(hex: try EPCLines.text(line)))
        } catch {
            return fields(refusing: error)
        }
    }

    func fields(refusing rejection: Rejection) -> [DecodedField] {
        TIDLines.fields(nil) + DecodedField.rejected(rejection)
    }

    private static func fields(_ tid: TIDDescription?) -> [DecodedField] {
        [
            DecodedField("hex", .text(tid?.hex)),
            DecodedField("class", .text(tid?.tidClass.rawValue)),
            DecodedField("designer_id", .whole(tid?.designerID)),
            DecodedField("designer", .text(tid?.designerName)),
            DecodedField("model_hex", .text(tid?.modelHex)),
            DecodedField("xtid", flag(tid?.hasExtension)),
            DecodedField("security", flag(tid?.hasSecurity)),
            DecodedField("file", flag(tid?.hasFile)),
            DecodedField("xtid_header_hex", .text(tid?.extensionHeader?.hex)),
            DecodedField("serial_bits", .whole(tid?.serialBits)),
            DecodedField("serial_hex", .text(tid?.serialHex)),
            DecodedField("segments", .list(segments(tid?.segments))),
        ]
    }

    private static func flag(_ flag: Bool?) -> DecodedValue { flag.map { .flag($0) } ?? .null }

    /// Sizes and offsets in 16-bit words.
    private static func segments(_ segments: ExtendedTID.Segments?) -> [DecodedValue] {
        var list: [DecodedValue] = []
        if let commands = segments?.commands {
            list.append(
                .object([
                    DecodedField("kind", .text("commands")),
                    DecodedField("epc_words_max", .whole(commands.epcWordsMax)),
                    DecodedField("supported", .list(commands.names.map { .text($0) })),
                ]))
        }
        if let blocks = segments?.blocks {
            list.append(
                .object([
                    DecodedField("kind", .text("blocks")),
                    DecodedField("write_words_max", .whole(blocks.writeWordsMax)),
                    DecodedField("write_any_size", .flag(blocks.canWriteAnySize)),
                    DecodedField("write_epc_offset", .whole(blocks.writeEPCOffset)),
                    DecodedField("write_user_offset", .whole(blocks.writeUserOffset)),
                    DecodedField("erase_words_max", .whole(blocks.eraseWordsMax)),
                    DecodedField("erase_any_size", .flag(blocks.canEraseAnySize)),
                    DecodedField("erase_epc_offset", .whole(blocks.eraseEPCOffset)),
                    DecodedField("erase_user_offset", .whole(blocks.eraseUserOffset)),
                ]))
        }
        if let memory = segments?.userMemory {
            list.append(
                .object([
                    DecodedField("kind", .text("user_memory")),
                    DecodedField("size_words", .whole(memory.sizeWords)),
                    DecodedField("permalock_block_words", .whole(memory.permalockBlockWords)),
                ]))
        }
        return list
    }
}
