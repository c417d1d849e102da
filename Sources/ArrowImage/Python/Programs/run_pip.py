"""Runs pip with a Python of the pieces.

Arguments: what is taken as if the Python could load it, separated by commas, and then pip's own arguments.

    musl   wheels for musl
    glibc  wheels for glibc, where there is none for musl
    tools  wheels for what only helps to build; the Python is then one that can load them

$ARROW_SOURCE_LIMIT is the largest number of files in C and C++ that is compiled for a package. $ARROW_SOURCES is a file
for the names and versions of which an index has sources. $ARROW_INDEXES says, as JSON, which package comes from which
index (`only`), and which indexes are asked before pip's own (`first`).
"""

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib

import user_environment
from pip._internal import build_env
from pip._internal.build_env import BuildEnvironment
from pip._internal.cli.main import main as pip
from pip._internal.exceptions import InstallationError
from pip._internal.index.collector import CollectedSources, LinkCollector
from pip._internal.index.package_finder import PackageFinder
from pip._internal.models.format_control import FormatControl
from pip._internal.models.search_scope import SearchScope
from pip._internal.network import auth
from pip._internal.operations import prepare
from pip._internal.vcs.git import Git
from pip._internal.vcs.versioncontrol import VersionControl
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
    set_up()
    look_at_sources(int(os.environ.pop("ARROW_SOURCE_LIMIT", "0")))
    if path := os.environ.pop("ARROW_SOURCES", ""):
        note_sources(path)
    sys.exit(pip(list(arguments)))


def set_up():
    """What holds for this pip and for those that it starts itself."""
    user = user_environment.take()
    reach_repositories(user)
    ask_keyring(user)
    hide_distutils_settings()
    if indexes := json.loads(os.environ.get("ARROW_INDEXES", "{}")):
        choose_indexes(indexes.get("only", {}), indexes.get("first", []))


def ask_keyring(user):
    """Gives the user's keyring program the user's environment."""

    class Run:
        PIPE, DEVNULL = subprocess.PIPE, subprocess.DEVNULL

        @staticmethod
        def run(*given, **named):
            return subprocess.run(*given, **{**named, "env": {**user, "PYTHONIOENCODING": "utf-8"}})

    auth.subprocess = Run


def hide_distutils_settings():
    """setuptools reads ~/.pydistutils.cfg, which can make another package of the same sources."""
    home = os.path.expanduser("~")
    if not os.path.exists(os.path.join(home, ".pydistutils.cfg")):
        return
    # What other programs look for there stays where it is.
    for name in ("NETRC", "CARGO_HOME", "RUSTUP_HOME", "PYENV_ROOT"):
        if os.path.exists(path := os.path.join(home, "." + name.lower().partition("_")[0])):
            os.environ.setdefault(name, path)
    os.environ["HOME"] = tempfile.mkdtemp()


def reach_repositories(user):
    """Gives git and its like, and no build, the user's environment."""
    variables, run = user_environment.of_git(user), VersionControl.run_command.__func__

    def run_command(cls, *given, **named):
        named["extra_environ"] = {**(named.get("extra_environ") or {}), **variables}
        return run(cls, *given, **named)

    VersionControl.run_command = classmethod(run_command)
    # Git's own would put another ssh command in the user's place.
    del Git.run_command
    handed_on = {user_environment.PREFIX + name: value for name, value in user.items()}
    build_env.call_subprocess = functools.partial(build_env.call_subprocess, extra_environ=handed_on)
    build_env.get_runnable_pip = lambda: os.path.join(os.path.dirname(__file__), "pip_for_builds.py")


def choose_indexes(only, first):
    """Takes a package from the index that is named for it, or else from the first one that has it."""
    find, collect = SearchScope.get_index_urls_locations, LinkCollector.collect_sources

    def locations(scope, name):
        urls = [only[name]] if (name := canonicalize_name(name)) in only else [*first, *scope.index_urls]
        return find(SearchScope(scope.find_links, [] if scope.no_index else urls, scope.no_index), name)

    def collect_sources(collector, project_name, candidates_from_page):
        sources = collect(collector, project_name, candidates_from_page)
        pages = [source for source in sources.index_urls if source is not None]
        found = next((page for page in pages if list(page.page_candidates())), None)
        # A folder of wheels that is named besides must not bring another package of the name.
        is_only = canonicalize_name(project_name) in only and not collector.search_scope.no_index
        return CollectedSources([] if is_only else sources.find_links, [found] if found else pages)

    SearchScope.get_index_urls_locations, LinkCollector.collect_sources = locations, collect_sources


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
