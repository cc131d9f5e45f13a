// SPDX-License-Identifier: MIT
/* A person to erase, and a fake booking-api. */
#pragma once

#include "booking.h"
#include "script.h"

/* An id that no other row contains. */
#define HIM    "70001234567"
#define HIS_ID 70001234567
#define PHONE  "+77015550001"

/* The fixture with the bot "taxi", which has a key. */
void erasing_begin(void);

/* Answers: two bookings, then none. */
enum { RECEIPTS = 2 };
extern const struct booking_says receipts[RECEIPTS];
/* Of search-api: five documents. */
extern const struct booking_says search_receipt;
/* In a fiber: sets the answers of booking-api. */
void erasing_start(const struct booking_says *booking, int count);
/* Adds a search-api, which answers in turn with booking-api. */
void erasing_with_search(void);

/* DELETE /v1/users/taxi/{user}. */
struct answer erase(const char *user);
/* Repeats it while it is unfinished: on a slow machine the passes may take too long for one
 * request. */
struct answer erase_to_end(const char *user);
struct answer erase_dry_run(const char *user);

/* Counts of a receipt: of a table, of all, of a service. */
long long erased_rows(const struct answer *answer, const char *table);
long long erased_in_all(const struct answer *answer);
const char *erased_by(const struct answer *answer, const char *service);

/* An update of the person's private chat; the number is of the update and of the message. */
#define FROM_HIM                                                                                   \
    "\"from\":{\"id\":" HIM ",\"is_bot\":false,\"first_name\":\"Erased\",\"username\":"            \
    "\"erased_person\",\"language_code\":\"ru\"}"
#define IN_HIS_CHAT "\"chat\":{\"id\":" HIM ",\"type\":\"private\",\"username\":\"erased_person\"}"
void update(int number, const char *about);
void say(int number, const char *text);

/* Compares the columns of all tables that contain a text, also in bytes: " table.column
 * table.column". */
#define ck_says(text, wanted) ck_assert_str_eq(stand_text("SELECT says('%s')", text), wanted)
