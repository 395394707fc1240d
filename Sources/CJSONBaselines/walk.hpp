// Walks over messages with simdjson On-Demand. Included once for each kind of processor: the including file
// has set the target, included simdjson for it, and names the namespace in TALLY_WALK.

#include "field_text.hpp"
#include "walks.hpp"

#include <cmath>
#include <new>

namespace tally {
namespace TALLY_WALK {

namespace front = simdjson::SIMDJSON_BUILTIN_IMPLEMENTATION::ondemand;

#include "field_values.hpp"

// Each message is walked over in one of two ways, of which the faster is the baseline: by name, asking only
// for the fields that the samples have, in their order; or in a loop over whatever fields there are. Escapes
// in keys do not occur in the samples, and neither way minds them.

/// Where the loop stands at this field: takes it and goes on.
#define TALLY_FIELD(name, takes)    \
    if (key == name) {              \
        if (!(takes)) return false; \
        continue;                   \
    }

/// The field by its name, which the message must have.
template <typename Take>
bool named(front::object &object, const char *name, Take take) {
    front::value value;
    return !object.find_field_unordered(name).get(value) && take(value);
}
#define TALLY_NAMED(object, name, takes) named(object, name, [&](front::value value) { return takes; })

inline bool impinj_tag_in_a_loop(front::object tag, tally_json_read &read) {
    for (auto found : tag) {
        front::field field;
        if (std::move(found).get(field)) return false;
        const front::raw_json_string key = field.key();
        front::value value = field.value();
        TALLY_FIELD("epc", take_base64_too(value, read.tag))
        TALLY_FIELD("epcHex", take_hex_too(value, read.tag))
        TALLY_FIELD("tid", take_base64_too(value, read.tid))
        TALLY_FIELD("tidHex", take_hex_too(value, read.tid))
        TALLY_FIELD("pc", take_protocol_control(value, read))
        TALLY_FIELD("antennaPort", take_port(value, read))
        TALLY_FIELD("peakRssiCdbm", take_signal(value, read))
        TALLY_FIELD("frequency", take_frequency(value, read))
        TALLY_FIELD("transmitPowerCdbm", take_power(value, read))
        TALLY_FIELD("lastSeenTime", take_heard(value, read))
        TALLY_FIELD("phaseAngle", take_phase(value, read))
    }
    return true;
}

/// Without a time of its own a read is as old as its message.
inline bool close_impinj(tally_json_head &head, tally_json_read &read) {
    head.has_sent = true;
    if (!(read.present & TALLY_JSON_HEARD)) {
        read.heard_ms = head.sent_ms;
        read.present |= TALLY_JSON_HEARD;
    }
    return read.tag.bits != 0;
}

inline bool impinj_in_a_loop(front::object event, tally_json_head &head, tally_json_read &read) {
    for (auto found : event) {
        front::field field;
        if (std::move(found).get(field)) return false;
        const front::raw_json_string key = field.key();
        front::value value = field.value();
        front::object tag;
        TALLY_FIELD("timestamp", take_time(value, head.sent_ms))
        TALLY_FIELD("hostname", take_name(value, head))
        TALLY_FIELD("eventType", is_word(value, "tagInventory"))
        TALLY_FIELD("tagInventoryEvent", !value.get_object().get(tag) && impinj_tag_in_a_loop(tag, read))
    }
    return close_impinj(head, read);
}

inline bool impinj_tag_by_name(front::object tag, tally_json_read &read) {
    return TALLY_NAMED(tag, "epcHex", take_hex(value, read.tag))
        && TALLY_NAMED(tag, "tidHex", take_hex(value, read.tid))
        && TALLY_NAMED(tag, "antennaPort", take_port(value, read))
        && TALLY_NAMED(tag, "peakRssiCdbm", take_signal(value, read))
        && TALLY_NAMED(tag, "frequency", take_frequency(value, read))
        && TALLY_NAMED(tag, "transmitPowerCdbm", take_power(value, read))
        && TALLY_NAMED(tag, "lastSeenTime", take_heard(value, read))
        && TALLY_NAMED(tag, "phaseAngle", take_phase(value, read));
}

inline bool impinj_by_name(front::object event, tally_json_head &head, tally_json_read &read) {
    front::object tag;
    return TALLY_NAMED(event, "timestamp", take_time(value, head.sent_ms))
        && TALLY_NAMED(event, "hostname", take_name(value, head))
        && TALLY_NAMED(event, "eventType", is_word(value, "tagInventory"))
        && TALLY_NAMED(event, "tagInventoryEvent", !value.get_object().get(tag))
        && impinj_tag_by_name(tag, read) && close_impinj(head, read);
}

inline bool zebra_tag_in_a_loop(front::object tag, tally_json_read &read) {
    for (auto found : tag) {
        front::field field;
        if (std::move(found).get(field)) return false;
        const front::raw_json_string key = field.key();
        front::value value = field.value();
        TALLY_FIELD("idHex", take_hex(value, read.tag))
        TALLY_FIELD("TID", take_hex(value, read.tid))
        TALLY_FIELD("antenna", take_port(value, read))
        TALLY_FIELD("peakRssi", take_dbm(value, read))
        TALLY_FIELD("reads", take_count(value, read.reads))
    }
    return true;
}

/// A batch is as new as its newest read.
inline bool close_zebra(tally_json_head &head, tally_json_read &read) {
    if (!head.has_sent || head.sent_ms < read.heard_ms) head.sent_ms = read.heard_ms;
    head.has_sent = true;
    return read.tag.bits != 0;
}

inline bool zebra_in_a_loop(front::object event, tally_json_head &head, tally_json_read &read) {
    for (auto found : event) {
        front::field field;
        if (std::move(found).get(field)) return false;
        const front::raw_json_string key = field.key();
        front::value value = field.value();
        front::object tag;
        TALLY_FIELD("data", !value.get_object().get(tag) && zebra_tag_in_a_loop(tag, read))
        TALLY_FIELD("timestamp", take_heard(value, read))
        TALLY_FIELD("type", (head.is_inventory = is_word(value, "INVENTORY")))
    }
    return close_zebra(head, read);
}

inline bool zebra_tag_by_name(front::object tag, tally_json_read &read) {
    return TALLY_NAMED(tag, "antenna", take_port(value, read))
        && TALLY_NAMED(tag, "idHex", take_hex(value, read.tag))
        && TALLY_NAMED(tag, "peakRssi", take_dbm(value, read))
        && TALLY_NAMED(tag, "reads", take_count(value, read.reads));
}

inline bool zebra_by_name(front::object event, tally_json_head &head, tally_json_read &read) {
    front::object tag;
    return TALLY_NAMED(event, "data", !value.get_object().get(tag)) && zebra_tag_by_name(tag, read)
        && TALLY_NAMED(event, "timestamp", take_heard(value, read))
        && TALLY_NAMED(event, "type", (head.is_inventory = is_word(value, "INVENTORY")))
        && close_zebra(head, read);
}

#undef TALLY_FIELD
#undef TALLY_NAMED

class Parser final : public Walk {
public:
    Parser(char *padded, size_t bytes_max) : padded(padded), bytes_max(bytes_max) {}
    ~Parser() override { delete[] padded; }

    bool allocate() { return !parser.allocate(bytes_max); }

    int read(
        tally_json_vendor vendor, tally_json_way way, tally_json_payload payload, tally_json_head &head,
        tally_json_reads reads) override {
        const bool by_name = way == TALLY_JSON_BY_NAME;
        if (vendor == TALLY_JSON_IMPINJ) {
            return by_name ? walk<impinj_by_name>(payload, head, reads)
                           : walk<impinj_in_a_loop>(payload, head, reads);
        }
        return by_name ? walk<zebra_by_name>(payload, head, reads)
                       : walk<zebra_in_a_loop>(payload, head, reads);
    }

private:
    front::parser parser;
    char *padded;
    size_t bytes_max;

    /// One object, or an array of them. The payload is copied, because the library wants padding behind it.
    template <bool (*take_one)(front::object, tally_json_head &, tally_json_read &)>
    int walk(tally_json_payload payload, tally_json_head &head, tally_json_reads reads) {
        if (payload.count == 0 || payload.count > bytes_max || reads.max == 0) return -1;
        memcpy(padded, payload.bytes, payload.count);
        memset(padded + payload.count, 0, simdjson::SIMDJSON_PADDING);
        front::document document;
        const size_t room = payload.count + simdjson::SIMDJSON_PADDING;
        const simdjson::padded_string_view text(padded, payload.count, room);
        if (parser.iterate(text).get(document)) return -1;
        front::object object;
        if (padded[0] != '[') {
            clear(reads.first[0]);
            return !document.get_object().get(object) && take_one(object, head, reads.first[0]) ? 1 : -1;
        }
        front::array list;
        if (document.get_array().get(list)) return -1;
        size_t count = 0;
        for (auto element : list) {
            if (count >= reads.max || element.get_object().get(object)) return -1;
            clear(reads.first[count]);
            if (!take_one(object, head, reads.first[count])) return -1;
            count++;
        }
        return int(count);
    }
};

inline Walk *make(size_t bytes_max) {
    char *padded = new (std::nothrow) char[bytes_max + simdjson::SIMDJSON_PADDING];
    if (padded == nullptr) return nullptr;
    Parser *parser = new (std::nothrow) Parser(padded, bytes_max);
    if (parser != nullptr && parser->allocate()) return parser;
    if (parser == nullptr) delete[] padded;
    delete parser;
    return nullptr;
}

}  // namespace TALLY_WALK
}  // namespace tally
