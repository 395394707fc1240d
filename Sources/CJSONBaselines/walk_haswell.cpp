// For processors with AVX2. The pragma stands before the standard library too, because the parser's small
// functions have to be inlined into its pairs; what several files define alike, the linker takes from the first
// of them, walk_any.cpp.

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,pclmul,lzcnt"))), apply_to = function)
#define SIMDJSON_BUILTIN_IMPLEMENTATION haswell
#include <simdjson.h>
#define TALLY_WALK for_haswell
#include "walk.hpp"
#pragma clang attribute pop

tally::Walk *tally::make_walk_for_haswell(size_t bytes_max) { return tally::for_haswell::make(bytes_max); }
#else
#include "walks.hpp"

tally::Walk *tally::make_walk_for_haswell(size_t) { return nullptr; }
#endif
