import TestSupport
import Testing

/// Python as a confined task in a VM: every module, threads, TLS, time zones.
@Suite("The Python runtime in a VM", .needsImage)
struct PythonTests {
  @Test("the runtime's own tests pass inside the VM")
  func runtime() async throws {
    let end = try await Bench().run(
      "python-runtime", options: ["-m", "256m"], limit: 400, exactly: 0)
    #expect(end.stderr.contains("\nOK"), "\(end.stderr)")
  }

  @Test("a task finds what programs ask of any system")
  func system() async throws {
    let script = """
      import getpass, grp, os, platform, pwd, socket, tempfile, time
      for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
          for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
              with socket.socket(family, kind) as s: s.bind((address, 80))
      del os.environ["HOME"]
      print(platform.freedesktop_os_release()["ID"], pwd.getpwuid(os.getuid()).pw_name, getpass.getuser())
      print(grp.getgrgid(os.getgid()).gr_name, os.path.expanduser("~"), socket.getprotobyname("udp"))
      print(open("/etc/hostname").read().strip(), len(open("/proc/sys/kernel/random/boot_id").read()), time.tzname[0])
      print(os.path.realpath("/etc/localtime"), socket.getservbyname("https"), os.listdir("/usr/share/zoneinfo") != [])
      for folder in ("/var/tmp", "/dev/shm", "/tmp", "/run"): tempfile.TemporaryFile(dir=folder).write(b"x")
      for name in ("hosts", "nsswitch.conf", "services", "protocols"): open("/etc/" + name).read()
      """
    let end = try await Bench().run("python", "python", "-c", script, exactly: 0)
    #expect(
      end.stdout == """
        arrow arrow arrow
        arrow /tmp 17
        python 37 UTC
        /share/zoneinfo/UTC 443 True

        """, "\(end.stderr)")
  }

  /// lea rax,[rip+6]; push 0x33; push rax; lretq; ret
  @Test("a far return in user mode harms nobody")
  func farReturn() async throws {
    let script = #"""
      import ctypes, mmap
      m = mmap.mmap(-1, 4096, prot=7)
      a = ctypes.addressof(ctypes.c_char.from_buffer(m))
      m[0:13] = b"\x48\x8d\x05\x05\x00\x00\x00\x6a\x33\x50\x48\xcb\xc3"
      ctypes.CFUNCTYPE(None)(a)()
      print("survived")
      """#
    let end = try await Bench().run("python", "python", "-c", script, exactly: 0)
    #expect(end.stdout == "survived\n", "\(end.stderr)")
  }

  @Test("no file below /proc and /sys shows an address of the kernel")
  func addresses() async throws {
    let script = #"""
      import os, re
      address = re.compile(rb"ffffffff[8-9a-e][0-9a-f]{7}|ffff[8-9a-e][0-9a-f]{11}", re.I)
      count = 0
      for root in ("/proc", "/sys"):
          for folder, folders, files in os.walk(root):
              for name in files:
                  path = folder + "/" + name
                  if name in ("exe", "mem", "pagemap") or "/map_files" in path: continue
                  try:
                      with open(path, "rb", buffering=0, opener=lambda p, f: os.open(p, f | os.O_NONBLOCK)) as file:
                          text = file.read(1 << 16) or b""
                  except OSError: continue
                  count += 1
                  if address.search(text): print(path, text)
      print(count > 500, "ptype", "_text+0x" in open("/proc/net/ptype").read())
      """#
    let end = try await Bench().run("python", "python", "-c", script, exactly: 0)
    #expect(end.stdout == "True ptype True\n", "\(end.stderr)")
  }

  @Test("memory that is not there is a MemoryError, and the program goes on")
  func memory() async throws {
    let script = """
      import threading
      def ask(make, mebibytes):
        try: make(mebibytes << 20); return "made"
        except MemoryError: return "MemoryError"
      def fill(one):
        kept = []
        try:
          while True: kept.append(one(len(kept)))
        except MemoryError: return "MemoryError"
      kinds = bytearray, lambda count: b"x" * count, lambda count: [None] * (count // 8)
      for make in kinds:
        print(*{ask(make, n) for n in (1, 8, 20, 28)}, *{ask(make, n) for n in (*range(40, 70, 3), 500, 1023, 1 << 12, 1 << 20)})
      print(*{fill(one) for one in (str, lambda n: bytearray(3000), lambda n: [n], lambda n: bytearray(200_000))})
      ends = []
      threads = [threading.Thread(target=lambda: ends.append(fill(lambda n: bytearray(30_000)))) for _ in range(3)]
      for thread in threads: thread.start()
      for thread in threads: thread.join()
      print(*ends)
      """
    let end = try await Bench().run("python", "python", "-c", script, limit: 120, exactly: 0)
    #expect(
      end.stdout
        == String(repeating: "made MemoryError\n", count: 3) + "MemoryError\nMemoryError MemoryError MemoryError\n",
      "\(end.stdout)\(end.stderr)")
  }

  @Test("the least memory boots", arguments: ["microvm", "q35"])
  func leastMemory(machine: String) async throws {
    for (cpus, least) in [(1, 24), (4, 27)] {
      let options = ["--machine", machine, "--cpus", "\(cpus)"]
      let less = try await Bench().run("probe", "probe", "exit", "0", options: options + ["-m", "\(least - 1)m"])
      #expect(less.code == 125 && less.stderr.contains(" from \(least)m on\n"), "\(less.stderr)")
      _ = try await Bench().run("probe", "probe", "exit", "7", options: options + ["-m", "\(least)m"], exactly: 7)
    }
  }

  /// The memory is filled with pages that the kernel can't drop, past what Python would ask for.
  @Test("a VM that is nearly too small says so")
  func pressure() async throws {
    let script = """
      import asyncio, decimal, json, mmap, re, time
      def available(): return next(int(line.split()[1]) for line in open("/proc/meminfo") if line.startswith("MemAvailable"))
      kept, start = [], time.monotonic()
      while time.monotonic() - start < 45:
        if available() > 3000:
          kept.append(mmap.mmap(-1, 1 << 18, flags=mmap.MAP_PRIVATE))
          for page in range(0, 1 << 18, 4096): kept[-1][page] = 1
        else:
          try: json.dumps([1]); re.compile("a|b"); decimal.Decimal(1) / 7; asyncio.run(asyncio.sleep(0))
          except MemoryError: pass
      """
    let end = try await Bench().run("python", "python", "-c", script, limit: 120)
    #expect(end.events.contains { $0.hasPrefix(#"{"event":"memory","availableMiB":"#) }, "\(end.events)")
    #expect(end.stderr.contains("the VM's memory is nearly full: ") || end.code == 137, "\(end.stderr)")
  }

  @Test("each module of the library is there, or the documents name it")
  func library() async throws {
    let script = """
      import importlib.util, sys
      names = {name for name in sys.stdlib_module_names if not importlib.util.find_spec(name)}
      for name in "dbm.gnu", "dbm.ndbm":
        try: importlib.import_module(name)
        except ImportError: names.add(name)
      print(*sorted(names))
      """
    let end = try await Bench().run("python", "python", "-c", script, exactly: 0)
    let page = try Clone.text(of: "docs/python-applications.md")
    let section = try #require(page.split(separator: "## Modules that are not there\n").last)
    let table = section.split(separator: "\n").prefix { $0.hasPrefix("|") }
    let named = table.flatMap { row in
      row.split(separator: "|").first.map { $0.matches(of: #/`([a-z_.]+)`/#).map { String($0.1) } } ?? []
    }
    #expect(named.sorted().joined(separator: " ") + "\n" == end.stdout)
  }

  /// The image's files have dates that ZIP can hold, which begins with 1980, in every time zone.
  @Test("files of the image go into a ZIP archive")
  func zip() async throws {
    let script = "import os, zipfile; zipfile.ZipFile('/tmp/z', 'w').write(os.__file__); print('written')"
    let end = try await Bench().run("python", "python", "-c", script, options: ["-e", "TZ=Etc/GMT+12"], exactly: 0)
    #expect(end.stdout == "written\n", "\(end.stderr)")
  }

  /// http.server answers by the file's date alone, and the image that is replaced is the one that the browser knows.
  @Test("a page that has changed is not answered with 304")
  func pages() async throws {
    let end = try await Bench().shell(
      """
      mkdir -p pieces/meta app/www; cp -al "$clone/.build/pieces/binary" "$clone/.build/pieces/share" pieces/
      echo '{"binary": {"name": "python", "version": "v3.13"}, "port": 8080, "export": 3008, "process": {"cmd": "python",
        "args": ["python", "-m", "http.server", "8080", "-d", "www"]}}' >app/arrow_spec.json
      status() { curl -s -o /dev/null -w '%{http_code}\\n' -H "If-Modified-Since: $1" "http://localhost:$port/index.html"; }
      serve() {
        echo "$1" >app/www/index.html
        "$mkarrowimg" add pieces app >&2; "$mkarrowimg" build pieces -o image >&2
        "$actrl" shoot --image image --wait --accel tcg -p 0:8080 --name vm app >/dev/null
        port=$("$actrl" list | sed -n 's/.*127.0.0.1:\\([0-9]*\\)->8080.*/\\1/p')
      }
      serve first
      date=$(curl -sI "http://localhost:$port/index.html" | sed -n 's/^Last-Modified: //p' | tr -d '\\r')
      status "$date"; "$actrl" kill vm >/dev/null
      serve 'second, another text'
      status "$date"; "$actrl" kill vm >/dev/null
      """, limit: 120)
    #expect(end.stdout == "304\n200\n", "\(end.stderr)")
  }
}
