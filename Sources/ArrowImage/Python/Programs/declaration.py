"""Reads what an application declares about itself, and prints it as JSON for mkarrowimg.

Arguments: the application (a folder or a script), whether it has a spec ("spec" or "none"), and the Pythons it may
run on, of which the newest that suits is chosen.

A folder may have a requirements.txt, a pyproject.toml, both or none; a script may have inline metadata (PEP 723).
What is wrong with them is printed as {"error": ...}, with the exit code 1.
"""

import hashlib
import json
import os
import re

import unread
import user_environment
from documents import Document, is_there, load, parse, read
from failures import fail, shown
from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
from pip._vendor.packaging.specifiers import InvalidSpecifier, SpecifierSet
from pip._vendor.packaging.utils import canonicalize_name
from pip._vendor.packaging.version import Version
from requirements import Required, files_of_build
from tools import Tools


def inline_metadata(path):
    """The script's `# /// script` block, as PEP 723 defines it."""
    text = read(path)
    blocks = list(unread.METADATA.finditer(text))
    if len(blocks) > 1:
        fail("two blocks of script metadata", f"{path}:{text[: blocks[1].start()].count(chr(10)) + 1}:1")
    if not blocks:
        return Document(path, text)
    content = "".join(
        line[2:] if line.startswith("# ") else line[1:] for line in blocks[0]["content"].splitlines(keepends=True))
    first = text[: blocks[0].start("content")].count("\n") + 1
    return Document(path, text, parse(content, path, first, indent=2))


def checked_requirements(document, values, table=""):
    """Returns the requirements; fails for what is no list of requirements."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        fail("dependencies must be a list of strings", document.place("dependencies", table=table))
    for value in values:
        try:
            Requirement(value)
        except InvalidRequirement as error:
            fail(f"{value!r} is not a requirement: {str(error).splitlines()[0]}",
                 document.place_of_text(value, "dependencies", "requires", table=table))
    return values


def read_project(folder):
    """The pyproject.toml of a folder that is built: with its own mistakes, before a build system meets them."""
    path = os.path.join(folder, "pyproject.toml")
    if not os.path.isfile(path):
        return Document(path, ""), []
    document = load(path)
    requires = document.table("project").get("dependencies", [])
    checked_requirements(document, requires, "project")
    checked_requirements(document, document.table("build-system").get("requires", []), "build-system")
    for values in document.table("project", "optional-dependencies").values():
        checked_requirements(document, values, "project.optional-dependencies")
    for value in requires:
        # hatch and pdm make it an address of this machine, which can't be locked.
        if "{root" in value or "${PROJECT_ROOT}" in value:
            fail(f"{value!r} is a folder's address on this machine, which can't be locked",
                 document.place_of_text(value, "dependencies", table="project"),
                 "write only its name here, and the folder into requirements.txt: ./libs/NAME")
    return document, requires


def choose_python(wanted, document, versions):
    """Returns the newest version that `requires-python` allows."""
    try:
        specifiers = SpecifierSet(wanted)
    except InvalidSpecifier:
        fail(f"requires-python {wanted!r} is not a version specifier", document.place("requires-python"),
             "as in \">=3.11\"")
    suitable = [version for version in versions if specifiers.contains(version, prereleases=True)]
    if not suitable:
        have = " and ".join(versions)
        fail(f"it needs Python {wanted}, and this is {have}", document.place("requires-python"),
             "mkarrowimg binary add adds another Python")
    return max(suitable, key=Version)


def main(*arguments):
    try:
        declare(*arguments)
    except OSError as error:
        fail(f"cannot read it: {error.strerror}", error.filename)


def declare(application, has_spec, *versions):
    # This process starts no other but the user's keyring. What Python makes of its variables is done already.
    user = user_environment.take()
    os.environ.clear()
    os.environ.update(user)
    is_script = not os.path.isdir(application)
    declared = {"isBuilt": False, "scripts": {}, "settings": {}, "notes": []}
    required = Required()
    if is_script:
        document = inline_metadata(application)
        requires = document.values
        declared["name"] = os.path.splitext(os.path.basename(application))[0]
        look_beside(application, document, declared)
    else:
        document, requires = read_folder(application, declared, required)
    listed = requires.get("dependencies", [])
    tools, folder = Tools(required), os.path.dirname(application) if is_script else application
    if not declared["isBuilt"]:
        for value in checked_requirements(document, listed, "" if is_script else "project"):
            place = document.place_of_text(value, "dependencies")
            required.add(value.replace("{root:uri}", f"file://{folder}").replace("${PROJECT_ROOT}", folder), place,
                         folder=folder)
        tools.read(document, folder, listed, is_built=False)
    read_projects(required, tools)
    inputs = required.inputs + tools.inputs()
    for project in required.projects:
        inputs += [read(file) for file in sorted(files_of_build(project))]
    declared |= required.declared()
    wanted = document.string("requires-python", table="" if is_script else "project")
    version = choose_python(wanted, document, versions)
    short = ".".join(version.split(".")[:2])
    digest = hashlib.sha256("\0".join([short, *inputs]).encode()).hexdigest()
    declared |= {"python": version, "fingerprint": digest[:16], "hasDependencies": bool(inputs)}
    if inputs:
        # Imported here because it is slow, and many applications require nothing.
        import pip_settings

        declared["settings"], note = pip_settings.read()
        declared["notes"] += [note] if note else []
        if tools.only or tools.first:
            declared["settings"]["ARROW_INDEXES"] = json.dumps({"only": tools.only, "first": tools.first})
    if has_spec != "spec":
        declared["spec"] = spec(application, is_script, declared, document, short)
    print(json.dumps(declared))


def read_folder(application, declared, required):
    """What a folder says in requirements.txt and pyproject.toml; returns the latter, and its [project]."""
    path = os.path.join(application, "pyproject.toml")
    document = load(path) if is_there(path) else Document(path, "")
    requires = document.table("project")
    declared["name"] = document.string("name", table="project")
    declared["version"] = document.string("version", "0", table="project")
    has_setup = is_there(os.path.join(application, "setup.py"))
    declared["isBuilt"] = "build-system" in document.values or has_setup
    # In Poetry's files this means that the application is not built.
    if document.table("tool", "poetry").get("package-mode") is False:
        declared["isBuilt"] = False
    declared["scripts"] = document.table("project", "scripts")
    if has_list := is_there(listed := os.path.join(application, "requirements.txt")):
        required.read_file(listed)
    declared["isBuilt"] |= application in required.projects
    if not declared["isBuilt"]:
        check_scripts(document, declared["scripts"])
    if declared["isBuilt"]:
        required.projects.setdefault(application, set())
    elif "dependencies" in requires.get("dynamic", []):
        fail("the dependencies are dynamic, and no [build-system] says what makes them",
             document.place("dynamic", table="project"),
             '[build-system] with requires = ["setuptools"] and build-backend = "setuptools.build_meta"')
    look_for_others(application, document, declared, required, has_list)
    return document, requires


def check_scripts(document, scripts):
    """Fails for what can't become a command."""
    for name, value in scripts.items():
        place = document.place(f"\n{name}", f'\n"{name}"', name, table="project.scripts")
        if not re.fullmatch(r"\w[\w.-]*", name):
            fail(f"{name!r} can't be a command's name", place, "letters, digits, - . and _")
        if not isinstance(value, str) or not re.fullmatch(r"\s*[\w.]+\s*:\s*[\w.]+\s*(\[.*\])?\s*", value):
            fail(f"{value!r} is no function", place, f'{name} = "MODULE:FUNCTION"')


def look_for_others(application, document, declared, required, has_list):
    """Requirements that are not read: refused where nothing else says what the application requires, or else told."""
    found = unread.find(application, document, required.files)
    poetry = document.table("tool", "poetry", "dependencies").keys() - {"python"}
    if poetry and not declared["isBuilt"] and "dependencies" not in document.table("project"):
        found.insert(0, ("[tool.poetry.dependencies]", unread.FILES["poetry.lock"]))
    if not found:
        return
    names = [name for name, _ in found]
    are_groups = all(name.startswith(("[", "hatch.toml")) for name in names) and not poetry
    has_project = document.table("project").get("name") and are_groups
    counts = [name for name, counted in [
        ("requirements.txt", has_list),
        ("pyproject.toml", "dependencies" in document.table("project") or has_project
         or declared["isBuilt"] and os.path.isfile(document.path)),
        ("setup.py", os.path.isfile(os.path.join(application, "setup.py")))] if counted]
    if not counts:
        fail("requirements stand here, where only other tools read them",
             unread.place_of(names[0], application, document),
             f"{found[0][1]}. If nothing is required, an empty requirements.txt says so")
    declared["notes"].append(shown(f"not read: {', '.join(names)}; what counts is {' and '.join(counts)}"))


def look_beside(script, document, declared):
    """Files beside a script that may be meant for it, and the one that uv would have in our lock file's place."""
    lock = f"{script}.lock"
    if os.path.isfile(lock) and read(lock).startswith("version = "):
        fail("this is uv's lock file, and mkarrowimg's has the same name", lock, "move it, or add a copy of the script")
    if not document.values:
        names = [name for name in ("requirements.txt", "pyproject.toml", "Pipfile")
                 if os.path.isfile(os.path.join(os.path.dirname(script), name))]
        if names:
            declared["notes"].append(f"not read: {', '.join(names)} beside the script; add the folder if it is meant")


def read_projects(required, tools):
    """Each folder that is built may say where its own requirements come from, which may be a further folder."""
    seen = set()
    while unseen := [folder for folder in required.projects if folder not in seen]:
        for folder in unseen:
            seen.add(folder)
            document, requires = read_project(folder)
            extras = {canonicalize_name(extra) for extra in required.projects[folder]}
            for extra, values in document.table("project", "optional-dependencies").items():
                requires = requires + (values if canonicalize_name(extra) in extras else [])
            tools.read(document, folder, requires, is_built=True, extras=extras)


def spec(application, is_script, declared, document, short):
    """The arrow_spec.json of an application that has none: what [tool.arrow] says, and how it is started."""
    written = {"binary": {"name": "python", "version": "v" + short}} | document.table("tool", "arrow")
    if "process" not in written:
        if is_script:
            written["process"] = {"cmd": "python", "args": ["python", os.path.basename(application)]}
        elif len(declared["scripts"]) == 1:
            written["process"] = {"cmd": next(iter(declared["scripts"]))}
        else:
            fail(f"{application} has no arrow_spec.json, and does not say what to start",
                 hint="write one, as `mkarrowimg new` does, or give pyproject.toml one entry in [project.scripts]")
    try:
        return json.dumps(written, indent=2, allow_nan=False) + "\n"
    except (TypeError, ValueError):
        fail("a value that JSON does not have: a date, inf or nan", document.place(table="tool.arrow"))
