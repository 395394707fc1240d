// For any processor.

#include <simdjson.h>
#define TALLY_WALK for_any
#include "walk.hpp"

tally::Walk *tally::make_walk_for_any(size_t bytes_max) { return tally::for_any::make(bytes_max); }
