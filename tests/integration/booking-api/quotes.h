// SPDX-License-Identifier: MIT
/* Creates quotes and books by them. */
#pragma once

#include "stand.h"

enum { QUOTES_BODY = 1024 };

/* POST /v1/quotes: nights counted from today. */
struct answer quotes_request(const struct api_caller *caller, const char *apartment, int from,
                             int nights, int guests);
/* Creates a quote for two guests and frees the body; the id remains. */
struct answer quotes_create(const struct api_caller *caller, const char *apartment, int from,
                            int nights);
/* Books by a quote; `more`: further members with a leading comma. */
struct answer quotes_book(const struct api_caller *caller, const char *quote_id, const char *more);
/* The same; frees the body. */
struct answer quotes_book_status(const struct api_caller *caller, const char *quote_id,
                                 const char *more);

/* Returns a member of the body; borrowed. */
json_t *answer_at(const struct answer *answer, const char *name);
/* Returns the amount of a sum of money. */
long long money_of(const json_t *sum);
