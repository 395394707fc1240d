#pragma once
/* Memory for tables of 64-byte lines, the hint to fetch one of them, a choice without a branch: what Swift has
   no word for. No clock, no file, no thread, so that the rules may use it. */
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

/* 2 MiB: the huge page of x86-64 and of ARM64 with pages of 4 KiB. */
#define TALLY_HUGE_PAGE ((size_t)2 << 20)
/* A multiple of every size of page in use (4, 16 and 64 KiB). */
#define TALLY_PAGES ((size_t)64 << 10)

static inline size_t tally_whole_pages(size_t bytes) {
    return (bytes + TALLY_PAGES - 1) / TALLY_PAGES * TALLY_PAGES;
}

/* Zeros; NULL where the system gives none. A page becomes resident when it is first touched. From 2 MiB on
   the memory starts on a huge page and asks for huge pages (madvise); without them it works all the same. */
static inline void *tally_map_lines(size_t bytes) {
    const size_t size = tally_whole_pages(bytes);
    const size_t spare = size >= TALLY_HUGE_PAGE ? TALLY_HUGE_PAGE : 0;
    char *const start = (char *)mmap(
        NULL, size + spare, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == (char *)MAP_FAILED) return NULL;
    if (spare == 0) return start;
    const size_t head = (TALLY_HUGE_PAGE - (uintptr_t)start % TALLY_HUGE_PAGE) % TALLY_HUGE_PAGE;
    if (head > 0) munmap(start, head);
    munmap(start + head + size, spare - head);
#ifdef MADV_HUGEPAGE
    madvise(start + head, size, MADV_HUGEPAGE);
#endif
    return start + head;
}

/* Gives back what tally_map_lines(bytes) gave. */
static inline void tally_unmap_lines(void *start, size_t bytes) { munmap(start, tally_whole_pages(bytes)); }

/* The line at `place` will be read soon, and written. Any address is allowed: a hint never faults. */
static inline __attribute__((always_inline)) void tally_prefetch(const void *place) {
    __builtin_prefetch(place, 0, 3);
}

/* The same for one of many lines, more than the first cache can wait for (16 to 24): beyond that a core drops
   the hint. This one goes to the second cache, which can wait for more. */
static inline __attribute__((always_inline)) void tally_prefetch_many(const void *place) {
    __builtin_prefetch(place, 0, 2);
}

/* The greater one, without a branch. Where `old` has to be waited for and `fresh` has not, a compiler takes a
   branch for the better choice; it is not where either is as likely. No instruction: the compiler is only made
   to believe that `fresh` comes from `old`. */
static inline __attribute__((always_inline)) int32_t tally_greater(int32_t old, int32_t fresh) {
    __asm__("" : "+r"(fresh) : "r"(old));
    return fresh > old ? fresh : old;
}
