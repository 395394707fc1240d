#include "keyed_hash.hpp"

uint64_t tally_random_lines(
    uint64_t hash_key, const void *table, uint64_t lines, const tally_bench_read *reads, size_t count) {
    const tally::KeyedHash hash(hash_key);
    const uint64_t *words = static_cast<const uint64_t *>(table);
    const uint64_t words_per_line = 64 / sizeof(uint64_t);
    uint64_t sum = 0;
    for (size_t index = 0; index < count; index++) {
        // The upper half of hash × lines: evenly spread over the lines without a division.
        const unsigned __int128 spread = (unsigned __int128)hash(tally::Key(reads[index].tag)) * lines;
        sum += words[uint64_t(spread >> 64) * words_per_line];
    }
    return sum;
}
