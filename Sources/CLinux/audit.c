#define _GNU_SOURCE
#include <linux/audit.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include "CLinux.h"
#include "result.h"

// Room for the records that kauditd sends before PID 1 gets to read them.
static const int buffer_size = 4 << 20;

int cl_open_audit(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_AUDIT);
  if (fd == -1) return -errno;
  const struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = 1U << (AUDIT_NLGRP_READLOG - 1)};
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_size, sizeof buffer_size) == 0 &&
      bind(fd, (const struct sockaddr *)&address, sizeof address) == 0)
    return fd;
  int error = errno;
  close(fd);
  return -error;
}
