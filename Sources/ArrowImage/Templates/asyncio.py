import asyncio
import signal

PERIOD = 1.0


async def work(number):
    """One piece of work: put yours here."""
    await asyncio.sleep(0)
    print("worked", number, flush=True)


async def main():
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    number = 0
    while not stop.is_set():
        number += 1
        await work(number)
        try:
            await asyncio.wait_for(stop.wait(), PERIOD)
        except TimeoutError:
            pass
    print("stopped after", number, flush=True)


asyncio.run(main())
