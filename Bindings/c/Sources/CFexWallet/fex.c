// A target of C needs a source; the header is all there is.
#include "fex.h"
