"""What other tools than pip are told in pyproject.toml: where packages come from.

uv, poetry, pdm and rye take a package from a folder, a repository or another index. Without that, the public package of
its name would be installed instead. What can't be read is refused with its place.
"""

import glob
import os
import re
from urllib.parse import quote, urlsplit

from documents import load
from failures import fail
from pip._internal.models.index import PyPI
from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.utils import canonicalize_name
from user_environment import expanded

PUBLIC = PyPI.simple_url
NOT_HERE = "take it out, and name the package in requirements.txt as pip knows it: a folder, or NAME @ git+https://..."


class Tools:
    """Reads the tables of the application and of each folder that it names, and adds what they say to `required`."""

    def __init__(self, required):
        self.required = required
        # Package: its index. Indexes that are asked before pip's own.
        self.only, self.first = {}, []

    def read(self, document, folder, dependencies, is_built):
        """Reads a project's tables. `dependencies` are what it requires under [project]."""
        try:
            self.read_tables(document, folder, dependencies, is_built)
        except (AttributeError, KeyError, TypeError) as error:
            fail(f"a table of [tool] is not as its tool has it: {error}", self.document.path)

    def read_tables(self, document, folder, dependencies, is_built):
        wanted = {canonicalize_name(match[0]): value for value in dependencies
                  if (match := re.match(r"[A-Za-z0-9._-]+", value))}
        self.document, self.folder, self.is_built = document, folder, is_built
        self.read_uv(wanted)
        self.read_poetry(wanted)
        for tool in ("pdm", "rye"):
            self.read_equal_sources(tool)
        own = canonicalize_name(document.table("project").get("name", ""))
        for inner in ("pypi-dependencies", "dependencies"):
            for name in self.table("pixi", inner):
                if canonicalize_name(name) not in (own, "python"):
                    self.refuse(f"pixi's requirements are not read: {name}", name, f"tool.pixi.{inner}",
                                "list it in [project] dependencies")

    def table(self, *names):
        return self.document.table("tool", *names)

    def place(self, name, table):
        """Where a key of the table stands."""
        return self.document.place(f"\n{name}", f'\n"{name}"', name, table=table)

    def refuse(self, message, word, table, hint=NOT_HERE):
        fail(message, self.place(word, table), hint)

    def inputs(self):
        """What the lock file depends on."""
        named = [f"index {name} {url}" for name, url in sorted(self.only.items())] + [f"index {u}" for u in self.first]
        return [re.sub(r"://[^/@\s]+@", "://", line) for line in named]

    # uv

    def read_uv(self, wanted):
        sources, settings, table = self.table("uv", "sources"), self.table("uv"), "tool.uv"
        own, document = os.path.join(self.folder, "uv.toml"), self.document
        if os.path.isfile(own):
            # uv then takes no notice of its settings in pyproject.toml.
            document, table = load(own), ""
            settings = document.values
        for key in ("override-dependencies", "exclude-dependencies", "build-constraint-dependencies"):
            if settings.get(key):
                fail(f"pip has nothing like uv's {key}", document.place(key, table=table),
                     "name the versions in [project] dependencies")
        for value in settings.get("constraint-dependencies", []):
            self.required.add(value, document.place_of_text(value, table=table), is_constraint=True, folder=self.folder)
        indexes = {}
        for index in settings.get("index", []):
            index["url"] = with_password(index["url"], "UV_INDEX", index.get("name", ""))
            indexes[index.get("name")] = index
            if index.get("format") == "flat":
                self.required.options.append(f"--find-links {self.address(index['url'])}")
            elif index.get("default"):
                self.required.options.append(f"--index-url {index['url']}")
            elif not index.get("explicit"):
                self.first.append(index["url"])
        if "index-url" in settings:
            self.required.options.append(f"--index-url {settings['index-url']}")
        self.first += settings.get("extra-index-url", [])
        self.required.options += [f"--find-links {self.address(link)}" for link in settings.get("find-links", [])]
        if sources and "dependencies" in self.document.table("project").get("dynamic", []):
            self.refuse("uv's sources are for dependencies that are not listed here", "sources", "tool.uv")
        for name, entries in sources.items():
            if canonicalize_name(name) in wanted:
                for entry in entries if isinstance(entries, list) else [entries]:
                    self.read_uv_source(name, wanted[canonicalize_name(name)], entry, indexes)

    def read_uv_source(self, name, requirement, entry, indexes):
        place = self.place(name, "tool.uv.sources")
        if "extra" in entry or "group" in entry or not self.holds(entry.get("marker", ""), place):
            return
        if entry.get("package") is False:
            fail(f"{name} is no package (package = false), and what it requires is not read", place,
                 "list its requirements in [project] dependencies")
        if entry.get("workspace"):
            entry = {"path": self.workspace_member(name, place)}
        if "index" in entry:
            if entry["index"] not in indexes:
                fail(f"there is no index {entry['index']}", place, "[[tool.uv.index]] with its name and url")
            self.only[canonicalize_name(name)] = indexes[entry["index"]]["url"]
        else:
            self.add(name, requirement, entry, place)

    def workspace_member(self, name, place):
        """The folder of a package in uv's workspace, which this folder or one above it is the root of."""
        root = self.folder
        while not os.path.isfile(file := os.path.join(root, "pyproject.toml")) or not (
                workspace := load(file).table("tool", "uv", "workspace")):
            if os.path.dirname(root) == root:
                fail("there is no [tool.uv.workspace] in this folder or above it", place)
            root = os.path.dirname(root)
        for pattern in [".", *workspace.get("members", [])]:
            for folder in sorted(glob.glob(os.path.join(root, pattern))):
                file = os.path.join(folder, "pyproject.toml")
                if os.path.isfile(file) and canonicalize_name(
                        load(file).table("project").get("name", "")) == canonicalize_name(name):
                    return folder
        fail(f"the workspace {root} has no member {name}", place)

    # poetry

    def read_poetry(self, wanted):
        sources = {source.get("name", "").lower(): with_password(
            source.get("url") or PUBLIC, "POETRY_HTTP_BASIC", source.get("name", ""))
                   for source in self.table("poetry").get("source", [])}
        sources.setdefault("pypi", PUBLIC)
        for name, entries in self.table("poetry", "dependencies").items():
            for entry in entries if isinstance(entries, list) else [entries]:
                if isinstance(entry, dict):
                    self.read_poetry_dependency(name, wanted, entry, sources)
        ranked = {"primary": [], "supplemental": []}
        for source in self.table("poetry").get("source", []):
            priority = source.get("priority", "primary")
            if priority == "default":
                priority = "primary"
            if priority == "secondary":
                priority = "supplemental"
            ranked.setdefault(priority, []).append(sources[source.get("name", "").lower()])
        # A primary source stands in PyPI's place.
        if ranked["primary"]:
            self.required.options.append(f"--index-url {ranked['primary'][-1]}")
        self.first += ranked["primary"][:-1] + ranked["supplemental"]

    def read_poetry_dependency(self, name, wanted, entry, sources):
        place = self.place(name, "tool.poetry.dependencies")
        if "source" in entry:
            if entry["source"].lower() not in sources:
                fail(f"there is no source {entry['source']}", place, "[[tool.poetry.source]] with its name and url")
            self.only[canonicalize_name(name)] = sources[entry["source"].lower()]
        elif self.is_built:
            if "path" in entry:
                fail(f"poetry makes the folder {entry['path']} an address of this machine, which can't be locked",
                     place, f"write {name} = \"*\", and ./{entry['path'].removeprefix('./')} into requirements.txt")
        elif {"path", "file", "git", "url"} & entry.keys() and canonicalize_name(name) in wanted and self.holds(
                entry.get("markers", ""), place):
            self.add(name, wanted[canonicalize_name(name)], entry, place)

    # pdm and rye: each source is as good as any other

    def read_equal_sources(self, tool):
        key = "source" if tool == "pdm" else "sources"
        table = f"tool.{tool}.{key}"
        for source in self.table(tool).get(key, []):
            url = expanded(source.get("url", ""), lambda word: self.document.place(word, table=table))
            for key in ("exclude_packages", "type"):
                if source.get(key, "index") != "index":
                    self.refuse(f"this source of {tool} can't be said to pip", key, table)
            if source.get("include_packages"):
                for name in source["include_packages"]:
                    if not re.fullmatch(r"[A-Za-z0-9._-]+", name):
                        self.refuse(f"{name}: only whole names of packages are read here", name, table)
                    self.only[canonicalize_name(name)] = url
            elif source.get("name") in ("pypi", "default"):
                self.required.options.append(f"--index-url {url}")
            else:
                self.first.append(url)
        if overrides := self.table("pdm", "resolution", "overrides"):
            self.refuse("pip has nothing like pdm's overrides", next(iter(overrides)), "tool.pdm.resolution.overrides",
                        "name the versions in [project] dependencies")

    # all of them

    def holds(self, marker, place):
        try:
            return not marker or Marker(marker).evaluate()
        except Exception as error:
            fail(f"{marker!r} is no marker: {str(error).splitlines()[0]}", place)

    def address(self, link):
        """A find-links of the project, which may be a path from its folder."""
        path = os.path.join(self.folder, link)
        return path if "://" not in link and os.path.exists(path) else link

    def add(self, name, requirement, entry, place):
        """Adds a package from a folder, a file, a repository or an address, with the extras that are asked for."""
        extras = re.match(r"[A-Za-z0-9._-]+\s*(\[[^\]]*\])?", requirement)[1] or ""
        part = f"#subdirectory={entry['subdirectory']}" if entry.get("subdirectory") else ""
        if path := entry.get("path") or entry.get("file"):
            self.required.inputs.append(f"-r {name}{extras} @ {path} {entry.get('subdirectory', '')}")
            path = os.path.join(self.folder, path, entry.get("subdirectory", ""))
            line = self.required.add_path(path, name + extras, place, self.folder)
            if line is not None:
                self.required.lines.append(line)
            return
        if git := entry.get("git"):
            revision = entry.get("rev") or entry.get("tag") or entry.get("branch")
            if scp := re.fullmatch(r"([^/@:]+@[^/:]+):(.+)", git):
                git = f"ssh://{scp[1]}/{scp[2]}"
            url = f"git+{git.removeprefix('git+')}{'@' + revision if revision else ''}{part}"
        elif url := entry.get("url"):
            url += part
        else:
            fail(f"where {name} comes from is not understood", place, NOT_HERE)
        self.required.add(f"{name}{extras} @ {url}", place, folder=self.folder)
        self.required.keep_user(url, url)


def with_password(url, prefix, name):
    """The address of an index with the name and the password that its tool takes from variables."""
    name = re.sub(r"[^A-Z0-9]", "_", name.upper())
    user, password = (os.environ.get(f"{prefix}_{name}_{part}", "") for part in ("USERNAME", "PASSWORD"))
    if not (user or password) or "@" in urlsplit(url).netloc:
        return url
    return url.replace("://", f"://{quote(user, safe='')}:{quote(password, safe='')}@", 1)
