"""Runs pip, with the Arrow Binary's static Python, for one that loads shared libraries.

Arguments: the C libraries whose wheels are taken ("musl" or "musl,glibc"; none), with "tools" where this is the Python that
loads shared libraries; and then pip's own.

A static Python has no loader, by which pip would know its C library. $ARROW_SOURCE_LIMIT is the number of files in C and
C++ that are still compiled where there is a wheel, too.
"""

import os
import sys

from pip._internal.build_env import BuildEnvironment
from pip._internal.cli.main import main
from pip._internal.exceptions import InstallationError
from pip._internal.models.format_control import FormatControl
from pip._internal.operations import prepare
from pip._vendor.packaging import _manylinux, _musllinux, tags

libraries, *arguments = sys.argv[1:]
if "musl" in libraries:
    _musllinux._get_musl_version = lambda _: _musllinux._MuslVersion(1, 2)
if "glibc" in libraries:
    _manylinux._get_glibc_version = lambda: (2, 99)
    _manylinux._have_compatible_abi = lambda *_: True
    # A wheel for glibc is taken only where there is none for musl.
    platforms = tags._linux_platforms
    tags._linux_platforms = lambda *given: sorted(platforms(*given), key=lambda tag: not tag.startswith("musl"))
if "tools" in libraries:
    # What is to be linked is built of its sources; what only helps to build may be a wheel.
    install = BuildEnvironment._install_requirements

    def install_tools(runnable, finder, *given, **named):
        control, finder.format_control = finder.format_control, FormatControl(set(), set())
        try:
            install(runnable, finder, *given, **named)
        finally:
            finder.format_control = control

    BuildEnvironment._install_requirements = staticmethod(install_tools)
if limit := int(os.environ.pop("ARROW_SOURCE_LIMIT", "0")):
    unpack = prepare.unpack_url

    def unpack_checked(link, location, *given, **named):
        file = unpack(link, location, *given, **named)
        # What was compiled before is a wheel, from pip's cache.
        if not link.is_wheel:
            sources = sum(name.endswith((".c", ".cc", ".cpp", ".cxx")) for *_, names in os.walk(location) for name in names)
            if sources > limit:
                raise InstallationError(f"arrow: {link.filename.rsplit('-', 1)[0]} has {sources} files in C and C++")
        return file

    prepare.unpack_url = unpack_checked
sys.exit(main(arguments))
