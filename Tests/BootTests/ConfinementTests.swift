import Testing

/// The task's confinement, as a task sees it (docs/faults.md, 21 to 27).
@Suite("Confinement, seen from inside", .needsImage)
struct ConfinementTests {
  @Test("a task has a filter, no capability and no way to one, in threads and other programs too")
  func capabilities() async throws {
    let end = try await Bench().run("probe", "probe", "status", exactly: 0)
    let lines = end.stdout.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    let seen = Dictionary(grouping: lines.filter { $0.count > 1 }, by: { $0[0] })
    let expected = [
      "CapInh:": "0000000000000000", "CapPrm:": "0000000000000000", "CapEff:": "0000000000000000",
      "CapBnd:": "0000000000000000", "CapAmb:": "0000000000000000", "NoNewPrivs:": "1", "Seccomp:": "2",
    ]
    for (name, value) in expected {
      #expect(seen[name]?.map { $0[1] } == [value, value, value], "\(name)")
    }
    for name in ["Uid:", "Gid:"] {
      #expect(seen[name]?.map { Array($0[1...]) } == Array(repeating: ["1000", "1000", "1000", "1000"], count: 3))
    }
  }

  @Test("the capabilities that the spec asks for are the task's")
  func askedCapabilities() async throws {
    let end = try await Bench().run("probe-privileged", exactly: 0)
    // CAP_CHOWN is 0, CAP_NET_BIND_SERVICE is 10.
    for name in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
      #expect(end.stdout.contains("\(name):\t0000000000000401\n"), "\(end.stdout)")
    }
    #expect(end.stdout.contains("NoNewPrivs:\t0\n") && end.stdout.contains("Seccomp:\t2\n"))
  }

  @Test("PID 1 has given up what it no longer needs, when the task looks at it")
  func pid1() async throws {
    let end = try await Bench().run("probe-root", exactly: 0)
    // CAP_DAC_OVERRIDE, CAP_KILL, CAP_SYS_BOOT, CAP_SYS_TIME.
    let kept = "0000000002400022"
    for line in ["CapInh:\t0000000000000000", "CapPrm:\t\(kept)", "CapEff:\t\(kept)", "CapBnd:\t\(kept)"] {
      #expect(end.stdout.contains(line + "\n"), "\(line) in \(end.stdout)")
    }
    #expect(end.stdout.contains("NoNewPrivs:\t1\n") && end.stdout.contains("Seccomp:\t2\n"), "\(end.stdout)")
    // The filter of PID 1 refused none of its own calls.
    #expect(!end.events.contains { $0.contains("seccomp") }, "\(end.events)")
  }

  @Test("descriptors, signals, umask, folder, ids and environment are the defaults where the spec is silent")
  func defaults() async throws {
    let end = try await Bench().run("probe", "probe", "surroundings", exactly: 0)
    #expect(
      end.stdout == """
        fd 0
        fd 1
        fd 2
        umask 022
        cwd /meta/probe
        ids 1000 1000 1000 1000
        env PATH=/binary/probe/v1/bin:/bin
        env HOME=/tmp
        env NOTIFY_SOCKET=/run/arrow/notify

        """)
  }

  @Test("descriptors, signals, umask, folder, ids and environment are what the spec says")
  func askedSurroundings() async throws {
    let end = try await Bench().run("probe-full", exactly: 0)
    #expect(
      end.stdout == """
        fd 0
        fd 1
        fd 2
        umask 077
        cwd /tmp
        ids 1234 1234 2345 2345
        env GREETING=hello world
        env EMPTY=
        env PATH=/binary/probe/v1/bin:/bin
        env HOME=/tmp
        env NOTIFY_SOCKET=/run/arrow/notify

        """)
    let files = try await Bench().run(
      "probe-full", "probe", "cat", "/proc/self/limits", "/proc/self/status", "/proc/sys/kernel/hostname",
      "/proc/sys/net/core/somaxconn", "/proc/self/oom_score_adj", "/proc/cpuinfo", exactly: 0)
    #expect(files.stdout.contains("Max open files            256                  512 "))
    #expect(files.stdout.contains("Groups:\t77 78 \n"))
    #expect(files.stdout.hasSuffix("quiver\n777\n500\n"), "a masked file is empty: \(files.stdout.suffix(60))")
  }

  @Test("words of the kernel command line do not reach the task")
  func commandLine() async throws {
    let end = try await Bench().shell(
      """
      words='LD_PRELOAD=x PYTHONPATH=/tmp foo "bar baz=1" init=/init'
      "$actrl" shoot --dry-run --accel tcg --name vm -e MINE=1 probe probe surroundings |
        W="$words" perl -pe 's/arrow=probe/$ENV{W} arrow=probe/' >line
      timeout 120 bash line >/dev/null 2>&1; cat "$vm/stdout.log"
      """)
    let variables = end.stdout.split(separator: "\n").filter { $0.hasPrefix("env ") }
    #expect(
      variables == [
        "env MINE=1", "env PATH=/binary/probe/v1/bin:/bin", "env HOME=/tmp", "env NOTIFY_SOCKET=/run/arrow/notify",
      ])
  }

  @Test("every way out is refused")
  func escapes() async throws {
    let end = try await Bench().run("probe", "probe", "escape", exactly: 0)
    let expected = """
      mount EPERM
      umount EPERM
      pivot_root EPERM
      chroot EPERM
      reboot EPERM
      init_module EPERM
      finit_module EPERM
      kexec_load EPERM
      kexec_file_load EPERM
      bpf EPERM
      ptrace EPERM
      process_vm_readv EPERM
      kill 1 EPERM
      unshare user EPERM
      unshare mount EPERM
      clone user EPERM
      clone3 ENOSYS
      keyctl EPERM
      add_key EPERM
      userfaultfd EPERM
      perf_event_open EPERM
      io_uring_setup EPERM
      setuid EPERM
      settimeofday EPERM
      swapon EPERM
      iopl EPERM
      socket alg EPERM
      socket vsock EPERM
      socket packet EPERM
      socket netlink DONE
      socket raw EPERM
      open disk ENOENT
      mknod EPERM
      write sysctl EACCES
      write sysrq ENOENT
      write cgroup ENOENT
      open kmsg ENOENT
      open mem ENOENT
      open environ of PID 1 ENOENT

      """
    #expect(end.stdout == expected)
  }

  @Test("the kernel's other doors are shut", arguments: ["i386", "x32"])
  func doors(door: String) async throws {
    let end = try await Bench().run("probe", "probe", door)
    if door == "i386" {
      // Without IA32_EMULATION the instruction itself is a fault.
      #expect(end.code == 139, "\(end.stdout)")
    } else {
      #expect(
        end.code == 159 || end.stdout == "x32 ENOSYS\n" || end.stdout == "x32 EPERM\n", "\(end.code) \(end.stdout)")
    }
  }

  @Test("nothing can be written but /tmp and /run, and nothing written can be executed")
  func writable() async throws {
    let places = ["/", "/binary", "/meta/probe", "/share", "/etc", "/.arrow", "/proc", "/sys", "/dev", "/tmp", "/run"]
    let end = try await Bench().run("probe", words: ["probe", "write"] + places, exactly: 0)
    let expected = places.map { place in
      switch place {
      case "/tmp", "/run": "\(place) DONE"
      case "/proc": "/proc ENOENT"
      case "/dev": "/dev EACCES"
      default: "\(place) EROFS"
      }
    }
    #expect(end.stdout.split(separator: "\n").map(String.init) == expected)
    let execute = try await Bench().run("probe", "probe", "execute", "/tmp", exactly: 0)
    #expect(execute.stdout == "execute EACCES\n")
    let memory = try await Bench().run("probe", "probe", "execute-memory", exactly: 0)
    #expect(memory.stdout == "execute EACCES\nmap EPERM\n")
  }

  @Test("with root.readonly false the root can be written, and forgets it")
  func forgettingRoot() async throws {
    // The task's user owns nothing in the root: EACCES, no longer EROFS.
    let end = try await Bench().run("probe-writable", exactly: 0)
    #expect(end.stdout == "/ EACCES\n/binary EACCES\n/tmp DONE\n")
  }

  @Test("a full /tmp is ENOSPC for the task, and its end arrives")
  func fullTmp() async throws {
    let end = try await Bench().run("probe", "probe", "fill", "/tmp", exactly: 9)
    #expect(end.stdout == "write ENOSPC\n")
  }
}
