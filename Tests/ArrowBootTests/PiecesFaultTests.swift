import ArrowBoot
import ArrowSpec
import Testing

@Suite("Damaged pieces without dm-verity")
struct PiecesFaultTests {
  private static let damage =
    "erofs: (device vda): z_erofs_lz4_decompress_mem: failed to decompress -22 in[4096, 0] out[8192]"

  /// A record of /dev/kmsg.
  private func record(_ text: String, priority: Int = 3) -> Machine.Happening {
    .arrives("/dev/kmsg", "\(priority),77,1234567,-;\(text)\n SUBSYSTEM=block\n")
  }

  private func message(_ said: String) -> String {
    "the pieces image /dev/vda can't be read: the kernel says \"\(said)\"; build it anew, best with "
      + "mkarrowimg build --verity, so that every altered byte is noticed"
  }

  @Test(
    "damaged pieces are the reason when the task dies of a fault, whatever its restart policy", arguments: [4, 7, 11])
  func fault(signal: Int32) {
    var machine = Machine()
    machine.addToSpec(#", "restart": "always""#)
    machine.at(500, record(Self.damage), .killed(Machine.task, by: signal))
    let run = machine.boot()
    #expect(run.said == "fatal: " + message(Self.damage) + "\n")
    #expect(run.exit?.code == 125 && run.exit?.reason == .failed)
    #expect(run.events.count == 3 && run.events[1].contains(#""event":"error","stage":"PiecesFault""#))
  }

  @Test("damaged pieces are told when the task ends by itself, and its code stays")
  func readError() {
    var machine = Machine()
    machine.at(500, record("I/O error, dev vda, sector 8 op 0x0:(READ) flags 0x80700"), .exits(Machine.task, 3))
    let run = machine.boot()
    #expect(run.exit?.code == 3 && run.exit?.reason == .exited)
    #expect(run.events.contains { $0.contains("I/O error, dev vda, sector 8") })
  }

  @Test("damaged pieces on a partition are named by the errors of its disk")
  func partition() {
    var machine = Machine()
    machine.disks = [.init(name: "vda1", label: "arrow-pieces", bytes: Machine.Superblock().bytes)]
    machine.at(500, record("I/O error, dev vda, sector 8 op 0x0:(READ)"), .killed(Machine.task, by: 7))
    #expect(machine.boot().exit?.code == 125)
  }

  @Test(
    "damaged pieces are not what the kernel says of other things",
    arguments: [
      ("I/O error, dev vdb, sector 8 op 0x0:(READ)", 3), ("erofs: (device vda): mounted with root inode @ nid 36.", 6),
      ("erofs: (device vda): z_erofs_read_folio: read error -12 @ 5 of nid 7", 3), (damage, 11), ("", 3),
    ])
  func others(text: String, priority: Int) {
    var machine = Machine()
    machine.at(500, record(text, priority: priority), .killed(Machine.task, by: 11))
    let run = machine.boot()
    #expect(run.exit?.code == 139 && run.exit?.reason == .signaled)
    #expect(!run.events.contains { $0.contains("error") })
  }

  @Test("damaged pieces are the reason when the boot or the start of the task fails")
  func failingStart() {
    var machine = Machine()
    machine.fail("execute", with: Errno(117))
    machine.at(0, record(Self.damage))
    let run = machine.boot()
    #expect(run.exit?.code == 125)
    #expect(
      run.said == "fatal: cannot execute /binary/tool/v1.2.3/bin/tool: EUCLEAN Structure needs cleaning: "
        + message(Self.damage) + "\n")
  }
}
