// The machines of the benchmark: pairs of endpoints that treat their sockets exactly as QEMU's `-netdev socket,listen=`
// does (net/socket.c): they listen, leave Nagle's algorithm on, send one frame per call, read up to one largest frame at a
// time, and listen again when the peer leaves. A relay joins end a of each link to its end b.
//
// One thread, one processor. Frames leave on an absolute schedule (or as fast as TCP lets them), carry the time of their
// sending, and are checked byte for byte on arrival. Standard output gets one JSON object a line: {"listening":[[a,b],…]},
// {"attached_ns":…}, {"measuring_ns":…}, and at last the result. Standard input takes `pids 12 34` (whose CPU and memory
// to report; measuring waits for this line), `mark` (answered with what happened since the last one, see window.h) and
// `stop` (end the measurement now). Times are CLOCK_MONOTONIC.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame.h"
#include "generator-options.h"
#include "histogram.h"
#include "process.h"
#include "window.h"

enum { EVENTS_PER_WAIT = 256, SENDS_PER_TURN = 8, MAX_PIDS = 4096 };
enum { SECOND_NS = 1000000000, FIRST_RETRY_NS = 1000000 };
enum phase { ATTACHING, WARMING, MEASURING, DRAINING, DONE };

struct end {
  uint32_t link, side;
  int listener, fd;       // fd is -1 while nobody is attached
  uint32_t interest;      // what epoll watches on fd
  uint64_t owed;          // frames that are due and not sent
  uint64_t sent, due;     // frames since the start; due counts those that nobody was there for too
  uint8_t *rest;          // what is left of a frame that the kernel took in part
  size_t rest_bytes, rest_offset;
  uint8_t *kept;          // a frame of which the beginning has arrived
  size_t kept_bytes;
  uint64_t expected, received, last_received_ns, ping_ns;
};

static struct {
  struct histogram latency, late;
  uint64_t sent, received, foreign, lost_in_gaps, out_of_order, corrupt, broken, disconnects;
  uint64_t window_received, window_bytes, longest_gap_ns, first_frame_ns;
} result;

static struct window window;
static enum phase phase = ATTACHING;
static int epoll_fd;
static struct end *ends;  // the two ends of link n are 2n and 2n + 1
static uint32_t attached;
static pid_t pids[MAX_PIDS];
static int pid_count = -1;  // -1: the line has not come
static uint64_t start_ns, measure_ns, end_ns, schedule_index[SIDES];
static uint8_t batch_buffer[MAX_BATCH_BYTES];
static uint8_t read_buffer[2 * (LENGTH_BYTES + MAX_FRAME_BYTES)];

static uint64_t now_ns(void) { return read_clock_ns(CLOCK_MONOTONIC); }

static void die(const char *what) {
  perror(what);
  exit(1);
}

static void watch(int fd, int operation, uint32_t events, void *data) {
  struct epoll_event event = {.events = events, .data.ptr = data};
  if (epoll_ctl(epoll_fd, operation, fd, &event) < 0) die("epoll_ctl");
}

static void detach(struct end *end) {
  close(end->fd);
  end->fd = -1;
  end->rest_bytes = end->kept_bytes = 0;
  end->owed = options.mode == FLOOD ? end->owed : 0;
  attached--;
  if (phase == MEASURING) result.disconnects++;
  watch(end->listener, EPOLL_CTL_MOD, EPOLLIN, end);
}

static void update_interest(struct end *end) {
  if (end->fd < 0) return;
  uint32_t wanted = EPOLLIN | (end->owed > 0 || end->rest_bytes > 0 ? EPOLLOUT : 0);
  if (wanted != end->interest) watch(end->fd, EPOLL_CTL_MOD, end->interest = wanted, end);
}

// The frames of all links take turns in slots of equal length, each at a random place in its slot (the same in every run):
// a fixed phase between the two directions would decide how long Nagle's algorithm waits, and so favour or harm a relay.
static uint64_t scheduled_ns(uint32_t side, uint64_t index) {
  uint64_t hash = (index * 2 + side + 1) * 0x9e3779b97f4a7c15ull;
  hash = (hash ^ (hash >> 31)) * 0xbf58476d1ce4e5b9ull;
  double place = (double)(hash >> 32) / 4294967296.0;
  return start_ns + (uint64_t)(((double)index + place) * SECOND_NS / (options.rate[side] * options.links));
}

// Returns what the kernel took; 0 also when the peer is gone.
static size_t send_some(struct end *end, const uint8_t *bytes, size_t count) {
  ssize_t sent = send(end->fd, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) detach(end);
  return sent < 0 ? 0 : (size_t)sent;
}

// Sends what is owed, one call per batch (one frame, as QEMU does, unless asked otherwise), until the kernel has enough.
static void send_owed(struct end *end) {
  if (end->rest_bytes > 0) {
    size_t sent = send_some(end, end->rest + end->rest_offset, end->rest_bytes);
    if (end->fd < 0) return;
    end->rest_offset += sent;
    end->rest_bytes -= sent;
  }
  const size_t each = LENGTH_BYTES + options.frame_bytes;
  for (int turn = 0; turn < SENDS_PER_TURN && end->owed > 0 && end->rest_bytes == 0; turn++) {
    uint64_t batch = end->owed < options.batch ? end->owed : options.batch, time_ns = now_ns();
    for (uint64_t i = 0; i < batch; i++) {
      struct frame_header header = make_header(end->link, end->side, end->sent + i, time_ns);
      write_frame(batch_buffer + i * each, &header, options.frame_bytes);
    }
    size_t sent = send_some(end, batch_buffer, batch * each);
    if (sent == 0) break;
    uint64_t started = (sent + each - 1) / each;  // A frame of which no byte was taken gets a new time later.
    if (options.mode == PACED && phase == MEASURING) {
      uint64_t index = (end->due - end->owed) * options.links + end->link;
      histogram_record(&result.late, time_ns - scheduled_ns(end->side, index));
    }
    end->sent += started;
    result.sent += started;
    end->owed -= started;
    end->ping_ns = time_ns;
    end->rest_bytes = started * each - sent;
    end->rest_offset = 0;
    if (end->rest_bytes > 0) memcpy(end->rest, batch_buffer + sent, end->rest_bytes);
  }
  update_interest(end);
}

static void owe(struct end *end, uint64_t frames) {
  if (end->fd < 0) return;
  end->owed += frames;
  send_owed(end);
}

static void on_frame(struct end *end, const uint8_t *frame, uint32_t frame_bytes, uint64_t time_ns) {
  struct frame_header header;
  if (is_foreign(frame, end->link, end->side)) return (void)result.foreign++;
  result.received++;
  end->received++;
  if (!check_frame(frame, frame_bytes, end->link, 1 - end->side, &header)) {
    result.corrupt++;
    return;
  }
  if (header.sequence < end->expected) {
    result.out_of_order++;
  } else {
    result.lost_in_gaps += header.sequence - end->expected;
    end->expected = header.sequence + 1;
  }
  if (result.first_frame_ns == 0) result.first_frame_ns = time_ns;
  window_record(&window, header.sent_ns, time_ns);
  if (phase == MEASURING) {
    result.window_received++;
    result.window_bytes += frame_bytes;
    uint64_t gap = time_ns - (end->last_received_ns > measure_ns ? end->last_received_ns : measure_ns);
    if (gap > result.longest_gap_ns) result.longest_gap_ns = gap;
    if (options.mode == PING_PONG && end->side == 0) histogram_record(&result.latency, time_ns - end->ping_ns);
  }
  end->last_received_ns = time_ns;
  if (options.mode == PING_PONG) {
    if (end->side == 1 || phase < DRAINING) owe(end, 1);
  } else if (header.sent_ns >= measure_ns && measure_ns > 0 && phase >= MEASURING && header.sent_ns < end_ns) {
    histogram_record(&result.latency, time_ns - header.sent_ns);
  }
}

static void on_readable(struct end *end) {
  memcpy(read_buffer, end->kept, end->kept_bytes);
  ssize_t count = recv(end->fd, read_buffer + end->kept_bytes, LENGTH_BYTES + MAX_FRAME_BYTES, MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) return detach(end);
  uint64_t time_ns = now_ns();
  size_t offset = 0, filled = end->kept_bytes + (size_t)count;
  uint32_t length = 0;
  while (filled - offset >= LENGTH_BYTES) {
    memcpy(&length, read_buffer + offset, LENGTH_BYTES);
    length = ntohl(length);
    if (length != options.frame_bytes) {  // All frames of a run have one size, so the stream is out of step.
      result.broken++;
      return detach(end);
    }
    if (filled - offset < LENGTH_BYTES + length) break;
    on_frame(end, read_buffer + offset + LENGTH_BYTES, length, time_ns);
    if (end->fd < 0) return;
    offset += LENGTH_BYTES + length;
  }
  end->kept_bytes = filled - offset;
  memcpy(end->kept, read_buffer + offset, end->kept_bytes);
}

static void on_connection(struct end *end) {
  end->fd = accept4(end->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (end->fd < 0) return;
  attached++;
  watch(end->listener, EPOLL_CTL_MOD, 0, end);
  watch(end->fd, EPOLL_CTL_ADD, end->interest = EPOLLIN, end);
  if (options.mode == FIRST) owe(end, 1); else update_interest(end);
}

static void on_command(void) {
  static char line[65536];
  static size_t filled;
  ssize_t count = read(STDIN_FILENO, line + filled, sizeof line - 1 - filled);
  if (count <= 0) {
    watch(STDIN_FILENO, EPOLL_CTL_DEL, 0, NULL);
    return;
  }
  line[filled += (size_t)count] = '\0';
  for (char *newline; (newline = strchr(line, '\n')) != NULL;) {
    *newline = '\0';
    if (strncmp(line, "pids", 4) == 0) {
      char *rest = line + 4, *next;
      pid_count = 0;
      for (long pid; (pid = strtol(rest, &next, 10)) > 0 && pid_count < MAX_PIDS; rest = next) pids[pid_count++] = (pid_t)pid;
    } else if (strcmp(line, "mark") == 0) {
      window_mark(&window, now_ns(), result.lost_in_gaps + result.out_of_order + result.corrupt);
    } else if (strcmp(line, "stop") == 0 && phase == MEASURING) {
      end_ns = now_ns();
    }
    filled -= (size_t)(newline + 1 - line);
    memmove(line, newline + 1, filled + 1);
  }
}

static void listen_all(void) {
  ends = calloc(options.links * SIDES, sizeof *ends);
  printf("{\"listening\":[");
  for (uint32_t i = 0; i < options.links * SIDES; i++) {
    struct end *end = &ends[i];
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t address_bytes = sizeof address;
    *end = (struct end){.link = i / SIDES, .side = i % SIDES, .fd = -1};
    end->rest = malloc(LENGTH_BYTES + options.frame_bytes);
    end->kept = malloc(LENGTH_BYTES + options.frame_bytes);
    end->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (end->listener < 0 || bind(end->listener, (struct sockaddr *)&address, sizeof address) < 0) die("bind");
    if (listen(end->listener, 0) < 0) die("listen");
    getsockname(end->listener, (struct sockaddr *)&address, &address_bytes);
    watch(end->listener, EPOLL_CTL_ADD, EPOLLIN, end);
    const char *before = end->side == 1 ? "," : i == 0 ? "[" : ",[";
    printf("%s%u%s", before, ntohs(address.sin_port), end->side == 1 ? "]" : "");
  }
  printf("]}\n");
  fflush(stdout);
}

// Sends every frame whose time has come; returns when the next one is due.
static uint64_t run_schedule(uint64_t time_ns) {
  uint64_t next_ns = UINT64_MAX;
  for (uint32_t side = 0; side < SIDES; side++) {
    if (options.rate[side] <= 0) continue;
    uint64_t due_ns;
    while ((due_ns = scheduled_ns(side, schedule_index[side])) <= time_ns) {
      struct end *end = &ends[schedule_index[side]++ % options.links * SIDES + side];
      end->due++;
      owe(end, 1);
    }
    if (due_ns < next_ns) next_ns = due_ns;
  }
  return next_ns;
}

static uint64_t sum_of(void (*visit)(pid_t, uint64_t *)) {
  uint64_t sum = 0;
  for (int i = 0; i < pid_count; i++) for_each_process(pids[i], visit, &sum);
  return sum;
}

static void start_traffic(void) {
  start_ns = now_ns();
  measure_ns = start_ns + (uint64_t)(options.warm_up_seconds * SECOND_NS);
  end_ns = measure_ns + (uint64_t)(options.seconds * SECOND_NS);
  printf("{\"attached_ns\":%lu}\n", start_ns);
  fflush(stdout);
  for (uint32_t i = 0; i < options.links * SIDES; i++) {
    uint32_t side = i % SIDES;
    if (options.mode == FLOOD && side < options.directions) owe(&ends[i], UINT64_MAX / 2);
    if (options.mode == PING_PONG && side == 0) owe(&ends[i], 1);
  }
}

static void print_result(double seconds, uint64_t relay_cpu_ns, uint64_t own_cpu_ns) {
  printf("{\"seconds\":%.6f,", seconds);
  print_histogram("latency_ns", &result.latency);
  print_histogram("late_ns", &result.late);
  printf("\"sent\":%lu,\"received\":%lu,\"lost\":%ld,", result.sent, result.received,
         (long)(result.sent - result.received + result.out_of_order));
  printf("\"out_of_order\":%lu,\"corrupt\":%lu,\"broken\":%lu,", result.out_of_order, result.corrupt, result.broken);
  printf("\"foreign\":%lu,\"disconnects\":%lu,\"longest_gap_ns\":%lu,", result.foreign, result.disconnects, result.longest_gap_ns);
  printf("\"window_received\":%lu,\"frames_per_second\":%.1f,", result.window_received, (double)result.window_received / seconds);
  printf("\"bits_per_second\":%.1f,\"relay_cpu_ns\":%lu,", (double)result.window_bytes * 8 / seconds, relay_cpu_ns);
  printf("\"generator_cpu_ns\":%lu,\"relay_resident_bytes\":%lu,", own_cpu_ns, sum_of(add_resident_bytes));
  printf("\"first_frame_ns\":%lu}\n", result.first_frame_ns);
  fflush(stdout);
}

static void wait_for_events(uint64_t until_ns) {
  struct epoll_event events[EVENTS_PER_WAIT];
  uint64_t time_ns = now_ns(), wait_ns = until_ns > time_ns ? until_ns - time_ns : 0;
  struct timespec wait = {(time_t)(wait_ns / SECOND_NS), (long)(wait_ns % SECOND_NS)};
  int count = epoll_pwait2(epoll_fd, events, EVENTS_PER_WAIT, &wait, NULL);
  if (count < 0 && errno != EINTR) die("epoll_pwait2");
  for (int i = 0; i < count; i++) {
    struct end *end = events[i].data.ptr;
    if (end == NULL) on_command();
    else if (end->fd < 0) on_connection(end);
    else {
      if (events[i].events & ~EPOLLOUT) on_readable(end);
      if (end->fd >= 0 && (events[i].events & EPOLLOUT)) send_owed(end);
    }
  }
}

static void run(void) {
  uint64_t relay_cpu_ns = 0, own_cpu_ns = 0, window_ns = 0, window_end_ns = 0, quiet_since_ns = 0, seen = 0, retry_ns = 0, settled_ns = 0;
  uint64_t attach_until_ns = now_ns() + (uint64_t)(options.attach_seconds * SECOND_NS);
  while (phase != DONE) {
    uint64_t time_ns = now_ns(), next_ns = UINT64_MAX;
    if (phase == ATTACHING) {
      next_ns = attach_until_ns;
      if (time_ns > attach_until_ns) {
        fprintf(stderr, "Only %u of %u ends are attached after %g s\n", attached, options.links * SIDES, options.attach_seconds);
        exit(3);
      }
      if (options.mode == FIRST) {
        if (time_ns >= retry_ns) {
          for (uint32_t i = 0; i < options.links * SIDES; i++) owe(&ends[i], 1);
          retry_ns = time_ns + FIRST_RETRY_NS;
        }
        if (attached > 0) next_ns = retry_ns;
        if (result.first_frame_ns > 0 && pid_count >= 0) return print_result(1, 0, 0);
      } else if (attached == options.links * SIDES && pid_count >= 0) {
        if (settled_ns == 0) settled_ns = time_ns + (uint64_t)(options.settle_seconds * SECOND_NS);
        next_ns = settled_ns;
        if (time_ns >= settled_ns) start_traffic(), phase = WARMING;
      }
    }
    if ((phase == WARMING || phase == MEASURING) && options.mode == PACED) next_ns = run_schedule(time_ns);
    if (phase == WARMING) {
      if (next_ns > measure_ns) next_ns = measure_ns;
      if (time_ns >= measure_ns) {
        phase = MEASURING;
        measure_ns = time_ns;
        relay_cpu_ns = sum_of(add_cpu_ns);
        own_cpu_ns = read_clock_ns(CLOCK_PROCESS_CPUTIME_ID);
        printf("{\"measuring_ns\":%lu}\n", measure_ns);
        fflush(stdout);
      }
    } else if (phase == MEASURING) {
      if (next_ns > end_ns) next_ns = end_ns;
      if (time_ns >= end_ns) {
        phase = DRAINING;
        relay_cpu_ns = sum_of(add_cpu_ns) - relay_cpu_ns;
        own_cpu_ns = read_clock_ns(CLOCK_PROCESS_CPUTIME_ID) - own_cpu_ns;
        window_ns = time_ns - measure_ns;
        window_end_ns = quiet_since_ns = time_ns;
        for (uint32_t i = 0; i < options.links * SIDES && options.mode == FLOOD; i++) ends[i].owed = 0;
      }
    } else if (phase == DRAINING) {
      next_ns = time_ns + SECOND_NS / 100;
      if (result.received != seen) seen = result.received, quiet_since_ns = time_ns;
      if (result.received >= result.sent || time_ns - quiet_since_ns > 2ull * SECOND_NS) phase = DONE;
      if (time_ns - window_end_ns > 20ull * SECOND_NS) phase = DONE;
    }
    if (phase != DONE) wait_for_events(next_ns);
  }
  print_result((double)window_ns / SECOND_NS, relay_cpu_ns, own_cpu_ns);
}

int main(int argc, char **argv) {
  parse_options(argc, argv);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  prctl(PR_SET_TIMERSLACK, 1UL);  // The default slack of 50 us would make every paced frame late.
  if (options.cpu >= 0) {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(options.cpu, &cpus);
    if (sched_setaffinity(0, sizeof cpus, &cpus) < 0) die("sched_setaffinity");
  }
  fill_pattern();
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) die("epoll_create1");
  watch(STDIN_FILENO, EPOLL_CTL_ADD, EPOLLIN, NULL);
  listen_all();
  run();
}
