// What libFuzzer feeds, one function a target; `run` compiles them into one module with the sources under test and says
// which one by FUZZ_TARGET. A trap anywhere is a find, and so is a promise broken here.

import Glibc

private let target: @Sendable ([UInt8]) -> Void =
  switch getenv("FUZZ_TARGET").map({ String(cString: $0) }) {
  case "spec": fuzzSpec
  case "command-line": fuzzCommandLine
  case "dhcp": fuzzDHCP
  case "channels": fuzzChannels
  default: { _ in preconditionFailure("FUZZ_TARGET is none of spec, command-line, dhcp, channels") }
  }

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// The spec as host and guest read it, and as an override.
@Sendable private func fuzzSpec(_ input: [UInt8]) {
  do {
    let document = try JSONDocument(input)
    do {
      var spec = try Spec(document)
      try checkSpec(spec)
      _ = try SeccompProfile(in: document)
      try? spec.override(with: document)
    } catch {
      check(error, input)
      // A seccomp.json of its own.
      do throws(SpecError) {
        for rule in try SeccompProfile(document.root).rules { _ = rule.applies(bounding: 1 << 21) }
      } catch {
        check(error, input)
      }
    }
    if var spec = try? Spec(JSONDocument(Array(#"{"binary":{"name":"p","version":"3"},"process":{"cmd":"p"}}"#.utf8))) {
      do {
        try spec.override(with: document)
        try checkSpec(spec)
      } catch {
        check(error, input)
      }
    }
  } catch {
    check(error, input)
  }
}

/// What the guest relies on without looking again.
private func checkSpec(_ spec: Spec) throws(SpecError) {
  precondition(!spec.process.args.isEmpty && !spec.process.cmd.isEmpty)
  precondition(spec.process.env.allSatisfy { $0.utf8.contains(0x3D) && !$0.utf8.contains(0) })
  precondition(spec.ports.count <= Spec.maximumPorts)
  precondition(spec.ports.allSatisfy { $0.port > 0 && $0.export > 0 })
  precondition((1...64).contains(spec.stop.signal))
  precondition(spec.process.rlimits.allSatisfy { (0...15).contains($0.resource) && $0.soft <= $0.hard })
  let paths = spec.mounts.map(\.destination) + spec.maskedPaths + spec.readonlyPaths + [spec.process.cwd ?? "/"]
  precondition(paths.allSatisfy { $0.hasPrefix("/") && !$0.split(separator: "/").contains("..") })
}

@Sendable private func fuzzCommandLine(_ input: [UInt8]) {
  do {
    let line = try KernelCommandLine(input)
    if let arrow = line.arrow { precondition(problemWithName(arrow) == nil) }
    if let hash = line.verityRootHash { precondition(hash.utf8.count == 64) }
    if case .fixed(let list) = line.network {
      precondition(!list.isEmpty)
      for address in list {
        precondition(address.prefixLength <= address.address.bitCount)
        precondition(IPAddress(address.address.text.utf8) == address.address)
      }
    }
  } catch {
    check(error, input)
  }
}

/// The answer as it came, and the input as the options of an answer that is right so far.
@Sendable private func fuzzDHCP(_ input: [UInt8]) {
  let client: [UInt8] = [0x52, 0x54, 0, 0x12, 0x34, 0x56]
  var header = [UInt8](repeating: 0, count: 240)
  header.replaceSubrange(0..<8, with: [2, 1, 6, 0, 0x12, 0x34, 0x56, 0x78])
  header.replaceSubrange(16..<20, with: [10, 0, 2, 15])
  header.replaceSubrange(28..<34, with: client)
  header.replaceSubrange(236..<240, with: [99, 130, 83, 99])
  for packet in [input, header + input] {
    guard let answer = DHCPMessage.Answer(packet, client: client, transaction: 0x1234_5678), let lease = answer.lease
    else { continue }
    precondition(lease.time > 0 && lease.mtu ?? 576 >= 576)
    precondition((1...32).contains(lease.prefixLength))
    let gateways = lease.routes.compactMap(\.gateway) + lease.routes.map(\.destination)
    precondition(([lease.address] + lease.names.servers + gateways).allSatisfy { $0.bytes.count == 4 })
    check(lease.names)
  }
  // The same input as an option that a router advertises.
  var names = AdvertisedNames()
  var netlink = [UInt8](repeating: 0, count: 32)
  (netlink[4], netlink[20], netlink[24]) = (68, 2, 134)
  for kind: UInt8 in [25, 31] {
    names.hear(netlink + [kind, UInt8(truncatingIfNeeded: (input.count + 2) / 8)] + input, about: 2, at: 1)
    check(names.inForce)
  }
}

/// Lines of two kinds, which hold nothing that could end one early.
private func check(_ names: NameService) {
  for line in names.text.utf8.split(separator: 0x0A) {
    precondition(line.starts(with: "nameserver ".utf8) || line.starts(with: "search ".utf8))
    precondition(line.allSatisfy { 0x20 <= $0 && $0 < 0x7F } && line.count < 300)
  }
}

/// Commands on the control channel, and lines on the events channel: as bytes of a stream.
@Sendable private func fuzzChannels(_ input: [UInt8]) {
  var lines = ChannelLines()
  for line in input.compactMap({ lines.add($0) }) {
    precondition(line.count <= ControlCommand.maximumLength)
    if let command = ControlCommand(line: line) { precondition(ControlCommand(line: command.line) == command) }
  }
  for line in input.split(separator: 0x0A) {
    if let event = GuestEvent(line: Array(line)) { precondition(GuestEvent(line: event.line) == event) }
  }
}

/// An error has a place in the input, and prints as two lines at most that a terminal can show.
private func check(_ error: SpecError, _ input: [UInt8]) {
  guard let offset = error.offset else { preconditionFailure("no place: \(error.message)") }
  precondition((0...input.count).contains(offset))
  let text = error.rendered(file: "f", source: input)
  precondition(text.utf8.filter { $0 == 0x0A }.count == (error.hint == nil ? 0 : 1))
  precondition(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
}
