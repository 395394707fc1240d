#include "evidence_line.hpp"
#include "keyed_hash.hpp"

#include <absl/container/flat_hash_map.h>
#include <new>
#include <unordered_map>
#include <vector>

using tally::Key;
using tally::KeyedHash;
using tally::Line;

/// A map as a contender: what differs between maps is only their type.
struct tally_map {
    virtual ~tally_map() = default;
    virtual void register_tags(uint32_t keys) = 0;
    virtual uint64_t observe(const tally_bench_read *reads, size_t count, int64_t start_ms) = 0;
};

namespace {

template <class Map>
struct Contender final : tally_map {
    Map lines;
    /// The strangers in the order in which they came, a ring.
    std::vector<uint32_t> strangers;
    const size_t strangers_max;
    size_t next_stranger = 0;

    Contender(uint64_t hash_key, size_t keys, size_t strangers_max)
        : lines(0, KeyedHash(hash_key)), strangers_max(strangers_max) {
        lines.reserve(keys + strangers_max);
        strangers.reserve(strangers_max);
    }

    void register_tags(uint32_t keys) override {
        for (uint32_t tag = 0; tag < keys; tag++) lines.emplace(Key(tag), Line{});
    }

    uint64_t observe(const tally_bench_read *reads, size_t count, int64_t start_ms) override {
        uint64_t fresh = 0;
        for (size_t index = 0; index < count; index++) {
            const int32_t epoch = int32_t((start_ms + int64_t(index)) / TALLY_BENCH_EPOCH_MS);
            fresh += observe(reads[index], epoch);
        }
        return fresh;
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

}  // namespace

tally_map *tally_map_make(tally_map_kind kind, uint64_t hash_key, size_t keys, size_t strangers_max) {
    try {
        switch (kind) {
            case TALLY_STD_UNORDERED_MAP:
                return new Contender<std::unordered_map<Key, Line, KeyedHash>>(
                    hash_key, keys, strangers_max);
            case TALLY_ABSL_FLAT_HASH_MAP:
                return new Contender<absl::flat_hash_map<Key, Line, KeyedHash>>(
                    hash_key, keys, strangers_max);
        }
    } catch (const std::bad_alloc &) {
    }
    return nullptr;
}

void tally_map_free(tally_map *map) { delete map; }

bool tally_map_register(tally_map *map, uint32_t keys) {
    try {
        map->register_tags(keys);
        return true;
    } catch (const std::bad_alloc &) {
        return false;
    }
}

uint64_t tally_map_observe(
    tally_map *map, const tally_bench_read *reads, size_t count, int64_t start_ms) {
    return map->observe(reads, count, start_ms);
}
