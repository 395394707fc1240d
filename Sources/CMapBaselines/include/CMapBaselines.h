#ifndef CMAPBASELINES_H
#define CMAPBASELINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Baselines of tally-bench behind a C interface: maps of other libraries, bare memory, and a count of heap
// allocations. Nothing of this is part of the product.

#ifdef __cplusplus
extern "C" {
#endif

/// One read of the stream that all contenders are given.
typedef struct tally_bench_read {
    /// Registered: 0 ..< keys. Strangers: TALLY_BENCH_STRANGER | running number.
    uint32_t tag;
    uint16_t antenna;
    /// 1/100 dBm.
    int16_t signal;
} tally_bench_read;

#define TALLY_BENCH_STRANGER 0x80000000u

/// The first 64 of a tag's 96 bits, of registered tags and of strangers; the tag's number is the other 32.
#define TALLY_BENCH_REGISTERED_HEAD 0x3034257BF7194E40u
#define TALLY_BENCH_STRANGER_HEAD 0xE280116060000205u

/// Epochs of 5 s, one bit each; the stream has a read every millisecond.
#define TALLY_BENCH_EPOCH_MS 5000

/// How many lines `tally_random_lines` asks for before it touches the first of them: as many as the ring has
/// under way, two blocks of 16 at most.
#define TALLY_BENCH_LINES_AHEAD 24

/// Maps of C++ with 12-byte keys, 64-byte values and the hash of the product's ring, used as they are
/// offered: one read after the other.
typedef struct tally_map tally_map;
typedef enum tally_map_kind { TALLY_STD_UNORDERED_MAP, TALLY_ABSL_FLAT_HASH_MAP } tally_map_kind;

/// Hashes under `hash_key`. Holds at most `strangers_max` tags that were not registered, the oldest makes
/// room. NULL where memory does not suffice.
tally_map *tally_map_make(tally_map_kind kind, uint64_t hash_key, size_t keys, size_t strangers_max);
void tally_map_free(tally_map *map);

/// Registers the tags 0 ..< keys; false where memory does not suffice.
bool tally_map_register(tally_map *map, uint32_t keys);

/// Sets the evidence bits of `count` reads, the first at `start_ms`. Returns how many bits were new.
uint64_t tally_map_observe(
    tally_map *map, const tally_bench_read *reads, size_t count, int64_t start_ms);

/// Reads and writes the 64-byte line that each tag's hash chooses out of `lines`. No line waits for another:
/// each is asked for TALLY_BENCH_LINES_AHEAD reads before. Returns a sum, so that nothing is left out.
uint64_t tally_random_lines(
    uint64_t hash_key, void *memory, uint64_t lines, const tally_bench_read *reads, size_t count);

/// The same with the work of the maps: in the 64-byte line that each tag's hash chooses, whoever else's it is, the
/// evidence bit of the read is set, in one half or the other by the antenna's number. Nothing is looked for and
/// nothing compared. Lines are asked for 128 together, the arrangement that was fastest. Returns how many bits were new.
/// Lines start as zeros, and time does not run backwards.
uint64_t tally_random_evidence(
    uint64_t hash_key, void *memory, uint64_t lines, const tally_bench_read *reads, size_t count,
    int64_t start_ms);

/// Gives freed memory back to the system, so that resident memory is what is held.
void tally_release_freed_memory(void);

/// Heap allocations that this thread has made; false where this build cannot count them.
bool tally_allocations_are_counted(void);
uint64_t tally_allocation_count(void);

#ifdef __cplusplus
}
#endif

#endif
