// For processors with AVX-512. The pragma stands before the standard library too, because the parser's small
// functions have to be inlined into its pairs; what several files define alike, the linker takes from the first
// of them, walk_any.cpp.

#if defined(__x86_64__)
#define TALLY_TARGET \
    "avx512f,avx512dq,avx512cd,avx512bw,avx512vbmi,avx512vbmi2,avx512vl,avx2,bmi,pclmul,lzcnt"
#pragma clang attribute push(__attribute__((target(TALLY_TARGET))), apply_to = function)
#define SIMDJSON_BUILTIN_IMPLEMENTATION icelake
#include <simdjson.h>
#define TALLY_WALK for_icelake
#include "walk.hpp"
#pragma clang attribute pop

tally::Walk *tally::make_walk_for_icelake(size_t bytes_max) { return tally::for_icelake::make(bytes_max); }
#else
#include "walks.hpp"

tally::Walk *tally::make_walk_for_icelake(size_t) { return nullptr; }
#endif
