@testable import ArrowBoot

// The device mapper: a mapping is there once it is resumed, and its device shows what it was loaded with.
extension RecordedCalls {
  func createMapping(_ name: String) throws(Errno) -> Int32 { try record("createMapping \(name)") { 0 } }

  func loadMapping(_ name: String, sectors: UInt64, target: String, parameters: String) throws(Errno) {
    try record("loadMapping \(name) 0 \(sectors) \(target) \(parameters)") {}
  }

  func resumeMapping(_ name: String) throws(Errno) {
    try record("resumeMapping \(name)") { tree["/dev/dm-0"] = .disk([]) }
  }

  func mappingStatus(_ name: String) throws(Errno) -> String {
    try record("mappingStatus \(name)") { () throws(Errno) in
      if tree["/dev/dm-0"] == nil { throw .noDeviceAddress }
      return machine.verityStatus
    }
  }
}
