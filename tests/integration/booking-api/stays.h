// SPDX-License-Identifier: MIT
/* Bookings of the stand on their way: what several suites do to them and ask of them. */
#pragma once

#include "stand.h"

const char *stay_status(const char *id);
/* As if its time to wait had run out. */
void stay_make_overdue(const char *id);
/* As if it had been booked for so many days earlier. */
void stay_shift(const char *id, int days);
/* A confirmed stay of stand_guest from so many days from today, for so many nights. */
struct answer stay_make_confirmed(const char *apartment, int from, int nights);

/* change-dates; `more`: further members with a leading comma. */
struct answer stay_request_change(const struct api_caller *caller, const char *id, int from,
                                  int nights, const char *more, const char *if_match);
/* The same, the body dropped. */
struct answer stay_change(const struct api_caller *caller, const char *id, int from, int nights,
                          const char *more);
/* `more` that names another apartment; borrowed until the next call. */
const char *stay_to_apartment(const char *apartment);
