// What happened since the last `mark` line: how many frames arrived, how many were missing, out of order or altered, the
// longest time in which none arrived at any end, and the longest that one was on its way. With traffic on many links the
// third is the gap that something left in the traffic as a whole, and the last is the longest that any one machine had to
// wait for what was sent to it.
#pragma once
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

struct window {
  uint64_t last_ns;  // the last arrival, or the mark
  uint64_t damage;   // of all frames so far, at the mark
  uint64_t received, longest_silence_ns, longest_delay_ns;
};

static inline void window_keep_longest(uint64_t *longest_ns, uint64_t ns) {
  if (ns > *longest_ns) *longest_ns = ns;
}

static inline void window_record(struct window *window, uint64_t sent_ns, uint64_t time_ns) {
  // Nothing is silent before the first frame.
  if (window->last_ns > 0) window_keep_longest(&window->longest_silence_ns, time_ns - window->last_ns);
  window_keep_longest(&window->longest_delay_ns, time_ns - sent_ns);
  window->last_ns = time_ns;
  window->received++;
}

// Prints the figures and begins anew. A silence that lasts is counted up to here.
static inline void window_mark(struct window *window, uint64_t time_ns, uint64_t damage) {
  if (window->last_ns > 0) window_keep_longest(&window->longest_silence_ns, time_ns - window->last_ns);
  printf("{\"mark\":{\"received\":%" PRIu64 ",\"longest_silence_ns\":%" PRIu64 ",\"longest_delay_ns\":%" PRIu64 ",",
         window->received, window->longest_silence_ns, window->longest_delay_ns);
  printf("\"damage\":%" PRIu64 "}}\n", damage - window->damage);
  fflush(stdout);
  *window = (struct window){.last_ns = time_ns, .damage = damage};
}
