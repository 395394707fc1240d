#ifndef CJSONBASELINES_WALKS_HPP
#define CJSONBASELINES_WALKS_HPP

#include "CJSONBaselines.h"

namespace tally {

/// Walks over messages; one class for each kind of processor.
struct Walk {
    virtual ~Walk() = default;
    virtual int read(
        tally_json_vendor vendor, tally_json_way way, tally_json_payload payload, tally_json_head &head,
        tally_json_reads reads) = 0;
};

/// NULL where memory does not suffice, or where the code is for other processors.
Walk *make_walk_for_any(size_t bytes_max);
Walk *make_walk_for_haswell(size_t bytes_max);
Walk *make_walk_for_icelake(size_t bytes_max);

}  // namespace tally

#endif
