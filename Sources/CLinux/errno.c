#include <errno.h>
#include <string.h>

#include "CLinux.h"

// A damaged file system's error, which musl has no words for.
const char *cl_error_description(int error) { return error == EUCLEAN ? "Structure needs cleaning" : strerror(error); }
