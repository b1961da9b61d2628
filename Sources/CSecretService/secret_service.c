#ifdef __linux__
#define _GNU_SOURCE
#include "CSecretService.h"
#include "functions.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// MARK: The library

static struct {
#define FEX_DECLARED(result, name, parameters) result(*name) parameters;
    FEX_FUNCTIONS(FEX_DECLARED)
} lib;

static pthread_once_t loaded_once = PTHREAD_ONCE_INIT;
static int is_loaded;
static char load_problem[sizeof((struct fex_secret_answer *)0)->problem];

static void load_library(void) {
    // What it depends on is searched too. It is never closed: GLib keeps threads.
    void *handle = dlopen("libsecret-1.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        snprintf(load_problem, sizeof load_problem, "libsecret is not installed (%s)", dlerror());
        return;
    }
#define FEX_FOUND(result, name, parameters) \
    *(void **)&lib.name = dlsym(handle, #name); \
    if (!lib.name) { \
        snprintf(load_problem, sizeof load_problem, "libsecret has no %s", #name); \
        return; \
    }
    FEX_FUNCTIONS(FEX_FOUND)
    is_loaded = 1;
}

struct fex_secret_limit {
    GCancellable *cancellable;
};

static void answer_with(struct fex_secret_answer *answer, enum fex_secret_status status, const char *problem) {
    answer->status = status;
    snprintf(answer->problem, sizeof answer->problem, "%s", problem);
}

fex_secret_limit *fex_secret_limit_make(struct fex_secret_answer *answer) {
    pthread_once(&loaded_once, load_library);
    if (!is_loaded) {
        answer_with(answer, FEX_SECRET_NO_LIBRARY, load_problem);
        return NULL;
    }
    fex_secret_limit *limit = malloc(sizeof *limit);
    if (!limit) abort();
    limit->cancellable = lib.g_cancellable_new();
    return limit;
}

void fex_secret_limit_end(fex_secret_limit *limit) { lib.g_cancellable_cancel(limit->cancellable); }

void fex_secret_limit_free(fex_secret_limit *limit) {
    lib.g_object_unref(limit->cancellable);
    free(limit);
}

// MARK: What a call comes to

static int is_one_of(const char *name, const char *const *names) {
    for (; *names; names++) {
        if (strcmp(name, *names) == 0) return 1;
    }
    return 0;
}

/// Says what an error was, and frees it.
static void fail(struct fex_secret_answer *answer, GError *error) {
    static const char *const nobody[] = {
        "org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner",
        "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Disconnected",
        "org.freedesktop.DBus.Error.Spawn.ExecFailed", "org.freedesktop.DBus.Error.Spawn.ChildExited",
        "org.freedesktop.DBus.Error.Spawn.ServiceNotFound", NULL,
    };
    static const char *const locked[] = {"org.freedesktop.Secret.Error.IsLocked", NULL};
    if (!error) return answer_with(answer, FEX_SECRET_FAILED, "the library gave no reason");
    char *remote = lib.g_dbus_error_get_remote_error(error);
    enum fex_secret_status status = FEX_SECRET_FAILED;
    if (error->domain == lib.g_io_error_quark() && error->code == FEX_IO_ERROR_CANCELLED) status = FEX_SECRET_LATE;
    if (error->domain == lib.secret_error_get_quark() && error->code == FEX_ERROR_IS_LOCKED) status = FEX_SECRET_LOCKED;
    if (remote && is_one_of(remote, locked)) status = FEX_SECRET_LOCKED;
    if (remote && is_one_of(remote, nobody)) status = FEX_SECRET_NO_SERVICE;
    answer_with(answer, status, error->message ? error->message : "");
    lib.g_free(remote);
    lib.g_error_free(error);
}

struct call {
    struct fex_secret_item item;
    const unsigned char *bytes;
    size_t count;
    GCancellable *cancellable;
    struct fex_secret_answer *answer;
};

static GHashTable *attributes_of(const struct call *call) {
    GHashTable *attributes = lib.g_hash_table_new(lib.g_str_hash, lib.g_str_equal);
    // The table only reads them.
    lib.g_hash_table_insert(attributes, (void *)"xdg:schema", (void *)"fex.wallet.Secret");
    lib.g_hash_table_insert(attributes, (void *)"profile", (void *)call->item.profile);
    if (call->item.name) lib.g_hash_table_insert(attributes, (void *)"name", (void *)call->item.name);
    return attributes;
}

/// The items there are, locked ones too. NULL with an answer other than DONE where that can't be told.
static GList *search(SecretService *service, const struct call *call) {
    GError *error = NULL;
    GHashTable *attributes = attributes_of(call);
    GList *found = lib.secret_service_search_sync(service, NULL, attributes, FEX_SEARCH_ALL, call->cancellable, &error);
    lib.g_hash_table_unref(attributes);
    if (error) fail(call->answer, error);
    return found;
}

/// The collection for new items, if it is there and not locked.
static SecretCollection *open_collection(SecretService *service, const struct call *call) {
    GError *error = NULL;
    SecretCollection *collection =
        lib.secret_collection_for_alias_sync(service, "default", FEX_COLLECTION_NONE, call->cancellable, &error);
    if (error) {
        fail(call->answer, error);
    } else if (!collection) {
        answer_with(call->answer, FEX_SECRET_NO_COLLECTION, "");
    } else if (lib.secret_collection_get_locked(collection)) {
        answer_with(call->answer, FEX_SECRET_LOCKED, "");
        lib.g_object_unref(collection);
        collection = NULL;
    }
    return collection;
}

/// Of several items the one that was written last. More than one are there where a person has changed their default collection
/// while two processes wrote.
static SecretItem *newest(GList *items) {
    SecretItem *newest = items->data;
    for (GList *next = items->next; next; next = next->next) {
        if (lib.secret_item_get_modified(next->data) > lib.secret_item_get_modified(newest)) newest = next->data;
    }
    return newest;
}

// MARK: The calls

static void load(SecretService *service, const struct call *call) {
    GList *items = search(service, call);
    if (call->answer->status != FEX_SECRET_DONE) return;
    if (!items) {
        // Some services show nothing of what is locked.
        SecretCollection *collection = open_collection(service, call);
        if (!collection) return;
        lib.g_object_unref(collection);
        return answer_with(call->answer, FEX_SECRET_NONE, "");
    }
    SecretItem *item = newest(items);
    GError *error = NULL;
    if (lib.secret_item_get_locked(item)) {
        answer_with(call->answer, FEX_SECRET_LOCKED, "");
    } else if (!lib.secret_item_load_secret_sync(item, call->cancellable, &error)) {
        fail(call->answer, error);
    } else {
        SecretValue *value = lib.secret_item_get_secret(item);
        size_t count = 0;
        const char *bytes = value ? lib.secret_value_get(value, &count) : NULL;
        call->answer->bytes = malloc(count ? count : 1);
        if (!call->answer->bytes) abort();
        if (count) memcpy(call->answer->bytes, bytes, count);
        call->answer->count = count;
        if (!value) answer_with(call->answer, FEX_SECRET_FAILED, "the item has no secret");
        if (value) lib.secret_value_unref(value);
    }
    lib.g_list_free_full(items, lib.g_object_unref);
}

static void delete_items(GList *items, SecretItem *kept, const struct call *call) {
    for (GList *next = items; next && call->answer->status == FEX_SECRET_DONE; next = next->next) {
        GError *error = NULL;
        if (next->data == (void *)kept) continue;
        // To delete what is locked would ask the person.
        if (lib.secret_item_get_locked(next->data)) {
            answer_with(call->answer, FEX_SECRET_LOCKED, "");
        } else if (!lib.secret_item_delete_sync(next->data, call->cancellable, &error)) {
            fail(call->answer, error);
        }
    }
}

static void create(SecretService *service, SecretValue *value, const struct call *call) {
    SecretCollection *collection = open_collection(service, call);
    if (!collection) return;
    GError *error = NULL;
    GHashTable *attributes = attributes_of(call);
    SecretItem *item = lib.secret_item_create_sync(collection, NULL, attributes, call->item.label, value,
                                                   FEX_ITEM_CREATE_REPLACE, call->cancellable, &error);
    lib.g_hash_table_unref(attributes);
    lib.g_object_unref(collection);
    if (item) lib.g_object_unref(item);
    else fail(call->answer, error);
}

static void save(SecretService *service, const struct call *call) {
    GList *items = search(service, call);
    if (call->answer->status != FEX_SECRET_DONE) return;
    SecretValue *value = lib.secret_value_new((const char *)call->bytes, (ptrdiff_t)call->count, "application/octet-stream");
    if (!items) {
        create(service, value, call);
    } else {
        SecretItem *item = newest(items);
        GError *error = NULL;
        if (lib.secret_item_get_locked(item)) {
            answer_with(call->answer, FEX_SECRET_LOCKED, "");
        } else if (!lib.secret_item_set_secret_sync(item, value, call->cancellable, &error)) {
            fail(call->answer, error);
        } else {
            delete_items(items, item, call);
        }
        lib.g_list_free_full(items, lib.g_object_unref);
    }
    lib.secret_value_unref(value);
}

static void remove_items(SecretService *service, const struct call *call) {
    GList *items = search(service, call);
    if (call->answer->status != FEX_SECRET_DONE) return;
    if (items) {
        delete_items(items, NULL, call);
        lib.g_list_free_full(items, lib.g_object_unref);
        return;
    }
    SecretCollection *collection = open_collection(service, call);
    if (collection) lib.g_object_unref(collection);
}

static void check(SecretService *service, const struct call *call) {
    SecretCollection *collection = open_collection(service, call);
    if (collection) lib.g_object_unref(collection);
}

static void answer_once(void (*body)(SecretService *, const struct call *), const struct call *call) {
    memset(call->answer, 0, sizeof *call->answer);
    GError *error = NULL;
    GDBusConnection *bus = lib.g_bus_get_sync(FEX_BUS_TYPE_SESSION, call->cancellable, &error);
    if (!bus) {
        fail(call->answer, error);
        if (call->answer->status == FEX_SECRET_FAILED) call->answer->status = FEX_SECRET_NO_SERVICE;
        return;
    }
    // Else GLib ends this process when the bus does.
    lib.g_dbus_connection_set_exit_on_close(bus, 0);
    SecretService *service = lib.secret_service_get_sync(FEX_SERVICE_OPEN_SESSION, call->cancellable, &error);
    if (service) {
        body(service, call);
        lib.g_object_unref(service);
    } else {
        fail(call->answer, error);
    }
    lib.g_object_unref(bus);
}

static void answer(void (*body)(SecretService *, const struct call *), const struct call *call) {
    answer_once(body, call);
    if (call->answer->status != FEX_SECRET_FAILED && call->answer->status != FEX_SECRET_NO_SERVICE) return;
    // What the library remembers of a service that was started anew is no good. Each call can be made twice.
    fex_secret_forget(call->answer);
    lib.secret_service_disconnect();
    answer_once(body, call);
}

void fex_secret_load(struct fex_secret_item item, fex_secret_limit *limit, struct fex_secret_answer *found) {
    answer(load, &(struct call){.item = item, .cancellable = limit->cancellable, .answer = found});
}

void fex_secret_save(struct fex_secret_item item, const unsigned char *bytes, size_t count, fex_secret_limit *limit,
                     struct fex_secret_answer *found) {
    answer(save, &(struct call){
        .item = item, .bytes = bytes ? bytes : (const unsigned char *)"", .count = count,
        .cancellable = limit->cancellable, .answer = found,
    });
}

void fex_secret_remove(struct fex_secret_item item, fex_secret_limit *limit, struct fex_secret_answer *found) {
    answer(remove_items, &(struct call){.item = item, .cancellable = limit->cancellable, .answer = found});
}

void fex_secret_check(fex_secret_limit *limit, struct fex_secret_answer *found) {
    answer(check, &(struct call){.cancellable = limit->cancellable, .answer = found});
}

void fex_secret_forget(struct fex_secret_answer *answer) {
    if (answer->bytes) {
        explicit_bzero(answer->bytes, answer->count);
        free(answer->bytes);
    }
    answer->bytes = NULL;
    answer->count = 0;
}

// MARK: Whose bus it is

int fex_socket_owner(const char *name, int is_abstract, uid_t *owner) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    if (length == 0 || length + 1 >= sizeof address.sun_path) return ENAMETOOLONG;
    memcpy(address.sun_path + (is_abstract ? 1 : 0), name, length);
    // The name of an abstract socket ends where its address does; a path ends by a zero.
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return errno;
    struct ucred peer = {0};
    socklen_t peer_size = sizeof peer;
    int problem = 0;
    if (connect(descriptor, (struct sockaddr *)&address, size) != 0
        || getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &peer_size) != 0) problem = errno;
    close(descriptor);
    *owner = peer.uid;
    return problem;
}
#endif
