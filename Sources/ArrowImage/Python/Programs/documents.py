"""Files of the user's, and where in them something stands."""

import errno
import os
import re
import stat
import tomllib

from failures import fail


class Document:
    """A file's text, and for a TOML file its values."""

    def __init__(self, path, text, values=None):
        self.path, self.text, self.values = path, text, values or {}

    def place(self, *words, table="", line=1):
        """FILE:LINE:COLUMN of the first of the words that is there, looked for from the table's header or a line on.
        Where none is, the place where the search began."""
        start = sum(map(len, self.text.splitlines(keepends=True)[: line - 1]))
        header = re.search(rf"(?m)^[# ]*\[+ *{re.escape(table)} *\]", self.text) if table else None
        if header:
            start = header.start()
        # A word may begin with the end of the line before it.
        found = [at + word.startswith("\n") for word in words if (at := self.text.find(word, start)) >= 0]
        if not found and not header and start == 0:
            return self.path
        at = found[0] if found else start
        return f"{self.path}:{self.text.count(chr(10), 0, at) + 1}:{at - self.text.rfind(chr(10), 0, at)}"

    def place_of_text(self, value, *words, table=""):
        """The place of a text in quotes, or else of one of the words."""
        return self.place(f'"{value}"', f"'{value}'", *words, table=table)

    def string(self, key, otherwise="", table=""):
        """A string of the table."""
        value = self.table(*filter(None, [table])).get(key, otherwise)
        if not isinstance(value, str):
            fail(f"{key} must be a string", self.place(f"\n{key}", key, table=table))
        return value

    def table(self, *names):
        """The table of these names, each in the one before; empty where there is none."""
        values = self.values
        for name in names:
            values = values.get(name, {})
            if not isinstance(values, dict):
                fail(f"{name} must be a table", self.place(name))
        return values


def read(path):
    """The text of a file."""
    try:
        return data_of(path).decode("utf-8-sig")
    except OSError as error:
        fail(f"cannot read it: {error.strerror}", path)
    except UnicodeDecodeError as error:
        fail_for_bytes(path, error)


def data_of(path):
    """The bytes of a file. What stands in its place is an error: a FIFO would hang us, a device may never end."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise OSError(errno.EINVAL, "it is no file", path)
    with open(path, "rb") as file:
        return file.read()


def is_there(path):
    """Whether there is such a file. Something else of that name is an error, as it would be passed over in silence."""
    if os.path.lexists(path) and not os.path.isfile(path):
        fail("it is no file" if os.path.exists(path) else "it is a link that leads nowhere", path)
    return os.path.exists(path)


def fail_for_bytes(path, error):
    """Fails for a file that is not UTF-8."""
    before = error.object[: error.start]
    line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
    fail(f"not UTF-8 at byte {error.start}", f"{path}:{line}:{column}")


def load(path):
    """The TOML file, with its text."""
    text = read(path)
    return Document(path, text, parse(text, path))


def parse(text, path, first_line=1, indent=0):
    """Parses a TOML text that begins on the given line of the file, each line moved in by so many characters."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        fail("lists or tables that are nested too deeply", path)
    except tomllib.TOMLDecodeError as error:
        # "Invalid value (at line 3, column 5)"; without numbers for an unexpected end.
        message, line, column = re.fullmatch(r"(.*?)(?: \(at line (\d+), column (\d+)\))?(?: \(at end of document\))?",
                                             str(error)).groups()
        if not line:
            lines = text.rstrip("\n").split("\n")
            line, column = len(lines), len(lines[-1]) + 1
        fail(message[0].lower() + message[1:], f"{path}:{int(line) + first_line - 1}:{int(column) + indent}")
