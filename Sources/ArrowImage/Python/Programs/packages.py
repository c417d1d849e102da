"""Packages that are C code themselves, which is linked into this Python: what is built in has no place otherwise.

The line with the packages' names comes before this. Imported at each start by a .pth file.
"""

import sys
from importlib.machinery import BuiltinImporter, ModuleSpec


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


# BuiltinImporter, the first otherwise, knows no packages.
sys.meta_path.insert(0, Finder)
