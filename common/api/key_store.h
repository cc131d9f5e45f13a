// SPDX-License-Identifier: MIT
/* The tables of schema `api`: tenant, client, api_key. */
#pragma once

#include "api/caller.h"
#include "base/digest.h"
#include "db/query.h"

/* What is known of one key. */
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

/* True with `found` false for one that is unknown, revoked or expired. */
bool key_store_find(struct db *db, const uint8_t hash[DIGEST_SHA256_LEN], bool *found,
                    struct key_record *out, struct fault *fault) MUST_CHECK;

/* Notes the use of these keys; `ids` is a PostgreSQL array of UUIDs as text. */
bool key_store_touch(struct db *tx, struct slice ids, struct fault *fault) MUST_CHECK;
