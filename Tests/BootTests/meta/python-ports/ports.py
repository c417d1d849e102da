"""Answers on port 7000 over TCP and UDP with the client's address, and on port 7001 of all addresses, which is not exported.

The addresses to listen on are the arguments; 127.0.0.1 without any.
"""

import contextlib
import socket
import sys
import threading


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def answer_datagrams(datagrams):
    while True:
        data, client = datagrams.recvfrom(65536)
        datagrams.sendto(b"udp %s " % client[0].encode() + data, client)


def answer(server):
    while True:
        connection, client = server.accept()
        with connection, contextlib.suppress(ConnectionError):
            connection.sendall(b"tcp %s " % client[0].encode() + connection.recv(4096))


def start(target, argument):
    threading.Thread(target=target, args=[argument], daemon=True).start()


addresses = sys.argv[1:] or ["127.0.0.1"]
for address in addresses:
    datagrams = socket.socket(family(address), socket.SOCK_DGRAM)
    if datagrams.family == socket.AF_INET6:
        datagrams.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, True)
    datagrams.bind((address, 7000))
    start(answer_datagrams, datagrams)
start(answer, socket.create_server(("", 7001)))
servers = [socket.create_server((address, 7000), family=family(address)) for address in addresses]
for server in servers[1:]:
    start(answer, server)
answer(servers[0])
