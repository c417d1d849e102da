"""Writes the standard library's byte code as assembler source, to be linked into the program.

    python library.py FOLDER PREFIX >library.s

FOLDER holds the library, PREFIX is where it will lie in a VM (tracebacks name it). What every start and the usual services
import comes first and in the order of their imports, so that it is read from the disk in one go.
"""

import marshal
import pathlib
import subprocess
import sys

folder, prefix = pathlib.Path(sys.argv[1]), sys.argv[2]

SERVICES = "http.server, json, logging, socketserver, threading, argparse, sqlite3, ssl, asyncio, concurrent.futures, urllib.request"


def modules():
    """Name, source and whether it is a package, of each module."""
    for source in sorted(folder.rglob("*.py")):
        parts = source.relative_to(folder).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        yield ".".join(parts[:-1] if is_package else parts), source, is_package


def usual_order():
    program = f"import {SERVICES}, sys; print(*sys.modules)"
    return subprocess.run([sys.executable, "-I", "-B", "-c", program], check=True, capture_output=True, text=True).stdout.split()


code = {}
for name, source, is_package in modules():
    path = f"{prefix}/{source.relative_to(folder).as_posix()}"
    code[name] = marshal.dumps(compile(source.read_bytes(), path, "exec", dont_inherit=True, optimize=0)), is_package

first = [name for name in usual_order() if name in code]
places = {}
print(".section .rodata.library, \"a\"")
for name in dict.fromkeys(first + sorted(code)):
    places[name] = len(places)
    print(f".Lcode{places[name]}:")
    data = code[name][0]
    for at in range(0, len(data), 64):
        print(".byte", ",".join(map(str, data[at : at + 64])))

# Sorted as strcmp sees the names: the program looks a module up by halves.
names = sorted(code, key=str.encode)
print(".balign 8\n.globl _PyImport_Library, _PyImport_LibrarySize\n_PyImport_Library:")
for name in names:
    data, is_package = code[name]
    print(f".quad .Lname{places[name]}, .Lcode{places[name]}, {len(data)}, {int(is_package)}")
print(f"_PyImport_LibrarySize: .quad {len(names)}")
for name in names:
    print(f'.Lname{places[name]}: .asciz "{name}"')
print('.section .note.GNU-stack,"",@progbits')
