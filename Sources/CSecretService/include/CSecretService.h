#pragma once

// Items of the Secret Service (freedesktop.org), by libsecret. The library is loaded when the first call is made, so that a
// program that makes none starts without GLib. Each call blocks until it is done, or the limit's time is up.

#include <stddef.h>
#include <sys/types.h>

enum fex_secret_status {
    /// It was done; a secret that was asked for is there.
    FEX_SECRET_DONE,
    /// There is no such item.
    FEX_SECRET_NONE,
    /// The collection, or the item, is locked. Nobody was asked to unlock it.
    FEX_SECRET_LOCKED,
    /// libsecret is not installed, or is another than was expected.
    FEX_SECRET_NO_LIBRARY,
    /// There is no bus, or nobody on it who keeps secrets.
    FEX_SECRET_NO_SERVICE,
    /// The service has no default collection.
    FEX_SECRET_NO_COLLECTION,
    /// The limit's time was up.
    FEX_SECRET_LATE,
    /// The service refused, or failed.
    FEX_SECRET_FAILED,
};

struct fex_secret_answer {
    enum fex_secret_status status;
    /// What was loaded, to be given to `fex_secret_forget`.
    unsigned char *_Nullable bytes;
    size_t count;
    /// What the library said, cut to what fits; never any of a secret.
    char problem[256];
};

/// Which items: those that carry all of these.
struct fex_secret_item {
    const char *_Nonnull profile;
    /// NULL: all of the profile.
    const char *_Nullable name;
    /// What a person sees in a program that shows their keyring.
    const char *_Nullable label;
};

/// A limit of time for one call; made before it, and freed after it. NULL where the library can't be loaded.
typedef struct fex_secret_limit fex_secret_limit;
fex_secret_limit *_Nullable fex_secret_limit_make(struct fex_secret_answer *_Nonnull answer);
/// Ends the call that has this limit; from any thread.
void fex_secret_limit_end(fex_secret_limit *_Nonnull limit);
void fex_secret_limit_free(fex_secret_limit *_Nonnull limit);

/// Loads the secret of an item.
void fex_secret_load(struct fex_secret_item item, fex_secret_limit *_Nonnull limit, struct fex_secret_answer *_Nonnull answer);
/// Saves a secret in the place of the one an item has; where there is no item it is made, in the default collection.
void fex_secret_save(struct fex_secret_item item, const unsigned char *_Nullable bytes, size_t count,
                     fex_secret_limit *_Nonnull limit, struct fex_secret_answer *_Nonnull answer);
/// Removes items.
void fex_secret_remove(struct fex_secret_item item, fex_secret_limit *_Nonnull limit, struct fex_secret_answer *_Nonnull answer);
/// Whether secrets could be kept: `FEX_SECRET_DONE` if there is a default collection, and it is not locked.
void fex_secret_check(fex_secret_limit *_Nonnull limit, struct fex_secret_answer *_Nonnull answer);

/// Overwrites what was loaded, and frees it.
void fex_secret_forget(struct fex_secret_answer *_Nonnull answer);

/// Who listens at a socket of this machine.
///
/// @param is_abstract Whether the name is one of Linux's abstract names, and no path.
/// @return 0, or an `errno`.
int fex_socket_owner(const char *_Nonnull name, int is_abstract, uid_t *_Nonnull owner);
