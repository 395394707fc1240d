import AssetModel

/// A passage through a gate as one line, for `--presence`. Keys in fixed order.
enum PassageDocument {
    static func text(_ passage: Passage, layout: SiteLayout) -> String {
        var line = JSONWriter()
        line.object { line in
            line.field("passage", passage.id)
            line.field("gate", layout.zones[passage.gate].id)
            line.field("direction", passage.direction.rawValue)
            line.key("confidence")
            line.value(fraction: passage.confidence)
            line.field("at", passage.at)
            line.field("from", passage.from)
            line.field("to", passage.to)
            line.field("late", passage.isLate)
            line.key("means")
            line.array { list in
                for (means, word) in Passage.Means.words where passage.means.contains(means) {
                    list.value(word)
                }
            }
            line.key("tags")
            line.array { list in
                for tag in passage.tags { write(tag, into: &list) }
            }
            line.field("bystanders", Int64(passage.bystanders))
            line.field("reason_zh", passage.reasonChinese)
            line.field("reason_en", passage.reasonEnglish)
        }
        return String(decoding: line.bytes, as: UTF8.self)
    }

    private static func write(_ tag: Passage.Tag, into list: inout JSONWriter) {
        list.object { line in
            line.field("epc_hex", tag.tag.hex)
            line.key("confidence")
            line.value(fraction: tag.confidence)
            line.field("reads", Int64(tag.reads))
        }
    }
}
