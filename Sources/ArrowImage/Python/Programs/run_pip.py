"""Runs pip with a Python of the pieces.

Arguments: what is taken as if the Python could load it, separated by commas, and then pip's own arguments.

    musl   wheels for musl
    glibc  wheels for glibc, where there is none for musl
    tools  wheels for what only helps to build; the Python is then one that can load them

$ARROW_SOURCE_LIMIT is the largest number of files in C and C++ that is compiled for a package. $ARROW_SOURCES is a file
for the names and versions of which an index has sources.
"""

import os
import shutil
import sys
import tomllib

from pip._internal.build_env import BuildEnvironment
from pip._internal.cli.main import main as pip
from pip._internal.exceptions import InstallationError
from pip._internal.index.package_finder import PackageFinder
from pip._internal.models.format_control import FormatControl
from pip._internal.operations import prepare
from pip._vendor.packaging.requirements import InvalidRequirement, Requirement
from pip._vendor.packaging.utils import canonicalize_name
from wheel_tags import take_glibc, take_musl

# Build tools for which no wheel can be taken, because pip would build them of their own sources first, for minutes; and
# the program that they do with or need themselves. None: nothing helps.
TOOLS = {
    "cmake": None, "ninja": None, "scikit-build": "cmake", "scikit-build-core": "cmake", "meson-python": "ninja",
    "maturin": "cargo", "setuptools-rust": "cargo",
}


def main(taken, *arguments):
    if "musl" in taken:
        take_musl()
    if "glibc" in taken:
        take_glibc()
    if "tools" in taken:
        take_tools()
    look_at_sources(int(os.environ.pop("ARROW_SOURCE_LIMIT", "0")))
    if path := os.environ.pop("ARROW_SOURCES", ""):
        note_sources(path)
    sys.exit(pip(list(arguments)))


def take_tools():
    """Lets build tools be wheels, although the packages that are to be linked are built from their sources."""
    install = BuildEnvironment._install_requirements

    def install_tools(runnable, finder, *given, **named):
        control, finder.format_control = finder.format_control, FormatControl(set(), set())
        try:
            install(runnable, finder, *given, **named)
        finally:
            finder.format_control = control

    BuildEnvironment._install_requirements = staticmethod(install_tools)


def look_at_sources(limit):
    """Fails for a package that can't be built, before anything is: that has more files in C and C++ than the limit (0:
    there is none), or needs a build tool that can't be had."""
    unpack = prepare.unpack_url

    def unpack_checked(link, location, *given, **named):
        file = unpack(link, location, *given, **named)
        # What was compiled before is a wheel, from pip's cache.
        if not link.is_wheel:
            name = link.filename.rsplit("-", 1)[0]
            files = [name for *_, names in os.walk(location) for name in names]
            sources = sum(name.endswith((".c", ".cc", ".cpp", ".cxx")) for name in files)
            if limit and sources > limit:
                raise InstallationError(f"arrow: {name} has {sources} files in C and C++")
            # With a limit there is a wheel as well, and pip is kept from these tools otherwise.
            if not limit and (tool := missing_tool(location)):
                raise InstallationError(f"arrow: {name} is built with {tool}, which is not here for musl")
        return file

    prepare.unpack_url = unpack_checked


def missing_tool(project):
    """The build tool that a project asks for and that can't be had; None where there is none."""
    try:
        with open(os.path.join(project, "pyproject.toml"), "rb") as file:
            required = tomllib.load(file)["build-system"]["requires"]
        names = [canonicalize_name(requirement.name) for requirement in map(Requirement, required)
                 if requirement.marker is None or requirement.marker.evaluate()]
    # What is wrong with the file is pip's to say.
    except (OSError, ValueError, LookupError, TypeError, AttributeError, InvalidRequirement):
        return None
    return next((name for name in names if name in TOOLS and not (TOOLS[name] and shutil.which(TOOLS[name]))), None)


def note_sources(path):
    """Writes down of what there are sources: NAME==VERSION, a line each."""
    find = PackageFinder.find_all_candidates

    def find_and_note(finder, name):
        candidates = find(finder, name)
        with open(path, "a") as file:
            file.writelines(f"{canonicalize_name(name)}=={candidate.version}\n" for candidate in candidates
                            if not candidate.link.is_wheel)
        return candidates

    PackageFinder.find_all_candidates = find_and_note
