"""The user's own environment, which mkarrowimg hands over under names that begin with `user:`.

Python, pip and what builds packages must not see it: PYTHONPATH, PIP_TARGET or CFLAGS would change what they do. It is
for `${VARIABLES}`, for pip's settings, which are read one by one, and for git.
"""

import os
import re

from failures import fail

PREFIX = "user:"

# How git gets there. Others, as GIT_DIR, would change what it does.
PASSED_ON = re.compile(
    r"GIT_(SSH.*|ASKPASS|SSL_.*|PROXY_.*|HTTP_.*|ALLOW_PROTOCOL"
    r"|CONFIG_(COUNT|KEY_\d+|VALUE_\d+|GLOBAL|SYSTEM|NOSYSTEM))")

# Nobody is there to answer. ssh and git ask the program `false`, which says nothing, so they fail at once.
UNATTENDED = {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS": "false", "SSH_ASKPASS_REQUIRE": "force", "LC_ALL": "C.UTF-8"}

# Settings of the user's that would change what is checked out.
CHECKOUT = {"core.autocrlf": "false", "core.eol": "lf", "core.attributesFile": os.devnull, "core.hooksPath": os.devnull,
            "clone.defaultRemoteName": "origin"}


def take():
    """Takes the user's environment out of this process's, where other programs would inherit it."""
    names = [name for name in os.environ if name.startswith(PREFIX)]
    return {name.removeprefix(PREFIX): os.environ.pop(name) for name in names}


def of_git(user):
    """The variables for git: all of the user's, so that ssh, its agent and programs with passwords work."""
    variables = {name: value for name, value in user.items()
                 if not name.startswith("GIT_") or PASSED_ON.fullmatch(name)}
    given = variables.get("GIT_CONFIG_COUNT", "")
    count = int(given) if given.isdecimal() else 0
    for number, (key, value) in enumerate(CHECKOUT.items(), count):
        variables |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return variables | {"GIT_CONFIG_COUNT": str(count + len(CHECKOUT))} | UNATTENDED


def expanded(text, place):
    """The text with the values of `${VARIABLES}`; `place` finds a word of it."""

    def value(match):
        name = match[1]
        if not re.fullmatch(r"[A-Z0-9_]+", name):
            fail(f"{match[0]}: pip knows only names of A to Z, 0 to 9 and _", place(match[0]))
        value = os.environ.get(name, "")
        if not value:
            fail(f"the variable {name} is {'empty' if name in os.environ else 'not set'}", place(match[0]),
                 f"{name}=VALUE mkarrowimg add ...")
        if not value.isprintable():
            fail(f"the variable {name} is no text of one line in UTF-8", place(match[0]))
        return value

    return re.sub(r"\$\{([^}]*)\}", value, text)
