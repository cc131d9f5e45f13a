// SPDX-License-Identifier: MIT
/* Creates and changes bookings for several suites. */
#pragma once

#include "stand.h"

const char *stay_status(const char *id);
/* Sets expires_at to the past. */
void stay_make_overdue(const char *id);
/* Moves the stay to earlier dates. */
void stay_shift(const char *id, int days);
/* Creates a confirmed stay of stand_guest; `from` counts from today and may be negative. */
struct answer stay_make_confirmed(const char *apartment, int from, int nights);

/* Requests change-dates; `more`: further members with a leading comma. */
struct answer stay_request_change(const struct api_caller *caller, const char *id, int from,
                                  int nights, const char *more, const char *if_match);
/* The same; frees the body. */
struct answer stay_change(const struct api_caller *caller, const char *id, int from, int nights,
                          const char *more);
/* Returns a `more` that names another apartment; borrowed until the next call. */
const char *stay_to_apartment(const char *apartment);
