#define _GNU_SOURCE
#include <string.h>

#include "CLinux.h"

const char *cl_error_name(int error) {
  const char *name = strerrorname_np(error);
  return name ? name : "E?";
}

const char *cl_error_description(int error) {
  const char *text = strerrordesc_np(error);
  return text ? text : "unknown error";
}
