import ArrowSpec
import CLinux

// The programs and maps of CLinux/bpf/ports.bpf.c, as the kernel takes them. The numbers are those of linux/bpf.h.

/// The maps that the programs share, in the order of their numbers in `ports.bpf.c`.
public enum BPFMap: Int, CaseIterable {
  case exports, flows, waiting, ring
  /// These two are made where something is denied.
  case denied, tried

  func create() -> Int32 {
    switch self {
    case .exports: cl_map_create(BPFMapType.hash, 4, 4, UInt32(Spec.maximumPorts))
    // This many UDP conversations are remembered. When there are more, the least recently used one is forgotten.
    case .flows: cl_map_create(BPFMapType.lruHash, 20, 20, 1024)
    case .waiting: cl_map_create(BPFMapType.hash, 4, 4, UInt32(Spec.maximumPorts))
    case .ring: cl_map_create(BPFMapType.ring, 0, 0, 4096)
    // More than a kernel command line holds.
    case .denied: cl_map_create(BPFMapType.prefixTrie, 20, 4, 1024)
    case .tried: cl_map_create(BPFMapType.hash, UInt32(Self.sizeOfDestination), 4, UInt32(GuestEvent.maximumDenied))
    }
  }

  /// struct destination: an address, a port and a protocol.
  static let sizeOfDestination = 20
}

private enum BPFMapType {
  static let hash: UInt32 = 1
  static let lruHash: UInt32 = 9
  static let prefixTrie: UInt32 = 11
  static let ring: UInt32 = 27
}

public enum BPFProgram {
  case ingress, egress
  /// These two also rewrite UDP ports; they are loaded where a UDP port is exported.
  case ingressWithUDP, egressWithUDP
  case listen
  /// These keep the task from what is denied.
  case connect4, connect6, send

  /// BPF_PROG_TYPE_SCHED_CLS, …_SOCK_OPS, …_CGROUP_SOCK_ADDR and …_CGROUP_SKB.
  var type: UInt32 {
    switch self {
    case .ingress, .egress, .ingressWithUDP, .egressWithUDP: 3
    case .listen: 13
    case .connect4, .connect6: 18
    case .send: 8
    }
  }

  /// BPF_TCX_INGRESS and …_EGRESS, BPF_CGROUP_SOCK_OPS, …_INET4_CONNECT, …_INET6_CONNECT and …_INET_EGRESS.
  var attachType: UInt32 {
    switch self {
    case .ingress, .ingressWithUDP: 46
    case .egress, .egressWithUDP: 47
    case .listen: 3
    case .connect4: 10
    case .connect6: 11
    case .send: 1
    }
  }

  /// The compiled instructions. Loads that name a map by its number get the map's descriptor instead.
  func instructions(withMaps maps: [Int32]) -> [UInt64] {
    let compiled =
      switch self {
      case .ingress: cl_ingress
      case .egress: cl_egress
      case .ingressWithUDP: cl_ingress_udp
      case .egressWithUDP: cl_egress_udp
      case .listen: cl_listen
      case .connect4: cl_connect4
      case .connect6: cl_connect6
      case .send: cl_send
      }
    var instructions = Array(UnsafeBufferPointer(start: compiled.words, count: compiled.count))
    // BPF_LD | BPF_IMM | BPF_DW takes two words; the upper half of each holds half of the constant.
    for index in instructions.indices.dropLast() where instructions[index] & 0xFF == 0x18 {
      guard instructions[index + 1] >> 32 == CL_MAP_REFERENCE >> 32 else { continue }
      let map = maps[Int(instructions[index] >> 32)]
      let pseudoMapDescriptor: UInt64 = 1 << 12
      instructions[index] = UInt64(UInt32(bitPattern: map)) << 32 | pseudoMapDescriptor | instructions[index] & 0xFFFF
      instructions[index + 1] = 0
    }
    return instructions
  }
}
