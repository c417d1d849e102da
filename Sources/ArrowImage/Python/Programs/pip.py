"""Runs pip, with the Arrow Binary's static Python, for one that loads shared libraries.

Arguments: the C libraries whose wheels are taken ("musl" or "musl,glibc"), and then pip's own.

A static Python has no loader, by which pip would know its C library.
"""

import sys

from pip._internal.cli.main import main
from pip._vendor.packaging import _manylinux, _musllinux, tags

libraries, *arguments = sys.argv[1:]
_musllinux._get_musl_version = lambda _: _musllinux._MuslVersion(1, 2)
if "glibc" in libraries:
    _manylinux._get_glibc_version = lambda: (2, 99)
    _manylinux._have_compatible_abi = lambda *_: True
    # A wheel for glibc is taken only where there is none for musl.
    platforms = tags._linux_platforms
    tags._linux_platforms = lambda *given: sorted(platforms(*given), key=lambda tag: not tag.startswith("musl"))
sys.exit(main(arguments))
