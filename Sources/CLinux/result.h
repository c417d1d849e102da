// How a wrapper turns libc's -1 and errno into one value.
#pragma once

#include <errno.h>

#define RESULT(call)                        \
  ({                                        \
    __typeof__(call) result_ = (call);      \
    result_ == -1 ? -errno : result_;       \
  })
