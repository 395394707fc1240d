#include "keyed_hash.hpp"

#include <new>
#include <unordered_map>
#include <vector>

namespace {

using tally::Key;
using tally::KeyedHash;

/// What four antennas know about a tag, as the product keeps it for each antenna: a bit for each of 64
/// epochs, the newest epoch, the strongest signal.
struct Line {
    static const int antennas_max = 4;

    uint64_t bits[antennas_max];
    int32_t newest[antennas_max];
    uint16_t antenna[antennas_max];
    int16_t peak[antennas_max];

    /// Whether the bit was not set before. Antennas are numbered from 1; 0 is a free cell.
    bool note(uint16_t port, int32_t epoch, int16_t signal) {
        int cell = 0;
        while (cell < antennas_max - 1 && antenna[cell] != port && antenna[cell] != 0) cell++;
        if (antenna[cell] != port) {
            antenna[cell] = port;
            bits[cell] = 0;
            newest[cell] = epoch;
            peak[cell] = INT16_MIN;
        }
        if (signal > peak[cell]) peak[cell] = signal;
        const int32_t behind = newest[cell] - epoch;
        if (behind < 0) {
            bits[cell] = -behind >= 64 ? 1 : bits[cell] << -behind | 1;
            newest[cell] = epoch;
            return true;
        }
        if (behind >= 64 || (bits[cell] >> behind & 1) != 0) return false;
        bits[cell] |= uint64_t(1) << behind;
        return true;
    }
};
static_assert(sizeof(Line) == 64, "one line of the cache");

}  // namespace

struct tally_unordered_map {
    std::unordered_map<Key, Line, KeyedHash> lines;
    /// The strangers in the order in which they came, a ring.
    std::vector<uint32_t> strangers;
    size_t strangers_max;
    size_t next_stranger = 0;

    tally_unordered_map(uint64_t hash_key, size_t keys, size_t strangers_max)
        : lines(0, KeyedHash(hash_key)), strangers_max(strangers_max) {
        lines.reserve(keys + strangers_max);
        strangers.reserve(strangers_max);
    }

    bool observe(const tally_bench_read &read, int32_t epoch) {
        const Key key(read.tag);
        const auto known = lines.find(key);
        if (known != lines.end()) return known->second.note(read.antenna, epoch, read.signal);
        remember(read.tag);
        return lines.emplace(key, Line{}).first->second.note(read.antenna, epoch, read.signal);
    }

    void remember(uint32_t stranger) {
        if (strangers.size() < strangers_max) return strangers.push_back(stranger);
        lines.erase(Key(strangers[next_stranger]));
        strangers[next_stranger] = stranger;
        next_stranger = (next_stranger + 1) % strangers_max;
    }
};

tally_unordered_map *tally_unordered_map_make(uint64_t hash_key, size_t keys, size_t strangers_max) {
    try {
        return new tally_unordered_map(hash_key, keys, strangers_max);
    } catch (const std::bad_alloc &) {
        return nullptr;
    }
}

void tally_unordered_map_free(tally_unordered_map *map) { delete map; }

bool tally_unordered_map_register(tally_unordered_map *map, uint32_t keys) {
    try {
        for (uint32_t tag = 0; tag < keys; tag++) map->lines.emplace(Key(tag), Line{});
        return true;
    } catch (const std::bad_alloc &) {
        return false;
    }
}

uint64_t tally_unordered_map_observe(
    tally_unordered_map *map, const tally_bench_read *reads, size_t count, int64_t start_ms) {
    uint64_t fresh = 0;
    for (size_t index = 0; index < count; index++) {
        const int32_t epoch = int32_t((start_ms + int64_t(index)) / TALLY_BENCH_EPOCH_MS);
        fresh += map->observe(reads[index], epoch);
    }
    return fresh;
}
