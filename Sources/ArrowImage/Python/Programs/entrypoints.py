"""Makes an application that stays where it is known to Python: its metadata, its commands, its place on sys.path.

Arguments: the environment's folder on the host, its place in the guest, site-packages below it, the folder in the
guest with the code, and the declaration as JSON.

What `pip install --editable` would do, without a build: nothing of the application is copied, so a change of its code
needs no installation.
"""

import json
import os
import sys

from pip._vendor.distlib.scripts import ScriptMaker
from pip._vendor.packaging.utils import canonicalize_name

folder, target, site_packages, code, declaration = sys.argv[1:]
declared = json.loads(declaration)
name = declared["name"] or os.path.basename(os.path.dirname(target))
base = f"{canonicalize_name(name).replace('-', '_')}-{declared['version']}.dist-info"
files = {
    "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {declared['version']}\n",
    "INSTALLER": "mkarrowimg\n",
    "entry_points.txt": "[console_scripts]\n"
    + "".join(f"{name} = {entry}\n" for name, entry in sorted(declared["scripts"].items())),
}
os.makedirs(os.path.join(folder, site_packages, base))
for file, text in files.items():
    with open(os.path.join(folder, site_packages, base, file), "w") as opened:
        opened.write(text)
with open(os.path.join(folder, site_packages, "__arrow__.pth"), "w") as opened:
    opened.write(code + "\n")

os.makedirs(os.path.join(folder, "bin"), exist_ok=True)
maker = ScriptMaker(None, os.path.join(folder, "bin"))
maker.executable = f"{target}/bin/python"
maker.variants = {""}
maker.set_mode = maker.clobber = True
maker.make_multiple(f"{name} = {entry}" for name, entry in sorted(declared["scripts"].items()))
