#include <string.h>

#include "CLinux.h"

const char *cl_error_description(int error) { return strerror(error); }
