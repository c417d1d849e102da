"""Makes known to Python an application that stays where it is: its metadata, its commands, its place on sys.path.

Arguments: the environment's folder on the host, its place in the guest, site-packages below it, the folder in the
guest with the code, and the declaration as JSON.

This is what `pip install --editable` would do, without a build: nothing of the application is copied, so its code can
change without a new installation.
"""

import json
import os

from pip._vendor.distlib.scripts import ScriptMaker
from pip._vendor.packaging.utils import canonicalize_name


def main(folder, target, site_packages, code, declaration):
    declared = json.loads(declaration)
    commands = [f"{name} = {entry}" for name, entry in sorted(declared["scripts"].items())]
    write_metadata(os.path.join(folder, site_packages), target, declared, commands)
    write(os.path.join(folder, site_packages, "__arrow__.pth"), code + "\n")
    make_commands(os.path.join(folder, "bin"), target, commands)


def write_metadata(site_packages, target, declared, commands):
    name = declared["name"] or os.path.basename(os.path.dirname(target))
    base = f"{canonicalize_name(name).replace('-', '_')}-{declared['version']}.dist-info"
    folder = os.path.join(site_packages, base)
    os.makedirs(folder)
    write(os.path.join(folder, "METADATA"), f"Metadata-Version: 2.1\nName: {name}\nVersion: {declared['version']}\n")
    write(os.path.join(folder, "INSTALLER"), "mkarrowimg\n")
    write(os.path.join(folder, "entry_points.txt"), "".join(line + "\n" for line in ["[console_scripts]", *commands]))


def make_commands(folder, target, commands):
    os.makedirs(folder, exist_ok=True)
    maker = ScriptMaker(None, folder)
    maker.executable = f"{target}/bin/python"
    maker.variants = {""}
    maker.set_mode = maker.clobber = True
    maker.make_multiple(commands)


def write(path, text):
    with open(path, "w") as file:
        file.write(text)
