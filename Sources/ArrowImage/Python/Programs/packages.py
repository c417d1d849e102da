"""Finds packages that are C code themselves, which is linked into this Python.

The import system knows no folder for what is built in, so it would not find submodules and data.

Lies in an environment as __arrow_packages__.py. A .pth file beside it imports it at each start and names the packages.
"""

import sys
from importlib.machinery import BuiltinImporter, ModuleSpec

NAMES = set()


def find(*names):
    """Finds packages of these names from now on."""
    NAMES.update(names)
    # Before BuiltinImporter, which would be the first and knows no packages.
    sys.meta_path.insert(0, Finder)


class Loader:
    create_module = staticmethod(BuiltinImporter.create_module)
    exec_module = staticmethod(BuiltinImporter.exec_module)

    def __init__(self, path):
        self.path = path

    def get_resource_reader(self, name):
        from importlib.readers import FileReader

        return FileReader(self)


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in NAMES:
            return None
        folder = "/".join([__file__.rpartition("/")[0], *name.split(".")])
        file = f"{folder}/__init__.py"
        spec = ModuleSpec(name, Loader(file), origin=file, is_package=True)
        spec.submodule_search_locations.append(folder)
        spec.has_location = True
        return spec
