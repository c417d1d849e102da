// swift-tools-version: 6.1
import PackageDescription

// One package, two worlds. The trait `Guest` compiles arrow-init and what it uses as Embedded Swift, statically
// linked; without it the same sources compile as ordinary Swift, so that `swift test` covers them.
//
//   swift build -c release --product arrow-init --traits Guest --scratch-path .build-guest

let swift6: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]
let guest: [SwiftSetting] =
  swift6 + [
    .enableExperimentalFeature("Embedded", .when(traits: ["Guest"])),
    .unsafeFlags(["-wmo", "-Osize", "-Xfrontend", "-function-sections"], .when(traits: ["Guest"])),
  ]

/// PID 1 is linked with musl (Debian's musl-dev): a third of the size that glibc makes it, and nothing to set up before
/// `main`. The headers of the kernel and of libcap know no C library.
let musl = (
  headers: ["/usr/include/x86_64-linux-musl", "/usr/include", "/usr/include/x86_64-linux-gnu"].flatMap {
    ["-isystem", $0]
  },
  link: ["-nostdlib", "-static"].flatMap { ["-Xclang-linker", $0] }
    + ["/usr/lib/x86_64-linux-musl/crt1.o", "-L/usr/lib/x86_64-linux-musl", "-lc"]
)

let package = Package(
  name: "arrow",
  products: [
    .executable(name: "arrow-init", targets: ["arrow-init"]),
    .executable(name: "mkarrowimg", targets: ["mkarrowimg"]),
    .executable(name: "actrl", targets: ["actrl"]),
  ],
  traits: [.trait(name: "Guest", description: "Build arrow-init as Embedded Swift, statically linked.")],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    // The guest.
    .target(
      name: "CLinux", exclude: ["bpf/compile", "bpf/ports.bpf.c", "bpf/ports.bpf.inc"],
      cSettings: [
        .unsafeFlags(["-Os", "-ffunction-sections", "-nostdlibinc"] + musl.headers, .when(traits: ["Guest"]))
      ],
      linkerSettings: [.linkedLibrary("cap")]),
    .target(name: "ArrowSpec", swiftSettings: guest),
    .target(name: "ArrowBoot", dependencies: ["ArrowSpec", "CLinux"], swiftSettings: guest),
    .executableTarget(
      name: "arrow-init", dependencies: ["ArrowBoot"], swiftSettings: guest,
      linkerSettings: [
        .unsafeFlags(musl.link + ["-Xlinker", "--gc-sections", "-Xlinker", "-s"], .when(traits: ["Guest"]))
      ]),

    // The host: making images.
    .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CFiles"),
    .target(
      name: "ArrowHost",
      dependencies: [
        "ArrowSpec", "CArchive", "CFiles",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], swiftSettings: swift6),
    .target(
      name: "ArrowImage",
      dependencies: [
        "ArrowHost", "ArrowSpec", "CSeccomp",
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      resources: [
        "collect.sh", "declaration.py", "documents.py", "entrypoints.py", "failures.py", "install.py", "link.sh",
        "main.py", "packages.py", "pip_for_builds.py", "pip_settings.py", "requirement_files.py", "requirements.py",
        "run_pip.py", "sources.py", "tools.py", "unread.py", "user_environment.py", "wheel_tags.py",
      ].map {
        .embedInCode("Python/Programs/\($0)")
      }
        + ["asyncio", "flask", "http", "script"].map { .embedInCode("Templates/\($0).py") },
      swiftSettings: swift6),
    .executableTarget(
      name: "mkarrowimg",
      dependencies: ["ArrowHost", "ArrowImage", .product(name: "ArgumentParser", package: "swift-argument-parser")],
      swiftSettings: swift6),

    // The host: shooting arrows.
    .systemLibrary(name: "CHost"),
    .target(name: "ArrowVM", dependencies: ["ArrowHost", "ArrowSpec", "CHost"], swiftSettings: swift6),
    .executableTarget(
      name: "actrl",
      dependencies: [
        "ArrowHost", "ArrowSpec", "ArrowVM", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swift6),

    // Tests: fast ones per module, whole outputs of the tools, and VMs that boot.
    .target(
      name: "TestSupport",
      dependencies: [
        "ArrowHost", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ], path: "Tests/TestSupport", swiftSettings: swift6),
    .testTarget(name: "ArrowSpecTests", dependencies: ["ArrowSpec"], exclude: ["corpus"], swiftSettings: swift6),
    .testTarget(name: "ArrowBootTests", dependencies: ["ArrowBoot"], exclude: ["expected"], swiftSettings: swift6),
    .testTarget(name: "ArrowHostTests", dependencies: ["ArrowHost", "TestSupport"], swiftSettings: swift6),
    .testTarget(
      name: "ArrowImageTests", dependencies: ["ArrowHost", "ArrowImage", "ArrowSpec", "TestSupport"],
      swiftSettings: swift6),
    .testTarget(
      name: "ArrowVMTests", dependencies: ["ArrowHost", "ArrowSpec", "ArrowVM", "TestSupport"],
      swiftSettings: swift6),
    .testTarget(
      name: "CommandLineTests", dependencies: ["ArrowHost", "TestSupport"], exclude: ["fake-qemu"],
      swiftSettings: swift6),
    .testTarget(
      name: "BootTests", dependencies: ["ArrowHost", "TestSupport"],
      exclude: ["applications", "connect", "make-image", "meta", "probe", "qmp"], swiftSettings: swift6),
  ],
  swiftLanguageModes: [.v6]
)
