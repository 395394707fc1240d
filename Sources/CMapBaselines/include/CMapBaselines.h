#ifndef CMAPBASELINES_H
#define CMAPBASELINES_H

// Maps of other libraries behind a C interface, for comparison in tally-bench only.

#endif
