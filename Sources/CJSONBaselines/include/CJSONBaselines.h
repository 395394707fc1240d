#ifndef CJSONBASELINES_H
#define CJSONBASELINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Baseline `simdjson-ondemand` of `tally-bench decode` behind a C interface. Nothing of this is part of the
// product.

#ifdef __cplusplus
extern "C" {
#endif

/// EPC or TID bits, left-aligned, the first bit highest; 0 bits: not in the message.
typedef struct tally_json_identity {
    uint64_t words[4];
    uint16_t bits;
} tally_json_identity;

// Which of a read's fields were in the message.
#define TALLY_JSON_PORT 0x01
#define TALLY_JSON_SIGNAL 0x02
#define TALLY_JSON_HEARD 0x04
#define TALLY_JSON_CONTROL 0x08
#define TALLY_JSON_FREQUENCY 0x10
#define TALLY_JSON_PHASE 0x20
#define TALLY_JSON_POWER 0x40

/// The product's `TagRead`, field by field.
typedef struct tally_json_read {
    tally_json_identity tag, tid;
    int64_t heard_ms;
    uint32_t reads;
    uint32_t frequency_khz;
    /// 1/100 dBm.
    int16_t signal, power;
    uint16_t port;
    uint16_t protocol_control;
    /// 1/100 degree.
    uint16_t phase;
    uint16_t present;
} tally_json_read;

/// What the message says besides its reads. Of a batch, the last that says it.
typedef struct tally_json_head {
    int64_t sent_ms;
    bool has_sent;
    /// Zebra: the mode is INVENTORY.
    bool is_inventory;
    uint8_t name_bytes;
    char name[255];
} tally_json_head;

/// Where the reads of a message go.
typedef struct tally_json_reads {
    tally_json_read *first;
    size_t max;
} tally_json_reads;

/// A payload as it comes from the broker, not padded.
typedef struct tally_json_payload {
    const uint8_t *bytes;
    size_t count;
} tally_json_payload;

typedef enum tally_json_vendor { TALLY_JSON_IMPINJ, TALLY_JSON_ZEBRA } tally_json_vendor;

/// Two ways of writing the same with the library; the faster is the baseline.
typedef enum tally_json_way {
    /// Over whatever fields there are, in a loop.
    TALLY_JSON_LOOP,
    /// Only the fields that the samples are known to have, by name and in their order.
    TALLY_JSON_BY_NAME
} tally_json_way;

typedef struct tally_simdjson tally_simdjson;

/// A parser with its buffers, for payloads of at most `bytes_max`. NULL where memory does not suffice.
tally_simdjson *tally_simdjson_make(size_t bytes_max);
void tally_simdjson_free(tally_simdjson *parser);

/// The kind of processor that the library has chosen for itself, and that of our walk over what it finds.
const char *tally_simdjson_structure_kernel(void);
const char *tally_simdjson_walk_kernel(void);

/// Reads one payload. Returns the number of reads, or -1 where the message is not as the samples are.
int tally_simdjson_read(
    tally_simdjson *parser, tally_json_vendor vendor, tally_json_way way, tally_json_payload payload,
    tally_json_head *head, tally_json_reads reads);

#ifdef __cplusplus
}
#endif

#endif
