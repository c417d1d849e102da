"""Where requirements may stand that only other tools read."""

import configparser
import glob
import os
import re

from documents import load, read

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
    for path in sorted(glob.glob(os.path.join(glob.escape(application), "pylock*.toml"))):
        # For its mistakes: it is the one of these that is a standard.
        load(path)
        if (name := os.path.basename(path)) not in FILES:
            found.append((name, FILES["pylock.toml"]))
    found += [(name, hint(name)) for name in requirement_files(application)
              if os.path.join(application, name) not in files_read]
    found += tables(document)
    if "install_requires" in setup_cfg(application):
        found.append(("setup.cfg", 'a pyproject.toml builds it: [build-system] requires = ["setuptools"], '
                                   'build-backend = "setuptools.build_meta"'))
    found += [(name, f"mkarrowimg add PIECES {name} adds the script alone") for name in scripts(application)]
    return found


def requirement_files(application):
    """Files that are called as requirements files are: requirements-dev.txt, requirements/base.txt, requirements.in."""
    for name in sorted(os.listdir(application)):
        path = os.path.join(application, name)
        if name == "requirements" and os.path.isdir(path):
            yield from (f"{name}/{inner}" for inner in sorted(os.listdir(path)) if inner.endswith((".txt", ".in")))
        elif name != "requirements.txt" and os.path.isfile(path) and re.fullmatch(
                r"(.+[-_.])?requirements([-_.].+)?\.(txt|in|pip)|requires\.txt", name):
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
    if "hatch" in tool and any("dependencies" in str(list(env)) for env in
                               document.table("tool", "hatch", "envs").values() if isinstance(env, dict)):
        groups("tool.hatch.envs", "tool", "hatch", "envs")
    for name in ("uv", "rye"):
        if document.table("tool", name).get("dev-dependencies"):
            found.append((f"[tool.{name}] dev-dependencies", GROUP))
    changing = [key for key in document.table("tool", "uv") if key in (
        "resolution", "prerelease", "exclude-newer", "no-binary", "no-binary-package", "no-build", "no-build-package",
        "environments", "required-environments", "pip")]
    if changing:
        found.append((f"[tool.uv] {', '.join(changing)}", "say it in requirements.txt"))
    return found


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
        with open(path, encoding="utf-8", errors="replace") as file:
            block = METADATA.search(file.read())
        if block and re.search(r"(?m)^# *dependencies *= *\[\s*(#\s*)?[^\]\s]", block["content"]):
            yield os.path.basename(path)


def place_of(name, application, document):
    """Where it stands."""
    if name.startswith("["):
        return document.place(table=name[1:].partition("]")[0])
    return os.path.join(application, name)
