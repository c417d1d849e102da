"""Requirements files as pip's own parser reads them, with the place of each line.

Imported late, because pip's parser is slow to import and many applications have no such file.
"""

import os
import re
import sys
from urllib.parse import unquote, urlsplit

import pip_settings
from documents import Document, fail_for_bytes
from failures import fail
from pip._internal.exceptions import PipError
from pip._internal.req.req_file import (
    OptionParsingError, ParsedLine, RequirementsFileParser, get_file_content, get_line_parser, ignore_comments,
    join_lines)
from user_environment import expanded


class RequirementFiles(RequirementsFileParser):
    """The lines of a file and of those that it names."""

    def __init__(self):
        super().__init__(Session(), get_line_parser(None))
        # The files that were read, and the line that is being read, before its variables have their values.
        self.documents = {}
        self.line, self.raw = None, ""

    def lines(self, path):
        """All lines, as pip's ParsedLine."""
        try:
            yield from self.parse(path, False)
        except PipError as error:
            fail(str(error), self.place(self.line))

    def place(self, line, *words):
        """Where the line stands, or one of the words in it."""
        document = self.documents[line.filename]
        first = document.text.splitlines()[line.lineno - 1].strip()
        return document.place(*words, first, line=line.lineno)

    def _parse_file(self, filename, constraint):
        named_by = self.place(self.line) if self.line else filename
        path = unquote(urlsplit(filename).path) if filename.startswith("file:") else filename
        if os.path.exists(path) and not os.path.isfile(path):
            fail(f"cannot read {filename}: it is no file", named_by)
        try:
            _, content = get_file_content(filename, self._session)
        except UnicodeDecodeError as error:
            fail_for_bytes(filename, error)
        except PipError as error:
            system = re.search(r"\[Errno \d+\] (.*?)(?:: '.*')?$", str(error))
            fail(f"cannot read {filename}: {system[1] if system else error}", named_by)
        except Exception as error:  # requests has many
            fail(f"cannot get {filename}: {error}", named_by)
        self.documents[filename] = Document(filename, content)
        for number, raw in ignore_comments(join_lines(enumerate(content.splitlines(), start=1))):
            self.line, self.raw = ParsedLine(filename, number, raw, None, constraint), raw
            try:
                arguments, options = self._line_parser(expanded(raw, lambda word: self.place(self.line, word)))
            except OptionParsingError as error:
                # pip's parser begins what it says with the program's name.
                said = error.msg.strip().splitlines()[-1].removeprefix(f"{os.path.basename(sys.argv[0])}: error: ")
                fail(f"{raw!r}: {said}", self.place(self.line))
            self.line, self.raw = ParsedLine(filename, number, arguments, options, constraint), raw
            yield self.line


class Session:
    """pip's session, for a file that is named by its address. pip's network code is slow to import."""

    def get(self, *arguments, **options):
        from pip._internal.network.session import PipSession

        settings, _ = pip_settings.read()
        session = PipSession(trusted_hosts=settings.get("PIP_TRUSTED_HOST", "").split())
        session.verify = settings.get("PIP_CERT", session.verify)
        session.cert = settings.get("PIP_CLIENT_CERT", session.cert)
        if proxy := settings.get("PIP_PROXY"):
            session.proxies, session.trust_env = {"http": proxy, "https": proxy}, False
        session.auth.prompting = False
        # pip's own, where it is no number. Without one a server that says nothing would hang us.
        timeout = settings.get("PIP_TIMEOUT") or settings.get("PIP_DEFAULT_TIMEOUT") or ""
        session.timeout = int(timeout) if timeout.isdecimal() else 15
        return session.get(*arguments, **options)
