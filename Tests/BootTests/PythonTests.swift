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

  /// The image's files have dates that ZIP can hold, which begins with 1980, in every time zone.
  @Test("files of the image go into a ZIP archive")
  func zip() async throws {
    let script = "import os, zipfile; zipfile.ZipFile('/tmp/z', 'w').write(os.__file__); print('written')"
    let end = try await Bench().run("python", "python", "-c", script, options: ["-e", "TZ=Etc/GMT+12"], exactly: 0)
    #expect(end.stdout == "written\n", "\(end.stderr)")
  }
}
