// SPDX-License-Identifier: MIT
/* Requests and checks of the erasure tests. */
#pragma once

#include "stand.h"

struct answer erase(const struct api_caller *caller, const char *body);
/* Number of erased rows of this table in the receipt. */
long long erased_rows(const struct answer *answer, const char *table);
/* Marks all phones of bookings as verified. */
void verify_phones(void);
/* Number of rows in all tables of the schema that contain `text`. */
long long count_mentions(const char *text);
