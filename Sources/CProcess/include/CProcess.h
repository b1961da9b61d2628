#pragma once

// What Swift can't do: to call a variadic function, and to handle a signal without its runtime.

#ifdef __linux__
#include <sys/prctl.h>

static inline int fex_set_dumpable(unsigned long value) { return prctl(PR_SET_DUMPABLE, value, 0UL, 0UL, 0UL); }
#endif

/// Turns the echo of a terminal off, throws away what was typed before, and shows a prompt.
///
/// Until `fex_show_typing` a signal that ends this process turns the echo on first; one that suspends it does too, and when the
/// process goes on, the echo is off again and the prompt is shown once more. At most one terminal at a time.
///
/// @param prompt Shown as it is; it has to outlive the call of `fex_show_typing`.
/// @return 0, or -1 with `errno`; then nothing was changed.
int fex_hide_typing(int terminal, const char *_Nonnull prompt);

/// Turns the echo on as it was, and has signals do what they did.
void fex_show_typing(void);
