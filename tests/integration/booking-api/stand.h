// SPDX-License-Identifier: MIT
/* The stand (integration/stand.h) as booking-api's tests use it: its callers, apartments, bookings.
 */
#pragma once

#include "app.h"
#include "integration/stand.h"

/* Beside stand_staff, and of the same client: */
extern struct api_caller stand_owner;  /* of the stand's apartments */
extern struct api_caller stand_guest;  /* telegram_id 7 */
extern struct api_caller stand_guest8; /* telegram_id 8 */

/* Tables in schema `schema`, with stand_owner among the owners. stand_end() ends it. */
void stand_begin(const char *schema);
/* What handlers get; without a sweeper and cached apartments. */
struct booking_app *stand_app(void);

/* A new apartment of stand_owner: 10,000 tenge a night, up to 4 guests, bookable as it is. Its id,
 * kept for the next 31 apartments. */
const char *stand_apartment(void);
/* The local date so many days from today. */
const char *stand_day(int offset);

/* POST /v1/bookings: nights from .. from + nights - 1 counted from today, `more` are further
 * members with a leading comma (`,"note":"x"`). `guest` is the inner text of guest beside the name.
 */
struct answer stand_book(const struct api_caller *caller, const char *apartment, int from,
                         int nights, const char *guest, const char *more);
/* confirm_booking and so on. */
struct answer stand_act(http_handler *verb, const struct api_caller *caller, const char *id,
                        const char *body);

/* Each booking has one row of history, one event and one audit row for each version, and each step
 * begins where the one before ended. */
void stand_check_traces(void);
