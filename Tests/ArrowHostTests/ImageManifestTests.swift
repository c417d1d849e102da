import ArrowHost
import TestSupport
import Testing

@Suite("image.json")
struct ImageManifestTests {
  @Test("image.json is the same text for the same image, and reads back")
  func manifest() throws {
    let file = ImageManifest.File(size: 1, sha256: String(repeating: "0", count: 64))
    let manifest = ImageManifest(
      defaultArrow: "web",
      arrows: [
        .init(name: "web", binary: "python", version: "v3", ports: [.init(port: 80, export: 8080, proto: .tcp)])
      ],
      binaries: [.init(name: "python", version: "v3", size: 7)],
      files: .init(kernel: file, initrd: file, pieces: file))
    let scratch = Scratch()
    try scratch.write(try manifest.encoded(), to: "image.json")
    #expect(try ImageManifest.load(folder: scratch.path) == manifest)
    #expect(manifest.arrowToShoot?.name == "web")
  }

  @Test("what is no image, a newer one and a damaged one are told apart")
  func notAnImage() throws {
    let scratch = Scratch()
    func message() -> String? {
      #expect(throws: HostError.self) { try ImageManifest.load(folder: scratch.path) }?.message
        .replacing(scratch.path, with: "OUT")
    }
    #expect(message() == "OUT is not an Arrow image: it has no image.json")
    try scratch.write(#"{"formatVersion": 2}"#, to: "image.json")
    #expect(message() == "the image OUT has the format version 2; this tool knows up to 1")
    try scratch.write(#"{"formatVersion": 1}"#, to: "image.json")
    #expect(message() == #"the image OUT is damaged: image.json has no "arrows""#)
    try scratch.write("{", to: "image.json")
    #expect(message() == "the image OUT is damaged: image.json is not JSON")
  }

  @Test("a size that no file has is damage", arguments: ["9223372036854775807", "-1"], ["kernel", "initrd", "pieces"])
  func impossibleSize(size: String, file: String) throws {
    let scratch = Scratch()
    let sizes = ["kernel", "initrd", "pieces"].map { #""\#($0)": {"size": \#($0 == file ? size : "1"), "sha256": ""}"# }
    try scratch.write(
      #"{"formatVersion": 1, "arrows": [], "binaries": [], "files": {\#(sizes.joined(separator: ", "))}}"#,
      to: "image.json")
    let error = #expect(throws: HostError.self) { try ImageManifest.load(folder: scratch.path) }
    #expect(
      error?.message
        == #"the image \#(scratch.path) is damaged: image.json has a wrong value for "files.\#(file).size""#)
  }

  @Test(
    "an unknown protocol is an error, not TCP",
    arguments: [
      (#""sctp""#, #"has a port with the unknown protocol "sctp" for the arrow "web""#),
      ("6", #"has a wrong value for "arrows.0.ports.0.proto""#),
    ])
  func protocols(proto: String, message: String) throws {
    let scratch = Scratch()
    let ports = #"[{"port": 1, "export": 1, "proto": \#(proto)}]"#
    try scratch.write(
      #"""
      {"formatVersion": 1, "arrows": [{"name": "web", "binary": "python", "version": "v3", "ports": \#(ports)}]}
      """#, to: "image.json")
    let error = #expect(throws: HostError.self) { try ImageManifest.load(folder: scratch.path) }
    #expect(error?.message == "the image \(scratch.path) is damaged: image.json \(message)")
    #expect(error?.hint == "build it anew: mkarrowimg build")
  }
}
