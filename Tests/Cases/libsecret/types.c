// Compiled against the headers of libsecret by `LibrarySignatureTests`.

#include <libsecret/secret.h>

#define FEX_WITH_HEADERS
#include "../../../Sources/CSecretService/functions.h"

// A change of one of these would be a change of what compiled programs call: an error here, and not a crash there.
#define FEX_SAME(result, name, parameters) \
    _Static_assert(__builtin_types_compatible_p(__typeof__(name), result parameters), #name " has another type");
FEX_FUNCTIONS(FEX_SAME)

_Static_assert(FEX_BUS_TYPE_SESSION == G_BUS_TYPE_SESSION, "");
_Static_assert(FEX_IO_ERROR_CANCELLED == G_IO_ERROR_CANCELLED, "");
_Static_assert(FEX_SERVICE_OPEN_SESSION == SECRET_SERVICE_OPEN_SESSION, "");
_Static_assert(FEX_SEARCH_ALL == SECRET_SEARCH_ALL, "");
_Static_assert(FEX_COLLECTION_NONE == SECRET_COLLECTION_NONE, "");
_Static_assert(FEX_ITEM_CREATE_REPLACE == SECRET_ITEM_CREATE_REPLACE, "");
_Static_assert(FEX_ERROR_IS_LOCKED == SECRET_ERROR_IS_LOCKED, "");
_Static_assert(offsetof(GError, code) == sizeof(GQuark) && offsetof(GError, message) == 8, "");
_Static_assert(offsetof(GList, data) == 0 && offsetof(GList, next) == sizeof(void *), "");

#ifdef FEX_WRONG
// That a difference is noticed.
FEX_SAME(unsigned, secret_item_get_modified, (SecretItem *))
#endif
