// SPDX-License-Identifier: MIT
/* API keys: `tb_live_` or `tb_test_`, 30 characters of base62 (178 bits), 6 of CRC-32, so that a
 * mistyped key is refused without a look-up. The database stores the key's SHA-256, scopes, expiry
 * and last use; the key itself is shown once. A client may have two live keys during a rotation.
 *
 * Looked-up keys are cached in the process. For 3 s (API_KEY_FRESH_MS) a cached key is used as it
 * is. Between 3 and 5 s (API_KEY_STALE_MS) it is still used, and one look-up starts in the
 * background. After 5 s the request waits for the look-up. An unknown key is cached for 1 s. So a
 * revoked key stops working everywhere within 5 s. While PostgreSQL does not answer, a key is valid
 * for `outage_ms` after its last look-up (API_KEY_AWAY_MS). A service may persist valid keys for
 * its next start (api_keys_set_persistence()). */
#pragma once

#include "api/caller.h"
#include "base/digest.h"
#include "base/fault.h"
#include "db/db.h"

enum {
    API_KEY_LEN = 44,
    API_KEY_PREFIX_LEN = 12, /* "tb_live_abcd": shown to identify keys */
    API_KEY_FRESH_MS = 3000, /* from this age on, a use starts a look-up in the background */
    API_KEY_STALE_MS = 5000, /* from this age on, a use waits for the look-up */
    API_KEY_UNKNOWN_MS = 1000,
    API_KEY_USED_MS = 60000, /* minimum time between two writes of a key's last_used_at */
    API_KEY_KEEP_MS = 60000, /* minimum time between two calls of `keep` for a key */
    API_KEY_AWAY_MS = 24 * 3600 * 1000,
    API_KEY_SCOPES_MAX = 128 /* length of the names of one service's scopes, with a NUL */
};

void api_key_generate(bool is_test_key, char out[API_KEY_LEN + 1]);
/* Whether shape and checksum are right; makes no look-up. */
bool api_key_is_wellformed(struct slice key);

struct api_keys; /* the process's cache of keys */
struct api_keys_options {
    struct loop *loop;
    struct db_pool *pool;
    const struct api_callers *callers; /* borrowed */
    const char *operator_tenant;       /* name of a tenant whose keys may have the scopes of
                                          api_scope_is_system(), like those of the tenant "system"; NULL
                                          or "": no such tenant; borrowed */
    size_t keys_max;
    bool note_use;     /* writes last_used_at, which needs exclusive connections */
    int64_t outage_ms; /* how long a key is valid after its last look-up while PostgreSQL does not
                          answer; 0: API_KEY_STALE_MS */
};
struct api_keys *api_keys_create(const struct api_keys_options *options, struct fault *fault);
void api_keys_destroy(struct api_keys *keys); /* NULL is allowed */

/* Looks up the key and sets the key's members of `caller`. FAULT_UNAUTHENTICATED "key_missing"
 * without a key; "key_unknown" if it is malformed, unknown, expired or revoked. FAULT_UNAVAILABLE
 * "overloaded", or a fault of the look-up. */
bool api_keys_check(struct api_keys *keys, struct slice key, struct api_caller *caller,
                    struct fault *fault) MUST_CHECK;

/* A row of api_key joined with its client and tenant. */
struct key_record {
    struct uuid id;
    struct uuid client_id;
    struct uuid tenant_id;
    unsigned scopes;
    bool test;
    int64_t rate_per_s;
    int64_t burst;
    int64_t expires_us; /* INT64_MIN: never */
};

/* A valid key that a service persists, without its text. */
struct api_key_kept {
    uint8_t hash[DIGEST_SHA256_LEN];
    struct key_record record;        /* without `scopes`: their bits may differ after an update */
    char scopes[API_KEY_SCOPES_MAX]; /* names as for api_scope_bits_from_names() */
    int64_t checked_us;              /* when it was last looked up; 0: it is no longer valid */
};

/* Persists keys: `keep` is called for keys that a look-up has found, and when such a key is no
 * longer found. It must not park. */
struct api_key_persistence {
    void (*keep)(void *data, const struct api_key_kept *key);
    void *data;
};
void api_keys_set_persistence(struct api_keys *keys, const struct api_key_persistence *persistence);

/* Adds a key that an earlier process has persisted. It is used only while PostgreSQL does not
 * answer, and at most `outage_ms` after `checked_us`. A key that was checked earlier, or in the
 * future, is ignored. */
void api_keys_add_persisted(struct api_keys *keys, const struct api_key_kept *persisted);
