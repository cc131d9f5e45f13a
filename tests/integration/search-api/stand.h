// SPDX-License-Identifier: MIT
/* The stand (integration/stand.h) as search-api's tests use it: bot-gateway's feed as a table of
 * the test's own, the feed and the lexicon read by the test alone. */
#pragma once

#include "app.h"
#include "integration/stand.h"

/* Tables in schema `schema`. The feed is one for the database: suites that touch it hold a lock. */
void stand_begin(const char *schema);
void stand_finish(void);
struct search_app *stand_app(void);

/* Messages of stand_staff's tenant in the feed, each by the user of its number, 1 to 9999, at this
 * version. A higher version replaces what is there. */
void stand_said_all(int first, int last, int version, const char *text);
void stand_said(int number, int version, const char *text);
void stand_unsaid(int number);

/* Until a reader sees all that was said: what other suites have running holds it back. In a fiber.
 */
void stand_wait_for_feed(void);

/* Until all of the feed is read, and all that is stored is counted. In a fiber. */
void stand_feed(void);
void stand_learn(void);

/* A apartment of stand_staff's tenant in booking-api's feed, anew where it is there: `values` of
 * `columns`, which have title_ru, city, rooms, max_guests and base_price. */
void stand_flat(int number, const char *columns, const char *values);
void stand_flat_gone(int number);
/* Until all of it is read, as above. In a fiber. */
void stand_flats(void);

/* The ids of what is found, with blanks between them. In a fiber. Borrowed until the next call. */
const char *stand_found(const char *query);
const char *stand_found_by(const struct api_caller *caller, const char *body);

/* An index of vectors, in this process; where TEST_QDRANT_URL is set (tests/qdrant/run), there, in
 * collections whose names no other process has. Stopped, it leaves nothing behind. */
struct synchroniser;
struct synchroniser *stand_follower(size_t bytes_max);
struct synchroniser *stand_follower_at(const char *qdrant_url, int64_t timeout_ms);
void stand_follower_stop(struct synchroniser *synchroniser);
bool stand_in_qdrant(void);
