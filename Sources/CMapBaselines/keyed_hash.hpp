#ifndef CMAPBASELINES_KEYED_HASH_HPP
#define CMAPBASELINES_KEYED_HASH_HPP

#include "CMapBaselines.h"

namespace tally {

/// The 96 bits of a tag in 12 bytes.
struct Key {
    uint32_t words[3];

    explicit Key(uint32_t tag) {
        const uint64_t head =
            tag & TALLY_BENCH_STRANGER ? TALLY_BENCH_STRANGER_HEAD : TALLY_BENCH_REGISTERED_HEAD;
        words[0] = uint32_t(head >> 32);
        words[1] = uint32_t(head);
        words[2] = tag;
    }

    bool operator==(const Key &other) const {
        return words[0] == other.words[0] && words[1] == other.words[1] && words[2] == other.words[2];
    }
};
static_assert(sizeof(Key) == 12, "an EPC of 96 bits");

/// The folded multiplication of the product's `KeyedHash`, with its constants, for tags of 96 bits.
struct KeyedHash {
    uint64_t first, second;

    explicit KeyedHash(uint64_t key)
        : first(key ^ 0x6A09E667F3BCC909u), second(fold(key ^ 0xBB67AE8584CAA73Bu, 0x6A09E667F3BCC909u)) {}

    static uint64_t fold(uint64_t left, uint64_t right) {
        const unsigned __int128 product = (unsigned __int128)left * right;
        return uint64_t(product >> 64) ^ uint64_t(product);
    }

    size_t operator()(const Key &key) const {
        const uint64_t head = uint64_t(key.words[0]) << 32 | key.words[1];
        const uint64_t state = fold(head ^ first, uint64_t(key.words[2]) << 32 ^ second);
        return fold(state ^ 96, second | 1);
    }
};

}  // namespace tally

#endif
