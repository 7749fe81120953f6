// The network interface of a machine that is a network namespace: a TAP device in the namespace on one side, and on the other
// a listening TCP port that behaves as QEMU's `-netdev socket,listen=` does (net/socket.c): 4-byte big-endian length and frame,
// one send a frame, Nagle's algorithm left on, one peer at a time, listening again when it leaves. Frames that nobody is
// attached for are lost, as with an unplugged cable.
//
//   tap-port NAMESPACE-FILE TAP-NAME
//
// Prints the port (on 127.0.0.1 of the namespace that it was started in) and ends when its standard input does.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

// NET_BUFSIZE of QEMU's include/net/net.h.
enum { LENGTH_BYTES = 4, MAX_FRAME_BYTES = 4096 + 65536 };
enum { STDIN, TAP, LISTENER, PEER, FDS };

static struct pollfd fds[FDS];
static uint8_t outgoing[LENGTH_BYTES + MAX_FRAME_BYTES];
static uint8_t incoming[2 * (LENGTH_BYTES + MAX_FRAME_BYTES)];
static size_t kept;

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int listen_on_loopback(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t address_bytes = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 0) < 0) die("listen");
  getsockname(fd, (struct sockaddr *)&address, &address_bytes);
  printf("%d\n", ntohs(address.sin_port));
  return fd;
}

// A socket stays in the namespace in which it was made, a TAP device comes to be in that of the moment.
static int open_tap(const char *namespace_file, const char *name) {
  int namespace_fd = open(namespace_file, O_RDONLY | O_CLOEXEC);
  if (namespace_fd < 0 || setns(namespace_fd, CLONE_NEWNET) < 0) die(namespace_file);
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) die("/dev/net/tun");
  return fd;
}

static void detach(void) {
  close(fds[PEER].fd);
  fds[PEER].fd = -1;
  fds[LISTENER].events = POLLIN;
  kept = 0;
}

static void attach(void) {
  fds[PEER].fd = accept4(fds[LISTENER].fd, NULL, NULL, SOCK_CLOEXEC);
  if (fds[PEER].fd >= 0) fds[LISTENER].events = 0;
}

static void from_tap(void) {
  ssize_t count = read(fds[TAP].fd, outgoing + LENGTH_BYTES, MAX_FRAME_BYTES);
  if (count <= 0 || fds[PEER].fd < 0) return;
  uint32_t length = htonl((uint32_t)count);
  memcpy(outgoing, &length, LENGTH_BYTES);
  if (send(fds[PEER].fd, outgoing, LENGTH_BYTES + (size_t)count, MSG_NOSIGNAL) < 0) detach();
}

static void from_peer(void) {
  ssize_t count = recv(fds[PEER].fd, incoming + kept, LENGTH_BYTES + MAX_FRAME_BYTES, 0);
  if (count <= 0) {
    detach();
    return;
  }
  size_t offset = 0, filled = kept + (size_t)count;
  while (filled - offset >= LENGTH_BYTES) {
    uint32_t length;
    memcpy(&length, incoming + offset, LENGTH_BYTES);
    length = ntohl(length);
    if (length > MAX_FRAME_BYTES) {
      detach();
      return;
    }
    if (filled - offset < LENGTH_BYTES + length) break;
    // An interface that is down takes no frames, and they are lost.
    if (write(fds[TAP].fd, incoming + offset + LENGTH_BYTES, length) < 0) {}
    offset += LENGTH_BYTES + length;
  }
  kept = filled - offset;
  memmove(incoming, incoming + offset, kept);
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "Usage: tap-port NAMESPACE-FILE TAP-NAME\n");
    return 2;
  }
  fds[STDIN] = (struct pollfd){STDIN_FILENO, POLLIN, 0};
  fds[LISTENER] = (struct pollfd){listen_on_loopback(), POLLIN, 0};
  fds[TAP] = (struct pollfd){open_tap(argv[1], argv[2]), POLLIN, 0};
  fds[PEER] = (struct pollfd){-1, POLLIN, 0};
  // Whoever reads the port finds the device.
  fflush(stdout);
  while (poll(fds, FDS, -1) > 0) {
    if (fds[STDIN].revents != 0) return 0;
    if (fds[TAP].revents != 0) from_tap();
    if (fds[PEER].fd >= 0 && fds[PEER].revents != 0) from_peer();
    if (fds[PEER].fd < 0 && (fds[LISTENER].revents & POLLIN) != 0) attach();
  }
  die("poll");
}
