/// What building a package for the static Python is kept from.
enum BuildTools {
  /// Build tools that can't make objects for a static Python: pip is to give up at once, not after minutes.
  static let blocked = [
    "cmake", "maturin", "meson", "meson-python", "ninja", "scikit-build", "scikit-build-core", "setuptools-rust",
  ]

  /// The most files in C and C++ that are compiled where there is a wheel, too: more would take longer than the user
  /// wants to wait. grpcio has 2,764 and takes half an hour, grpcio-tools 1,011. uvloop has 291 and gevent 214; each
  /// takes two to three minutes.
  static let sourceLimit = 500
}
