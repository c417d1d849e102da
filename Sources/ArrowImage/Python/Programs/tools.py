"""What other tools than pip are told in pyproject.toml: where packages come from.

uv, poetry, pdm and rye take a package from a folder, a repository or another index. Without that, the public package of
its name would be installed instead. What can't be read is refused with its place.
"""

import glob
import os
import re
from urllib.parse import quote, urlsplit

from documents import load, read
from failures import fail
from pip._internal.models.index import PyPI
from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.utils import canonicalize_name
from user_environment import expanded

PUBLIC = PyPI.simple_url
SOURCES_OF_PIXI = {"index-url", "extra-index-urls", "find-links", "dependency-overrides"}
NOT_HERE = "take it out, and name the package in requirements.txt as pip knows it: a folder, or NAME @ git+https://..."


class Tools:
    """Reads the tables of the application and of each folder that it names, and adds what they say to `required`."""

    def __init__(self, required):
        self.required = required
        # Package: its index. Indexes that are asked before pip's own.
        self.only, self.first = {}, []

    def read(self, document, folder, dependencies, is_built, extras=()):
        """Reads a project's tables. `dependencies` are what it requires under [project], also by its `extras`."""
        self.extras = set(map(canonicalize_name, extras))
        try:
            self.read_tables(document, folder, dependencies, is_built)
        except (AttributeError, KeyError, TypeError) as error:
            fail(f"a table of [tool] is not as its tool has it: {error}", self.document.path)

    def read_tables(self, document, folder, dependencies, is_built):
        wanted = {canonicalize_name(required.name): value for value in dependencies
                  if not (required := Requirement(value)).marker or required.marker.evaluate()}
        self.document, self.folder, self.is_built = document, folder, is_built
        self.read_uv(wanted)
        self.read_poetry(wanted)
        for tool in ("pdm", "rye"):
            self.read_equal_sources(tool)
        own = canonicalize_name(document.string("name", table="project"))
        for names in [(), *(("target", system) for system in self.table("pixi", "target"))]:
            for inner in ("pypi-dependencies", "dependencies"):
                for name in self.table("pixi", *names, inner):
                    if canonicalize_name(name) not in (own, "python"):
                        self.refuse(f"pixi's requirements are not read: {name}", name,
                                    ".".join(["tool.pixi", *names, inner]), "list it in [project] dependencies")
        for key in self.table("pixi", "pypi-options").keys() & SOURCES_OF_PIXI:
            self.refuse(f"pixi's {key} is not read", key, "tool.pixi.pypi-options", "write it into requirements.txt")
        own = os.path.join(self.folder, "pdm.toml")
        if os.path.isfile(own) and (settings := load(own)).table("pypi").get("url"):
            fail("pdm's index is not read here", settings.place("url", table="pypi"),
                 '[[tool.pdm.source]] with name = "pypi" and this url in pyproject.toml')

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
        """What the folder says, and then the root of its workspace, which holds for its members."""
        member = self.folder, self.document
        places, indexes, named = [member, *self.workspace_above()], {}, set()
        for self.folder, self.document in places:
            indexes = self.read_uv_settings() | indexes
        for self.folder, self.document in places:
            sources = {canonicalize_name(name): (name, values) for name, values in self.table("uv", "sources").items()}
            if sources and "dependencies" in member[1].table("project").get("dynamic", []):
                self.refuse("uv's sources are for dependencies that are not listed here", "sources", "tool.uv")
            for key in sources.keys() & wanted.keys() - named:
                name, entries = sources[key]
                for entry in entries if isinstance(entries, list) else [entries]:
                    self.read_uv_source(name, wanted[key], entry, indexes)
            named |= sources.keys()
        self.folder, self.document = member

    def read_uv_settings(self):
        """Where uv looks for packages; returns the indexes by their names."""
        settings, table = self.table("uv"), "tool.uv"
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
                self.required.option("--find-links", self.address(index['url']))
            elif index.get("default"):
                self.required.option("--index-url", index['url'])
            elif not index.get("explicit"):
                self.first.append(index["url"])
        if "index-url" in settings:
            self.required.option("--index-url", settings['index-url'])
        self.first += settings.get("extra-index-url", [])
        for link in settings.get("find-links", []):
            self.required.option("--find-links", self.address(link))
        if settings.get("no-index"):
            self.required.option("--no-index")
        return indexes

    def read_uv_source(self, name, requirement, entry, indexes):
        place = self.place(name, "tool.uv.sources")
        if "group" in entry or "extra" in entry and canonicalize_name(entry["extra"]) not in self.extras:
            return
        if not self.holds(entry.get("marker", ""), place):
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

    def workspace(self):
        """The folder and the pyproject.toml of the root of uv's workspace, this folder or one above it."""
        root = self.folder
        while True:
            file = os.path.join(root, "pyproject.toml")
            # One that has nothing to do with uv may be as it likes.
            if os.path.isfile(file) and "workspace" in read(file) and "workspace" in (
                    document := load(file)).table("tool", "uv"):
                return root, document
            if os.path.dirname(root) == root:
                return None
            root = os.path.dirname(root)

    def workspace_above(self):
        """The root of the workspace that the folder is a member of, in a list; none where it is the root itself."""
        is_project = self.document.path == os.path.join(self.folder, "pyproject.toml") and self.document.values
        if is_project and (found := self.workspace()) and found[0] != self.folder and self.folder in members(*found):
            return [found]
        return []

    def workspace_member(self, name, place):
        """The folder of a package in uv's workspace."""
        if not (found := self.workspace()):
            fail("there is no [tool.uv.workspace] in this folder or above it", place)
        for folder in members(*found):
            file = os.path.join(folder, "pyproject.toml")
            if os.path.isfile(file) and canonicalize_name(load(file).string("name", table="project")) == (
                    canonicalize_name(name)):
                return folder
        fail(f"the workspace {found[0]} has no member {name}", place)

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
            self.required.option("--index-url", ranked['primary'][-1])
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
                self.required.option("--index-url", url)
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


def members(root, document):
    """The folders of a workspace of uv's."""
    def named(key):
        patterns = document.table("tool", "uv", "workspace").get(key, [])
        return [os.path.normpath(folder) for pattern in patterns
                for folder in sorted(glob.glob(os.path.join(root, pattern), recursive=True))]

    return [root, *(folder for folder in named("members") if folder not in named("exclude"))]


def with_password(url, prefix, name):
    """The address of an index with the name and the password that its tool takes from variables."""
    name = re.sub(r"[^A-Z0-9]", "_", name.upper())
    user, password = (os.environ.get(f"{prefix}_{name}_{part}", "") for part in ("USERNAME", "PASSWORD"))
    if not (user or password) or "@" in urlsplit(url).netloc:
        return url
    return url.replace("://", f"://{quote(user, safe='')}:{quote(password, safe='')}@", 1)
