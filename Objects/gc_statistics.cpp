#include "Objects/gc_statistics.h"

#define GC_THREADS
#include <gc/gc.h>
#include <time.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>

namespace minipy {
namespace {

// Pauses of less than 2^(i + 1) units are counted in bucket i.
constexpr size_t kBuckets = 12;
constexpr uint64_t kBucketUnit = 125'000;  // nanoseconds

struct Statistics {
  uint64_t started, total, longest;  // nanoseconds
  size_t collections, largest_heap;
  size_t buckets[kBuckets];
  // Of the collecting thread's processor time.
  uint64_t work_started, work_ended, total_work;
  unsigned percentage;
} statistics;

uint64_t now(clockid_t clock = CLOCK_MONOTONIC) {
  timespec time;
  clock_gettime(clock, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(time.tv_nsec);
}

double milliseconds(uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e6; }
double megabytes(size_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

}  // namespace

void note_collection(GcPhase phase) {
  if (phase == GcPhase::Start) {
    statistics.started = now();
    statistics.work_started = now(CLOCK_THREAD_CPUTIME_ID);
    return;
  }
  const uint64_t work_ended = now(CLOCK_THREAD_CPUTIME_ID);
  const uint64_t work = work_ended - statistics.work_started;
  const uint64_t since_last = std::max(work_ended - std::min(statistics.work_ended, statistics.work_started), work);
  statistics.percentage = static_cast<unsigned>(work * 100 / std::max<uint64_t>(since_last, 1));
  statistics.work_ended = work_ended;
  statistics.total_work += work;
  const uint64_t pause = now() - statistics.started;
  ++statistics.collections;
  statistics.total += pause;
  statistics.longest = std::max(statistics.longest, pause);
  statistics.largest_heap = std::max(statistics.largest_heap, GC_get_heap_size());
  const size_t bucket = static_cast<size_t>(std::bit_width(pause / kBucketUnit / 2));
  ++statistics.buckets[std::min(bucket, kBuckets - 1)];
}

unsigned collector_percentage() { return statistics.percentage; }

uint64_t collector_work() { return statistics.total_work; }

void print_gc_statistics() {
  const Statistics& s = statistics;
  const size_t heap = GC_get_heap_size();
  std::fprintf(stderr, "gc: %zu collections, %.2f ms in all, %.2f ms on average, %.2f ms the longest\n",
               s.collections, milliseconds(s.total),
               s.collections ? milliseconds(s.total / s.collections) : 0, milliseconds(s.longest));
  std::fprintf(stderr, "gc: heap of %.1f MB (%.1f MB free), %.1f MB the largest; %.1f MB allocated\n",
               megabytes(heap), megabytes(GC_get_free_bytes()),
               megabytes(std::max(heap, s.largest_heap)), megabytes(GC_get_total_bytes()));
  for (size_t i = 0; i < kBuckets; ++i) {
    if (s.buckets[i] == 0) continue;
    const double limit = milliseconds(kBucketUnit << (i + 1));
    std::fprintf(stderr, "gc: pauses %s %.2f ms: %zu\n", i + 1 < kBuckets ? "under" : "of at least",
                 i + 1 < kBuckets ? limit : limit / 2, s.buckets[i]);
  }
}

}  // namespace minipy
