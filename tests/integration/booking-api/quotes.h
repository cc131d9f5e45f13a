// SPDX-License-Identifier: MIT
/* Creates quotes and books by them. */
#pragma once

#include "stand.h"

/* POST /v1/quotes: nights counted from today. */
struct answer quotes_request(const struct api_caller *caller, const char *apartment, int from,
                             int nights, int guests);
/* Creates a quote for two guests. */
struct answer quotes_create(const struct api_caller *caller, const char *apartment, int from,
                            int nights);
/* Books by a quote; `more`: further members with a leading comma. */
struct answer quotes_book(const struct api_caller *caller, const char *quote_id, const char *more);
