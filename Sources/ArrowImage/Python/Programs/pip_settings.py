"""The user's settings of pip: what pip.conf and PIP_* say.

mkarrowimg uses those that say where packages come from and how to get there. pip itself is run without any: the others
would put the packages elsewhere, or make the lock file depend on the machine.
"""

import configparser
import os

from documents import data_of, fail_for_bytes
from failures import fail
from pip._internal.configuration import Configuration, _normalize_name, kinds

USED = {
    "index-url", "pypi-url", "extra-index-url", "no-index", "find-links", "trusted-host", "cert", "client-cert",
    "proxy", "timeout", "default-timeout", "retries", "resume-retries", "keyring-provider",
}

# These would change what is installed. All others are about pip's output and where pip puts things here.
CHANGING = {
    "abi", "build-constraint", "build-option", "check-build-dependencies", "config-settings", "constraint", "dry-run",
    "editable", "force-reinstall", "global-option", "group", "ignore-installed", "ignore-requires-python",
    "implementation", "no-binary", "no-build-isolation", "no-deps", "no-dependencies", "no-use-pep517",
    "only-binary", "platform", "pre", "prefer-binary", "prefix", "python", "python-version", "report",
    "require-hashes", "requirement", "root", "target", "upgrade", "upgrade-strategy", "use-deprecated", "use-feature",
    "use-pep517",
}


# Of other tools, and as such not read. Their users may expect it.
OF_OTHERS = {
    "UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX",
    "UV_CONSTRAINT", "UV_OVERRIDE", "UV_PRERELEASE", "UV_RESOLUTION", "UV_EXCLUDE_NEWER", "PIPENV_PYPI_MIRROR",
}


def read():
    """Returns the settings that are used, as variables for pip, and a note about those that are not."""
    values = {}
    for name, value, place in list(settings_of_files()) + list(settings_of_environment()):
        # pip takes no notice of an empty one.
        if value:
            values[_normalize_name(name)] = value, place
    used = {"PIP_" + name.upper().replace("-", "_"): located(name, value)
            for name, (value, _) in values.items() if name in USED}
    passed_over = [f"{name} ({place})" for name, (value, place) in sorted(values.items())
                   if name in CHANGING and value.strip().lower() not in ("0", "false", "no", "off", ":none:")]
    passed_over += sorted(OF_OTHERS & os.environ.keys())
    for folder in (os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config"), "/etc"):
        if os.path.isfile(path := os.path.join(folder, "uv", "uv.toml")):
            with open(path, encoding="utf-8", errors="replace") as file:
                passed_over += [path] if "index" in file.read() else []
    note = ("these settings are not used: " + ", ".join(passed_over)
            + "; what the application needs of them can stand in requirements.txt") if passed_over else None
    return used, note


def settings_of_files():
    """What the files say for `pip install`: a later file overrides an earlier one, and [install] all of [global]."""
    files = []
    for kind, names in Configuration(isolated=False).iter_config_files():
        if kind == kinds.SITE:
            # That of the Python which runs pip, and this is none of the user's: the active environment's instead.
            names = [os.path.join(folder, "pip.conf") for folder in [os.environ.get("VIRTUAL_ENV")] if folder]
        files += names
    if os.environ.get("PIP_CONFIG_FILE") == os.devnull:
        files = []
    parsers = [(file, parse(file)) for file in files if os.path.exists(file)]
    for section in ("global", "install"):
        for file, parser in parsers:
            if parser.has_section(section):
                for name, value in parser.items(section):
                    yield name, value, file


def parse(path):
    """Reads a file as pip does."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(data_of(path).decode("utf-8-sig"), path)
    except OSError as error:
        fail(f"cannot read pip's settings: {error.strerror}", path)
    except UnicodeDecodeError as error:
        fail_for_bytes(path, error)
    except configparser.Error as error:
        line = getattr(error, "lineno", None) or next((number for number, _ in getattr(error, "errors", [])), 1)
        said = str(error).splitlines()[0].removesuffix(".")
        fail(f"pip's settings can't be read: {said[0].lower()}{said[1:]}", f"{path}:{line}:1")
    return parser


def settings_of_environment():
    for name, value in os.environ.items():
        if name.startswith("PIP_") and name != "PIP_CONFIG_FILE":
            yield name.removeprefix("PIP_"), value, name


def located(name, value):
    """The setting for a pip that works in another folder."""
    if name in ("cert", "client-cert"):
        return os.path.abspath(os.path.expanduser(value))
    if name == "find-links":
        return " ".join(absolute(link) for link in value.split())
    return value


def absolute(link):
    path = os.path.abspath(os.path.expanduser(link))
    return path if "://" not in link and os.path.exists(path) else link
