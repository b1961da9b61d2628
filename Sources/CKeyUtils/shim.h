#pragma once
#include <keyutils.h>

/// Keyrings are named by macros with casts, which Swift does not import.
static const key_serial_t fex_user_keyring = KEY_SPEC_USER_KEYRING;
/// All that can be done with a key, for who possesses it and for its user.
static const key_perm_t fex_own_permissions = KEY_POS_ALL | KEY_USR_ALL;
