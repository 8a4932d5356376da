// Pauses of the collector, measured always (it costs two readings of the clock a collection) and
// printed by -X gcstats.
#pragma once

#include <cstdint>

namespace minipy {

enum class GcPhase { Start, End };
void note_collection(GcPhase phase);
// The last collection's part of the processor time since the one before it.
unsigned collector_percentage();
// Processor time of all collections so far, in nanoseconds.
uint64_t collector_work();
void print_gc_statistics();  // to stderr

}  // namespace minipy
