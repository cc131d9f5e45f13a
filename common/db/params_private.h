// SPDX-License-Identifier: MIT
/* Values as libpq takes them: NUL-terminated text, but bytes and arrays in PostgreSQL's binary
 * format. The binary format needs no quoting. All statements use one buffer, because libpq copies
 * what it sends. */
#pragma once

#include "db/query.h"

enum { DB_PARAMS_BYTES_MAX = 4 * 1024 * 1024 };

struct db_params {
    const char *texts[DB_PARAMS_MAX]; /* of DB_BYTES: the caller's bytes */
    int lengths[DB_PARAMS_MAX];       /* of DB_BYTES and DB_ARRAY */
    int kinds[DB_PARAMS_MAX];         /* 1: binary */
    const int *formats;               /* `kinds`; NULL while all are text */
    char *bytes;
    size_t room;
};

void db_params_finish(struct db_params *params);

/* False with a fault: too many values, too large ones, or a NUL inside text. */
bool db_params_check(const struct db_value *values, size_t count, struct fault *fault) MUST_CHECK;

/* Fills `params` from values that were checked. False when out of memory. */
bool db_params_encode(struct db_params *params, const struct db_value *values,
                      size_t count) MUST_CHECK;
