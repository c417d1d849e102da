"""Where requirements may stand that only other tools read."""

import configparser
import glob
import os
import re

from documents import data_of, load, read

# How their users make of them what pip reads.
FILES = {
    "pylock.toml": "uv export --format requirements-txt > requirements.txt makes one that is read, and so does "
                   "pdm export -o requirements.txt",
    "Pipfile": "pipenv requirements > requirements.txt",
    "Pipfile.lock": "pipenv requirements > requirements.txt",
    "uv.lock": "uv export --format requirements-txt > requirements.txt",
    "poetry.lock": "poetry export -o requirements.txt",
    "pdm.lock": "pdm export -o requirements.txt",
    "pixi.toml": "list its packages in a requirements.txt",
    "pixi.lock": "list its packages in a requirements.txt",
    "conda-lock.yml": "list its packages in a requirements.txt",
    "environment.yml": "list its packages in a requirements.txt",
    "environment.yaml": "list its packages in a requirements.txt",
}
GROUP = "move what the application needs to [project] dependencies"
METADATA = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")


def find(application, document, files_read):
    """All such places, each with what to do about it."""
    found = [(name, hint) for name, hint in FILES.items() if os.path.exists(os.path.join(application, name))]
    found += [(name, FILES["environment.yml"]) for name in sorted(os.listdir(application)) if name not in FILES
              and re.fullmatch(r"(.+[-_.])?(environment|conda)([-_.].+)?\.ya?ml", name)]
    for path in sorted(glob.glob(os.path.join(glob.escape(application), "pylock*.toml"))):
        # For its mistakes: it is the one of these that is a standard.
        load(path)
        if (name := os.path.basename(path)) not in FILES:
            found.append((name, FILES["pylock.toml"]))
    found += [(name, hint(name)) for name in requirement_files(application)
              if os.path.join(application, name) not in files_read]
    found += tables(document)
    own = os.path.join(application, "hatch.toml")
    if os.path.isfile(own) and has_packages(load(own).table("envs")):
        found.append(("hatch.toml", GROUP))
    if "install_requires" in setup_cfg(application):
        found.append(("setup.cfg", 'a pyproject.toml builds it: [build-system] requires = ["setuptools"], '
                                   'build-backend = "setuptools.build_meta"'))
    found += [(name, f"mkarrowimg add PIECES {name} adds the script alone") for name in scripts(application)]
    return found


def requirement_files(application):
    """Files that are called as requirements files are: requirements-dev.txt, requirements/base.txt, requirements.in."""
    for name in sorted(os.listdir(application)):
        path = os.path.join(application, name)
        if name in ("requirements", "reqs") and os.path.isdir(path):
            yield from sorted(os.path.relpath(os.path.join(place, inner), application)
                              for place, _, names in os.walk(path) for inner in names
                              if inner.endswith((".txt", ".in", ".pip", ".lock")))
        elif name != "requirements.txt" and os.path.isfile(path) and re.fullmatch(
                r"(.+[-_.])?(requirements|reqs)([-_.].+)?\.(txt|in|pip|lock)|requires\.txt", name.lower()):
            yield name


def hint(name):
    if name.endswith(".in"):
        return f"pip-compile {name} -o requirements.txt, or a requirements.txt with the line -r {name}"
    return f"write a requirements.txt that names the file: -r {name}"


def tables(document):
    """Tables of pyproject.toml with packages that are not installed."""
    tool, found = document.table("tool"), []

    def groups(title, *names):
        table = document.table(*names)
        if table:
            found.append((f"[{title}] ({', '.join(table)})", GROUP))

    groups("dependency-groups", "dependency-groups")
    groups("project.optional-dependencies", "project", "optional-dependencies")
    if "poetry" in tool:
        groups("tool.poetry.group", "tool", "poetry", "group")
        groups("tool.poetry.dev-dependencies", "tool", "poetry", "dev-dependencies")
    if "pdm" in tool:
        groups("tool.pdm.dev-dependencies", "tool", "pdm", "dev-dependencies")
    if "hatch" in tool and has_packages(document.table("tool", "hatch", "envs")):
        groups("tool.hatch.envs", "tool", "hatch", "envs")
    if "pixi" in tool and has_packages(document.table("tool", "pixi", "feature")):
        groups("tool.pixi.feature", "tool", "pixi", "feature")
    if document.table("tool", "flit", "metadata").get("requires") and "build-system" not in document.values:
        found.append(("[tool.flit.metadata] requires", GROUP))
    for name in ("uv", "rye"):
        if document.table("tool", name).get("dev-dependencies"):
            found.append((f"[tool.{name}] dev-dependencies", GROUP))
    changing = [key for key in document.table("tool", "uv") if key in (
        "resolution", "prerelease", "exclude-newer", "no-binary", "no-binary-package", "no-build", "no-build-package",
        "environments", "required-environments", "pip")]
    if changing:
        found.append((f"[tool.uv] {', '.join(changing)}", "say it in requirements.txt"))
    return found


def has_packages(environments):
    """Whether one of the environments has a key as `dependencies`."""
    return any("dependencies" in str(list(one)) for one in environments.values() if isinstance(one, dict))


def setup_cfg(application):
    """The options of a setup.cfg that nothing else makes a project of."""
    path = os.path.join(application, "setup.cfg")
    parser = configparser.RawConfigParser(strict=False)
    if os.path.isfile(path):
        try:
            parser.read_string(read(path))
        except configparser.Error:
            return {}
    return dict(parser.items("options")) if parser.has_section("options") else {}


def scripts(application):
    """Scripts in the folder that have requirements of their own (PEP 723)."""
    for path in sorted(glob.glob(os.path.join(glob.escape(application), "*.py"))):
        try:
            block = METADATA.search(data_of(path).decode("utf-8", "replace"))
        except OSError:
            # A link may lead nowhere. All else is told where it is copied.
            continue
        if block and re.search(r"(?m)^# *dependencies *= *\[\s*(#\s*)?[^\]\s]", block["content"]):
            yield os.path.basename(path)


def place_of(name, application, document):
    """Where it stands."""
    if name.startswith("["):
        return document.place(table=name[1:].partition("]")[0])
    return os.path.join(application, name)
