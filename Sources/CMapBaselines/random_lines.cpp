#include "keyed_hash.hpp"

#include <algorithm>

namespace {

/// One of the two halves of a line: the evidence of one antenna, as the product keeps it.
struct HalfLine {
    uint64_t bits;
    int32_t newest;
    uint16_t reads;
    int16_t peak;
    uint64_t rest[2];

    /// Counts the read and sets the bit of an epoch that is not before the newest one. Without a branch.
    uint32_t note(int64_t epoch, int16_t signal) {
        reads += reads < UINT16_MAX;
        peak = std::max(peak, signal);
        const int64_t ahead = epoch - newest;
        const uint64_t kept = ahead < 64 ? bits << ahead : 0;
        bits = kept | 1;
        newest = int32_t(epoch);
        return ~kept & 1;
    }
};
static_assert(sizeof(HalfLine) == 32, "two in a line of the cache");

const uint64_t words_per_line = 64 / sizeof(uint64_t);
const uint64_t halves_per_line = 64 / sizeof(HalfLine);

/// The upper half of hash × lines: evenly spread over the lines without a division.
uint64_t line_of(const tally::KeyedHash &hash, uint64_t lines, uint32_t tag) {
    const unsigned __int128 spread = (unsigned __int128)hash(tally::Key(tag)) * lines;
    return uint64_t(spread >> 64);
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
            place = table + line_of(hash, lines, reads[index].tag) * words_per_line;
            __builtin_prefetch(place, 0, 3);
        }
    }
    return sum;
}

uint64_t tally_random_evidence(
    uint64_t hash_key, void *memory, uint64_t lines, const tally_bench_read *reads, size_t count,
    int64_t start_ms) {
    const tally::KeyedHash hash(hash_key);
    HalfLine *const table = static_cast<HalfLine *>(memory);
    const size_t together = 128, ahead = TALLY_BENCH_LINES_AHEAD;
    HalfLine *places[together + ahead];
    uint64_t fresh = 0;
    for (size_t start = 0; start < count; start += together) {
        const size_t end = std::min(together, count - start);
        for (size_t index = 0; index < end; index++) {
            const tally_bench_read &read = reads[start + index];
            places[index] = table + line_of(hash, lines, read.tag) * halves_per_line;
            __builtin_prefetch(places[index], 0, 2);
        }
        std::fill_n(places + end, ahead, places[0]);
        for (size_t index = 0; index < end; index++) {
            const tally_bench_read &read = reads[start + index];
            __builtin_prefetch(places[index + ahead], 0, 3);
            const int64_t epoch = (start_ms + int64_t(start + index)) / TALLY_BENCH_EPOCH_MS;
            fresh += places[index][read.antenna & 1].note(epoch, read.signal);
        }
    }
    return fresh;
}
