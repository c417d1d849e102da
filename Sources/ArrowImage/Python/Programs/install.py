"""Installs wheels into a virtual environment that will lie elsewhere: at TARGET in the guest.

Arguments: the environment's folder on the host, TARGET, and then pip's arguments.

pip writes the path of the Python it runs under into the commands it makes; that is TARGET's, not the host's.
"""

import sys

from pip._internal.cli.main import main

folder, target, *arguments = sys.argv[1:]
sys.executable = f"{target}/bin/python"
sys.exit(main([
    "install", "--isolated", "--quiet", "--no-index", "--no-deps", "--no-compile", "--ignore-installed",
    "--no-warn-script-location", "--disable-pip-version-check", "--prefix", folder, *arguments]))
