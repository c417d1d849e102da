"""How a program tells mkarrowimg what is wrong with the user's files."""

import json
import sys


def fail(message, place=None, hint=None):
    """Prints {"error": ...} and ends with the exit code 1. The place is a path, or PATH:LINE:COLUMN."""
    said = {"message": message, "place": place, "hint": hint}
    print(json.dumps({"error": {name: text and shown(text) for name, text in said.items()}}))
    sys.exit(1)


def shown(text):
    """The text for a message: what can't be printed, as bytes that are no UTF-8 in a name, is shown as `\\xff`."""
    return "".join(character if character.isprintable() else
                   f"\\x{ord(character) - 0xDC00:02x}" if "\udc80" <= character <= "\udcff" else
                   character.encode("unicode_escape").decode() for character in text)
