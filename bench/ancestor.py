#!/usr/bin/env python3
"""The ancestor's way of relaying, written anew for comparison in `make bench`.

One select() loop over blocking sockets, reads of 2 KiB passed on as they come, neither TCP_NODELAY nor TCP_QUICKACK.
select() takes descriptors below 1,024 only, so about 500 links are its limit.

    ancestor.py HOST:PORT HOST:PORT [HOST:PORT HOST:PORT ...]
"""

import select
import socket
import sys


def connect(host_port):
    host, port = host_port.rsplit(":", 1)
    return socket.create_connection((host, int(port)))


def main(endpoints):
    peer = {}
    for left_name, right_name in zip(endpoints[::2], endpoints[1::2]):
        left, right = connect(left_name), connect(right_name)
        peer[left], peer[right] = right, left
    watched = list(peer)
    while watched:
        readable, _, _ = select.select(watched, [], [])
        for sock in readable:
            if sock not in peer:
                continue
            try:
                chunk = sock.recv(2048)
                peer[sock].sendall(chunk)
            except OSError:
                chunk = b""
            if not chunk:
                other = peer.pop(sock)
                del peer[other]
                watched = list(peer)
                sock.close()
                other.close()


main(sys.argv[1:])
