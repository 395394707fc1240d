#ifndef CMAPBASELINES_EVIDENCE_LINE_HPP
#define CMAPBASELINES_EVIDENCE_LINE_HPP

#include <cstdint>

namespace tally {

/// The value of the maps. What four antennas know about a tag, as the product keeps it for each antenna: a
/// bit for each of 64 epochs, the newest epoch, the strongest signal.
struct Line {
    static const int antennas_max = 4;

    uint64_t bits[antennas_max];
    int32_t newest[antennas_max];
    uint16_t antenna[antennas_max];
    int16_t peak[antennas_max];

    /// Whether the bit was not set before. Antennas are numbered from 1; 0 is a free cell.
    bool note(uint16_t port, int32_t epoch, int16_t signal) {
        int cell = 0;
        while (cell < antennas_max - 1 && antenna[cell] != port && antenna[cell] != 0) cell++;
        if (antenna[cell] != port) {
            antenna[cell] = port;
            bits[cell] = 0;
            newest[cell] = epoch;
            peak[cell] = INT16_MIN;
        }
        if (signal > peak[cell]) peak[cell] = signal;
        const int32_t behind = newest[cell] - epoch;
        if (behind < 0) {
            bits[cell] = -behind >= 64 ? 1 : bits[cell] << -behind | 1;
            newest[cell] = epoch;
            return true;
        }
        if (behind >= 64 || (bits[cell] >> behind & 1) != 0) return false;
        bits[cell] |= uint64_t(1) << behind;
        return true;
    }
};
static_assert(sizeof(Line) == 64, "one line of the cache");

}  // namespace tally

#endif
