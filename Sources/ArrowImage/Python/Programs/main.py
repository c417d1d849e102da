"""Starts one of the modules beside it as a program: `python FOLDER MODULE ARGUMENT...`.

mkarrowimg writes all of them into FOLDER, this one as __main__.py. Python puts the folder that it runs first on
sys.path, also with -P. The programs that pip starts do not inherit that.
"""

import importlib
import sys

module, *arguments = sys.argv[1:]
# As for `python -m pip`: pip shows the program's name.
sys.argv = [__file__, *arguments]
importlib.import_module(module).main(*arguments)
