"""Which wheels pip takes.

pip asks the loader of the Python it runs under for the C library, and a static Python has no loader.
"""

from pip._vendor.packaging import _manylinux, _musllinux, tags


def take_musl():
    """Takes wheels for musl, whose version is the pieces' own."""
    _musllinux._get_musl_version = lambda _: _musllinux._MuslVersion(1, 2)


def take_glibc():
    """Takes wheels for glibc where there is none for musl."""
    _manylinux._get_glibc_version = lambda: (2, 99)
    _manylinux._have_compatible_abi = lambda *_: True
    platforms = tags._linux_platforms
    tags._linux_platforms = lambda *given: sorted(platforms(*given), key=lambda tag: not tag.startswith("musl"))
