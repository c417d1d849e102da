import ArrowHost
import Glibc
import Testing

@Suite("image.json")
struct ImageTests {
  @Test(
    "an unknown protocol is an error, not TCP",
    arguments: [
      (
        #"{"port": 1, "export": 1, "proto": "sctp"}"#,
        #"has a port with the unknown protocol "sctp" for the arrow "web""#
      ),
      (#"{"port": 1, "export": 1, "proto": 6}"#, #"has a wrong value for "arrows.0.ports.0.proto""#),
    ])
  func protocols(port: String, message: String) throws {
    var template = Array("/tmp/arrow-vm-test-XXXXXX".utf8CString)
    let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { try? Files.remove(folder) }
    let text = """
      {"formatVersion": 1, "arrows": [
        {"name": "web", "binary": "python", "version": "v3", "ports": [\(port)]}
      ]}
      """
    try Files.create("\(folder)/\(ImageManifest.fileName)", contents: Array(text.utf8))
    let error = #expect(throws: HostError.self) { try ImageManifest.load(folder: folder) }
    #expect(error?.message == "the image \(folder) is damaged: image.json \(message)")
    #expect(error?.hint == "build it anew: mkarrowimg build")
  }
}
