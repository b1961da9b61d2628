#pragma once

// Swift calls no variadic functions: a stand-in for the one that is needed.

#ifdef __linux__
#include <sys/prctl.h>

static inline int fex_set_dumpable(unsigned long value) { return prctl(PR_SET_DUMPABLE, value, 0UL, 0UL, 0UL); }
#endif
