// SPDX-License-Identifier: MIT
/* Encodes values as libpq takes them: NUL-terminated text, except that bytes and arrays are in
 * PostgreSQL's binary format, which needs no quoting. All statements share one buffer, because
 * libpq copies the values. */
#pragma once

#include "db/query.h"

enum { DB_PARAMS_BYTES_MAX = 4 * 1024 * 1024 };

struct db_params {
    const char *texts[DB_PARAMS_MAX]; /* for DB_BYTES: the caller's bytes */
    int lengths[DB_PARAMS_MAX];       /* for DB_BYTES and DB_ARRAY */
    int kinds[DB_PARAMS_MAX];         /* 0: text, 1: binary */
    const int *formats;               /* `kinds`, or NULL if all values are text */
    char *bytes;
    size_t room;
};

void db_params_finish(struct db_params *params);

/* Fails if there are too many or too large values, or a NUL inside text. */
bool db_params_check(const struct db_value *values, size_t count, struct fault *fault) MUST_CHECK;

/* Fills `params`. The values must have passed db_params_check(). False if memory is out. */
bool db_params_encode(struct db_params *params, const struct db_value *values,
                      size_t count) MUST_CHECK;
