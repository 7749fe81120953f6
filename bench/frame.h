// The frames of the generator: a 4-byte big-endian length as QEMU's net/socket.c writes it, then an Ethernet header whose
// addresses say between which ends the frame runs, then its number and when it was sent, then bytes that follow from those.
// A frame that is cut, mixed up, doubled or altered anywhere cannot pass check_frame(). A switch can carry them.

#pragma once
#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

// NET_BUFSIZE of QEMU's include/net/net.h: longer frames make it close the connection.
enum { LENGTH_BYTES = 4, MAX_FRAME_BYTES = 4096 + 65536 };

// The address of an end: locally administered (IEEE 802c), then its side, then its link.
struct __attribute__((packed)) end_address {
  uint8_t local, side;
  uint32_t link;
};

struct __attribute__((packed)) frame_header {
  struct end_address to, from;
  uint16_t type;
  uint64_t sequence;
  uint64_t sent_ns;
};

// IEEE 802: EtherType 0x88b5 is for experiments.
static struct frame_header make_header(uint32_t link, uint32_t side, uint64_t sequence, uint64_t sent_ns) {
  return (struct frame_header){{2, (uint8_t)(1 - side), link}, {2, (uint8_t)side, link}, 0xb588, sequence, sent_ns};
}

enum { MIN_FRAME_BYTES = sizeof(struct frame_header), PATTERN_STARTS = 4093 };

static uint8_t pattern[PATTERN_STARTS + MAX_FRAME_BYTES];

static void fill_pattern(void) {
  uint64_t state = 1;
  for (size_t i = 0; i < sizeof pattern; i++) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    pattern[i] = (uint8_t)(state >> 56);
  }
}

static const uint8_t *pattern_of(const struct frame_header *header) {
  return pattern + (header->sequence * 31 + header->from.link * 7 + header->from.side * 2039u) % PATTERN_STARTS;
}

// Writes length and frame, returns the number of bytes.
static size_t write_frame(uint8_t *out, const struct frame_header *header, uint32_t frame_bytes) {
  uint32_t length = htonl(frame_bytes);
  memcpy(out, &length, LENGTH_BYTES);
  memcpy(out + LENGTH_BYTES, header, sizeof *header);
  memcpy(out + LENGTH_BYTES + sizeof *header, pattern_of(header), frame_bytes - sizeof *header);
  return LENGTH_BYTES + frame_bytes;
}

// Whether a frame is for another end: hubs deliver those too, and switches until they have learned.
static int is_foreign(const uint8_t *frame, uint32_t link, uint32_t side) {
  const struct end_address own = {2, (uint8_t)side, link};
  return memcmp(frame, &own, sizeof own) != 0 && frame[0] == 2;
}

// Reads the header of a whole frame (without its length); returns 0 when any byte is not what the sender wrote.
static int check_frame(const uint8_t *frame, uint32_t frame_bytes, uint32_t link, uint32_t side, struct frame_header *header) {
  memcpy(header, frame, sizeof *header);
  const struct frame_header wanted = make_header(link, side, header->sequence, header->sent_ns);
  if (memcmp(header, &wanted, sizeof wanted) != 0) return 0;
  return memcmp(frame + sizeof *header, pattern_of(header), frame_bytes - sizeof *header) == 0;
}
