"""What requirements.txt requires, in pip's own reading; the first half of declaration.py.

pip gets it in other files, because it works elsewhere, on copies: paths are absolute there, and a folder with a project is
not built where it lies, for that leaves files behind.
"""

import os
import re
from urllib.parse import unquote, urlsplit

from pip._vendor.packaging.requirements import InvalidRequirement, Requirement


class Required:
    """What is listed: lines for pip, and folders to be built."""

    def __init__(self):
        self.lines, self.constraints, self.options = [], [], []
        # Folder: the extras asked for.
        self.projects = {}
        self.has_hashes = False
        # Of what the lock file is made from, whatever the folder is called.
        self.inputs = []

    def declared(self):
        projects = [{"path": path, "extras": sorted(extras)} for path, extras in self.projects.items()]
        return {"lines": self.lines, "constraints": self.constraints, "options": self.options, "projects": projects,
                "hasHashes": self.has_hashes}

    def read_file(self, path):
        # Only who has such a file waits for this import.
        from pip._internal.exceptions import PipError
        from pip._internal.req.req_file import RequirementsFileParser, get_line_parser

        self.folder = os.path.dirname(path)
        try:
            for line in RequirementsFileParser(Session(), get_line_parser(None)).parse(path, False):
                self.read_line(line)
        except PipError as error:
            said = [part.removeprefix("-c: error: ") for part in str(error).splitlines() if part]
            fail(": ".join(said).replace("[Errno 2] ", ""), path)
        except UnicodeDecodeError as error:
            fail(f"not UTF-8 at byte {error.start}", path)

    def read_line(self, line):
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
        """Lines that say where pip looks, and what it takes."""
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
        # These change what is chosen, so the lock file is of them, too.
        flags = ["no_index", "pre", "prefer_binary", "require_hashes"]
        choices = ["--" + flag.replace("_", "-") for flag in flags if getattr(opts, flag, None)]
        for option, names in [("--no-binary", opts.format_control.no_binary),
                              ("--only-binary", opts.format_control.only_binary)]:
            if names:
                choices += [option, ",".join(sorted(names))]
        self.inputs += choices
        # One option a line is what pip takes without a doubt.
        words += choices
        while words:
            word = words.pop(0)
            self.options.append(f"{word} {words.pop(0)}" if words and not words[0].startswith("--") else word)

    def located(self, line):
        """The line as pip can read it anywhere; None for a folder."""
        text, _, marker = line.requirement.partition("; " if "://" in line.requirement else ";")
        text, marker = text.strip(), f" ; {marker.strip()}" if marker.strip() else ""
        place = f"{line.filename}:{line.lineno}"
        name, url = "", text
        if named := re.fullmatch(r"([A-Za-z0-9._-]+\s*(?:\[[^\]]*\])?)\s*@\s*(\S.*)", text):
            name, url = named.groups()
        if re.match(r"(git|hg|svn|bzr)\+", url):
            # Editable, it would be checked out into the user's folder.
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
        if not any(os.path.isfile(os.path.join(path, file)) for file in ("pyproject.toml", "setup.py")):
            fail(f"{path} is no Python project: it has neither pyproject.toml nor setup.py", place)
        extras = re.search(r"\[(.*)\]", name)
        self.projects.setdefault(path, set()).update(
            extra.strip() for extra in (extras[1].split(",") if extras else []) if extra.strip())

    def check(self, text, place):
        if "://" in text:
            return
        try:
            Requirement(text)
        except InvalidRequirement as error:
            fail(f"{text!r} is not a requirement: {str(error).splitlines()[0]}", place)


class Session:
    """For a file that another names by its address; who names none does not wait for pip's network code."""

    def get(self, *arguments, **options):
        from pip._internal.network.session import PipSession

        return PipSession().get(*arguments, **options)


def files_of_build(project):
    """What a project's metadata may be made from."""
    names = sorted(os.listdir(project))
    return [os.path.join(project, name) for name in names
            if name in ("pyproject.toml", "setup.py", "setup.cfg")
            or re.fullmatch(r"requirements.*\.(txt|in)", name) and os.path.isfile(os.path.join(project, name))]


# What other tools read, and how their users make of it what pip reads.
OTHER_TOOLS = {
    "Pipfile": "pipenv requirements > requirements.txt",
    "poetry.lock": "poetry export -o requirements.txt",
    "requirements.in": "pip-compile requirements.in",
    "requirements": "write a requirements.txt that names the file: -r requirements/production.txt",
    "environment.yml": "list its packages in a requirements.txt",
}


def refuse_other_tools(application, tool):
    """An application whose requirements stand where nobody would read them."""
    names = [name for name in OTHER_TOOLS if os.path.exists(os.path.join(application, name))]
    if "dependencies" in tool.get("poetry", {}):
        names.append("poetry.lock")
    if names:
        fail(f"{application} says what it requires in a file that only other tools read", hint=OTHER_TOOLS[names[0]])
