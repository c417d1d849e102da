import ArrowHost

/// How long nothing may happen in a VM before its task runs.
public enum BootPatience {
  /// In seconds. Under TCG a boot takes one to three seconds of processor time.
  public static let usual = 30
  /// Each further processor takes some time to start. In seconds.
  private static let forEachProcessor = 3

  /// In seconds; 0: for ever. A kernel also looks at each page of its memory.
  static func seconds(_ wanted: Int, cpus: Int, memoryMiB: Int) -> Int {
    wanted == 0 ? 0 : wanted + forEachProcessor * (cpus - 1) + memoryMiB >> 10
  }

  public static func check(_ seconds: Int) throws {
    guard (0...86400).contains(seconds) else {
      throw HostError("--boot-timeout can't be \(seconds)", hint: "from 1 to 86400 seconds; 0: no limit")
    }
  }
}
