"""What requirements.txt requires, as pip's own parser reads it.

pip gets it in other files, because it works elsewhere and on copies. Paths are therefore made absolute. A folder with a
project is listed apart, because building it where it lies would leave files behind.
"""

import os
import re
import shlex
from urllib.parse import unquote, urlsplit

from failures import fail
from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.requirements import InvalidRequirement, Requirement


class Required:
    """What is listed: lines for pip, and folders to be built."""

    def __init__(self):
        self.lines, self.constraints, self.options = [], [], []
        # Folder: the extras asked for.
        self.projects = {}
        # Folders that are constraints, and where they stand.
        self.constrained = []
        # The files that were read. Address: who asks there.
        self.files, self.users = set(), {}
        self.has_hashes = False
        # What the lock file depends on. Nothing here depends on where the application lies.
        self.inputs = []

    def declared(self):
        """All of it under the names that mkarrowimg knows."""
        for path, shown, place in self.constrained:
            if path not in self.projects:
                fail(f"{shown} is a folder, which can't be a constraint alone", place,
                     "name it in requirements.txt: the package is then taken from there")
        projects = [{"path": path, "extras": sorted(extras)} for path, extras in self.projects.items()]
        return {"lines": self.lines, "constraints": self.constraints, "options": self.options, "projects": projects,
                "users": self.users, "hasHashes": self.has_hashes}

    def read_file(self, path):
        """Reads a requirements.txt and the files that it names."""
        # Imported here because it is slow, and many applications have no such file.
        from requirement_files import RequirementFiles

        self.folder = os.path.dirname(path)
        files = RequirementFiles()
        for line in files.lines(path):
            if line.requirement is None:
                self.read_options(line)
            else:
                self.read_line(line, files.raw, files.place(line))
        self.files |= {os.path.abspath(file) for file in files.documents}

    def read_line(self, line, raw, place):
        """Reads what pip's parser has made of one line, which was `raw` before."""
        hashes = sorted(f"--hash={name}:{digest}" for name, digests in (line.opts.hashes or {}).items()
                        for digest in digests)
        if getattr(line.opts, "global_options", None):
            fail("--global-option is not read", place, "--config-settings reaches a build system")
        settings = [f'--config-settings="{key}={value}"' for key, value in (line.opts.config_settings or {}).items()]
        self.add(line.requirement, place, [*hashes, *settings], is_constraint=line.constraint)
        self.has_hashes |= bool(hashes)
        self.keep_user(raw, line.requirement)

    def add(self, requirement, place, options=(), is_constraint=False, folder=None):
        """Adds a requirement; a path is one from the folder."""
        hashes = [option for option in options if option.startswith("--hash=")]
        # Who asks for a package does not change it: tokens come and go.
        listed = " ".join(["-c" if is_constraint else "-r", requirement, *hashes])
        self.inputs.append(re.sub(r"://[^/@\s]+@", "://", listed))
        text = self.located(requirement, place, folder or self.folder, is_constraint)
        if text is not None:
            (self.constraints if is_constraint else self.lines).append(" ".join([text, *options]))

    def keep_user(self, raw, requirement):
        """Keeps `${TOKEN}` of an address, which pip leaves out where it says what it has found."""
        user = re.search(r"://([^/@\s]+)@", raw)
        address = re.search(r"(?:[a-z]+\+)?([a-z]+://)[^/@\s]+@(\S+)", requirement)
        if user and address and user[1] != "git":
            path = address[2].partition("#")[0]
            if "+" in address[0].partition(":")[0]:
                path = path.rsplit("@", 1)[0]
            self.users[address[1] + path] = user[1]

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
            self.option(word, *([words.pop(0)] if words and not words[0].startswith("--") else []))

    def option(self, name, *value):
        """Adds an option for pip, which splits the line as a shell does."""
        self.options.append(shlex.join([name, *value]))

    def located(self, requirement, place, folder, is_constraint):
        """The requirement in a form that pip can read in any folder; None for a folder, which becomes a project."""
        text, _, marker = requirement.partition("; " if "://" in requirement else ";")
        text, marker = text.strip(), f" ; {marker.strip()}" if marker.strip() else ""
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
            self.check(text + marker, place)
            return text + marker
        return self.add_path(path, name, place, folder, marker, is_constraint, shown=url)

    def add_path(self, path, name, place, folder, marker="", is_constraint=False, shown=None):
        """Adds a project, of which nothing is left to say, or returns a line for an archive."""
        path = os.path.normpath(os.path.join(folder, path))
        if os.path.isdir(path):
            if is_constraint:
                self.constrained.append((path, shown or path, place))
            elif not marker or Marker(marker.strip("; ")).evaluate():
                self.add_project(path, name, place)
            return None
        if not os.path.isfile(path):
            fail(f"there is no {shown or path}", place)
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
        try:
            Requirement(text)
        except InvalidRequirement as error:
            fail(f"{text!r} is not a requirement: {str(error).splitlines()[0]}", place)


def files_of_build(project):
    """The files that a project's metadata may be made from."""
    names = sorted(os.listdir(project))
    return [os.path.join(project, name) for name in names
            if name in ("pyproject.toml", "setup.py", "setup.cfg")
            or re.fullmatch(r"requirements.*\.(txt|in)", name) and os.path.isfile(os.path.join(project, name))]
