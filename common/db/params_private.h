// SPDX-License-Identifier: MIT
/* Values as libpq wants them: NUL-terminated text, in one buffer that is used again for each
 * statement, since libpq copies what it is given. */
#pragma once

#include "db/query.h"

enum { DB_PARAMS_MAX = 128, DB_PARAMS_BYTES_MAX = 4 * 1024 * 1024 };

struct db_params {
    const char *texts[DB_PARAMS_MAX];
    char *bytes;
    size_t room;
};

void db_params_finish(struct db_params *params);

/* What can be wrong with values: too many, too large, a NUL inside text. */
bool db_params_check(const struct db_value *values, size_t count, struct fault *fault) MUST_CHECK;

/* Fills `texts`; of checked values only. False when memory is out. */
bool db_params_encode(struct db_params *params, const struct db_value *values,
                      size_t count) MUST_CHECK;
