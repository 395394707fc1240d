#include "CMapBaselines.h"

// Stands in front of glibc's allocator and counts. Left out where a sanitizer has put its own there.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define TALLY_SANITIZED 1
#endif
#endif
#include <malloc.h>

void tally_release_freed_memory(void) {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

#if defined(__GLIBC__) && !defined(TALLY_SANITIZED)

#include <cerrno>

namespace {
thread_local uint64_t allocations __attribute__((tls_model("initial-exec"))) = 0;
}

extern "C" {
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) noexcept {
    allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) noexcept {
    allocations++;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) noexcept {
    allocations++;
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) noexcept {
    allocations++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) noexcept {
    allocations++;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **place, size_t alignment, size_t size) noexcept {
    allocations++;
    void *made = __libc_memalign(alignment, size);
    if (made == nullptr) return ENOMEM;
    *place = made;
    return 0;
}
}

bool tally_allocations_are_counted(void) { return true; }
uint64_t tally_allocation_count(void) { return allocations; }

#else

bool tally_allocations_are_counted(void) { return false; }
uint64_t tally_allocation_count(void) { return 0; }

#endif
