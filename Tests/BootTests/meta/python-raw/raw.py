"""Sends datagrams by raw sockets, whose headers say what the sender likes."""

import errno
import socket
import struct
import time

HOST, RESOLVER = "10.0.2.2", "10.0.2.3"


def packet(destination, port, text):
    data = struct.pack("!HHHH", 40000, port, 8 + len(text), 0) + text.encode()
    addresses = socket.inet_aton("10.0.2.15") + socket.inet_aton(destination)
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), 1, 0, 64, socket.IPPROTO_UDP, 0) + addresses
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF
    return header[:10] + struct.pack("!H", checksum) + header[12:] + data


def send(kind, action):
    try:
        print(kind, action() > 0, flush=True)
    except OSError as error:
        print(kind, errno.errorcode[error.errno], flush=True)


raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
# That one is allowed: what is sent this way does arrive.
send("resolver", lambda: raw.sendto(packet(RESOLVER, 53, "raw resolver"), (RESOLVER, 0)))
send("host", lambda: raw.sendto(packet(HOST, 5432, "raw host"), (HOST, 0)))
# The kernel finds the way by one address, and the packet has another.
send("loopback", lambda: raw.sendto(packet("127.0.0.1", 5432, "raw loopback"), ("192.0.2.1", 0)))
# The kernel has none: they would go past the programs.
send("packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).fileno())
time.sleep(1)
