"""Installs wheels into a virtual environment that will lie elsewhere: at TARGET in the guest.

Arguments: the environment's folder on the host, TARGET, the C library of the wheels ("musl", or none), and then pip's
arguments.

pip writes the path of the Python it runs under into the commands it makes; that is TARGET's, not the host's.
"""

import sys

from pip._internal.cli.main import main
from pip._vendor.packaging import _musllinux

folder, target, library, *arguments = sys.argv[1:]
if library == "musl":
    _musllinux._get_musl_version = lambda _: _musllinux._MuslVersion(1, 2)
sys.executable = f"{target}/bin/python"
sys.exit(main([
    "install", "--isolated", "--quiet", "--no-index", "--no-deps", "--no-compile", "--ignore-installed",
    "--no-warn-script-location", "--disable-pip-version-check", "--prefix", folder, *arguments]))
