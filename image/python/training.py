"""What Python is run with to find out which of its parts run often: what services, workers and scripts do all day.

The compiler then lays the program out for it. Nothing here is taken from the programs that measure the result. It runs the
same each time: no clock decides, no thread races another, random numbers have a seed.
"""

import array
import ast
import asyncio
import base64
import bisect
import collections
import contextlib
import copy
import csv
import dataclasses
import datetime
import decimal
import email
import enum
import fractions
import functools
import gc
import hashlib
import heapq
import html
import http.server
import io
import itertools
import json
import logging
import math
import operator
import os
import pickle
import queue
import random
import re
import socket
import sqlite3
import statistics
import string
import struct
import subprocess
import sys
import tempfile
import textwrap
import threading
import urllib.parse
import weakref
import xml.etree.ElementTree as tree
import zlib

TEXT = """It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, it was
the epoch of belief, it was the epoch of incredulity, it was the season of Light; naïve café, Ελληνικά, 日本語, 🐍.\n""" * 20

tasks = []


def times(count):
    """Marks a part of the training, and how often it runs."""

    def mark(function):
        tasks.append((function, count))
        return function

    return mark


class Shape:
    count = 0

    def __init__(self, name, *points):
        self.name = name
        self.points = list(points)
        Shape.count += 1

    @property
    def size(self):
        return len(self.points)

    @classmethod
    def make(cls, number):
        return cls(f"shape {number}", *((i, i * number) for i in range(4)))

    def area(self):
        total = 0.0
        for (x1, y1), (x2, y2) in zip(self.points, self.points[1:] + self.points[:1]):
            total += x1 * y2 - x2 * y1
        return abs(total) / 2

    def __eq__(self, other):
        return isinstance(other, Shape) and self.name == other.name

    def __hash__(self):
        return hash(self.name)

    def __lt__(self, other):
        return self.area() < other.area()

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r}, {self.points})"


class Square(Shape):
    __slots__ = ("side",)

    def __init__(self, name, side):
        super().__init__(name, (0, 0), (0, side), (side, side), (side, 0))
        self.side = side

    def area(self):
        return super().area() or self.side**2


@dataclasses.dataclass(order=True)
class Order:
    number: int
    customer: str
    lines: list = dataclasses.field(default_factory=list)

    def total(self):
        return sum(price * count for price, count in self.lines)


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Right(enum.IntFlag):
    READ = 4
    WRITE = 2


Point = collections.namedtuple("Point", "x y z")


@times(60)
def objects():
    shapes = [Shape.make(i) for i in range(100)] + [Square(f"square {i}", i) for i in range(100)]
    by_name = {shape.name: shape for shape in shapes}
    assert len(set(shapes)) == 200 and by_name["square 3"].area() == 9
    ordered = sorted(shapes)
    for shape in ordered:
        if isinstance(shape, Square) and shape.size == 4 and hasattr(shape, "side") and getattr(shape, "none", None) is None:
            shape.side += 1
            setattr(shape, "label", repr(shape))
    orders = [Order(i % 7, f"customer {i}", [(1.5 * i, 2), (3, i)]) for i in range(100)]
    max(orders), min(orders, key=Order.total), sum(order.total() for order in orders)
    points = [Point(i, i + 1, i + 2) for i in range(100)]
    sum(point.x * point.y - point[2] for point in points), points[0]._replace(x=2)
    [Colour(1), Colour["GREEN"], Colour.RED.name, Right.READ | Right.WRITE, Right(6) & Right.READ]
    copy.copy(shapes[0]), copy.deepcopy(orders[:10])
    references = [weakref.ref(shape) for shape in shapes]
    return sum(reference() is not None for reference in references)


@times(120)
def calls():
    def fibonacci(n):
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    def keywords(a, b=2, *rest, c=3, **others):
        return a + b + c + len(rest) + len(others)

    @functools.lru_cache(None)
    def cached(n):
        return n if n < 2 else cached(n - 1) + cached(n - 2)

    def outer(step):
        total = 0

        def inner(value):
            nonlocal total
            total += value * step
            return total

        return inner

    fibonacci(12), cached(60), functools.partial(keywords, 1, c=5)(2), functools.reduce(operator.add, range(50))
    add = outer(3)
    for i in range(100):
        add(i), keywords(i), keywords(1, 2, 3, 4, c=i), keywords(1, d=4, e=5), keywords(*(1, 2), **{"c": 3})
    list(map(lambda x: x * 2, filter(None, range(100))))


@times(120)
def generators_and_errors():
    def countdown(n):
        while n:
            sent = yield n
            n -= sent or 1

    def chain(depth):
        if depth:
            yield depth
            yield from chain(depth - 1)

    list(countdown(60)), sum(chain(15)), [x for x in (y * y for y in range(100)) if x % 3]
    source = countdown(9)
    next(source), source.send(2), source.close()
    for i in range(60):
        try:
            if i % 3 == 0:
                raise ValueError(i)
            if i % 3 == 1:
                {}[i]
            [][i]
        except (ValueError, KeyError) as error:
            str(error), error.args
        except IndexError:
            pass
        finally:
            i += 1
        with contextlib.suppress(AttributeError), contextlib.closing(io.BytesIO()):
            None.none
    match {"kind": "point", "at": [1, 2]}:
        case {"kind": "point", "at": [x, y]} if x < y:
            return x, y


@times(80)
def containers():
    numbers = list(range(300))
    random.Random(3).shuffle(numbers)
    numbers.sort(), numbers.sort(key=lambda n: -n), sorted(map(str, numbers), reverse=True)
    numbers.append(1), numbers.extend(range(30)), numbers.insert(0, 5), numbers.pop(), numbers.pop(0), numbers.remove(1), numbers.reverse()
    numbers[10:20], numbers[::2], numbers[-1], numbers.index(7), numbers.count(7), 7 in numbers, numbers + [1], numbers * 2, numbers == numbers[:]
    numbers[3:5] = [1, 2, 3]
    del numbers[7]
    counts = {}
    for word in TEXT.split():
        counts[word] = counts.get(word, 0) + 1
    for word, count in counts.items():
        counts[word] = count + 1
    merged = counts | {"new": 1}
    merged.update(a=1), merged.pop("a"), merged.setdefault("b", 0), list(merged), list(merged.values()), {v: k for k, v in merged.items() if k}
    "the" in merged, "none" not in merged
    groups = collections.defaultdict(list)
    for i in range(200):
        groups[i % 7, i % 2].append(i)
    collections.Counter(TEXT).most_common(5), collections.OrderedDict(groups), collections.ChainMap(merged, counts)["the"]
    line = collections.deque(maxlen=50)
    for i in range(120):
        line.append(i), line.appendleft(i), line.popleft()
    heap = []
    for i in range(120):
        heapq.heappush(heap, (i * 37 % 101, i))
    while heap:
        heapq.heappop(heap)
    small, large = set(range(20)), set(range(10, 200))
    small & large, small | large, small - large, small ^ large, small <= large, frozenset(small), {x % 7 for x in large}
    small.add(1), small.discard(2), 5 in small
    bisect.insort(sorted(numbers), 4), list(itertools.chain([1], [2])), list(itertools.product([1, 2], repeat=4)), list(itertools.permutations(range(4)))
    list(itertools.islice(itertools.count(), 50)), list(itertools.accumulate(range(50))), [list(group) for _, group in itertools.groupby(range(60), lambda n: n // 9)]
    list(zip(range(50), TEXT)), dict(enumerate(TEXT[:50])), any(n > 200 for n in range(300)), all(range(1, 50)), min(3, 4), max(range(50)), reversed([1])
    grid = [[0] * 20 for _ in range(20)]
    for y in range(20):
        for x in range(20):
            grid[y][x] = grid[y - 1][x - 1] + x ^ y
    a, (b, *c) = 1, (2, 3, 4)


@times(60)
def texts():
    for word in TEXT.split()[:150]:
        word.upper(), word.lower(), word.title(), word.strip(".,;"), word.startswith("t"), word.endswith(("s", "e")), word.replace("e", "3"), word.isalpha()
        f"{word:>12}|{len(word):05d}|{word!r}|{len(word) / 3:.2f}", "%s has %d letters, %5.1f" % (word, len(word), 1.5), "{} {:x} {name}".format(word, 255, name=word)
        word + " " + word, word * 2, word[1:-1], word[::-1], word == "the", word < "m", "th" in word, word.encode(), hash(word), ord(word[0]), word.casefold()
    ", ".join(TEXT.split()), TEXT.splitlines(), TEXT.split(","), TEXT.partition("worst"), TEXT.rsplit(" ", 3), TEXT.find("season"), TEXT.rfind("of"), TEXT.count("it")
    TEXT.encode("utf-8").decode("utf-8"), TEXT.encode("utf-16").decode("utf-16"), "plain ascii text".encode("ascii").decode("latin-1"), TEXT.translate({ord("e"): "3", ord(","): None})
    textwrap.fill(TEXT[:400], 60), string.Template("$a and $b").substitute(a=1, b=2), TEXT.isascii(), str(12345678901234567890), int("12345"), float("1.5e3"), repr(0.1), chr(8364)
    html.escape("<a href='x'>&</a>"), html.unescape("&lt;&eacute;&#x41;"), urllib.parse.urlsplit("https://user@example.org:8080/a/b?c=d&e=f#g"), urllib.parse.parse_qs("a=1&b=2&b=3%20x"), urllib.parse.quote("a b/ü")
    urllib.parse.urlencode({"a": 1, "b": "x y"}), urllib.parse.urljoin("http://a/b/c", "../d")


@times(40)
def patterns():
    for pattern in (r"\b(\w+) of (\w+)\b", r"[A-Z][a-z]+", r"(?P<first>\w)\w*(?P<last>\w)", r"it was the (?:best|worst)", r"\s+", r"[^\w\s]", r"(?i)LIGHT", r"^It.*$"):
        expression = re.compile(pattern, re.M)
        expression.findall(TEXT), expression.search(TEXT), expression.sub("<\\g<0>>", TEXT[:500]), expression.split(TEXT[:500])
        for match in expression.finditer(TEXT[:1000]):
            match.group(0), match.span(), match.groups(), match.groupdict()
    for line in ('127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /index.html HTTP/1.0" 200 2326', "not a line of a log"):
        re.match(r'(\S+) \S+ \S+ \[([^]]+)\] "(\w+) (\S+) [^"]*" (\d{3}) (\d+|-)', line)
    re.purge()
    re.compile(r"(?P<number>\d+(\.\d*)?)|(?P<name>[A-Za-z_]\w*)|(?P<string>'[^']*')|(?P<other>.)"), re.fullmatch(rb"[\x00-\x7f]*", b"bytes " * 50), re.escape("a.b*c")


@times(60)
def octets():
    data = TEXT.encode()
    base64.b64decode(base64.b64encode(data)), zlib.decompress(zlib.compress(data)), zlib.crc32(data), data.hex(), bytes.fromhex("00ff"), data.find(b"season"), data.split(b" "), b"".join([data, data])
    for digest in ("md5", "sha1", "sha256", "blake2b"):
        hashlib.new(digest, data).hexdigest()
    buffer = bytearray(data)
    buffer[3:6] = b"abc"
    buffer.extend(b"more"), buffer.append(7), bytes(buffer), memoryview(buffer)[10:20].tobytes(), data[5], data[1:5], data + b"x", data == bytes(buffer), list(data[:50]), buffer.replace(b"a", b"b")
    for i in range(100):
        struct.unpack("<IhQd", struct.pack("<IhQd", i, -i, i * 1000, i / 3)), int.from_bytes(i.to_bytes(4, "big"), "big")
    numbers = array.array("d", range(200))
    sum(numbers), numbers.tobytes(), numbers[3:9]
    for position in range(0, 500, 3):
        data[position] ^ data[position + 1] & 0x7F


@times(60)
def numbers():
    total = 0
    for i in range(600):
        total += i * i - i // 3 + i % 7 + (i << 2) ^ (i >> 1) | i & 3
    real = 0.5
    for i in range(1, 600):
        real += math.sin(i) * math.sqrt(i) / (i + 1.5) - abs(-real) ** 0.5 + math.floor(real) + round(real, 2)
    [complex(i, 1) * 2j for i in range(20)], divmod(total, 17), pow(3, 200, 10**9 + 7), -total, ~total, total < real, total == 3, bool(total), float(total), int(real)
    big = 1
    for i in range(1, 120):
        big *= i
    str(big), big // 10**50, big % 10**9, big**2, math.gcd(big, 2**64), math.factorial(30), math.isqrt(big), hash(big), big + 1 > big, int(str(big)), big.bit_length()
    price = decimal.Decimal("19.99")
    sum((price * i / 3).quantize(decimal.Decimal("0.01")) for i in range(60)), str(price**3), decimal.Decimal(2).sqrt(), fractions.Fraction(3, 7) + fractions.Fraction(1, 3)
    dice = random.Random(7)
    values = [dice.random() for _ in range(100)] + [dice.randint(1, 6) for _ in range(50)] + [dice.gauss(0, 1) for _ in range(20)]
    statistics.mean(values), statistics.stdev(values), dice.choice(values), dice.sample(values, 5), sum(values), math.fsum(values), max(values)
    matrix = [[i * j + 1.0 for j in range(12)] for i in range(12)]
    [[sum(a * b for a, b in zip(row, column)) for column in zip(*matrix)] for row in matrix]


@times(60)
def documents():
    record = {"id": 7, "name": "Ärrow", "tags": ["a", "b"], "price": 19.99, "nested": {"yes": True, "no": None, "list": list(range(40))}, "text": TEXT[:300]}
    text = json.dumps([record] * 10)
    json.loads(text), json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False), json.loads('{"a": [1, 2.5, "\\u00e9\\n", false]}')
    for protocol in (2, 5):
        pickle.loads(pickle.dumps([record, Order(1, "x", [(1, 2)]), datetime.date(2025, 1, 2), {1, 2}, (1, "x")] * 5, protocol))
    table = io.StringIO()
    csv.writer(table).writerows([i, f"name, {i}", i / 7] for i in range(60))
    table.seek(0)
    list(csv.reader(table)), list(csv.DictReader(io.StringIO("a,b\n1,2\n3,4\n")))
    root = tree.fromstring("<list>" + "".join(f"<item id='{i}'><name>n {i}</name></item>" for i in range(50)) + "</list>")
    tree.tostring(root), [item.findtext("name") for item in root.iter("item")], root.find("item[@id='7']")
    message = email.message_from_string("From: a@example.org\r\nTo: B <b@example.org>\r\nSubject: =?utf-8?q?x?=\r\nContent-Type: text/plain\r\n\r\nHello\r\n")
    message["subject"], message.get_payload(), message.get_content_type(), message.as_string()


@times(60)
def moments():
    start = datetime.datetime(2025, 1, 31, 12, 30, tzinfo=datetime.timezone.utc)
    for i in range(60):
        moment = start + datetime.timedelta(days=i, seconds=i * 7)
        moment.isoformat(), moment.strftime("%Y-%m-%d %H:%M:%S"), moment - start, moment > start, moment.replace(hour=3).weekday(), datetime.datetime.fromisoformat("2025-03-04T05:06:07+02:00")
    datetime.datetime.strptime("2025-01-02 03:04", "%Y-%m-%d %H:%M"), datetime.date(2025, 1, 2).toordinal()


@times(30)
def records():
    logger = logging.getLogger("training")
    logger.propagate = False
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logger.handlers = [handler]
    for i in range(40):
        logger.warning("%d of %s", i, "many"), logger.debug("never"), logger.isEnabledFor(logging.INFO)
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        database.execute("create table item (id integer primary key, name text, price real)")
        database.executemany("insert into item (name, price) values (?, ?)", ((f"item {i}", i * 1.5) for i in range(200)))
        database.execute("select name, price from item where price > ? order by name", (30,)).fetchall(), database.execute("select count(*), avg(price) from item").fetchone()
        database.commit()


@times(30)
def files():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file.txt")
        with open(path, "w", encoding="utf-8") as file:
            for line in TEXT.splitlines():
                print(line, file=file)
        with open(path, encoding="utf-8") as file:
            [line.rstrip() for line in file], file.seek(0), file.read()
        with open(path, "rb") as file:
            file.readline(), file.read(100), file.readlines()
        os.path.exists(path), os.path.splitext(path), os.path.getsize(path), os.listdir(folder), list(os.scandir(folder)), os.path.abspath("x"), os.stat(path).st_size
    output = io.StringIO()
    for i in range(200):
        output.write(f"{i}\n")
    output.getvalue(), list(io.BytesIO(b"a\nb\n" * 50)), io.TextIOWrapper(io.BytesIO(TEXT.encode()), "utf-8").readlines()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"path": self.path, "agent": self.headers.get("User-Agent")}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


@times(60)
def requests():
    class Connection:
        def makefile(self, *_):
            return io.BytesIO(b"GET /a/b?c=d HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: training\r\nAccept: */*\r\nConnection: close\r\n\r\n")

        def sendall(self, data):
            self.sent = data

    for _ in range(4):
        Page(Connection(), ("127.0.0.1", 1), None)
    left, right = socket.socketpair()
    with left, right:
        for _ in range(20):
            left.sendall(b"x" * 200), right.recv(1000)


@times(20)
def tasks_of_a_loop():
    async def work(queue, results):
        while (item := await queue.get()) is not None:
            await asyncio.sleep(0)
            results.append(item * 2)
            queue.task_done()

    async def numbers(n):
        for i in range(n):
            yield i

    async def main():
        line, results = asyncio.Queue(), []
        workers = [asyncio.create_task(work(line, results)) for _ in range(4)]
        async for i in numbers(80):
            line.put_nowait(i)
        await line.join()
        for _ in workers:
            line.put_nowait(None)
        await asyncio.gather(*workers)
        lock = asyncio.Lock()
        async with lock, asyncio.timeout(60):
            future = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(future.set_result, 1)
            await future
        return len(results)

    assert asyncio.run(main()) == 80


@times(20)
def threads_in_turn():
    line = queue.Queue()
    for _ in range(5):
        thread = threading.Thread(target=lambda: [line.put(i) for i in range(40)])
        thread.start()
        thread.join()
    lock, event = threading.RLock(), threading.Event()
    event.set()
    while not line.empty():
        with lock:
            line.get(), event.wait(1)


@times(3)
def compilation():
    for module in (textwrap, queue, heapq, json.decoder):
        with open(module.__file__, encoding="utf-8") as file:
            source = file.read()
        compile(source, module.__file__, "exec"), ast.parse(source)
    scope = {}
    exec("class A:\n  def f(self): return [x for x in range(3)]\nresult = A().f()", scope)
    eval("sum(result) + 1", scope)


@times(6)
def garbage():
    for _ in range(20_000):
        cycle = []
        cycle.append([cycle])
    gc.collect()


def starts():
    """The start of the program, and the imports of a service."""
    for program in ("pass", "import http.server", "import asyncio", "import json, logging, sqlite3, argparse", "import http.server, ssl, urllib.request") * 4:
        subprocess.run([sys.executable, "-s", "-P", "-c", program], check=True)


if __name__ == "__main__":
    for function, count in tasks:
        for _ in range(count):
            function()
    starts()
