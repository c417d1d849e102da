"""Compiles an application's own code, and prints what is wrong with it as JSON for mkarrowimg.

Arguments: the folder with the code, its place in the guest, and the files that the arrow starts.

What a program can import, or is started with, must compile. Other files are templates, or code for another Python.
"""

import errno
import json
import os
import py_compile
import re
import sys
import tokenize

from failures import shown

# Where mkarrowimg works.
LEFT_OUT = ".work"


def main(folder, guest, *started):
    # Byte code goes beside the sources here.
    sys.pycache_prefix = None
    mistakes = []
    for path in sources(folder):
        name = os.path.relpath(path, folder)
        try:
            # Each import compares the source with the hash in the byte code, because an arrow's files may be edited
            # where they lie: outdated byte code is then passed over. No date plays a part.
            py_compile.compile(
                path, dfile=f"{guest}/{name}", doraise=True,
                invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)
        except OSError as error:
            # The byte code has a longer name than the source. Python does without.
            if error.errno != errno.ENAMETOOLONG:
                raise
        except py_compile.PyCompileError as error:
            message, line, column = mistake(path, error.exc_value)
            mistakes.append({
                "path": shown(name), "message": message, "line": line,
                "column": column, "isMet": name in started or can_be_imported(name)})
    print(json.dumps(mistakes))


def sources(folder):
    """The Python files, in an order of their own: byte code depends on what was compiled before it."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if place != folder or name != LEFT_OUT)
        paths = [os.path.join(place, name) for name in sorted(names) if name.endswith(".py")]
        yield from (path for path in paths if os.path.isfile(path))


def can_be_imported(name):
    return all(part.isidentifier() for part in name.removesuffix(".py").split("/"))


def mistake(path, error):
    """What is wrong, and its line and column, in characters from 1."""
    with open(path, "rb") as file:
        source = file.read()
    message = getattr(error, "msg", None) or str(error)
    if isinstance(error, SyntaxError) and error.lineno:
        return message, error.lineno, max(error.offset or 1, 1)
    # Python gives no place for what is wrong with the text as a whole.
    if (offset := source.find(b"\0")) < 0:
        offset = wrong_encoding(path, source)
    before = source[:offset].decode("utf-8", "replace").split("\n")
    return message, len(before), len(before[-1]) + 1


def wrong_encoding(path, source):
    """Where the first byte is that can't be read, or else the name of the encoding."""
    try:
        with open(path, "rb") as file:
            source.decode(tokenize.detect_encoding(file.readline)[0])
    except UnicodeDecodeError as error:
        return error.start
    except (SyntaxError, LookupError):
        pass
    declared = re.match(rb"(?:[^\n]*\n)?[^\n]*?coding[=:][ \t]*([-\w.]+)", source)
    return declared.start(1) if declared else 0
