"""How a program tells mkarrowimg what is wrong with the user's files."""

import json
import sys


def fail(message, place=None, hint=None):
    """Prints {"error": ...} and ends with the exit code 1. The place is a path, or PATH:LINE:COLUMN."""
    print(json.dumps({"error": {"message": message, "place": place, "hint": hint}}))
    sys.exit(1)
