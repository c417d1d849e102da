"""Answers on 127.0.0.1:7000 over TCP and UDP with the client's address, and on port 7001 of all addresses, which is not exported."""

import socket
import threading

datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.bind(("127.0.0.1", 7000))


def answer_datagrams():
    while True:
        data, client = datagrams.recvfrom(65536)
        datagrams.sendto(b"udp %s " % client[0].encode() + data, client)


def answer(server):
    while True:
        connection, client = server.accept()
        with connection:
            connection.sendall(b"tcp %s " % client[0].encode() + connection.recv(4096))


threading.Thread(target=answer_datagrams, daemon=True).start()
threading.Thread(target=answer, args=[socket.create_server(("", 7001))], daemon=True).start()
answer(socket.create_server(("127.0.0.1", 7000)))
