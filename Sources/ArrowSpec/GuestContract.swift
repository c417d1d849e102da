/// Names that guest and host must agree on.
public enum GuestContract {
  /// The host-side layout of the pieces, which is the task's root as well.
  public static let specFile = "arrow_spec.json"
  /// `binary/NAME/VERSION`, relative to the root of the pieces.
  public static func binaryFolder(name: String, version: String) -> String { "binary/\(name)/\(version)" }
  /// `meta/ARROW`, relative to the root of the pieces.
  public static func metaFolder(_ arrow: String) -> String { "meta/\(arrow)" }
  /// The arrow's own commands, which come before those of its Arrow Binary: a virtual environment that
  /// `mkarrowimg add` made, relative to the root of the pieces.
  public static func commandsFolder(_ arrow: String) -> String { "meta/\(arrow)/.venv/bin" }

  /// What mkarrowimg adds for arrow-init, relative to the root of the pieces.
  public static let arrowFolder = ".arrow"
  /// A symbolic link whose target is the name of the default arrow.
  public static let defaultLink = ".arrow/default"
  /// The compiled seccomp filter of an arrow: a ``SeccompFilterFile``.
  public static func seccompFilter(_ arrow: String) -> String { ".arrow/seccomp/\(arrow)" }

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
    public static let stderr = "org.arrow.stderr"
    /// The task's stdin where the host wants to end it: a console can't say end-of-file, a port can.
    public static let stdin = "org.arrow.stdin"
  }

  /// Where the task says READY=1 and STATUS=... (sd_notify(3)); the variable NOTIFY_SOCKET names it.
  public static let notifySocket = "/run/arrow/notify"

  /// The newest version of the image folder's format, in image.json and in the pieces.
  public static let formatVersion = 1
}
