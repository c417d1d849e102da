"""What image/python/bench finds, for the rows about Python."""

import json
import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent.parent


def measure(*options):
    command = [TOP / "image" / "python" / "bench", TOP / ".build" / "pieces", *options]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
