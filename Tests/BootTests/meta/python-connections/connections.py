"""Answers `state` with what connections could leave behind, anything else with itself; keeps half a line as long as it is kept."""

import asyncio
import os
import re


def state():
    memory = dict(re.findall(r"(\w+): +(\d+)", open("/proc/meminfo").read()))
    sockets = re.search(r"TCP: inuse (\d+) orphan (\d+)", open("/proc/net/sockstat").read())
    return f"{len(os.listdir('/proc/self/fd'))} {sockets[1]} {sockets[2]} {memory['SUnreclaim']}\n"


async def serve(reader, writer):
    try:
        line = await reader.readline()
        writer.write(state().encode() if line == b"state\n" else line)
        await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


async def main():
    async with await asyncio.start_server(serve, None, 8080, backlog=1024) as server:
        await server.serve_forever()


asyncio.run(main())
