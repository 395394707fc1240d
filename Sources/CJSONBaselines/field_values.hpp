// Values of fields, for one kind of processor. Part of walk.hpp, inside its namespace.

using std::string_view;

/// All fields absent, one read.
inline void clear(tally_json_read &read) {
    read = tally_json_read();
    read.reads = 1;
}

inline bool take_port(front::value value, tally_json_read &read) {
    uint64_t number;
    if (value.get_uint64().get(number) || number < 1 || number > UINT16_MAX) return false;
    read.port = uint16_t(number);
    read.present |= TALLY_JSON_PORT;
    return true;
}

inline bool take_hex(front::value value, tally_json_identity &identity) {
    string_view text;
    return !value.get_string().get(text) && read_hex(text, identity);
}

inline bool take_base64(front::value value, tally_json_identity &identity) {
    string_view text;
    return !value.get_string().get(text) && read_base64(text, identity);
}

/// Where an identity comes in both forms the product compares them; so is it done here.
inline bool take_hex_too(front::value value, tally_json_identity &identity) {
    if (identity.bits == 0) return take_hex(value, identity);
    tally_json_identity other;
    return take_hex(value, other) && memcmp(other.words, identity.words, sizeof other.words) == 0;
}

inline bool take_base64_too(front::value value, tally_json_identity &identity) {
    if (identity.bits == 0) return take_base64(value, identity);
    tally_json_identity other;
    return take_base64(value, other) && memcmp(other.words, identity.words, sizeof other.words) == 0;
}

inline bool take_time(front::value value, int64_t &time) {
    string_view text;
    return !value.get_string().get(text) && read_time(text, time);
}

inline bool take_heard(front::value value, tally_json_read &read) {
    read.present |= TALLY_JSON_HEARD;
    return take_time(value, read.heard_ms);
}

inline bool take_short(front::value value, int16_t &taken) {
    int64_t number;
    if (value.get_int64().get(number) || number < INT16_MIN || number > INT16_MAX) return false;
    taken = int16_t(number);
    return true;
}

inline bool take_signal(front::value value, tally_json_read &read) {
    read.present |= TALLY_JSON_SIGNAL;
    return take_short(value, read.signal);
}

inline bool take_power(front::value value, tally_json_read &read) {
    read.present |= TALLY_JSON_POWER;
    return take_short(value, read.power);
}

/// A number that may have a fraction, times 100.
inline bool take_hundredths(front::value value, double least, double most, double &number) {
    if (value.get_double().get(number)) return false;
    number = std::round(number * 100);
    return number >= least && number <= most;
}

inline bool take_dbm(front::value value, tally_json_read &read) {
    double hundredths;
    if (!take_hundredths(value, INT16_MIN, INT16_MAX, hundredths)) return false;
    read.signal = int16_t(hundredths);
    read.present |= TALLY_JSON_SIGNAL;
    return true;
}

inline bool take_phase(front::value value, tally_json_read &read) {
    double hundredths;
    if (!take_hundredths(value, 0, 36000, hundredths)) return false;
    read.phase = uint16_t(hundredths);
    read.present |= TALLY_JSON_PHASE;
    return true;
}

inline bool take_count(front::value value, uint32_t &count) {
    uint64_t number;
    if (value.get_uint64().get(number) || number > UINT32_MAX) return false;
    count = uint32_t(number);
    return true;
}

inline bool take_frequency(front::value value, tally_json_read &read) {
    read.present |= TALLY_JSON_FREQUENCY;
    return take_count(value, read.frequency_khz);
}

/// Two bytes as base64.
inline bool take_protocol_control(front::value value, tally_json_read &read) {
    tally_json_identity word = {};
    if (!take_base64(value, word) || word.bits != 16) return false;
    read.protocol_control = uint16_t(word.words[0] >> 48);
    read.present |= TALLY_JSON_CONTROL;
    return true;
}

inline bool take_name(front::value value, tally_json_head &head) {
    string_view text;
    if (value.get_string().get(text) || text.size() > sizeof head.name) return false;
    memcpy(head.name, text.data(), text.size());
    head.name_bytes = uint8_t(text.size());
    return true;
}

inline bool is_word(front::value value, string_view word) {
    string_view text;
    return !value.get_string().get(text) && text == word;
}
