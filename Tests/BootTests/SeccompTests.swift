import Testing

/// A system call that the seccomp filter refuses is reported by name, and the calls of a run can be made a profile
/// (docs/faults.md, 24).
@Suite("Seccomp in a VM", .needsImage)
struct SeccompTests {
  private func refusals(_ events: [String]) -> [Substring] {
    events.compactMap { $0.firstMatch(of: #/"event":"seccomp","syscall":"([a-z0-9_ ]+)"/#)?.1 }
  }

  @Test("refusals are events that name the system call")
  func refusals() async throws {
    let end = try await Bench().run("probe", "probe", "escape", exactly: 0)
    let seen = refusals(end.events)
    for name in ["mount", "umount2", "pivot_root", "bpf", "ptrace", "keyctl", "init_module", "kexec_load", "clone3"] {
      #expect(seen.contains { $0 == name }, "\(name) in \(seen)")
    }
    #expect(Set(seen).count == seen.count)
  }

  @Test("system calls that the profile does not know are not there, those that it refuses are not permitted")
  func unknownCalls() async throws {
    let script = """
      import ctypes, errno
      c = ctypes.CDLL(None, use_errno=True)
      for number in (437, 451, 999, 100000, -1, -2, -2**31, 165, 101, 321, 272, 169, 304):
          c.syscall(number, -1, 0, 0, 0, 0); print(number, errno.errorcode[ctypes.get_errno()])
      """
    let end = try await Bench().run("python", "python", "-c", script, exactly: 0)
    let notThere = [437, 451, 999, 100_000, -1, -2, -2_147_483_648]
    let lines = notThere.map { "\($0) ENOSYS" } + [165, 101, 321, 272, 169, 304].map { "\($0) EPERM" }
    #expect(end.stdout.split(separator: "\n").map(String.init) == lines, "\(end.stderr)")
  }

  @Test("a hundred thousand refusals are one event, and the task goes on")
  func manyRefusals() async throws {
    let end = try await Bench().run("probe", "probe", "refused", "100000", limit: 120, exactly: 0)
    #expect((1...3).contains(refusals(end.events).filter { $0 == "add_key" }.count), "\(end.events.count)")
    #expect(end.kernelLog.utf8.count < 4096, "\(end.kernelLog.prefix(500))")
  }

  @Test("the end of a task that its filter kills names the system call")
  func killingCall() async throws {
    let end = try await Bench().run("probe", "probe", "x32")
    // The filter kills a task that makes another architecture's calls.
    if end.code == 159 {
      #expect(end.events.last == #"{"event":"exited","code":159,"signal":31,"reason":"seccomp"}"#)
      #expect(refusals(end.events).count == 1, "\(end.events)")
    }
  }

  @Test("a record makes a profile that the application runs with, and nothing else does")
  func record() async throws {
    let script = "import os, socket, threading; print(sum(range(9)), os.getpid() > 1)"
    let end = try await Bench().shell(
      """
      "$actrl" shoot --record-seccomp profile.json --accel tcg --name vm python python -c '\(script)'
      grep -c '"event":"seccomp"' "$vm/events.jsonl" && exit 9
      cat profile.json; "$actrl" rm vm >/dev/null
      cp -al "$clone/.build/test-image/pieces" pieces; rm pieces/meta/python/arrow_spec.json
      perl -pe 'BEGIN { local $/; open F, "profile.json"; $p = <F> } s/"process"/"linux": {"seccomp": $p}, "process"/' \
        "$clone/.build/test-image/pieces/meta/python/arrow_spec.json" >pieces/meta/python/arrow_spec.json
      "$mkarrowimg" build pieces -o image >/dev/null
      "$actrl" run --image image --accel tcg python python -c '\(script)'
      "$actrl" run --image image --accel tcg python python -c 'import os; os.mkfifo("/tmp/x")' || echo "code $?"
      """, limit: 180)
    #expect(end.code == 0, "\(end.stdout)\(end.stderr)")
    #expect(end.stdout.contains(#""defaultAction": "SCMP_ACT_ERRNO""#))
    for name in ["execve", "mmap", "write", "exit_group"] {
      #expect(end.stdout.contains("\"\(name)\""), "\(name)")
    }
    #expect(!end.stdout.contains("\"mknod\"") && !end.stdout.contains("\"mount\""))
    #expect(end.stdout.contains("36 True\n"))
    #expect(end.stderr.contains("PermissionError"))
    #expect(end.stdout.hasSuffix("code 1\n"), "\(end.stdout)")
    #expect(end.stderr.contains(#/actrl: profile.json allows [0-9]+ system calls/#))
  }
}
