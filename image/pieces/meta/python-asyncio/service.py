"""A line-echo service on asyncio: many clients at once, one thread, and a graceful end.

    $ actrl shoot --wait python-asyncio
    $ echo hello | nc -N localhost 3009
    1: hello
"""

import asyncio
import signal

PORT = 8080
GRACE = 3  # seconds that connected clients get at a stop; less than the spec's stop.timeout


class Service:
    def __init__(self):
        self.lines = 0
        self.clients = set()

    async def serve(self, reader, writer):
        task = asyncio.current_task()
        self.clients.add(task)
        try:
            while line := await reader.readline():
                self.lines += 1
                writer.write(b"%d: %s" % (self.lines, line))
                await writer.drain()
        except (ConnectionError, ValueError) as error:
            print("client dropped:", error, flush=True)
        finally:
            self.clients.discard(task)
            writer.close()

    async def run(self):
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        server = await asyncio.start_server(self.serve, None, PORT)
        print("serving at port", PORT, flush=True)
        await stop.wait()
        server.close()
        if self.clients:
            await asyncio.wait(self.clients, timeout=GRACE)
        print(f"stopped after {self.lines} lines", flush=True)


asyncio.run(Service().run())
