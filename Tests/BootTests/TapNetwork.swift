import Glibc
import Testing

/// A network as libvirt makes one, in a network namespace: a TAP device between the VM and this machine, which has the
/// addresses 10.9.0.1 and fd00:9::1. It needs no privileges.
enum TapNetwork {
  /// A shell line that runs the script `network` there. In it, `bash line` starts the VM.
  static func enter(_ network: String) -> String {
    """
    cat >network <<'END'
    set -euo pipefail
    ip link set lo up
    ip tuntap add tap0 mode tap
    ip address add 10.9.0.1/24 dev tap0
    ip address add fd00:9::1/64 dev tap0 nodad
    ip link set tap0 up
    \(network)
    END
    unshare --map-root-user --net bash network
    """
  }

  /// A shell line that writes the file `line`, which starts the VM on that network with `ip` in place of actrl's own.
  static func line(_ arguments: String, ip: String) -> String {
    let change = "s/arrow\\.ip=[0-9.,\\/]*/arrow.ip=$ENV{IP}/; s/-netdev user,id=net[^ ]*/$ENV{NETDEV}/"
    return """
      "$actrl" shoot --dry-run --accel tcg --name vm \(arguments) |
        IP='\(ip)' NETDEV=-netdev\\ tap,id=net,ifname=tap0,script=no,downscript=no perl -pe '\(change)' >line
      """
  }
}

extension Trait where Self == ConditionTrait {
  static var needsTap: Self {
    .enabled(if: access("/dev/net/tun", W_OK) == 0, "no /dev/net/tun to make a network with")
  }
}
