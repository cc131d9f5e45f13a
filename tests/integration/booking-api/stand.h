// SPDX-License-Identifier: MIT
/* The test fixture of booking-api, on integration/stand.h: callers, apartments, bookings. */
#pragma once

#include "app.h"
#include "handlers/handlers.h"
#include "integration/stand.h"

/* Callers of the same client as stand_staff: */
extern struct api_caller stand_owner;  /* owner of the fixture's apartments */
extern struct api_caller stand_guest;  /* telegram_id 7 */
extern struct api_caller stand_guest8; /* telegram_id 8 */

/* Creates the tables in a schema with the name of the suite, and inserts stand_owner. End with
 * stand_end(). */
void stand_begin(void);
/* The data of handlers; without a sweeper and a cache. */
struct booking_app *stand_app(void);

/* Creates an apartment of stand_owner: 10,000 tenge a night, up to 4 guests, bookable at once. The
 * returned id is valid until 31 more are created. */
const char *stand_apartment(void);
/* The local date `offset` days from today. */
const char *stand_day(int offset);

/* POST /v1/bookings for the nights from .. from + nights - 1, counted from today. `more`: further
 * members with a leading comma (`,"note":"x"`). `guest`: further members of guest, likewise. */
struct answer stand_book(const struct api_caller *caller, const char *apartment, int from,
                         int nights, const char *guest, const char *more);
/* The same without further members; and what must be accepted. */
struct answer book(const struct api_caller *caller, const char *apartment, int from, int nights);
#define ck_book(...) ck_status(book(__VA_ARGS__), 201)
/* Takes an action, such as confirm_booking; and one that must succeed. */
struct answer stand_act(http_handler *verb, const struct api_caller *caller, const char *id,
                        const char *body);
#define ck_act(...) ck_status(stand_act(__VA_ARGS__), 200)

/* Checks that each booking has one history row, one event and one audit row per version, and that
 * each step starts in the status where the previous one ended. */
void stand_check_traces(void);
/* A teardown: checks them, then stand_end(). */
void stand_finish(void);
