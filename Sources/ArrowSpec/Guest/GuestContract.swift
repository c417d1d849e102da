/// Names that guest and host must agree on.
public enum GuestContract {
  // The layout of the pieces, which is the task's root as well. Paths are relative to its root.

  /// Runtimes: `binary/NAME/VERSION`.
  public static let binaries = "binary"
  /// Applications: `meta/ARROW`.
  public static let metas = "meta"
  /// Data that every arrow may read: time zones, certificate authorities.
  public static let share = "share"
  /// An arrow's spec, in its meta folder.
  public static let specFile = "arrow_spec.json"
  /// A binary's default seccomp profile, in its version's folder.
  public static let seccompProfile = "seccomp.json"

  public static func binaryFolder(name: String) -> String { "\(binaries)/\(name)" }
  public static func binaryFolder(name: String, version: String) -> String { "\(binaries)/\(name)/\(version)" }
  public static func metaFolder(_ arrow: String) -> String { "\(metas)/\(arrow)" }
  /// The arrow's own commands, which come before those of its Arrow Binary: a virtual environment that
  /// `mkarrowimg add` made.
  public static func commandsFolder(_ arrow: String) -> String { "\(metaFolder(arrow))/.venv/bin" }

  // What mkarrowimg adds to them for arrow-init.

  public static let arrowFolder = ".arrow"
  /// The version of the format, as a line.
  public static let formatFile = ".arrow/format"
  /// A symbolic link whose target is the name of the default arrow.
  public static let defaultLink = ".arrow/default"
  public static let seccompFilters = ".arrow/seccomp"
  /// The compiled seccomp filter of an arrow: a ``SeccompFilterFile``.
  public static func seccompFilter(_ arrow: String) -> String { "\(seccompFilters)/\(arrow)" }

  /// The folders that mkarrowimg leaves empty for arrow-init to mount the kernel's file systems on.
  public static let mountPoints = ["dev", "proc", "run", "sys", "tmp"]
  /// Where arrow-init writes what it knows only at boot; the links in `/etc` lead here. Absolute, in the task's root.
  public static let runFolder = "/run/arrow"

  /// In the initrd: what `actrl` lays over the spec for one shot.
  public static let overridesFile = "/arrow/overrides.json"
  /// In the initrd: the pieces image where there is no disk for it.
  public static let initrdPieces = "/pieces.erofs"
  /// The serial number of the virtio disk that holds the pieces.
  public static let piecesSerial = "pieces"
  /// The GPT label of the partition that holds the pieces.
  public static let piecesPartition = "arrow-pieces"

  /// Ports of the virtio-serial device, by name; each is optional for the guest.
  public enum Port {
    public static let events = "org.arrow.events"
    public static let control = "org.arrow.control"
    public static let stdout = "org.arrow.stdout"
    public static let stderr = "org.arrow.stderr"
    /// The task's stdin where the host wants to end it: a console can't say end-of-file, a port can.
    public static let stdin = "org.arrow.stdin"
  }

  /// Where the task says READY=1 and STATUS=... (sd_notify(3)); the variable NOTIFY_SOCKET names it.
  public static let notifySocket = "/run/arrow/notify"

  /// Arrow's own version, which `/etc/os-release` tells the task.
  public static let version = "0.1.0"

  /// The newest version of the image folder's format, in image.json and in the pieces.
  public static let formatVersion = 1
}
