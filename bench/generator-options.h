// The options of the generator: what traffic to make, for how long, on which processor.
//
//   paced       every link sends --rate frames/s from end a and --back frames/s from end b
//   flood       end a (and end b with --directions 2) of every link sends as fast as TCP lets it
//   ping-pong   one frame goes to and fro on every link; the latency reported is the round trip
//   idle        nothing is sent
//   first       every end sends a frame each millisecond until any one arrives
#pragma once
#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"

enum { SIDES = 2, MAX_BATCH_BYTES = 1 << 20 };
enum mode { PACED, FLOOD, PING_PONG, IDLE, FIRST };

static struct {
  enum mode mode;
  uint32_t links, frame_bytes, batch, directions;
  double rate[SIDES], seconds, warm_up_seconds, attach_seconds, settle_seconds;
  int cpu;
} options = {PACED, 1, 64, 1, 1, {100, 0}, 2, 0.5, 60, 0, -1};

static void parse_options(int argc, char **argv) {
  static const char *modes[] = {"paced", "flood", "ping-pong", "idle", "first"};
  static const struct option names[] = {{"mode", 1, 0, 'm'},    {"links", 1, 0, 'n'},   {"size", 1, 0, 'z'},
                                        {"rate", 1, 0, 'r'},    {"back", 1, 0, 'b'},    {"seconds", 1, 0, 's'},
                                        {"warm-up", 1, 0, 'w'}, {"cpu", 1, 0, 'c'},     {"batch", 1, 0, 'k'},
                                        {"attach", 1, 0, 'a'},  {"directions", 1, 0, 'd'},
                                        {"settle", 1, 0, 'l'}, {0, 0, 0, 0}};
  for (int option; (option = getopt_long(argc, argv, "", names, NULL)) != -1;) {
    switch (option) {
      case 'm':
        options.mode = (enum mode) - 1;
        for (int i = 0; i < 5; i++) if (strcmp(optarg, modes[i]) == 0) options.mode = (enum mode)i;
        break;
      case 'n': options.links = (uint32_t)atoi(optarg); break;
      case 'z': options.frame_bytes = (uint32_t)atoi(optarg); break;
      case 'r': options.rate[0] = atof(optarg); break;
      case 'b': options.rate[1] = atof(optarg); break;
      case 's': options.seconds = atof(optarg); break;
      case 'w': options.warm_up_seconds = atof(optarg); break;
      case 'c': options.cpu = atoi(optarg); break;
      case 'k': options.batch = (uint32_t)atoi(optarg); break;
      case 'a': options.attach_seconds = atof(optarg); break;
      case 'l': options.settle_seconds = atof(optarg); break;
      case 'd': options.directions = (uint32_t)atoi(optarg); break;
      default: exit(2);
    }
  }
  bool fits = options.frame_bytes >= MIN_FRAME_BYTES && options.frame_bytes <= MAX_FRAME_BYTES && options.links > 0 &&
              options.batch > 0 && (uint64_t)options.batch * (LENGTH_BYTES + options.frame_bytes) <= MAX_BATCH_BYTES &&
              (int)options.mode >= 0;
  if (fits) return;
  fprintf(stderr, "Expected a known --mode, --links from 1, --size from %d to %d, --batch from 1 to %d bytes in all\n",
          (int)MIN_FRAME_BYTES, MAX_FRAME_BYTES, MAX_BATCH_BYTES);
  exit(2);
}
