"""pip as it is started by pip, for what builds a package: FOLDER/pip_for_builds.py ARGUMENT..."""

import sys

from pip._internal.cli.main import main as pip
from run_pip import set_up

if __name__ == "__main__":
    set_up()
    sys.exit(pip(sys.argv[1:]))
