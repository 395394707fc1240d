#pragma once
/* What the Glibc module of Swift leaves out, or gives only by way of whichever module was read first. */
#include <malloc.h>
#include <stdint.h>
#include <time.h>

/* Nanoseconds of a clock (CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME); -1 where it cannot be read. */
static inline int64_t tally_clock_nanoseconds(int32_t clock) {
    struct timespec time;
    if (clock_gettime((clockid_t)clock, &time) != 0) return -1;
    return (int64_t)time.tv_sec * 1000000000 + (int64_t)time.tv_nsec;
}
