#pragma once

/// How many functions of libsecret and GLib have the types that `CSecretService` calls them by. The compiler refuses others.
int fex_secret_service_functions(void);
