"""The server behind the ports that are measured. It does little work itself, so that the cost of the way shows.

GET / answers at once, GET /bulk streams until the client closes; on each of the ports named on the command line.
"""

import asyncio
import sys

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BULK_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n"
BLOCK = bytes(256 * 1024)


class Server(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.is_bulk = False
        # Whatever could not be sent at once is waited for: resume_writing() is called when it has gone.
        transport.set_write_buffer_limits(high=0)

    def data_received(self, data):
        if data.startswith(b"GET /bulk "):
            self.is_bulk = True
            self.transport.write(BULK_HEAD)
            self.resume_writing()
        else:
            self.transport.write(ANSWER * data.count(b"\r\n\r\n"))

    def resume_writing(self):
        if self.is_bulk and not self.transport.is_closing():
            self.transport.write(BLOCK)
            if self.transport.get_write_buffer_size() == 0:
                asyncio.get_running_loop().call_soon(self.resume_writing)


async def main(ports):
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Server, "0.0.0.0", port) for port in ports]
    for port in ports:
        print("serving at port", port, flush=True)
    await asyncio.gather(*(server.serve_forever() for server in servers))


asyncio.run(main([int(word) for word in sys.argv[1:]]))
