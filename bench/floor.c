// The floor: what any userspace relay of TCP streams costs on this machine. It is the yardstick of `make bench`.
//
// One thread, one level-triggered epoll set, reads of 256 KiB, TCP_NODELAY on its sockets, and TCP_QUICKACK re-armed
// after every read: the peers leave Nagle's algorithm on, so each of their small frames waits for our acknowledgement
// (tcp(7): TCP_QUICKACK is not permanent). It does not look at frames. What a socket does not take is kept for that
// direction, and its source is not read until it has gone out.
//
//   floor HOST:PORT HOST:PORT [HOST:PORT HOST:PORT ...]     or the same pairs on standard input, one pair a line
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_BYTES = 256 * 1024, EVENTS_PER_WAIT = 256 };

struct end {
  int fd;
  uint32_t interest;     // what epoll watches now
  struct end *peer;      // where this end's bytes go
  uint8_t *pending;      // bytes from the peer that this end's socket has not taken yet
  size_t pending_bytes;
  size_t pending_offset;
};

static int epoll_fd;
static uint8_t read_buffer[READ_BYTES];

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int connect_to(const char *host_port) {
  char host[256];
  const char *colon = strrchr(host_port, ':');
  if (colon == NULL || (size_t)(colon - host_port) >= sizeof host) {
    fprintf(stderr, "Expected HOST:PORT, got \"%s\"\n", host_port);
    exit(2);
  }
  memcpy(host, host_port, (size_t)(colon - host_port));
  host[colon - host_port] = '\0';
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
  if (getaddrinfo(host, colon + 1, &hints, &found) != 0) die(host_port);
  int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || connect(fd, found->ai_addr, found->ai_addrlen) < 0) die(host_port);
  freeaddrinfo(found);
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  return fd;
}

// Watches an end for input unless its peer is behind, and for room unless there is nothing to write.
static void update_interest(struct end *end) {
  uint32_t wanted = (end->peer->pending_bytes == 0 ? EPOLLIN : 0) | (end->pending_bytes > 0 ? EPOLLOUT : 0);
  if (wanted == end->interest) return;
  struct epoll_event event = {.events = wanted, .data.ptr = end};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_MOD, end->fd, &event) < 0) die("epoll_ctl");
  end->interest = wanted;
}

static void close_link(struct end *end) {
  close(end->fd);
  close(end->peer->fd);
  end->fd = end->peer->fd = -1;
}

// Returns how many bytes the socket took, 0 when it is full, -1 when it is gone.
static ssize_t send_some(struct end *to, const uint8_t *bytes, size_t count) {
  ssize_t sent = send(to->fd, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent >= 0 ? sent : errno == EAGAIN ? 0 : -1;
}

static void on_readable(struct end *from) {
  struct end *to = from->peer;
  ssize_t count = recv(from->fd, read_buffer, READ_BYTES, MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) return close_link(from);
  int on = 1;
  setsockopt(from->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  ssize_t sent = send_some(to, read_buffer, (size_t)count);
  if (sent < 0) return close_link(from);
  if (sent == count) return;
  if (to->pending == NULL && (to->pending = malloc(READ_BYTES)) == NULL) die("malloc");
  to->pending_bytes = (size_t)(count - sent);
  to->pending_offset = 0;
  memcpy(to->pending, read_buffer + sent, to->pending_bytes);
  update_interest(from);
  update_interest(to);
}

static void on_writable(struct end *to) {
  ssize_t sent = send_some(to, to->pending + to->pending_offset, to->pending_bytes);
  if (sent < 0) return close_link(to);
  to->pending_offset += (size_t)sent;
  to->pending_bytes -= (size_t)sent;
  if (to->pending_bytes > 0) return;
  update_interest(to);
  update_interest(to->peer);
}

static void add_link(const char *a, const char *b) {
  struct end *ends = calloc(2, sizeof *ends);
  if (ends == NULL) die("calloc");
  ends[0].fd = connect_to(a);
  ends[1].fd = connect_to(b);
  for (int side = 0; side < 2; side++) {
    ends[side].peer = &ends[1 - side];
    ends[side].interest = EPOLLIN;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &ends[side]};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, ends[side].fd, &event) < 0) die("epoll_ctl");
  }
}

int main(int argc, char **argv) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) die("epoll_create1");
  for (int i = 1; i + 1 < argc; i += 2) add_link(argv[i], argv[i + 1]);
  char a[256], b[256];
  while (argc == 1 && scanf("%255s %255s", a, b) == 2) add_link(a, b);

  struct epoll_event events[EVENTS_PER_WAIT];
  for (;;) {
    int count = epoll_wait(epoll_fd, events, EVENTS_PER_WAIT, -1);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < count; i++) {
      struct end *end = events[i].data.ptr;
      // EPOLLHUP and EPOLLERR come unasked, to an end that is not being read too (epoll_ctl(2)).
      if (end->fd >= 0 && (events[i].events & EPOLLOUT) && end->pending_bytes > 0) on_writable(end);
      if (end->fd >= 0 && (events[i].events & ~EPOLLOUT)) {
        if (end->interest & EPOLLIN) on_readable(end);
        else if (events[i].events & (EPOLLHUP | EPOLLERR)) close_link(end);
      }
    }
  }
}
