// SPDX-License-Identifier: MIT
/* Quotes of the stand: asked for and booked by. */
#pragma once

#include "stand.h"

enum { QUOTES_BODY = 1024 };

/* POST /v1/quotes: nights counted from today. */
struct answer quotes_request(const struct api_caller *caller, const char *apartment, int from,
                             int nights, int guests);
/* One for two guests, the body dropped: its id is left. */
struct answer quotes_create(const struct api_caller *caller, const char *apartment, int from,
                            int nights);
/* A booking by a quote; `more`: further members with a leading comma. */
struct answer quotes_book(const struct api_caller *caller, const char *quote_id, const char *more);
/* The same, the body dropped. */
struct answer quotes_book_status(const struct api_caller *caller, const char *quote_id,
                                 const char *more);

/* A member of the body; borrowed. */
json_t *answer_at(const struct answer *answer, const char *name);
/* The amount of a sum of money. */
long long money_of(const json_t *sum);
