#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "CLinux.h"
#include "result.h"

int cl_set_hostname(const char *name, size_t size) { return RESULT(sethostname(name, size)); }

// A request to rtnetlink(7), with room for the few attributes that are needed here.
struct request {
  struct nlmsghdr header;
  union {
    struct ifinfomsg link;
    struct ifaddrmsg address;
    struct rtmsg route;
  };
  char attributes[64];
};

static struct request new_request(uint16_t type, uint16_t flags, size_t body) {
  return (struct request){
      .header = {
          .nlmsg_len = NLMSG_LENGTH(body), .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags}};
}

static void add_attribute(struct request *request, uint16_t type, const void *value, size_t size) {
  struct rtattr *attribute = (struct rtattr *)((char *)request + NLMSG_ALIGN(request->header.nlmsg_len));
  *attribute = (struct rtattr){.rta_len = RTA_LENGTH(size), .rta_type = type};
  memcpy(RTA_DATA(attribute), value, size);
  request->header.nlmsg_len = NLMSG_ALIGN(request->header.nlmsg_len) + RTA_ALIGN(attribute->rta_len);
}

// Sends one request and waits for the kernel's answer.
static int transact(const struct request *request) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd == -1) return -errno;
  struct {
    struct nlmsghdr header;
    struct nlmsgerr verdict;
    char rest[512];
  } answer;
  int result = RESULT((int)send(fd, request, request->header.nlmsg_len, 0));
  if (result >= 0) result = RESULT((int)recv(fd, &answer, sizeof answer, 0));
  if (result >= 0) result = answer.header.nlmsg_type == NLMSG_ERROR ? answer.verdict.error : -EPROTO;
  close(fd);
  return result;
}

int cl_link_up(int index) {
  struct request request = new_request(RTM_NEWLINK, 0, sizeof request.link);
  request.link = (struct ifinfomsg){
      .ifi_family = AF_UNSPEC, .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  return transact(&request);
}

static uint8_t family_of(size_t address_size) { return address_size == 16 ? AF_INET6 : AF_INET; }

static int change_address(
    uint16_t type, uint16_t flags, int index, const uint8_t *address, size_t size, int prefix_length) {
  struct request request = new_request(type, flags, sizeof request.address);
  request.address = (struct ifaddrmsg){
      .ifa_family = family_of(size), .ifa_prefixlen = prefix_length, .ifa_index = index,
      // No duplicate address detection (RFC 4862): the address is ours alone, and the check takes a second.
      .ifa_flags = size == 16 ? IFA_F_NODAD : 0};
  add_attribute(&request, IFA_LOCAL, address, size);
  add_attribute(&request, IFA_ADDRESS, address, size);
  return transact(&request);
}

int cl_add_address(int index, const uint8_t *address, size_t size, int prefix_length) {
  return change_address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, index, address, size, prefix_length);
}

// When the last address of a family goes, the kernel removes its routes too.
int cl_remove_address(int index, const uint8_t *address, size_t size, int prefix_length) {
  return change_address(RTM_DELADDR, 0, index, address, size, prefix_length);
}

int cl_set_mtu(int index, uint32_t mtu) {
  struct request request = new_request(RTM_NEWLINK, 0, sizeof request.link);
  request.link = (struct ifinfomsg){.ifi_family = AF_UNSPEC, .ifi_index = index};
  add_attribute(&request, IFLA_MTU, &mtu, sizeof mtu);
  return transact(&request);
}

int cl_add_route(int index, const uint8_t *destination, size_t size, int prefix_length, const uint8_t *gateway) {
  struct request request = new_request(RTM_NEWROUTE, NLM_F_CREATE, sizeof request.route);
  request.route = (struct rtmsg){
      .rtm_family = family_of(size), .rtm_dst_len = prefix_length, .rtm_table = RT_TABLE_MAIN,
      .rtm_protocol = RTPROT_BOOT,
      .rtm_scope = gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK, .rtm_type = RTN_UNICAST,
      // In clouds a VM's network may be a /32, with the gateway outside of it.
      .rtm_flags = gateway ? RTNH_F_ONLINK : 0};
  if (prefix_length > 0) add_attribute(&request, RTA_DST, destination, size);
  if (gateway) add_attribute(&request, RTA_GATEWAY, gateway, size);
  add_attribute(&request, RTA_OIF, &index, sizeof index);
  return transact(&request);
}

int cl_open_dhcp(const char *interface) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd == -1) return -errno;
  const int on = 1;
  const struct sockaddr_in client = {.sin_family = AF_INET, .sin_port = htons(68)};
  if (setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) == -1 ||
      setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, strlen(interface) + 1) == -1 ||
      bind(fd, (const struct sockaddr *)&client, sizeof client) == -1) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

long cl_send_dhcp(int fd, const void *message, size_t size, const uint8_t *server) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(67), .sin_addr.s_addr = htonl(INADDR_BROADCAST)};
  if (server) memcpy(&address.sin_addr, server, sizeof address.sin_addr);
  return RESULT(sendto(fd, message, size, 0, (const struct sockaddr *)&address, sizeof address));
}

uint32_t cl_random(void) {
  uint32_t value = 0;
  // Good enough, because it is not for secrets; and the boot must not wait for entropy.
  getrandom(&value, sizeof value, GRND_INSECURE);
  return value;
}

static int open_netlink(int protocol, uint32_t groups) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (fd == -1) return -errno;
  const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
  if (bind(fd, (const struct sockaddr *)&address, sizeof address) == 0) return fd;
  int error = errno;
  close(fd);
  return -error;
}

int cl_open_uevents(void) { return open_netlink(NETLINK_KOBJECT_UEVENT, 1); }

int cl_open_router_news(void) { return open_netlink(NETLINK_ROUTE, 1 << (RTNLGRP_ND_USEROPT - 1)); }
