// Port forwarding in the kernel: packets to an exported port reach the task's socket on its own port, whatever address
// the task listens on. Everything else inbound is dropped, unless it is an answer to the task, ICMP or ARP.
//
// TCP costs nothing once a connection is established. Only its SYN is steered to the task's listening socket, as a
// transparent proxy does it (bpf_sk_assign, bpf-helpers(7)). No packet is rewritten, so the task sees the client's own
// address. If there is or was a connection with the same addresses, the kernel first gives the SYN to that one
// (image/kernel/patches/11-who-listens.patch).
//
// UDP has no connections. The port is rewritten on the way in and, for the answers, back on the way out. The address is
// rewritten too where the task listens on 127.0.0.1; then all fragments of a datagram must get the same address.
//
// What the host denies (arrow.deny) is kept from the task by programs on its cgroup: a connection, a datagram or a raw
// packet to such an address fails with EPERM. What PID 1 and the kernel send is not looked at.
//
// Compiled by bpf/compile into ports.bpf.inc.
#include <linux/udp.h>
#include <stddef.h>

#include "helpers.h"
#include "packet.h"

// MAP(n) stands for map n: arrow-init replaces this 64-bit constant with the map's descriptor.
#define MAP(n) ((void *)(0xA550000000000000ULL + (n)))
#define EXPORTS MAP(0)  // hash: struct export -> __u32 task's port, network order
#define FLOWS MAP(1)    // LRU hash: struct flow -> struct origin
#define WAITING MAP(2)  // hash: __u32 TCP port of the task, host order -> __u32; an entry goes when the task listens
#define RING MAP(3)     // ring buffer that wakes arrow-init
#define DENIED MAP(4)   // LPM trie: struct prefix -> struct verdict
#define TRIED MAP(5)    // hash: struct destination -> __u32; the denied ones that the task tried to reach

struct export {
  __u16 protocol;
  __u16 port;  // network order
};

// A UDP conversation as the task's socket sees it. With ports 0 it is a datagram in fragments, known by its addresses,
// its IP id and the direction.
struct flow {
  __u32 remote[4];
  __u16 remote_port;
  __u16 local_port;
};

// The task's address and port as the remote end sees them; port 0 where nothing is rewritten. For fragments, the
// address that they get.
struct origin {
  __u32 address[4];
  __u32 port;
};

// A prefix of an IPv6 address. IPv4 addresses stand in their IPv4-mapped form, ::ffff:a.b.c.d.
struct prefix {
  __u32 length;
  __u32 address[4];
};

// What is true of a prefix that stands in DENIED.
struct verdict {
  __u16 open_port;  // name servers: this port may be reached all the same; network order, or 0
  __u16 is_local;   // the task may connect, but nothing leaves the VM: loopback, the VM's own addresses
};

struct destination {
  __u32 address[4];
  __u16 port;  // network order
  __u16 protocol;
};

enum { PASS = 0, DROP = 2 };  // TCX_PASS, TCX_DROP
enum { SYN = 0x02, ACK = 0x10 };
#define LOOPBACK __builtin_bswap32(0x7F000001)
#define MAPPED __builtin_bswap32(0xFFFF)  // before an IPv4 address in its IPv4-mapped form

INLINE __u32 *find_export(const struct packet *packet) {
  struct export key = {.protocol = packet->protocol, .port = packet->destination_port};
  return map_lookup(EXPORTS, &key);
}

// The task's socket on `port` that would take this packet: as it was sent, or as if sent to the loopback address.
INLINE struct bpf_sock *find_socket(struct __sk_buff *skb, const struct packet *packet, int on_loopback, __u16 port) {
  struct bpf_sock_tuple tuple = {};
  __u32 size;
  if (packet->is_ipv6) {
    __builtin_memcpy(tuple.ipv6.saddr, packet->source, 16);
    if (on_loopback)
      tuple.ipv6.daddr[3] = __builtin_bswap32(1);
    else
      __builtin_memcpy(tuple.ipv6.daddr, packet->destination, 16);
    tuple.ipv6.sport = packet->source_port;
    tuple.ipv6.dport = port;
    size = sizeof tuple.ipv6;
  } else {
    tuple.ipv4.saddr = packet->source[0];
    tuple.ipv4.daddr = on_loopback ? LOOPBACK : packet->destination[0];
    tuple.ipv4.sport = packet->source_port;
    tuple.ipv4.dport = port;
    size = sizeof tuple.ipv4;
  }
  return packet->protocol == IPPROTO_TCP ? lookup_tcp(skb, &tuple, size, BPF_F_CURRENT_NETNS, 0)
                                         : lookup_udp(skb, &tuple, size, BPF_F_CURRENT_NETNS, 0);
}

// A socket that listens on all addresses is found by the loopback address too.
INLINE struct bpf_sock *find_listener(struct __sk_buff *skb, const struct packet *packet, __u16 port) {
  struct bpf_sock *socket = find_socket(skb, packet, 1, port);
  return socket ? socket : find_socket(skb, packet, 0, port);
}

INLINE int admit_tcp(struct __sk_buff *skb, const struct packet *packet) {
  __u8 flags;
  if (load_bytes(skb, packet->transport + 13, &flags, 1) < 0) return DROP;
  if ((flags & (SYN | ACK)) != SYN) return PASS;
  __u32 *port = find_export(packet);
  if (!port) return DROP;
  struct bpf_sock *socket = find_listener(skb, packet, *port);
  if (socket) {
    long result = assign(skb, socket, 0);
    release(socket);
    return result == 0 ? PASS : DROP;
  }
  // The task does not listen yet. Pass the SYN, so that the kernel answers with a reset, unless another socket of the
  // task is on the exported port itself.
  socket = find_listener(skb, packet, packet->destination_port);
  if (!socket) return PASS;
  release(socket);
  return DROP;
}

// Rewrites a UDP port, and an IPv4 address where `address` is not 0, at these offsets. It updates the checksums.
INLINE void rewrite(struct __sk_buff *skb, const struct packet *packet, __u32 port_at, __u16 old_port, __u16 port,
                    __u32 address_at, __u32 old_address, __u32 address) {
  __u32 checksum = packet->transport + offsetof(struct udphdr, check);
  if (address) {
    replace_l4_checksum(skb, checksum, old_address, address, BPF_F_PSEUDO_HDR | BPF_F_MARK_MANGLED_0 | sizeof address);
    replace_l3_checksum(skb, ETH_HLEN + offsetof(struct iphdr, check), old_address, address, sizeof address);
    store_bytes(skb, address_at, &address, sizeof address, 0);
  }
  if (port != old_port) {
    replace_l4_checksum(skb, checksum, old_port, port, BPF_F_MARK_MANGLED_0 | sizeof port);
    store_bytes(skb, port_at, &port, sizeof port, 0);
  }
}

enum { IN = 1, OUT = 2 };

INLINE struct flow fragments_of(const struct packet *packet, __u32 direction) {
  struct flow flow = {.remote = {packet->source[0], packet->destination[0], packet->id, direction}};
  return flow;
}

// Remembers the new address of a datagram's first fragment for the other fragments.
INLINE void remember_fragments(const struct packet *packet, __u32 direction, __u32 address) {
  if (!packet->is_first_fragment || !address) return;
  struct flow key = fragments_of(packet, direction);
  struct origin origin = {.address = {address}};
  map_update(FLOWS, &key, &origin, BPF_ANY);
}

INLINE int rewrite_later_fragment(struct __sk_buff *skb, const struct packet *packet, __u32 direction) {
  struct flow key = fragments_of(packet, direction);
  struct origin *origin = map_lookup(FLOWS, &key);
  if (!origin) return PASS;
  __u32 address = origin->address[0], old = direction == IN ? packet->destination[0] : packet->source[0];
  replace_l3_checksum(skb, ETH_HLEN + offsetof(struct iphdr, check), old, address, sizeof address);
  __u32 at = direction == IN ? offsetof(struct iphdr, daddr) : offsetof(struct iphdr, saddr);
  store_bytes(skb, ETH_HLEN + at, &address, sizeof address, 0);
  return PASS;
}

INLINE int admit_udp(struct __sk_buff *skb, const struct packet *packet, int exports_udp) {
  struct flow flow = {.remote_port = packet->source_port, .local_port = packet->destination_port};
  __builtin_memcpy(flow.remote, packet->source, 16);
  __u32 *port = exports_udp ? find_export(packet) : 0;
  // Not exported: only an answer to the task may pass.
  if (!port) return map_lookup(FLOWS, &flow) ? PASS : DROP;
  __u16 task_port = *port;
  struct origin origin = {.port = packet->destination_port};
  __builtin_memcpy(origin.address, packet->destination, 16);
  flow.local_port = task_port;
  map_update(FLOWS, &flow, &origin, BPF_ANY);
  __u32 address = 0;
  if (!packet->is_ipv6) {
    struct bpf_sock *socket = find_socket(skb, packet, 0, task_port);
    if (socket)
      release(socket);
    else
      address = LOOPBACK;
  }
  remember_fragments(packet, IN, address);
  rewrite(skb, packet, packet->transport + offsetof(struct udphdr, dest), packet->destination_port, task_port,
          ETH_HLEN + offsetof(struct iphdr, daddr), packet->destination[0], address);
  return PASS;
}

INLINE int admit(struct __sk_buff *skb, int exports_udp) {
  struct packet packet;
  if (!read_network(skb, &packet)) return DROP;
  // ARP.
  if (!packet.is_ip) return PASS;
  // Later fragments are harmless where the first one was dropped.
  if (packet.is_later_fragment) return exports_udp ? rewrite_later_fragment(skb, &packet, IN) : PASS;
  if (packet.protocol == (packet.is_ipv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP)) return PASS;
  if (packet.is_ipv6 && packet.protocol == IPPROTO_HOPOPTS) {
    // Options for each hop. Routers ask so for multicast groups (RFC 3810).
    __u8 next;
    return load_bytes(skb, packet.transport, &next, 1) == 0 && next == IPPROTO_ICMPV6 ? PASS : DROP;
  }
  if (packet.protocol != IPPROTO_TCP && packet.protocol != IPPROTO_UDP) return DROP;
  if (!read_ports(skb, &packet)) return DROP;
  return packet.protocol == IPPROTO_TCP ? admit_tcp(skb, &packet) : admit_udp(skb, &packet, exports_udp);
}

INLINE int let_out(struct __sk_buff *skb, int exports_udp) {
  struct packet packet;
  if (!read_network(skb, &packet)) return PASS;
  if (packet.is_later_fragment) return exports_udp ? rewrite_later_fragment(skb, &packet, OUT) : PASS;
  if (packet.protocol != IPPROTO_UDP || !read_ports(skb, &packet)) return PASS;
  struct flow flow = {.remote_port = packet.destination_port, .local_port = packet.source_port};
  __builtin_memcpy(flow.remote, packet.destination, 16);
  struct origin *origin = map_lookup(FLOWS, &flow);
  if (!origin) {
    struct origin none = {};
    map_update(FLOWS, &flow, &none, BPF_ANY);
  } else if (exports_udp && origin->port) {
    __u32 address = !packet.is_ipv6 && packet.source[0] == LOOPBACK ? origin->address[0] : 0;
    remember_fragments(&packet, OUT, address);
    rewrite(skb, &packet, packet.transport + offsetof(struct udphdr, source), packet.source_port, origin->port,
            ETH_HLEN + offsetof(struct iphdr, saddr), packet.source[0], address);
  }
  return PASS;
}

// Two smaller programs for when no UDP port is exported. They rewrite nothing, and the kernel verifies them faster,
// which shortens the boot.
SECTION("ingress") int ingress(struct __sk_buff *skb) { return admit(skb, 0); }
SECTION("egress") int egress(struct __sk_buff *skb) { return let_out(skb, 0); }
SECTION("ingress_udp") int ingress_udp(struct __sk_buff *skb) { return admit(skb, 1); }
SECTION("egress_udp") int egress_udp(struct __sk_buff *skb) { return let_out(skb, 1); }

// Runs when a socket of the task's cgroup begins to listen.
SECTION("listen") int listen(struct bpf_sock_ops *ops) {
  __u32 port = ops->local_port;
  if (ops->op == BPF_SOCK_OPS_TCP_LISTEN_CB && map_lookup(WAITING, &port)) {
    map_delete(WAITING, &port);
    // Forced, because arrow-init never takes anything out: by default the kernel would wake it for the first port only.
    ring_output(RING, &port, sizeof port, BPF_RB_FORCE_WAKEUP);
  }
  return 1;
}

INLINE struct verdict *find_verdict(const struct destination *destination) {
  struct prefix key = {.length = 128};
  __builtin_memcpy(key.address, destination->address, 16);
  struct verdict *verdict = map_lookup(DENIED, &key);
  return verdict && verdict->open_port && verdict->open_port == destination->port ? 0 : verdict;
}

// arrow-init is told of each denied destination once, and of no more than the map holds.
INLINE void tell(const struct destination *destination) {
  __u32 value = 1;
  if (map_update(TRIED, destination, &value, BPF_NOEXIST) == 0)
    ring_output(RING, &value, sizeof value, BPF_RB_FORCE_WAKEUP);
}

// Runs when a socket of the task connects; 0: EPERM. Only TCP is refused here, since a refusal of its packets would
// not end connect(2). Other sockets send nothing by connecting.
INLINE int connect(const struct destination *destination) {
  if (destination->protocol != IPPROTO_TCP) return 1;
  struct verdict *verdict = find_verdict(destination);
  if (!verdict || verdict->is_local) return 1;
  tell(destination);
  return 0;
}

SECTION("connect4") int connect4(struct bpf_sock_addr *call) {
  struct destination destination = {
      .address = {0, 0, MAPPED, call->user_ip4}, .port = call->user_port, .protocol = call->protocol};
  return connect(&destination);
}

SECTION("connect6") int connect6(struct bpf_sock_addr *call) {
  struct destination destination = {
      .address = {call->user_ip6[0], call->user_ip6[1], call->user_ip6[2], call->user_ip6[3]},
      .port = call->user_port,
      .protocol = call->protocol};
  return connect(&destination);
}

// Runs when a socket of the task sends a packet; 0: EPERM. The packet begins with its network header, and may be larger
// than the NIC's fragments.
SECTION("send") int send(struct __sk_buff *skb) {
  enum { loopback_interface = 1 };
  if (skb->ifindex == loopback_interface) return 1;
  struct destination destination = {};
  struct flow flow = {};
  __u32 transport;
  if (skb->protocol == __builtin_bswap16(ETH_P_IP)) {
    struct iphdr header;
    if (load_bytes(skb, 0, &header, sizeof header) < 0) return 0;
    destination.address[2] = MAPPED;
    destination.address[3] = flow.remote[0] = header.daddr;
    destination.protocol = header.protocol;
    transport = header.ihl * 4;
  } else {
    struct ipv6hdr header;
    if (load_bytes(skb, 0, &header, sizeof header) < 0) return 0;
    __builtin_memcpy(destination.address, &header.daddr, 16);
    __builtin_memcpy(flow.remote, &header.daddr, 16);
    destination.protocol = header.nexthdr;
    transport = sizeof header;
  }
  if (!find_verdict(&destination)) return 1;
  // Its address is denied. What else than TCP and UDP goes there, raw sockets send.
  struct {
    __u16 source, destination;
    __u32 sequence, acknowledged;
    __u8 offset, flags;
  } tcp = {};
  int is_tcp = destination.protocol == IPPROTO_TCP;
  if (!is_tcp && destination.protocol != IPPROTO_UDP) return 0;
  if (load_bytes(skb, transport, &tcp, is_tcp ? 14 : 4) < 0) return 0;
  // Connections that were let in.
  if (is_tcp && (tcp.flags & (SYN | ACK)) != SYN) return 1;
  destination.port = tcp.destination;
  if (!find_verdict(&destination)) return 1;
  // Datagrams to who has sent one to an exported port.
  flow.remote_port = tcp.destination;
  flow.local_port = tcp.source;
  struct origin *origin = is_tcp ? 0 : map_lookup(FLOWS, &flow);
  if (origin && origin->port) return 1;
  tell(&destination);
  return 0;
}
