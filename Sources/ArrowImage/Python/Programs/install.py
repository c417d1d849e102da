"""Installs wheels into a virtual environment that will lie elsewhere: at TARGET in the guest.

Arguments: the environment's folder on the host, TARGET, the C library of the wheels ("musl", or none), and then pip's
arguments.
"""

import sys

from pip._internal.cli.main import main as pip
from wheel_tags import take_musl


def main(folder, target, library, *arguments):
    if library == "musl":
        take_musl()
    # pip writes this path into the commands it makes. It must be the guest's, not the host's.
    sys.executable = f"{target}/bin/python"
    sys.exit(pip([
        "install", "--isolated", "--quiet", "--no-index", "--no-deps", "--no-compile", "--ignore-installed",
        "--no-warn-script-location", "--disable-pip-version-check", "--prefix", folder, *arguments]))
