// SPDX-License-Identifier: MIT
/* API keys: `tb_live_` or `tb_test_`, 30 characters of base62 (178 bits), 6 of CRC-32, so that a
 * mistyped key is refused without asking anybody. Stored as SHA-256; shown once; with scopes,
 * expiry, last use; a client may have two live keys while it rotates.
 *
 * Checked keys are remembered in the process for at most 3 s before they are looked up again (in
 * the background of the first second, so that no request waits), unknown ones for 1 s: a revoked
 * key stops working within 5 s everywhere. */
#pragma once

#include "api/caller.h"
#include "base/fault.h"
#include "db/db.h"

enum {
    API_KEY_LEN = 44,
    API_KEY_PREFIX_LEN = 12, /* "tb_live_abcd": shown, so that people can tell keys apart */
    API_KEY_FRESH_MS = 3000, /* remembered without a question */
    API_KEY_STALE_MS = 5000, /* and while it is asked */
    API_KEY_UNKNOWN_MS = 1000,
    API_KEY_USED_MS = 60000, /* last_used_at is written at most so often a key */
    API_KEY_AWAY_MS = 24 * 3600 * 1000
};

void api_key_make(bool test, char out[API_KEY_LEN + 1]);
/* Shape and checksum only. */
bool api_key_is_wellformed(struct slice key);
bool api_key_is_test(struct slice wellformed);

struct api_keys; /* the process' memory of checked keys */
struct api_keys_options {
    struct loop *loop;
    struct db_pool *pool;
    const struct api_callers *callers; /* borrowed */
    size_t keys_max;
    bool note_use;   /* last_used_at is written, which needs exclusive connections */
    int64_t away_ms; /* while PostgreSQL is away, a key serves on for so long after it was last
                        checked; 0: for API_KEY_STALE_MS, as always */
};
struct api_keys *api_keys_create(const struct api_keys_options *options, struct fault *fault);
void api_keys_destroy(struct api_keys *keys); /* takes NULL */

/* Fills the key's part of `caller`. FAULT_UNAUTHENTICATED "key_missing" | "key_unknown" for absent,
 * malformed, unknown, expired, revoked ones alike; with the database away a remembered key serves
 * on for at most 5 s after its last check, or for `away_ms`. */
bool api_keys_check(struct api_keys *keys, struct slice key, struct api_caller *caller,
                    struct fault *fault) MUST_CHECK;
