"""Each of these packages has C code, linked into the Python this runs on; each is put to its use."""

import cffi
import markupsafe._speedups
import msgpack
import psutil
import simplejson.encoder
import simplejson.scanner
import yaml

document = {"name": "arrow", "list": [1, 2.5, None], "nested": {"text": "äöü <&>"}}

assert markupsafe.escape("<a & 'b'>") == "&lt;a &amp; &#39;b&#39;&gt;"
assert markupsafe._speedups._escape_inner("<") == "&lt;"

text = yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True)
assert yaml.load(text, Loader=yaml.CSafeLoader) == yaml.safe_load(text) == document
try:
    yaml.load("a: [1, 2", Loader=yaml.CSafeLoader)
except yaml.YAMLError as error:
    assert error.problem_mark.line == 1

assert msgpack.Packer.__module__ == "msgpack._cmsgpack"
assert msgpack.unpackb(msgpack.packb(document)) == document
unpacker = msgpack.Unpacker()
unpacker.feed(b"".join(msgpack.packb(number) for number in range(1000)))
assert sum(unpacker) == 499500

assert simplejson.encoder.c_make_encoder and simplejson.scanner.c_make_scanner
assert simplejson.loads(simplejson.dumps(document)) == document

ffi = cffi.FFI()
ffi.cdef("double sqrt(double); void qsort(void *, size_t, size_t, int (*)(const void *, const void *));")
libc = ffi.dlopen(None)
numbers = ffi.new("int[]", [3, 1, 2])
compare = ffi.callback(
    "int(const void *, const void *)", lambda a, b: ffi.cast("int *", a)[0] - ffi.cast("int *", b)[0])
libc.qsort(numbers, len(numbers), ffi.sizeof("int"), compare)
assert list(numbers) == [1, 2, 3] and libc.sqrt(2.25) == 1.5

process = psutil.Process()
assert process.memory_info().rss > 1 << 20 and process.num_threads() == 1
assert process.cmdline()[-1] == "main.py" and psutil.virtual_memory().total < 1 << 30

print("linked in:", "MarkupSafe, PyYAML, msgpack, simplejson, cffi, psutil")
