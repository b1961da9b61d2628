#pragma once

// The functions of libsecret and GLib that are called, by their types. A test compiles this list against the libraries' own
// headers (Tests/Cases/libsecret), which the build itself does not need.

#include <stddef.h>

#ifndef FEX_WITH_HEADERS
typedef int gboolean;
typedef unsigned GQuark;
typedef unsigned SecretServiceFlags, SecretSearchFlags, SecretCollectionFlags, SecretItemCreateFlags;
typedef int GBusType;
typedef struct GHashTable GHashTable;
typedef struct GCancellable GCancellable;
typedef struct GDBusConnection GDBusConnection;
typedef struct SecretService SecretService;
typedef struct SecretCollection SecretCollection;
typedef struct SecretItem SecretItem;
typedef struct SecretValue SecretValue;
typedef struct SecretSchema SecretSchema;
typedef struct GList {
    void *data;
    struct GList *next, *prev;
} GList;
typedef struct GError {
    GQuark domain;
    int code;
    char *message;
} GError;
#endif

enum {
    FEX_BUS_TYPE_SESSION = 2,
    FEX_IO_ERROR_CANCELLED = 19,
    FEX_SERVICE_OPEN_SESSION = 1 << 1,
    FEX_SEARCH_ALL = 1 << 1,
    FEX_COLLECTION_NONE = 0,
    FEX_ITEM_CREATE_REPLACE = 1 << 1,
    FEX_ERROR_IS_LOCKED = 2,
};

/// Calls `F(result, name, parameters)` for each function.
#define FEX_FUNCTIONS(F) \
    F(GHashTable *, g_hash_table_new, (unsigned (*)(const void *), gboolean (*)(const void *, const void *))) \
    F(gboolean, g_hash_table_insert, (GHashTable *, void *, void *)) \
    F(void, g_hash_table_unref, (GHashTable *)) \
    F(unsigned, g_str_hash, (const void *)) \
    F(gboolean, g_str_equal, (const void *, const void *)) \
    F(void, g_list_free_full, (GList *, void (*)(void *))) \
    F(void, g_error_free, (GError *)) \
    F(void, g_free, (void *)) \
    F(void, g_object_unref, (void *)) \
    F(GCancellable *, g_cancellable_new, (void)) \
    F(void, g_cancellable_cancel, (GCancellable *)) \
    F(GQuark, g_io_error_quark, (void)) \
    F(GDBusConnection *, g_bus_get_sync, (GBusType, GCancellable *, GError **)) \
    F(void, g_dbus_connection_set_exit_on_close, (GDBusConnection *, gboolean)) \
    F(char *, g_dbus_error_get_remote_error, (const GError *)) \
    F(SecretService *, secret_service_get_sync, (SecretServiceFlags, GCancellable *, GError **)) \
    F(void, secret_service_disconnect, (void)) \
    F(GList *, secret_service_search_sync, \
      (SecretService *, const SecretSchema *, GHashTable *, SecretSearchFlags, GCancellable *, GError **)) \
    F(SecretCollection *, secret_collection_for_alias_sync, \
      (SecretService *, const char *, SecretCollectionFlags, GCancellable *, GError **)) \
    F(gboolean, secret_collection_get_locked, (SecretCollection *)) \
    F(SecretItem *, secret_item_create_sync, \
      (SecretCollection *, const SecretSchema *, GHashTable *, const char *, SecretValue *, SecretItemCreateFlags, \
       GCancellable *, GError **)) \
    F(gboolean, secret_item_delete_sync, (SecretItem *, GCancellable *, GError **)) \
    F(gboolean, secret_item_get_locked, (SecretItem *)) \
    F(unsigned long, secret_item_get_modified, (SecretItem *)) \
    F(gboolean, secret_item_load_secret_sync, (SecretItem *, GCancellable *, GError **)) \
    F(SecretValue *, secret_item_get_secret, (SecretItem *)) \
    F(gboolean, secret_item_set_secret_sync, (SecretItem *, SecretValue *, GCancellable *, GError **)) \
    F(GQuark, secret_error_get_quark, (void)) \
    F(SecretValue *, secret_value_new, (const char *, ptrdiff_t, const char *)) \
    F(const char *, secret_value_get, (SecretValue *, size_t *)) \
    F(void, secret_value_unref, (void *))
