/// The files of an instance's folder. The hypervisor has files of its own beside them, which only it knows.
public enum InstanceFile {
  public static let record = "instance.json"
  public static let stdout = "stdout.log"
  public static let stderr = "stderr.log"
  public static let events = "events.jsonl"
  public static let kernelLog = "kernel.log"
  public static let control = "control"
  public static let stdin = "stdin"
  public static let stdinSocket = "stdin.sock"
  public static let consoleSocket = "console.sock"
  public static let attachLock = "attach.lock"
  public static let initrd = "initrd"
}
