import ArrowBoot
import ArrowSpec
import Testing

@Suite("The task's root")
struct RootTests {
  private func calls(_ members: String, prepare: (inout Machine) -> Void = { _ in }) -> [String] {
    var machine = Machine()
    machine.addToSpec(members)
    prepare(&machine)
    let calls = expectBoot(machine).calls
    let start = calls.firstIndex { $0.contains("/root/dev/pts") } ?? 0
    let end = calls.firstIndex { $0.hasPrefix("setHostname") } ?? calls.endIndex
    let looks = ["close", "read", "realPath", "fileMode", "open", "names"]
    return calls[start..<end].dropFirst(2).filter { call in
      !looks.contains { call.hasPrefix($0) } && !call.hasSuffix("/ip_unprivileged_port_start")
    }
  }

  @Test("the task's root has a file system on every folder that mkarrowimg leaves empty for it")
  func mountPoints() {
    let mounts = expectBoot(Machine()).calls("mount").compactMap { call in
      call.split(separator: " ").map(String.init).first { $0.hasPrefix("/root/") && !$0.hasSuffix("/pts") }
    }
    #expect(mounts.sorted() == GuestContract.mountPoints.map { "/root/\($0)" }.sorted())
  }

  @Test("the task may bind every port, unless its spec's sysctl says otherwise")
  func ports() {
    let path = "/proc/sys/net/ipv4/ip_unprivileged_port_start"
    #expect(expectBoot(Machine()).calls("write").filter { $0.hasSuffix(path) } == [#"write "0" to \#(path)"#])
    var machine = Machine()
    machine.addToSpec(#", "linux": {"sysctl": {"net.ipv4.ip_unprivileged_port_start": "443"}}"#)
    #expect(expectBoot(machine).calls("write").last { $0.hasSuffix(path) } == #"write "443" to \#(path)"#)
  }

  @Test("a user whom the host chooses gets a name, and so do its groups; those of the image's specs have theirs")
  func givenUser() {
    var machine = Machine()
    machine.pieces["/etc/passwd"] = .file("root:x:0:0:root:/tmp:/nologin\narrow:x:1000:1000:arrow:/tmp:/nologin\n")
    machine.pieces["/etc/group"] = .file("root:x:0:\narrow:x:1000:\n")
    #expect(!expectBoot(machine).calls.contains { $0.contains("/etc/passwd") })
    func written(_ user: String) -> (passwd: String, group: String) {
      var machine = machine
      machine.initrd["/arrow/overrides.json"] = .file(#"{"process": {"user": {\#(user)}}}"#)
      let run = expectBoot(machine)
      for file in ["passwd", "group"] where !run.text(of: "/root/run/arrow/\(file)").isEmpty {
        #expect(run.calls.contains("mount /root/run/arrow/\(file) on /root/etc/\(file) bind"))
      }
      return (run.text(of: "/root/run/arrow/passwd"), run.text(of: "/root/run/arrow/group"))
    }
    let both = written(#""uid": 4711, "gid": 1000, "additionalGids": [7, 0]"#)
    #expect(both.passwd.hasSuffix("arrow:/tmp:/nologin\narrow4711:x:4711:1000:arrow4711:/tmp:/nologin\n"))
    #expect(both.group == "root:x:0:\narrow:x:1000:\narrow7:x:7:\n")
    #expect(written(#""uid": 0, "gid": 0"#) == ("", ""))
    // An image of somebody else's, without these files.
    machine.pieces["/etc/passwd"] = nil
    #expect(written(#""uid": 4711, "gid": 1000"#).passwd == "")
  }

  @Test("the task's root gets a tmpfs; its folder is made if need be")
  func tmpfs() {
    let mounts = #", "mounts": [{"destination": "/run/a/b", "type": "tmpfs", "options": ["size=1m", "exec"]}]"#
    #expect(
      calls(mounts) == [
        "makeFolder /root/run/a 0755",
        "makeFolder /root/run/a/b 0755",
        "mount tmpfs on /root/run/a/b tmpfs nosuid,nodev mode=1777,size=1m",
      ])
  }

  @Test("the task's root gets no new folder in the pieces, where only mkarrowimg makes folders")
  func noFolder() {
    var machine = Machine()
    machine.addToSpec(#", "mounts": [{"destination": "/data/deep", "type": "tmpfs"}]"#)
    expectFailure(machine, "fatal: cannot make the folder /data/deep: EROFS Read-only file system")
  }

  @Test("the task's root gets a volume by its serial, its label or its device, and the task owns it")
  func volumes() {
    for (source, device) in [("stock", "/dev/vdc"), ("LABEL=archive", "/dev/vdb"), ("/dev/vdc", "/dev/vdc")] {
      let mounts = #", "mounts": [{"destination": "/data", "type": "ext4", "source": "\#(source)"}]"#
      let calls = calls(mounts) { machine in
        machine.pieces["/data"] = .folder
        machine.disks.append(.init(name: "vdb", serial: "x", bytes: ext4(label: "archive")))
        machine.disks.append(.init(name: "vdc", serial: "stock", bytes: ext4(label: "")))
      }
      #expect(
        calls.suffix(2) == ["mount \(device) on /root/data ext4 nosuid,nodev,noexec", "setOwner /root/data 1000:1000"])
    }
  }

  @Test("the task's root leaves a read-only volume's owner alone")
  func readOnlyVolume() {
    let mounts = #", "mounts": [{"destination": "/data", "type": "ext4", "source": "d", "options": ["ro", "noload"]}]"#
    let calls = calls(mounts) { machine in
      machine.pieces["/data"] = .folder
      machine.disks.append(.init(name: "vdb", serial: "d", bytes: ext4(label: "")))
    }
    #expect(calls.last == "mount /dev/vdb on /root/data ext4 ro,nosuid,nodev,noexec noload")
  }

  @Test("the task's root does not mount a volume with errors for writing, but does for reading")
  func damagedVolume() {
    var bytes = ext4(label: "")
    bytes[1024 + 0x3A] = 1 | 2
    let disk = Machine.Disk(name: "vdb", serial: "d", bytes: bytes)
    let readOnly = #", "mounts": [{"destination": "/data", "type": "ext4", "source": "d", "options": ["ro"]}]"#
    let calls = calls(readOnly) { machine in
      machine.pieces["/data"] = .folder
      machine.disks.append(disk)
    }
    #expect(calls.last?.hasPrefix("mount /dev/vdb on /root/data ext4 ro") == true)
    var machine = Machine()
    machine.pieces["/data"] = .folder
    machine.disks.append(disk)
    machine.addToSpec(#", "mounts": [{"destination": "/data", "type": "ext4", "source": "d"}]"#)
    expectFailure(
      machine,
      """
      fatal: the volume d has errors, which the kernel found when it was mounted before
        hint: mend it on the host: e2fsck -f IMAGE
      """)
  }

  @Test("the task's root needs the volumes that the spec names")
  func noVolume() {
    var machine = Machine()
    machine.pieces["/data"] = .folder
    machine.addToSpec(#", "mounts": [{"destination": "/data", "type": "ext4", "source": "d"}]"#)
    expectFailure(
      machine,
      """
      fatal: no volume d
        hint: -v IMAGE:d, or a virtio disk with that serial
      """)
    machine.addToSpec(#", "mounts": [{"destination": "/data", "type": "ext4", "source": "LABEL=d"}]"#)
    expectFailure(
      machine,
      """
      fatal: no volume LABEL=d
        hint: -v IMAGE:NAME, the IMAGE made by mkfs.ext4 -L
      """)
  }

  @Test("the task's root does not mount a volume that the kernel would refuse, and says why")
  func unusableVolume() {
    var casefold = ext4(label: "")
    casefold[1024 + 0x62] = 2
    for (bytes, message) in [
      ([], "the volume d has no ext4 file system\n  hint: make one on the host, which empties it: mkfs.ext4 -q IMAGE"),
      (
        casefold,
        "the volume d has the feature casefold, which the kernel can't mount\n"
          + "  hint: make it without: mkfs.ext4 -q IMAGE, which empties it"
      ),
    ] {
      var machine = Machine()
      machine.pieces["/data"] = .folder
      machine.disks.append(.init(name: "vdb", serial: "d", bytes: bytes))
      machine.addToSpec(#", "mounts": [{"destination": "/data", "type": "ext4", "source": "d"}]"#)
      expectFailure(machine, "fatal: \(message)")
    }
  }

  @Test("the task's root gets a shared folder")
  func share() {
    let mounts = #", "mounts": [{"destination": "/s", "type": "9p", "source": "tag", "options": ["cache=loose"]}]"#
    #expect(
      calls(mounts) { $0.pieces["/s"] = .folder } == [
        "mount tag on /root/s 9p nosuid,nodev,noexec trans=virtio,version=9p2000.L,msize=131072,cache=mmap,cache=loose"
      ])
  }

  @Test("the task's root shows a folder in a second place, with its own flags, through links")
  func bind() {
    let mounts = #"""
      , "mounts": [{"destination": "/s", "type": "bind", "source": "/current", "options": ["ro", "exec"]}]
      """#
    let calls = calls(mounts) { machine in
      machine.pieces["/s"] = .folder
      machine.pieces["/current"] = .link("/binary/tool")
    }
    #expect(
      calls == ["mount /root/binary/tool on /root/s bind", "setMountFlags /root/s +ro,nosuid,nodev -noexec"])
  }

  @Test("the task's root is writable, in memory, when the spec says so")
  func overlay() {
    var machine = Machine()
    machine.addToSpec(#", "root": {"readonly": false}"#)
    let calls = expectBoot(machine).calls
    let start = calls.firstIndex { $0.contains("/overlay") } ?? 0
    #expect(
      calls[start..<start + 6] == [
        "makeFolder /overlay 0755",
        "mount tmpfs on /overlay tmpfs nosuid,nodev mode=755,size=50%",
        "makeFolder /overlay/upper 0755",
        "makeFolder /overlay/work 0755",
        "mount overlay on /root overlay nosuid,nodev lowerdir=/root,upperdir=/overlay/upper,workdir=/overlay/work",
        "mount tmpfs on /root/dev tmpfs nosuid,noexec mode=755,size=25%",
      ])
  }

  @Test("the task's root has the sysctls that the spec sets")
  func sysctls() {
    var machine = Machine()
    machine.addToSpec(#", "linux": {"sysctl": {"net.core.somaxconn": "64"}}"#)
    #expect(expectBoot(machine).text(of: "/proc/sys/net/core/somaxconn") == "64")
    machine.addToSpec(#", "linux": {"sysctl": {"net.core.nothing": "64"}}"#)
    expectFailure(machine, "fatal: cannot set the sysctl net.core.nothing: ENOENT No such file or directory")
    machine.addToSpec(#", "linux": {"sysctl": {"net.core.somaxconn": "many"}}"#)
    machine.fail("write \"many\"", with: .invalid)
    expectFailure(machine, "fatal: cannot set the sysctl net.core.somaxconn: EINVAL Invalid argument")
  }

  @Test(
    "the task's root shows nothing behind a masked path: file, folder or link; one that does not exist needs no mask")
  func masked() {
    let paths = #", "linux": {"maskedPaths": ["/proc/kcore", "/proc/acpi", "/etc/cert", "/nowhere/at/all"]}"#
    let calls = calls(paths) { machine in
      machine.pieces["/etc/cert"] = .link("/binary/cert.pem")
      machine.pieces["/binary/cert.pem"] = .file("secret")
    }
    #expect(
      calls == [
        "mount /root/dev/null on /root/proc/kcore bind",
        "mount tmpfs on /root/proc/acpi tmpfs ro,nosuid,nodev,noexec mode=755",
        "mount /root/dev/null on /root/binary/cert.pem bind",
      ])
  }

  @Test("the task's root is not entered when a mask may be missing")
  func uncertain() {
    var machine = Machine()
    machine.addToSpec(#", "linux": {"maskedPaths": ["/proc/kcore"]}"#)
    machine.fail("realPath /proc/kcore", with: .accessDenied)
    expectFailure(machine, "fatal: cannot mask /proc/kcore: EACCES Permission denied")
  }

  @Test("the task's root has read-only paths that keep all other flags")
  func readOnly() {
    let calls = calls(#", "linux": {"readonlyPaths": ["/tmp", "/nowhere"]}"#)
    #expect(
      calls == ["mount /root/tmp on /root/tmp bind,rec", "setMountFlags /root/tmp +ro -"])
  }

  @Test("the task's root has device nodes that everybody may use, whatever umask the kernel has set")
  func devices() {
    let calls = expectBoot(Machine()).calls
    let nodes = calls.firstIndex { $0.hasPrefix("makeDevice") } ?? 0
    #expect(calls[nodes - 1] == "setUmask 00")
  }

  @Test("the task's root is unmounted at the end, the last volume first")
  func unmounted() {
    var machine = Machine()
    machine.addToSpec(
      #", "mounts": [{"destination": "/tmp/a", "type": "tmpfs"}, {"destination": "/tmp/a/b", "type": "tmpfs"}]"#)
    #expect(expectBoot(machine).calls("unmount") == ["unmount /root/tmp/a/b", "unmount /root/tmp/a"])
  }
}
