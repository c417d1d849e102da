"""A worker that does its job three times, a tenth of a second apart, and ends."""

import time

import schedule

done = []


@schedule.repeat(schedule.every(0.1).seconds)
def job():
    done.append(time.monotonic())
    print("job", len(done), flush=True)
    return schedule.CancelJob if len(done) == 3 else None


while schedule.jobs:
    schedule.run_pending()
    time.sleep(0.01)
assert done == sorted(done) and done[-1] - done[0] >= 0.2
