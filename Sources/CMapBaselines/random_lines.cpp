#include "keyed_hash.hpp"

namespace {

const uint64_t words_per_line = 64 / sizeof(uint64_t);

/// The upper half of hash × lines: evenly spread over the lines without a division.
uint64_t *line_of(const tally::KeyedHash &hash, uint64_t *table, uint64_t lines, uint32_t tag) {
    const unsigned __int128 spread = (unsigned __int128)hash(tally::Key(tag)) * lines;
    return table + uint64_t(spread >> 64) * words_per_line;
}

}  // namespace

uint64_t tally_random_lines(
    uint64_t hash_key, void *memory, uint64_t lines, const tally_bench_read *reads, size_t count) {
    const tally::KeyedHash hash(hash_key);
    uint64_t *const table = static_cast<uint64_t *>(memory);
    const size_t ahead = TALLY_BENCH_LINES_AHEAD;
    uint64_t *pending[ahead];
    uint64_t sum = 0;
    for (size_t index = 0; index < count + ahead; index++) {
        uint64_t *&place = pending[index % ahead];
        if (index >= ahead) {
            sum += place[0];
            place[1] += sum;
        }
        if (index < count) {
            place = line_of(hash, table, lines, reads[index].tag);
            __builtin_prefetch(place, 0, 3);
        }
    }
    return sum;
}
