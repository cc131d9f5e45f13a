// SPDX-License-Identifier: MIT
/* JSON of searches for flats. */
#pragma once

#include "json/fields.h"

#include "finding/find.h"

extern const struct fields find_fields; /* of struct wish_asked */

/* What an answer says beside what was found. */
struct find_said {
    bool degraded;
    const char *reasons[8]; /* codes; ends with NULL */
    int64_t lag_seconds;    /* FIELD_ABSENT: not known */
    int64_t took_ms;
};

void find_encode(const struct find_answer *answer, const struct find_said *said, struct buf *out);
