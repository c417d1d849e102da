"""Runs pip with a Python of the pieces.

Arguments: what is taken as if the Python could load it, separated by commas, and then pip's own arguments.

    musl   wheels for musl
    glibc  wheels for glibc, where there is none for musl
    tools  wheels for what only helps to build; the Python is then one that can load them

$ARROW_SOURCE_LIMIT is the largest number of files in C and C++ that is compiled for a package.
"""

import os
import sys

from pip._internal.build_env import BuildEnvironment
from pip._internal.cli.main import main as pip
from pip._internal.exceptions import InstallationError
from pip._internal.models.format_control import FormatControl
from pip._internal.operations import prepare
from wheel_tags import take_glibc, take_musl


def main(taken, *arguments):
    if "musl" in taken:
        take_musl()
    if "glibc" in taken:
        take_glibc()
    if "tools" in taken:
        take_tools()
    if limit := int(os.environ.pop("ARROW_SOURCE_LIMIT", "0")):
        limit_sources(limit)
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


def limit_sources(limit):
    """Fails for a package with more files in C and C++."""
    unpack = prepare.unpack_url

    def unpack_checked(link, location, *given, **named):
        file = unpack(link, location, *given, **named)
        # What was compiled before is a wheel, from pip's cache.
        if not link.is_wheel:
            files = [name for *_, names in os.walk(location) for name in names]
            sources = sum(name.endswith((".c", ".cc", ".cpp", ".cxx")) for name in files)
            if sources > limit:
                raise InstallationError(f"arrow: {link.filename.rsplit('-', 1)[0]} has {sources} files in C and C++")
        return file

    prepare.unpack_url = unpack_checked
