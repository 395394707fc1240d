#ifndef CJSONBASELINES_FIELD_TEXT_HPP
#define CJSONBASELINES_FIELD_TEXT_HPP

#include "CJSONBaselines.h"

#include <cstring>
#include <string_view>

// Texts of fields become values, by the same methods as in the product, so that what differs is the reading
// of JSON.

namespace tally {

inline uint64_t eight_bytes(const char *text) {
    uint64_t word;
    memcpy(&word, text, 8);
    return word;
}

/// Eight hex digits of either case, the first lowest in `text`, become 32 bits; false for anything else.
inline bool hex_word(uint64_t text, uint32_t &bits) {
    const uint64_t tops = 0x8080808080808080u, ones = 0x0101010101010101u;
    const uint64_t lower = text | ones * 0x20;
    // Bit 7 of a byte tells whether it is at least the constant; no byte carries into the next below 0x80.
    const uint64_t from_0 = text + ones * (0x80 - '0'), past_9 = text + ones * (0x7F - '9');
    const uint64_t from_a = lower + ones * (0x80 - 'a'), past_f = lower + ones * (0x7F - 'f');
    const uint64_t digits = from_0 & ~past_9, letters = from_a & ~past_f;
    if ((text & tops) != 0 || ((digits | letters) & tops) != tops) return false;
    uint64_t nibbles = (text & ones * 0x0F) + 9 * (text >> 6 & ones);
    nibbles = (nibbles << 4 | nibbles >> 8) & 0x00FF00FF00FF00FFu;
    nibbles = (nibbles | nibbles >> 8) & 0x0000FFFF0000FFFFu;
    bits = __builtin_bswap32(uint32_t(nibbles | nibbles >> 16));
    return true;
}

inline bool read_hex(std::string_view text, tally_json_identity &identity) {
    if (text.size() < 4 || text.size() > 64 || text.size() % 4 != 0) return false;
    uint64_t words[4] = {0, 0, 0, 0};
    size_t at = 0;
    uint32_t bits;
    for (; at + 8 <= text.size(); at += 8) {
        if (!hex_word(eight_bytes(text.data() + at), bits)) return false;
        words[at / 16] |= uint64_t(bits) << (at % 16 == 0 ? 32 : 0);
    }
    if (at < text.size()) {
        uint64_t rest = 0x3030303030303030u;
        memcpy(&rest, text.data() + at, 4);
        if (!hex_word(rest, bits)) return false;
        words[at / 16] |= uint64_t(bits) << (at % 16 == 0 ? 32 : 0);
    }
    memcpy(identity.words, words, sizeof words);
    identity.bits = uint16_t(text.size() * 4);
    return true;
}

struct Sextets {
    uint8_t of[256];

    constexpr Sextets() : of() {
        for (int symbol = 0; symbol < 256; symbol++) of[symbol] = 0xFF;
        for (int index = 0; index < 26; index++) {
            of['A' + index] = uint8_t(index);
            of['a' + index] = uint8_t(26 + index);
        }
        for (int index = 0; index < 10; index++) of['0' + index] = uint8_t(52 + index);
        of['+'] = of['-'] = 62;
        of['/'] = of['_'] = 63;
    }
};
inline constexpr Sextets sextets;

inline bool read_base64(std::string_view text, tally_json_identity &identity) {
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    const size_t bytes = text.size() * 6 / 8;
    if (bytes < 2 || bytes > 32 || bytes % 2 != 0 || text.size() % 4 == 1) return false;
    uint64_t words[5] = {0, 0, 0, 0, 0};
    uint8_t seen = 0;
    for (size_t index = 0; index < text.size(); index++) {
        const uint64_t sextet = sextets.of[uint8_t(text[index])];
        seen |= uint8_t(sextet);
        const size_t bit = index * 6;
        const size_t left = 64 - bit % 64;
        if (left >= 6) {
            words[bit / 64] |= sextet << (left - 6);
        } else {
            words[bit / 64] |= sextet >> (6 - left);
            words[bit / 64 + 1] |= sextet << (58 + left);
        }
    }
    if (seen > 63) return false;
    memcpy(identity.words, words, sizeof identity.words);
    identity.bits = uint16_t(bytes * 8);
    return true;
}

inline unsigned two_digits(const char *text) {
    return unsigned(text[0] - '0') * 10 + unsigned(text[1] - '0');
}

/// Days since 1970-01-01, by H. Hinnant's method, as the product counts them.
inline int64_t days_since_epoch(unsigned year, unsigned month, unsigned day) {
    const unsigned shifted = year - (month <= 2);
    const unsigned era = shifted / 400, year_of_era = shifted % 400;
    const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return int64_t(era) * 146097 + int64_t(day_of_era) - 719468;
}

/// `2026-11-21T12:00:00[.fraction](Z|+0800|+08:00)`; the day of the month is not checked closely.
inline bool read_time(std::string_view text, int64_t &milliseconds) {
    if (text.size() < 20) return false;
    const char *at = text.data();
    static const uint8_t digits[] = {0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18};
    unsigned wrong = 0;
    for (const uint8_t index : digits) wrong |= unsigned(uint8_t(at[index] - '0') > 9);
    if (wrong || at[4] != '-' || at[7] != '-' || at[10] != 'T') return false;
    if (at[13] != ':' || at[16] != ':') return false;
    const unsigned year = two_digits(at) * 100 + two_digits(at + 2);
    const unsigned month = two_digits(at + 5), day = two_digits(at + 8);
    const unsigned hour = two_digits(at + 11), minute = two_digits(at + 14), second = two_digits(at + 17);
    if (month < 1 || month > 12 || day < 1 || day > 31) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    size_t next = 19;
    unsigned thousandths = 0;
    if (at[next] == '.') {
        unsigned weight = 100;
        for (next++; next < text.size() && uint8_t(at[next] - '0') <= 9; next++) {
            thousandths += unsigned(at[next] - '0') * weight;
            weight /= 10;
        }
    }
    if (next >= text.size()) return false;
    int offset = 0;
    if (at[next] != 'Z') {
        const size_t colon = next + 3 < text.size() && at[next + 3] == ':';
        if ((at[next] != '+' && at[next] != '-') || text.size() != next + 5 + colon) return false;
        offset = int(two_digits(at + next + 1) * 60 + two_digits(at + next + 3 + colon));
        if (at[next] == '-') offset = -offset;
    } else if (text.size() != next + 1) {
        return false;
    }
    const int64_t minutes = int64_t(hour) * 60 + minute - offset;
    const unsigned rest = second * 1000 + thousandths;
    milliseconds = days_since_epoch(year, month, day) * 86400000 + minutes * 60000 + rest;
    return true;
}

}  // namespace tally

#endif
