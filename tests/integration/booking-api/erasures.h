// SPDX-License-Identifier: MIT
/* What the tests of a guest's erasure ask for, and where they look for him. */
#pragma once

#include "stand.h"

struct answer erase(const struct api_caller *caller, const char *body);
/* The same without the body. */
struct answer erase_status(const struct api_caller *caller, const char *body);
/* Of the receipt. */
long long erased_rows(const struct answer *answer, const char *table);
/* Rows of any table of the stand's schema that still say `text`. */
long long count_mentions(const char *text);
