// Reads the headers of a packet.
#pragma once

#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "helpers.h"

// RFC 8200 4.5. linux/ipv6.h declares it for the kernel only.
struct ipv6_fragment {
  __u8 next_header;
  __u8 reserved;
  __u16 offset;  // in its upper 13 bits
  __u32 id;
};

// What the programs need to know about a packet.
struct packet {
  __u32 is_ip;
  __u32 is_ipv6;
  __u32 protocol;
  __u32 transport;  // offset of the transport header
  __u32 is_first_fragment;
  __u32 is_later_fragment;
  __u16 id;  // IPv4 only
  __u32 source[4];
  __u32 destination[4];
  __u16 source_port;
  __u16 destination_port;
};

// Reads the network header. False where the packet is cut short.
INLINE int read_network(struct __sk_buff *skb, struct packet *packet) {
  __builtin_memset(packet, 0, sizeof *packet);
  if (skb->protocol == __builtin_bswap16(ETH_P_IP)) {
    struct iphdr header;
    if (load_bytes(skb, ETH_HLEN, &header, sizeof header) < 0) return 0;
    packet->is_ip = 1;
    packet->is_later_fragment = (header.frag_off & __builtin_bswap16(0x1FFF)) != 0;
    packet->is_first_fragment = !packet->is_later_fragment && (header.frag_off & __builtin_bswap16(0x2000));
    packet->id = header.id;
    packet->protocol = header.protocol;
    packet->transport = ETH_HLEN + header.ihl * 4;
    packet->source[0] = header.saddr;
    packet->destination[0] = header.daddr;
  } else if (skb->protocol == __builtin_bswap16(ETH_P_IPV6)) {
    struct ipv6hdr header;
    if (load_bytes(skb, ETH_HLEN, &header, sizeof header) < 0) return 0;
    packet->is_ip = packet->is_ipv6 = 1;
    packet->protocol = header.nexthdr;
    packet->transport = ETH_HLEN + sizeof header;
    __builtin_memcpy(packet->source, &header.saddr, 16);
    __builtin_memcpy(packet->destination, &header.daddr, 16);
    if (header.nexthdr == IPPROTO_FRAGMENT) {
      struct ipv6_fragment fragment;
      if (load_bytes(skb, packet->transport, &fragment, sizeof fragment) < 0) return 0;
      packet->protocol = fragment.next_header;
      packet->transport += sizeof fragment;
      packet->is_later_fragment = (fragment.offset & __builtin_bswap16(0xFFF8)) != 0;
    }
  }
  return 1;
}

INLINE int read_ports(struct __sk_buff *skb, struct packet *packet) {
  __u16 ports[2];
  if (load_bytes(skb, packet->transport, ports, sizeof ports) < 0) return 0;
  packet->source_port = ports[0];
  packet->destination_port = ports[1];
  return 1;
}
