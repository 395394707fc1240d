#pragma once
/* What the Glibc module of Swift leaves out: malloc_trim. */
#include <malloc.h>
