"""Tests of the Python runtime in the pieces, run by itself: on the host, and in a VM as the arrow's own user.

    bin/python -m unittest image/python/tests/test_runtime.py

They need only this folder, write only into a temporary folder, and take less than a minute.
"""

import _imp
import asyncio
import contextlib
import ctypes
import decimal
import errno
import hashlib
import importlib
import inspect
import locale
import logging
import mmap
import multiprocessing
import os
import pathlib
import pkgutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
import unittest
import zipfile
import zoneinfo

HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = pathlib.Path(os.__file__).parent
# In a VM this is /share; on the host the folder beside binary/.
SHARE = pathlib.Path(sys.prefix).parents[2] / "share"

EXTENSION_MODULES = """
_abc _ast _asyncio _bisect _blake2 _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw
_collections _contextvars _csv _ctypes _datetime _decimal _elementtree _functools _hashlib _heapq _imp _interpchannels
_interpqueues _interpreters _io _json _locale _lsprof _lzma _md5 _multibytecodec _multiprocessing _opcode _operator
_pickle _posixshmem _posixsubprocess _queue _random _sha1 _sha2 _sha3 _signal _socket _sqlite3 _sre _ssl _stat _statistics
_string _struct _suggestions _symtable _sysconfig _thread _tokenize _tracemalloc _typing _warnings _weakref _zoneinfo
array atexit binascii builtins cmath errno faulthandler fcntl gc grp itertools marshal math mmap posix pwd pyexpat
resource select sys syslog termios time unicodedata zlib
""".split()

# Modules in the library that cannot or should not be imported here, and why.
NOT_IMPORTED = {
    "antigravity": "opens a web browser",
    "dbm.gnu": "needs the GNU dbm library, whose license is not this project's",
    "dbm.ndbm": "needs an ndbm library; dbm.sqlite3 is the default in 3.13",
    "nturl2path": "deprecated, for Windows",
    "this": "prints a poem",
    "_pyrepl._threading_handler": "imported by the interactive prompt only",
    "_pyrepl.windows_console": "for Windows",
    "_pyrepl.windows_eventqueue": "for Windows",
}

NOT_SHIPPED = ["_curses", "_tkinter", "_uuid", "curses", "ensurepip", "idlelib", "pip", "readline", "test", "tkinter", "turtle", "venv"]


def run(*arguments, **keywords):
    """Runs this Python in a child, and gives its output; the child's error becomes the test's."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, **keywords)
    if done.returncode != 0:
        raise AssertionError(f"{arguments} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


class Modules(unittest.TestCase):
    def test_each_extension_module_is_built_in_and_imports(self):
        for name in EXTENSION_MODULES:
            with self.subTest(name):
                self.assertIn(name, sys.builtin_module_names)
                importlib.import_module(name)

    def test_no_built_in_module_is_missing_from_this_list(self):
        self.assertEqual(sorted(set(sys.builtin_module_names) - set(EXTENSION_MODULES)), [])

    def test_each_module_of_the_library_imports(self):
        names = sorted(
            module.name
            for module in pkgutil.walk_packages([str(LIBRARY)], onerror=lambda name: None)
            if module.name not in NOT_IMPORTED and not module.name.endswith("__main__")
        )
        self.assertGreater(len(names), 450)
        output = run("-W", "ignore", "-c", f"""
import importlib
for name in {names!r}:
    try:
        importlib.import_module(name)
    except BaseException as error:
        print(name, repr(error))
""")
        self.assertEqual(output, "")

    def test_exceptions_from_that_are_still_true(self):
        for name in NOT_IMPORTED:
            with self.subTest(name):
                self.assertIsNotNone(importlib.util.find_spec(name))

    def test_what_is_left_out_says_so(self):
        for name in NOT_SHIPPED:
            with self.subTest(name), self.assertRaises(ModuleNotFoundError):
                importlib.import_module(name)

    def test_byte_code_of_each_module_is_in_the_program_and_is_that_of_its_source(self):
        self.assertEqual(list(LIBRARY.rglob("__pycache__")), [])
        for number, source in enumerate(sorted(LIBRARY.rglob("*.py"))):
            parts = source.relative_to(LIBRARY).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            with self.subTest(name):
                self.assertEqual(_imp.find_library(name), parts[-1] == "__init__")
                if number % 10 == 0:
                    self.assertEqual(_imp.get_library_code(name), compile(source.read_bytes(), source, "exec", dont_inherit=True))
        self.assertIsNone(_imp.find_library("no.such"))
        self.assertIsNone(_imp.get_library_code("json\ud800"))

    def test_a_shared_object_cannot_be_imported_and_the_error_says_why(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "native.cpython-313-x86_64-linux-musl.so")
            path.write_bytes(b"\x7fELF")
            with self.assertRaisesRegex(ImportError, "cannot load shared objects"):
                loader = importlib.machinery.ExtensionFileLoader("native", str(path))
                importlib.util.module_from_spec(importlib.util.spec_from_loader("native", loader))


class Layout(unittest.TestCase):
    def test_prefix_is_found_by_the_place_of_the_program(self):
        self.assertEqual(sys.prefix, str(pathlib.Path(sys.executable).parent.parent))
        self.assertEqual(sys.exec_prefix, sys.prefix)

    def test_search_path_is_the_library_alone(self):
        path = run("-I", "-c", "import sys; print(sys.path)").strip()
        self.assertEqual(path, repr([str(LIBRARY)]))

    def test_starts_without_a_word_on_stderr(self):
        done = subprocess.run([sys.executable, "-c", "pass"], capture_output=True, timeout=60, env={})
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))

    def test_names_of_the_program(self):
        for name in ("python", "python3", "python3.13"):
            version = subprocess.run([pathlib.Path(sys.executable).with_name(name), "-V"], capture_output=True, text=True, timeout=60)
            self.assertEqual(version.stdout.split()[0], "Python")

    def test_sysconfig_answers_without_a_path_of_the_build(self):
        variables = sysconfig.get_config_vars()
        self.assertEqual(variables["SOABI"], "cpython-313-x86_64-linux-musl")
        self.assertEqual(variables["MULTIARCH"], "x86_64-linux-musl")
        self.assertEqual(sysconfig.get_path("stdlib"), str(LIBRARY))
        self.assertEqual((variables["abs_builddir"], variables["abs_srcdir"]), (".", "."))

    def test_traceback_shows_the_line(self):
        done = subprocess.run([sys.executable, "-c", "import json; json.loads('{')"], capture_output=True, text=True, timeout=60)
        self.assertIn("return _default_decoder.decode(s)", done.stderr)


class Imports(unittest.TestCase):
    def test_a_module_of_the_library_looks_as_if_read_from_its_file(self):
        import json
        import json.decoder

        self.assertEqual(json.__file__, str(LIBRARY / "json/__init__.py"))
        self.assertEqual(json.__path__, [str(LIBRARY / "json")])
        self.assertEqual(json.decoder.__spec__.origin, str(LIBRARY / "json/decoder.py"))
        self.assertEqual(json.decoder.__cached__, importlib.util.cache_from_source(json.decoder.__file__))
        self.assertIsInstance(json.__spec__.loader, importlib.machinery.SourceFileLoader)
        self.assertEqual(json.loads.__code__.co_filename, json.__file__)
        self.assertIn("def loads(", inspect.getsource(json.loads))
        self.assertIn("decoder", [module.name for module in pkgutil.iter_modules(json.__path__)])
        self.assertEqual(run("-m", "json.tool", "--compact", input="[1, 2]"), "[1,2]\n")
        self.assertEqual(run("-B", "-X", "frozen_modules=off", "-c", "import json; print(json.dumps([1]))"), "[1]\n")

    def test_a_module_beside_the_script_comes_before_the_library(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "colorsys.py").write_text("mine = True")
            pathlib.Path(folder, "main.py").write_text("import colorsys, json; print(colorsys.mine)")
            self.assertEqual(run(os.path.join(folder, "main.py")), "True\n")

    def test_a_name_with_a_nul_is_no_module(self):
        for name in ("string\0", "string\0x", "json\0.decoder", "json.decoder\0"):
            self.assertRaises(ModuleNotFoundError, importlib.import_module, name)

    def test_a_zip_file_on_the_path(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "modules.zip")
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("inside/packed.py", "value = 7")
            program = "import packed; print(packed.value, packed.__loader__.__class__.__name__)"
            self.assertEqual(run("-c", program, env={"PYTHONPATH": path + "/inside"}), "7 zipimporter\n")

    def test_a_server_imports_no_module_that_it_does_not_need(self):
        output = run("-I", "-c", "import http.server, sys; print(*sys.modules)").split()
        unwanted = {"ssl", "ipaddress", "html.entities", "bz2", "lzma", "zipimport", "ast", "inspect"}
        self.assertEqual(unwanted & set(output), set())
        output = run("-I", "-c", "import asyncio, sys; print(*sys.modules)").split()
        self.assertEqual({"ssl", "asyncio.sslproto", "ast", "dis", "tokenize", "typing"} & set(output), set())

    def test_what_is_imported_late_is_there(self):
        import html
        import http.client
        import shutil
        import urllib.parse

        import dis

        self.assertIs(inspect.dis, dis)
        self.assertEqual({f"CO_{name}": value for value, name in dis.COMPILER_FLAG_NAMES.items()}, {k: v for k, v in vars(inspect).items() if k.startswith("CO_")})
        self.assertEqual(str(inspect.signature(sorted)), "(iterable, /, *, key=None, reverse=False)")
        self.assertTrue(asyncio.sslproto.SSLProtocol)
        self.assertIs(asyncio.base_events.ssl, ssl)
        self.assertIs(asyncio.selector_events.sslproto, asyncio.sslproto)
        self.assertIs(http.client.ssl, ssl)
        self.assertRaises(AttributeError, getattr, http.client, "none")
        self.assertIn("HTTPSConnection", http.client.__all__)
        self.assertTrue(http.client.HTTPSConnection("localhost")._context.check_hostname)
        self.assertEqual(html.unescape("&eacute;&lt;"), "é<")
        self.assertEqual(urllib.parse.urlsplit("http://[::1]:80/").hostname, "::1")
        self.assertRaises(ValueError, urllib.parse.urlsplit, "http://[127.0.0.1]/")
        self.assertEqual([name for name, _ in shutil.get_archive_formats()], ["bztar", "gztar", "tar", "xztar", "zip"])

    def test_names_of_encodings_are_known_though_their_table_is_read_late(self):
        program = "import sys, encodings; print('encodings.aliases' in sys.modules, encodings.aliases.aliases['latin1'], 'é'.encode('windows-1252'))"
        self.assertEqual(run("-I", "-c", program), "False latin_1 b'\\xe9'\n")
        self.assertRaises(LookupError, "".encode, "utf_9")

    def test_garbage_is_collected_while_a_long_import_is_under_way(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "endless.py").write_text("""
import gc
class Node: pass
most = 0
for _ in range(100_000):
    node = Node()
    node.self = node
    most = max(most, gc.get_count()[0])
print(2_000 < most < 25_000, gc.get_stats()[0]["collected"] > 50_000)
""")
            self.assertEqual(run("-c", f"import sys; sys.path.insert(0, {folder!r}); import endless"), "True True\n")


class Logging(unittest.TestCase):
    def test_a_handler_that_logs_is_not_called_again_by_itself_in_any_thread(self):
        logger = logging.Logger("loop")
        records = []

        class Handler(logging.Handler):
            def emit(self, record):
                records.append(record.getMessage())
                logger.warning("from the handler")

        logger.addHandler(Handler())
        for number in range(2):
            thread = threading.Thread(target=logger.warning, args=("from thread %d", number))
            thread.start()
            thread.join()
        logger.warning("from here")
        self.assertEqual(records, ["from thread 0", "from thread 1", "from here"])


class Garbage(unittest.TestCase):
    def test_what_the_start_made_is_put_aside_but_seen(self):
        program = "import gc, os; print(gc.get_freeze_count() > 1000, any(o is os.environ for o in gc.get_objects()))"
        self.assertEqual(run("-I", "-c", program), "True True\n")
        program = "import gc, os; print(any(o is vars(os.environ) or o is os.environ for o in gc.get_referrers(os.environ._data)))"
        self.assertEqual(run("-I", "-c", program), "True\n")
        self.assertEqual(run("-I", "-c", "import gc; gc.unfreeze(); print(gc.get_freeze_count())"), "0\n")

    def test_cycles_end_with_the_program(self):
        program = """
import json, os, sys
class Node:
    def __del__(self, write=os.write): write(1, self.name + b"\\n")
def make(name):
    node = Node()
    node.name, node.self = name, node
    return node
make(b"lost")
kept, sys.node, os.node, json.node = map(make, (b"in main", b"in sys", b"in os", b"in json"))
"""
        self.assertEqual(sorted(run("-I", "-c", program).split("\n")), ["", "in json", "in main", "in os", "in sys", "lost"])


class Classes(unittest.TestCase):
    """A new class takes the slots of its base that its own names do not touch."""

    def test_special_methods_of_a_class_its_base_and_its_mixins(self):
        class Base:
            def __len__(self):
                return 3

            def __call__(self):
                return "called"

        class Plain(Base):
            pass

        class Own(Plain):
            def __bool__(self):
                return False

        class Mixin:
            def __len__(self):
                return 9

            def __getitem__(self, index):
                return index

        class Mixed(Mixin, Plain):
            pass

        self.assertEqual((len(Plain()), bool(Plain()), Plain()()), (3, True, "called"))
        self.assertEqual((len(Own()), bool(Own()), Own()()), (3, False, "called"))
        self.assertEqual((len(Mixed()), Mixed()[5], Mixed()()), (9, 5, "called"))
        Base.__len__ = lambda self: 0
        Plain.__iter__ = lambda self: iter("ab")
        self.assertEqual((len(Plain()), bool(Plain()), list(Own())), (0, False, ["a", "b"]))
        del Base.__call__
        self.assertRaises(TypeError, Own())

    def test_equality_hash_iteration_and_construction(self):
        class Equal:
            def __eq__(self, other):
                return True

        class Child(Equal):
            pass

        class Hashed(Child):
            __hash__ = object.__hash__

        class Number(int):
            pass

        class Doubled(Number):
            def __new__(cls, value):
                return super().__new__(cls, 2 * value)

            def __radd__(self, other):
                return "reflected"

        class Attributes:
            def __getattr__(self, name):
                return name

        class More(Attributes):
            pass

        self.assertRaises(TypeError, hash, Child())
        self.assertIsInstance(hash(Hashed()), int)
        self.assertTrue(Child() == 1 and Hashed() == 2)
        self.assertEqual((Number(3) + 4, Doubled(3) * 1, 1 + Doubled(1), hash(Number(5)), [10, 20][Number(1)]), (7, 6, "reflected", 5, 20))
        self.assertRaises(TypeError, next, Child())
        self.assertRaises(TypeError, iter, Child())
        self.assertEqual(More().anything, "anything")
        self.assertEqual(type("Made", (dict,), {"__missing__": lambda self, key: key})()["key"], "key")


class Memory(unittest.TestCase):
    """The program's own memcpy and the like, at the edges of what may be touched, and its allocator."""

    def setUp(self):
        self.library = ctypes.CDLL(None)
        for name in ("memchr", "memrchr", "strchrnul", "memmove", "memset", "memcpy"):
            getattr(self.library, name).restype = ctypes.c_void_p
        self.library.strlen.restype = ctypes.c_size_t
        # A page between two that must not be touched.
        self.pages = mmap.mmap(-1, 3 * mmap.PAGESIZE)
        self.page = ctypes.addressof(ctypes.c_char.from_buffer(self.pages)) + mmap.PAGESIZE
        self.library.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        for side in (-mmap.PAGESIZE, mmap.PAGESIZE):
            self.assertEqual(self.library.mprotect(self.page + side, mmap.PAGESIZE, 0), 0)

    def call(self, name, *arguments):
        return getattr(self.library, name)(*(ctypes.c_void_p(a) if isinstance(a, int) and a > 0xFFFF else ctypes.c_size_t(a) for a in arguments))

    def fill(self, data, offset=0):
        ctypes.memset(self.page, 0xEE, mmap.PAGESIZE)
        for place, byte in enumerate(data):
            ctypes.c_ubyte.from_address(self.page + offset + place).value = byte

    def read(self, offset, count):
        return ctypes.string_at(self.page + offset, count)

    def test_copies_of_all_lengths_and_overlaps(self):
        for count in [*range(0, 70), 127, 128, 129, 192, 193, 256, 300]:
            data = bytes((7 * i + 1) % 251 for i in range(count))
            for to in (0, 1, 17, 70, 400):
                self.fill(data, offset=70)
                self.call("memmove", self.page + to, self.page + 70, count)
                self.assertEqual(self.read(to, count), data, (count, to))
                self.assertEqual(self.read(max(to, 70) + count, 20), b"\xee" * 20)
            end = mmap.PAGESIZE - count
            self.fill(data)
            self.call("memcpy", self.page + end, self.page, count)
            self.assertEqual(self.read(end, count), data)
            self.call("memset", self.page + end, 0x1A5, count)
            self.assertEqual(self.read(end - 1, count + 1)[1:], b"\xa5" * count)
            self.call("memset", self.page, 0, count)
            self.assertEqual(self.read(0, count), bytes(count))

    def test_comparisons_and_searches_up_to_the_edges(self):
        for count in [*range(1, 50), 127, 128, 200]:
            data = bytes(1 + i % 200 for i in range(count))
            end = mmap.PAGESIZE - count
            for start, at in ((0, 0), (0, count // 2), (0, count - 1), (end, 0), (end, count // 2), (end, count - 1)):
                self.fill(data, offset=start)
                other = bytearray(data)
                other[at] += 1
                buffer = ctypes.create_string_buffer(bytes(other), count)
                there = ctypes.addressof(buffer)
                self.assertLess(self.call("memcmp", self.page + start, there, count), 0)
                self.assertGreater(self.call("memcmp", there, self.page + start, count), 0)
                self.assertEqual(self.call("memcmp", there, self.page + start, at), 0)
                byte = data[at]
                self.assertEqual(self.call("memchr", self.page + start, byte, count), self.page + start + data.index(byte))
                self.assertEqual(self.call("memrchr", self.page + start, byte, count), self.page + start + data.rindex(byte))
                self.assertIsNone(self.call("memchr", self.page + start, 255, count))
                self.assertIsNone(self.call("memrchr", self.page + start, 255, count))
                self.fill(data[:at] + b"\0", offset=end)
                if count == at + 1:
                    self.assertEqual(self.call("strlen", self.page + end), at)
                    self.assertEqual(self.call("strchrnul", self.page + end, 255), self.page + end + at)
                    self.assertEqual(self.call("strchrnul", self.page + end, 1), self.page + end)

    def test_zeros_take_no_memory(self):
        program = """
import resource
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
kept = bytes(12 << 20), [bytes(1 << 20) for _ in range(10)]
print(peak() - before < 4_000)
"""
        self.assertEqual(run("-I", "-c", program), "True\n")

    def test_memory_that_the_kernel_refuses_is_a_memory_error_of_any_size_and_the_program_goes_on(self):
        program = """
import resource
resource.setrlimit(resource.RLIMIT_DATA, (96 << 20, 96 << 20))
ends = {"made": 0, "refused": 0, "full": 0}
def ask(make, count):
    try: make(count); ends["made"] += 1
    except MemoryError: ends["refused"] += 1
for make in bytearray, lambda count: b"x" * count, lambda count: [None] * (count // 8):
    for mebibytes in (*range(1, 32, 5), *range(33, 130, 8), 500, 1023, 1024, 1025, 4096, 1 << 20):
        ask(make, mebibytes << 20)
def fill(one):
    kept = []
    try:
        while True: kept.append(one(len(kept)))
    except MemoryError: ends["full"] += 1
for one in str, lambda n: bytearray(3000), lambda n: [n], lambda n: bytearray(200_000):
    fill(one)
grown = bytearray(b"kept")
try:
    while True: grown += bytes(100_000)
except MemoryError: ends["full"] += 1
print(grown[:4] == b"kept", ends["made"] > 30, ends["refused"] > 30, ends["full"], sum(ends.values()))
"""
        self.assertEqual(run("-I", "-c", program), "True True True 5 83\n")

    def test_memory_that_is_not_there_is_an_error_not_a_crash(self):
        self.assertRaises(MemoryError, bytes, 1 << 46)
        run("-c", """
import resource
resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))
kept = []
try:
    while True: kept.append(bytes(1 << 20))
except MemoryError:
    assert len(kept) > 100, len(kept)
    del kept
    assert len(bytes(50 << 20)) == 50 << 20
else: raise SystemExit(1)
""")

    def test_a_string_that_can_not_grow_keeps_its_value(self):
        program = """
import resource
resource.setrlimit(resource.RLIMIT_DATA, (96 << 20, 96 << 20))
def grow(text, more):
    try:
        while True: text += more or text
    except MemoryError: return len(text) >= 1 << 20 and text[:1] == text[-1:] == "x"
print(*(grow("x" * size, more) for size, more in ((1, ""), (1 << 20, "x" * (9 << 20)), (1 << 20, chr(0x10000) * (1 << 20) + "x"))))
"""
        self.assertEqual(run("-I", "-c", program), "True True True\n")

    def test_threads_free_what_others_made(self):
        import queue

        line = queue.Queue(100)

        def make():
            for number in range(3000):
                line.put(bytes(number))
            line.put(None)

        makers = [threading.Thread(target=make) for _ in range(4)]
        for maker in makers:
            maker.start()
        total, ended = 0, 0
        while ended < 4:
            block = line.get(timeout=30)
            ended += block is None
            total += len(block or b"")
        for maker in makers:
            maker.join()
        self.assertEqual(total, 4 * sum(range(3000)))


class CTypes(unittest.TestCase):
    def test_structures_and_memory(self):
        class Point(ctypes.Structure):
            _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]

        point = Point(3, 4.5)
        copy = Point()
        ctypes.memmove(ctypes.byref(copy), ctypes.byref(point), ctypes.sizeof(Point))
        self.assertEqual((copy.x, copy.y), (3, 4.5))
        self.assertEqual(ctypes.string_at(ctypes.create_string_buffer(b"arrow")), b"arrow")

    def test_python_api(self):
        version = ctypes.pythonapi.Py_GetVersion
        version.restype = ctypes.c_char_p
        self.assertEqual(version().decode(), sys.version)
        self.assertRaises(AttributeError, getattr, ctypes.pythonapi, "Py_NoSuchFunction")

    def test_c_library_by_the_names_that_are_in_use(self):
        for name in (None, "libc.so.6", "libm.so.6", "libpthread.so.0", "libc.musl-x86_64.so.1"):
            with self.subTest(name):
                self.assertEqual(ctypes.CDLL(name).getpid(), os.getpid())
        cosine = ctypes.CDLL("libm.so.6").cos
        cosine.argtypes, cosine.restype = [ctypes.c_double], ctypes.c_double
        self.assertEqual(cosine(0.0), 1.0)

    def test_errno(self):
        library = ctypes.CDLL(None, use_errno=True)
        self.assertEqual(library.close(-1), -1)
        self.assertEqual(ctypes.get_errno(), errno.EBADF)

    def test_call_back(self):
        compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
        numbers = (ctypes.c_int * 5)(5, 1, 4, 2, 3)
        ctypes.CDLL(None).qsort(numbers, 5, ctypes.sizeof(ctypes.c_int), compare(lambda a, b: a[0] - b[0]))
        self.assertEqual(list(numbers), [1, 2, 3, 4, 5])

    def test_another_library_cannot_be_loaded_and_the_error_says_why(self):
        with self.assertRaisesRegex(OSError, "a static program cannot load shared objects"):
            ctypes.CDLL("libfoo.so.1")


class Threads(unittest.TestCase):
    def test_deep_recursion_ends_in_an_error_not_a_crash(self):
        # All but the first go through C at each level, which is what uses up a thread's stack.
        run("-c", """
import functools, re, sys, threading
sys.setrecursionlimit(1_000_000)
class Object:
    def __repr__(self): return repr(self)
    def __getattr__(self, name): return getattr(self, name)
    def __eq__(self, other): return self == other
    def __add__(self, other): return self + other
class Maker:
    def __init__(self): Maker()
def plain(depth): return plain(depth + 1) if depth < 100_000 else depth
def through_map(n): return list(map(through_map, [n]))
def through_reduce(n): return functools.reduce(lambda a, b: through_reduce(b), [n, n])
def through_pattern(n): return re.sub('x', lambda match: through_pattern(n), 'x')
ways = [lambda: repr(Object()), lambda: Object().name, lambda: Object() == 1, lambda: Object() + 1, Maker,
        lambda: through_map(0), lambda: through_reduce(0), lambda: through_pattern(0)]
caught = []
def recurse():
    assert plain(0) == 100_000
    for way in ways:
        try: way()
        except RecursionError: caught.append(way)
for _ in range(2):
    thread = threading.Thread(target=recurse); thread.start(); thread.join()
recurse()
assert caught == 3 * ways, len(caught)
""")

    def test_deep_data_in_a_thread(self):
        run("-c", """
import ast, json, pickle, re, sys, threading
sys.setrecursionlimit(100_000)
def attempt():
    nested = []
    for _ in range(100_000): nested = [nested]
    for work in (lambda: json.dumps(nested), lambda: json.loads('[' * 100_000), lambda: pickle.dumps(nested), lambda: repr(nested),
                 lambda: ast.parse('(' * 100_000), lambda: ast.parse('-' * 50_000 + '1'), lambda: nested == [nested],
                 lambda: re.compile('(' * 50_000 + ')' * 50_000)):
        try: work()
        except (RecursionError, MemoryError, SyntaxError, ValueError, OverflowError): pass
    while nested: nested = nested[0]
thread = threading.Thread(target=attempt); thread.start(); thread.join()
""")

    def test_many_threads(self):
        barrier = threading.Barrier(101)
        threads = [threading.Thread(target=barrier.wait, args=(30,)) for _ in range(100)]
        for thread in threads:
            thread.start()
        barrier.wait(30)
        for thread in threads:
            thread.join()


class Network(unittest.TestCase):
    @staticmethod
    @contextlib.contextmanager
    def server(context):
        """A TLS server in a thread that answers one word to whoever completes the handshake."""
        with socket.create_server(("127.0.0.1", 0)) as listener:

            def serve():
                while True:
                    try:
                        connection, _ = listener.accept()
                    except OSError:
                        return
                    with connection, contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as channel:
                        channel.sendall(b"hello")

            thread = threading.Thread(target=serve, daemon=True)
            thread.start()
            yield listener.getsockname()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(30)

    @staticmethod
    def server_context():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(HERE / "data/server.pem", HERE / "data/server.key")
        return context

    def talk(self, address, context, name):
        with socket.create_connection(address, timeout=30) as plain:
            with context.wrap_socket(plain, server_hostname=name) as channel:
                return channel.recv(5), channel.version()

    def test_tls_with_verification(self):
        context = ssl.create_default_context(cafile=HERE / "data/ca.pem")
        with self.server(self.server_context()) as address:
            self.assertEqual(self.talk(address, context, "localhost"), (b"hello", "TLSv1.3"))
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            self.assertEqual(self.talk(address, context, "localhost"), (b"hello", "TLSv1.2"))

    def test_tls_refuses_a_wrong_name_and_an_unknown_authority(self):
        with self.server(self.server_context()) as address:
            with self.assertRaisesRegex(ssl.SSLCertVerificationError, "Hostname mismatch"):
                self.talk(address, ssl.create_default_context(cafile=HERE / "data/ca.pem"), "example.org")
            with self.assertRaisesRegex(ssl.SSLCertVerificationError, "unable to get (local )?issuer certificate"):
                self.talk(address, ssl.create_default_context(cafile=SHARE / "ssl/cert.pem"), "localhost")

    def test_authorities_are_where_openssl_looks(self):
        self.assertEqual(ssl.get_default_verify_paths().openssl_cafile, "/share/ssl/cert.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(SHARE / "ssl/cert.pem")
        self.assertGreater(len(context.get_ca_certs()), 100)

    def test_getaddrinfo(self):
        self.assertEqual(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)[0][4], ("127.0.0.1", 80))
        self.assertEqual(socket.getaddrinfo("::1", 80, type=socket.SOCK_STREAM)[0][4][:2], ("::1", 80))
        self.assertIn("127.0.0.1", {entry[4][0] for entry in socket.getaddrinfo("localhost", 80)})
        self.assertEqual(socket.gethostbyname("localhost"), "127.0.0.1")
        with self.assertRaises(socket.gaierror):
            socket.getaddrinfo("no-such-host.invalid", 80)

    def test_idna_and_interfaces(self):
        self.assertEqual("bücher.example".encode("idna"), b"xn--bcher-kva.example")
        self.assertIn("lo", [name for _, name in socket.if_nameindex()])

    def test_asyncio_server(self):
        async def talk():
            async def answer(reader, writer):
                writer.write((await reader.readline()).upper())
                await writer.drain()
                writer.close()

            async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
                reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
                writer.write(b"arrow\n")
                line = await reader.readline()
                writer.close()
                process = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(1)", stdout=subprocess.PIPE)
                return line, (await process.communicate())[0]

        self.assertEqual(asyncio.run(talk()), (b"ARROW\n", b"1\n"))

    def test_unix_sockets_pass_descriptors(self):
        left, right = socket.socketpair()
        with left, right, tempfile.TemporaryFile() as file:
            socket.send_fds(left, [b"x"], [file.fileno()])
            message, descriptors, _, _ = socket.recv_fds(right, 1, 1)
            os.close(descriptors[0])
            self.assertEqual(message, b"x")


class Time(unittest.TestCase):
    def test_zoneinfo(self):
        self.assertEqual(sysconfig.get_config_var("TZPATH"), "/share/zoneinfo")
        zoneinfo.reset_tzpath([str(SHARE / "zoneinfo")])
        self.addCleanup(zoneinfo.reset_tzpath)
        import datetime

        berlin = zoneinfo.ZoneInfo("Europe/Berlin")
        for moment, hours in ((datetime.datetime(2025, 7, 1), 2), (datetime.datetime(2075, 1, 1), 1), (datetime.datetime(2075, 7, 1), 2)):
            self.assertEqual(moment.replace(tzinfo=berlin).utcoffset(), datetime.timedelta(hours=hours))
        zones = zoneinfo.available_timezones()
        self.assertGreater(len(zones), 580)
        self.assertLessEqual({"UTC", "America/New_York", "Asia/Kolkata", "US/Pacific", "Asia/Calcutta"}, zones)
        for zone in zones:
            zoneinfo.ZoneInfo(zone)

    def test_tzset(self):
        program = "import time; time.tzset(); print(time.tzname, time.localtime(1751328000).tm_hour, time.localtime(3313008000).tm_hour)"
        zone = SHARE / "zoneinfo/Europe/Berlin"
        name = "Europe/Berlin" if SHARE == pathlib.Path("/share") else f":{zone}"
        self.assertEqual(run("-c", program, env={"TZ": name}), "('CET', 'CEST') 2 1\n")
        self.assertEqual(run("-c", program, env={"TZ": "JST-9"}), "('JST', 'JST') 9 9\n")

    def test_strftime(self):
        # One conversion that the C library does not know must not cost the rest: what glibc gives.
        moment = (2024, 3, 5, 9, 7, 3, 1, 65, 0)
        for text, expected in (
            ("%k:%M|%l|%-l|%I%P", " 9:07| 9|9|09am"), ("%^a %^B %#p", "TUE MARCH am"), ("%Y %f %q", "2024 %f %q"),
            ("%-Q%EQ", "%-Q%EQ"), ("100%", "100%"), ("%-", "%-"), ("%d.%m.%Y %H:%M:%S", "05.03.2024 09:07:03"), ("", ""),
        ):
            self.assertEqual(time.strftime(text, moment), expected)
        self.assertEqual(run("-c", f"import time; print(time.strftime('%Z %z', {moment}))", env={"TZ": "JST-9"}), "JST +0000\n")

    def test_clocks(self):
        self.assertLess(time.monotonic(), time.monotonic() + 1)
        self.assertGreater(time.clock_gettime(time.CLOCK_BOOTTIME), 0)


class Data(unittest.TestCase):
    def test_sqlite(self):
        with contextlib.closing(sqlite3.connect(":memory:")) as database:

            def ask(query):
                return database.execute(query).fetchone()[0]

            self.assertEqual(ask("""select json_extract('{"a": [1, 2]}', '$.a[1]')"""), 2)
            self.assertEqual(ask("select round(sqrt(16) + sin(0) + log2(8))"), 7)
            self.assertEqual(ask("select upper('arrow') || sqlite_version() like 'ARROW3.%'"), 1)
            database.execute("create virtual table page using fts5(text)")
            database.execute("insert into page values ('one arrow, one machine')")
            self.assertEqual(ask("select count(*) from page where page match 'arrow AND machine'"), 1)
            database.execute("create virtual table place using rtree(id, west, east)")
            self.assertEqual(sqlite3.threadsafety, 3)

    def test_sqlite_sleeps_while_it_waits_for_a_lock(self):
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.join(folder, "database")
            with contextlib.closing(sqlite3.connect(name)) as first, contextlib.closing(sqlite3.connect(name, timeout=0.5)) as second:
                first.execute("begin exclusive")
                start, used = time.monotonic(), time.process_time()
                with self.assertRaisesRegex(sqlite3.OperationalError, "locked"):
                    second.execute("begin exclusive")
                waited = time.monotonic() - start
                self.assertGreaterEqual(waited, 0.4)
                # nanosleep(2), which is refused, would be a loop: SQLite asks again at once.
                self.assertLess(time.process_time() - used, waited / 2)

    def test_sqlite_offers_to_load_extensions_only_where_it_can(self):
        with contextlib.closing(sqlite3.connect(":memory:")) as database:
            can_load = "python-dynamic" in sys.executable
            self.assertEqual(hasattr(database, "enable_load_extension"), can_load)
            self.assertEqual(hasattr(database, "load_extension"), can_load)

    def test_dbm_on_sqlite(self):
        import dbm

        with tempfile.TemporaryDirectory() as folder, dbm.open(os.path.join(folder, "store"), "c") as store:
            store["key"] = "value"
            self.assertEqual(type(store).__module__, "dbm.sqlite3")

    def test_digests(self):
        self.assertLessEqual(hashlib.algorithms_guaranteed, hashlib.algorithms_available)
        for name in sorted(hashlib.algorithms_guaranteed | {"ripemd160", "sha512_256"}):
            with self.subTest(name):
                digest = hashlib.new(name, b"arrow")
                self.assertTrue(digest.digest(16) if name.startswith("shake") else digest.digest())
        self.assertEqual(hashlib.sha256(b"").hexdigest()[:16], "e3b0c44298fc1c14")
        self.assertEqual(hashlib.blake2b(b"x", key=b"k", digest_size=4).digest_size, 4)

    def test_key_derivation(self):
        self.assertEqual(hashlib.scrypt(b"", salt=b"", n=16, r=1, p=1).hex()[:16], "77d6576238657b20")
        self.assertEqual(hashlib.pbkdf2_hmac("sha1", b"password", b"salt", 1).hex()[:16], "0c60c80f961f0e71")

    def test_compression(self):
        import bz2
        import lzma
        import zlib

        plain = os.urandom(1000) + bytes(100_000)
        for module in (bz2, lzma, zlib):
            with self.subTest(module.__name__):
                packed = module.compress(plain)
                self.assertLess(len(packed), 3000)
                self.assertEqual(module.decompress(packed), plain)

    def test_archives(self):
        import io
        import tarfile
        import zipfile

        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "file").write_text("content")
            for mode in ("gz", "bz2", "xz"):
                archive = io.BytesIO()
                with tarfile.open(fileobj=archive, mode=f"w:{mode}") as tar:
                    tar.add(os.path.join(folder, "file"), "file")
                archive.seek(0)
                with tarfile.open(fileobj=archive) as tar:
                    self.assertEqual(tar.extractfile("file").read(), b"content")
            with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_LZMA) as archive:
                archive.writestr("file", "content")
                self.assertEqual(archive.read("file"), b"content")

    def test_decimal_is_the_one_in_c(self):
        import _decimal

        self.assertIs(decimal.Decimal, _decimal.Decimal)
        self.assertEqual(str(decimal.Decimal(1) / 7)[:10], "0.14285714")

    def test_xml(self):
        import xml.etree.ElementTree as tree

        self.assertEqual(tree.fromstring("<a><b c='d'/></a>").find("b").get("c"), "d")
        self.assertEqual(tree.Element.__module__, "xml.etree.ElementTree")

    def test_text(self):
        import unicodedata

        self.assertEqual(unicodedata.normalize("NFC", "u\u0308"), "ü")
        for codec in ("gb18030", "big5hkscs", "shift_jis", "euc_kr", "iso2022_jp", "cp1252", "utf-16"):
            self.assertEqual("ab".encode(codec).decode(codec), "ab")


def double(number):
    return 2 * number


class Processes(unittest.TestCase):
    def test_pool_by_each_start_method(self):
        for method in ("fork", "spawn", "forkserver"):
            with self.subTest(method):
                # In a child, so that the main module can be found again by a spawned one.
                output = run("-B", "-c", f"""
import multiprocessing, sys
sys.path.insert(0, {str(HERE)!r})
from test_runtime import double
if __name__ == "__main__":
    with multiprocessing.get_context({method!r}).Pool(2) as pool:
        print(pool.map(double, range(4)))
""")
                self.assertEqual(output, "[0, 2, 4, 6]\n")

    def test_a_line_on_a_pipe_arrives_at_once(self):
        program = "import sys; print('line'); sys.stdout.write('rest'); sys.stdin.read(1)"
        with subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as child:
            self.assertEqual(os.read(child.stdout.fileno(), 100), b"line\n")
            self.assertEqual(child.communicate(b"x", timeout=60)[0], b"rest")

    def test_blocks_on_a_pipe_stay_whole_and_a_file_gets_no_lines(self):
        self.assertEqual(run("-c", "import sys; print(sys.stdout.line_buffering, sys.stdin.line_buffering)"), "True False\n")
        with tempfile.TemporaryFile() as file:
            subprocess.run([sys.executable, "-c", "import sys; print(sys.stdout.line_buffering)"], stdout=file, check=True)
            file.seek(0)
            self.assertEqual(file.read(), b"False\n")

    def test_semaphores_and_shared_memory(self):
        from multiprocessing import shared_memory

        context = multiprocessing.get_context("fork")
        semaphore = context.Semaphore(0)
        block = shared_memory.SharedMemory(create=True, size=64)
        try:

            def write():
                block.buf[0] = 42
                semaphore.release()

            process = context.Process(target=write)
            process.start()
            self.assertTrue(semaphore.acquire(timeout=30))
            process.join(30)
            self.assertEqual(block.buf[0], 42)
        finally:
            block.close()
            block.unlink()

    def test_as_many_semaphores_as_memory_and_descriptors_allow(self):
        program = """
import multiprocessing, os
context = multiprocessing.get_context("fork")
queues = [context.Queue() for _ in range(300)]
locks = [context.Lock() for _ in range(1000)]
locks[-1].acquire()
print(len(queues) + len(locks), locks[-1].acquire(block=False), locks[0].acquire(block=False), os.sysconf("SC_SEM_NSEMS_MAX"))
"""
        self.assertEqual(run("-c", program), "1300 False True -1\n")

    def test_queue_between_processes(self):
        context = multiprocessing.get_context("fork")
        queue = context.Queue()
        process = context.Process(target=queue.put, args=("word",))
        process.start()
        self.assertEqual(queue.get(timeout=30), "word")
        process.join(30)
        self.assertEqual(process.exitcode, 0)

    def test_subprocess(self):
        self.assertEqual(run("-c", "import sys; print(sys.stdin.read())", input="word"), "word\n")
        done = subprocess.run([sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"], timeout=60)
        self.assertEqual(done.returncode, -15)
        self.assertRaises(FileNotFoundError, subprocess.run, ["/no/such/program"])

    def test_interpreters_of_their_own(self):
        import concurrent.futures

        with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as executor:
            self.assertEqual(executor.submit(double, 4).result(30), 8)
        import _interpreters

        interpreter = _interpreters.create()
        self.assertIsNone(_interpreters.exec(interpreter, "import json; json.dumps([1])"))
        _interpreters.destroy(interpreter)

    def test_system_calls_that_python_wraps(self):
        descriptor = os.memfd_create("arrow")
        os.ftruncate(descriptor, 4096)
        os.posix_fallocate(descriptor, 0, 4096)
        os.close(descriptor)
        os.close(os.eventfd(1))
        os.close(os.timerfd_create(time.CLOCK_MONOTONIC))
        os.close(os.pidfd_open(os.getpid()))
        self.assertTrue(os.sched_getaffinity(0))
        self.assertEqual(len(os.getrandom(8)), 8)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "pipe")
            os.mkfifo(path)
            os.chmod(path, 0o600)
            os.symlink("pipe", os.path.join(folder, "link"))
            os.utime(path)
            self.assertEqual(sorted(os.listdir(folder)), ["link", "pipe"])


class Locale(unittest.TestCase):
    def test_utf_8_without_any_setting(self):
        output = run("-c", "import sys; print(sys.flags.utf8_mode, sys.getfilesystemencoding(), sys.stdout.encoding)", env={})
        self.assertEqual(output.split()[1:], ["utf-8", "utf-8"])

    def test_c_utf_8(self):
        name = run("-c", "import locale; print(locale.setlocale(locale.LC_CTYPE, ''))", env={"LC_ALL": "C.UTF-8"})
        self.assertEqual(name, "C.UTF-8\n")
        self.assertEqual(locale.getpreferredencoding(False).lower(), "utf-8")

    def test_file_names_beyond_ascii(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "wörd").touch()
            self.assertEqual(os.listdir(folder), ["wörd"])


class Prompt(unittest.TestCase):
    def test_interactive_prompt_has_line_editing_without_curses(self):
        output = self.converse("xterm")
        self.assertIn("\x1b[", output)
        self.assertIn("3333", output)
        self.assertNotIn("Traceback", output)

    def test_interactive_prompt_on_a_terminal_that_can_do_nothing(self):
        output = self.converse("dumb")
        self.assertIn("3333", output)
        self.assertNotIn("Traceback", output)

    def converse(self, terminal):
        import pty

        process, master = pty.fork()
        if process == 0:
            os.execve(sys.executable, [sys.executable, "-q"], {"TERM": terminal, "PYTHON_HISTORY": "/dev/null"})
        output = b""
        with contextlib.suppress(OSError):
            while b">>> " not in output:
                output += os.read(master, 1024)
            os.write(master, b"print(1111 * 3)\rexit()\r")
            while chunk := os.read(master, 1024):
                output += chunk
        os.close(master)
        _, status = os.waitpid(process, 0)
        self.assertEqual(status, 0)
        return output.decode(errors="replace")


if __name__ == "__main__":
    unittest.main()
