"""What requirements.txt requires, as pip's own parser reads it.

pip gets it in other files, because it works elsewhere and on copies. Paths are therefore made absolute. A folder with a
project is listed apart, because building it where it lies would leave files behind.
"""

import os
import re
import sys
from urllib.parse import unquote, urlsplit

from failures import fail
from pip._vendor.packaging.requirements import InvalidRequirement, Requirement


class Required:
    """What is listed: lines for pip, and folders to be built."""

    def __init__(self):
        self.lines, self.constraints, self.options = [], [], []
        # Folder: the extras asked for.
        self.projects = {}
        self.has_hashes = False
        # What the lock file depends on. Nothing here depends on where the application lies.
        self.inputs = []

    def declared(self):
        """All of it under the names that mkarrowimg knows."""
        projects = [{"path": path, "extras": sorted(extras)} for path, extras in self.projects.items()]
        return {"lines": self.lines, "constraints": self.constraints, "options": self.options, "projects": projects,
                "hasHashes": self.has_hashes}

    def read_file(self, path):
        """Reads a requirements.txt and the files that it names."""
        # Imported here because it is slow, and many applications have no such file.
        from pip._internal.exceptions import PipError
        from pip._internal.req.req_file import RequirementsFileParser, get_line_parser

        self.folder = os.path.dirname(path)
        try:
            for line in RequirementsFileParser(Session(), get_line_parser(None)).parse(path, False):
                self.read_line(line)
        except PipError as error:
            # pip's parser begins what it says with the program's name.
            prefix = f"{os.path.basename(sys.argv[0])}: error: "
            said = [part.removeprefix(prefix) for part in str(error).splitlines() if part]
            fail(": ".join(said).replace("[Errno 2] ", ""), path)
        except UnicodeDecodeError as error:
            fail(f"not UTF-8 at byte {error.start}", path)

    def read_line(self, line):
        """Reads what pip's parser has made of one line."""
        if line.requirement is None:
            self.read_options(line)
            return
        hashes = sorted(f"--hash={name}:{digest}" for name, digests in (line.opts.hashes or {}).items()
                        for digest in digests)
        self.has_hashes |= bool(hashes)
        self.inputs.append(" ".join(["-c" if line.constraint else "-r", line.requirement, *hashes]))
        text = self.located(line)
        if text is None:
            return
        settings = [f'--config-settings="{key}={value}"' for key, value in (line.opts.config_settings or {}).items()]
        (self.constraints if line.constraint else self.lines).append(" ".join([text, *hashes, *settings]))

    def read_options(self, line):
        """Reads a line that says where pip looks, and what it takes."""
        opts, words = line.opts, []
        if opts.index_url:
            words += ["--index-url", opts.index_url]
        for url in opts.extra_index_urls or []:
            words += ["--extra-index-url", url]
        for place in opts.find_links or []:
            beside = os.path.join(os.path.dirname(line.filename), place)
            words += ["--find-links", beside if os.path.exists(beside) else place]
        for host in opts.trusted_hosts or []:
            words += ["--trusted-host", host]
        # These change what is chosen, so the lock file depends on them.
        flags = ["no_index", "pre", "prefer_binary", "require_hashes"]
        choices = ["--" + flag.replace("_", "-") for flag in flags if getattr(opts, flag, None)]
        for option, names in [("--no-binary", opts.format_control.no_binary),
                              ("--only-binary", opts.format_control.only_binary)]:
            if names:
                choices += [option, ",".join(sorted(names))]
        self.inputs += choices
        # pip reads one option a line under all circumstances.
        words += choices
        while words:
            word = words.pop(0)
            self.options.append(f"{word} {words.pop(0)}" if words and not words[0].startswith("--") else word)

    def located(self, line):
        """The line in a form that pip can read in any folder; None for a folder, which becomes a project."""
        text, _, marker = line.requirement.partition("; " if "://" in line.requirement else ";")
        text, marker = text.strip(), f" ; {marker.strip()}" if marker.strip() else ""
        place = f"{line.filename}:{line.lineno}"
        name, url = "", text
        if named := re.fullmatch(r"([A-Za-z0-9._-]+\s*(?:\[[^\]]*\])?)\s*@\s*(\S.*)", text):
            name, url = named.groups()
        if re.match(r"(git|hg|svn|bzr)\+", url):
            # An editable one would be checked out into the user's folder.
            egg = re.search(r"#(?:.*&)?egg=([^&]+)", url)
            if egg and not name:
                name, url = egg[1], re.sub(r"egg=[^&]+&?", "", url).rstrip("#&")
            return f"{name} @ {url}{marker}" if name else url + marker
        if not name and (extra := re.fullmatch(r"(.+?)(\[[^\]]*\])", url)):
            url, name = extra.groups()
        path = unquote(urlsplit(url).path) if url.startswith("file:") else url
        is_path = not named and "://" not in url and (
            os.sep in path or path.startswith(".") or path.endswith((".whl", ".tar.gz", ".zip")))
        if not is_path and not url.startswith("file:"):
            self.check(text, place)
            return text + marker
        path = os.path.normpath(os.path.join(self.folder, path))
        if os.path.isdir(path):
            if not line.constraint:
                self.add_project(path, name, place)
            return None
        if not os.path.isfile(path):
            fail(f"there is no {url}", place)
        extras = name[name.find("["):] if "[" in name else ""
        return path + extras + marker

    def add_project(self, path, name, place):
        """Adds a folder; the name ends with the extras, if there are any."""
        if not any(os.path.isfile(os.path.join(path, file)) for file in ("pyproject.toml", "setup.py")):
            fail(f"{path} is no Python project: it has neither pyproject.toml nor setup.py", place)
        extras = re.search(r"\[(.*)\]", name)
        self.projects.setdefault(path, set()).update(
            extra.strip() for extra in (extras[1].split(",") if extras else []) if extra.strip())

    def check(self, text, place):
        """Fails for what is no requirement."""
        if "://" in text:
            return
        try:
            Requirement(text)
        except InvalidRequirement as error:
            fail(f"{text!r} is not a requirement: {str(error).splitlines()[0]}", place)


class Session:
    """pip's session, for a file that is named by its address. pip's network code is slow to import."""

    def get(self, *arguments, **options):
        from pip._internal.network.session import PipSession

        return PipSession().get(*arguments, **options)


def files_of_build(project):
    """The files that a project's metadata may be made from."""
    names = sorted(os.listdir(project))
    return [os.path.join(project, name) for name in names
            if name in ("pyproject.toml", "setup.py", "setup.cfg")
            or re.fullmatch(r"requirements.*\.(txt|in)", name) and os.path.isfile(os.path.join(project, name))]


# Files that only other tools read, and how their users make of them what pip reads.
OTHER_TOOLS = {
    "Pipfile": "pipenv requirements > requirements.txt",
    "poetry.lock": "poetry export -o requirements.txt",
    "requirements.in": "pip-compile requirements.in",
    "requirements": "write a requirements.txt that names the file: -r requirements/production.txt",
    "environment.yml": "list its packages in a requirements.txt",
}


def refuse_other_tools(application, tool):
    """Fails for an application whose requirements stand in a file that pip does not read."""
    names = [name for name in OTHER_TOOLS if os.path.exists(os.path.join(application, name))]
    if "dependencies" in tool.get("poetry", {}):
        names.append("poetry.lock")
    if names:
        fail(f"{application} says what it requires in a file that only other tools read", hint=OTHER_TOOLS[names[0]])
