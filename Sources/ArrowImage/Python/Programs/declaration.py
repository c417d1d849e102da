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
import tomllib

from failures import fail
from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
from pip._vendor.packaging.specifiers import InvalidSpecifier, SpecifierSet
from pip._vendor.packaging.version import Version
from requirements import Required, files_of_build, refuse_other_tools


def load(text, path, first_line=1):
    """Parses a TOML text that begins on the given line of the file."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # "Invalid value (at line 3, column 5)"; without a place for an unexpected end.
        message, line, column = re.fullmatch(r"(.*?)(?: \(at line (\d+), column (\d+)\))?(?: \(at end of document\))?",
                                             str(error)).groups()
        place = f"{path}:{int(line) + first_line - 1}:{column}" if line else path
        fail(message[0].lower() + message[1:], place)


def inline_metadata(path):
    """The script's `# /// script` block, as PEP 723 defines it."""
    text = read(path)
    pattern = r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$"
    blocks = list(re.finditer(pattern, text))
    if len(blocks) > 1:
        fail("two blocks of script metadata", f"{path}:{text[: blocks[1].start()].count(chr(10)) + 1}:1")
    if not blocks:
        return {}
    content = "".join(
        line[2:] if line.startswith("# ") else line[1:] for line in blocks[0]["content"].splitlines(keepends=True))
    return load(content, path, text[: blocks[0].start("content")].count("\n") + 1)


def read(path):
    """The text of a file."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read()
    except UnicodeDecodeError as error:
        fail(f"not UTF-8 at byte {error.start}", path)


def checked_requirements(values, path):
    """Returns the requirements; fails for what is no list of requirements."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        fail("dependencies must be a list of strings", path)
    for value in values:
        try:
            Requirement(value)
        except InvalidRequirement as error:
            fail(f"{value!r} is not a requirement: {str(error).splitlines()[0]}", path)
    return values


def table(values, name, path):
    """Returns the table `name` in another table; empty where there is none."""
    value = values.get(name, {})
    if not isinstance(value, dict):
        fail(f"{name} must be a table", path)
    return value


def choose_python(wanted, path, versions):
    """Returns the newest version that `requires-python` allows."""
    try:
        specifiers = SpecifierSet(wanted)
    except InvalidSpecifier:
        fail(f"requires-python {wanted!r} is not a version specifier", path, "as in \">=3.11\"")
    suitable = [version for version in versions if specifiers.contains(version, prereleases=True)]
    if not suitable:
        have = " and ".join(versions)
        fail(f"it needs Python {wanted}, and this is {have}", path, "mkarrowimg binary add adds another Python")
    return max(suitable, key=Version)


def main(application, has_spec, *versions):
    is_script = not os.path.isdir(application)
    declared = {"isBuilt": False, "scripts": {}}
    required = Required()
    inputs = []
    if is_script:
        path = application
        metadata = inline_metadata(path)
        requires, tool = metadata, table(metadata, "tool", path)
        declared["name"] = os.path.splitext(os.path.basename(path))[0]
    else:
        path = os.path.join(application, "pyproject.toml")
        metadata = load(read(path), path) if os.path.isfile(path) else {}
        requires, tool = table(metadata, "project", path), table(metadata, "tool", path)
        declared["name"] = requires.get("name", "")
        declared["version"] = requires.get("version", "0")
        declared["isBuilt"] = "build-system" in metadata or os.path.isfile(os.path.join(application, "setup.py"))
        # In Poetry's files this means that the application is not built.
        if table(tool, "poetry", path).get("package-mode") is False:
            declared["isBuilt"] = False
        declared["scripts"] = table(requires, "scripts", path)
        if os.path.isfile(listed := os.path.join(application, "requirements.txt")):
            required.read_file(listed)
        declared["isBuilt"] |= application in required.projects
        if declared["isBuilt"]:
            required.projects.setdefault(application, set())
        elif not required.lines and not requires.get("dependencies"):
            refuse_other_tools(application, tool)
    if not declared["isBuilt"]:
        required.lines += checked_requirements(requires.get("dependencies", []), path)
        inputs += requires.get("dependencies", [])
    inputs += required.inputs
    for project in required.projects:
        inputs += [read(file) for file in sorted(files_of_build(project))]
    declared |= required.declared()
    version = choose_python(requires.get("requires-python", ""), path, versions)
    short = ".".join(version.split(".")[:2])
    digest = hashlib.sha256("\0".join([short, *inputs]).encode()).hexdigest()
    declared |= {"python": version, "fingerprint": digest[:16], "hasDependencies": bool(inputs)}
    if has_spec != "spec":
        declared["spec"] = spec(application, is_script, declared, table(tool, "arrow", path), short)
    print(json.dumps(declared))


def spec(application, is_script, declared, tool, short):
    """The arrow_spec.json of an application that has none: what [tool.arrow] says, and how it is started."""
    written = {"binary": {"name": "python", "version": "v" + short}} | tool
    if "process" not in written:
        if is_script:
            written["process"] = {"cmd": "python", "args": ["python", os.path.basename(application)]}
        elif len(declared["scripts"]) == 1:
            written["process"] = {"cmd": next(iter(declared["scripts"]))}
        else:
            fail(f"{application} has no arrow_spec.json, and does not say what to start",
                 hint="write one, as `mkarrowimg new` does, or give pyproject.toml one entry in [project.scripts]")
    return json.dumps(written, indent=2) + "\n"
