import Glibc
import TestSupport
import Testing

/// The image of arrows that only tests run (`make test-image`), and what VM tests need besides.
enum TestImage {
  static let folder = Clone.path(".build/test-image/image")
  /// The image of `make image`.
  static let example = Clone.path("out")
  static let tools = Clone.path("bin")

  static var isThere: Bool {
    [folder, example].allSatisfy { access("\($0)/image.json", R_OK) == 0 }
  }
}

extension Trait where Self == ConditionTrait {
  /// VM tests need what `make test` makes first.
  static var needsImage: Self { .enabled(if: TestImage.isThere, "no image to boot: run make test") }
}
