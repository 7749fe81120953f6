// A log-linear histogram of nanoseconds, as HdrHistogram draws it: 4096 steps within each power of two, so any value up
// to 2^42 ns is kept to within 0.05 %, in a fixed 1 MiB, and recording costs a few instructions.
#pragma once
#include <stdint.h>
#include <stdio.h>

enum { STEP_BITS = 12, STEPS = 1 << STEP_BITS, MAGNITUDES = 42 - STEP_BITS };

struct histogram {
  uint64_t counts[MAGNITUDES + 1][STEPS];
  uint64_t total;
  uint64_t max;
};

static inline void histogram_record(struct histogram *histogram, uint64_t value) {
  int magnitude = value < STEPS ? 0 : 64 - __builtin_clzll(value) - STEP_BITS;
  if (magnitude > MAGNITUDES) magnitude = MAGNITUDES, value = UINT64_MAX;
  // Above magnitude 0 the top step bit is always set, so half of each row but the first stays empty.
  histogram->counts[magnitude][(value >> magnitude) & (STEPS - 1)]++;
  histogram->total++;
  if (value > histogram->max) histogram->max = value;
}

// The middle of the step that holds the given share (0.5 is the median), or 0 when nothing was recorded.
static inline uint64_t histogram_quantile(const struct histogram *histogram, double share) {
  if (histogram->total == 0) return 0;
  uint64_t rank = (uint64_t)(share * (double)histogram->total), seen = 0;
  for (int magnitude = 0; magnitude <= MAGNITUDES; magnitude++) {
    for (uint64_t step = 0; step < STEPS; step++) {
      seen += histogram->counts[magnitude][step];
      if (seen <= rank) continue;
      uint64_t middle = (step << magnitude) + ((1ull << magnitude) >> 1);
      return middle < histogram->max ? middle : histogram->max;
    }
  }
  return histogram->max;
}

// One member of a JSON object, with the comma behind it.
static inline void print_histogram(const char *name, const struct histogram *histogram) {
  printf("\"%s\":{\"count\":%lu,\"p50\":%lu,\"p99\":%lu,\"p999\":%lu,\"max\":%lu},", name, histogram->total,
         histogram_quantile(histogram, 0.5), histogram_quantile(histogram, 0.99), histogram_quantile(histogram, 0.999),
         histogram->max);
}
