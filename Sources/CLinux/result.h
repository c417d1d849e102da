// Turns libc's -1 and errno into one value: the result or -errno.
#pragma once

#include <errno.h>

#define RESULT(call)                        \
  ({                                        \
    __typeof__(call) result_ = (call);      \
    result_ == -1 ? -errno : result_;       \
  })
