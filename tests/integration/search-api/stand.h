// SPDX-License-Identifier: MIT
/* The fixture of integration/stand.h for search-api's tests: bot-gateway's feed is a table of the
 * test's own, and only the test runs the consumers and the lexicon updater. */
#pragma once

#include "app.h"
#include "handlers/handlers.h"
#include "integration/stand.h"

/* Creates the tables in a schema with the name of the suite. The feed is shared by the database:
 * suites that use it hold a lock. */
void stand_begin(void);
void stand_finish(void);
struct search_app *stand_app(void);

/* Messages of stand_staff's tenant in the feed, each by the user of its number, 1 to 9999, with
 * this version. A higher version replaces the message. */
void stand_put_messages(int first, int last, int version, const char *text);
void stand_put_message(int number, int version, const char *text);
void stand_delete_message(int number);

/* Waits until readers see all messages: open transactions of other suites delay them. In a fiber.
 */
void stand_wait_for_feed(void);

/* `count` messages of further ids, with the value of this SQL as their text. */
void stand_put_texts(int count, const char *sql);

/* Consumes the whole feed, and counts all stored documents. In a fiber. */
void stand_consume_messages(void);
void stand_update_lexicon(void);
/* Puts these messages and consumes them; and counts them too. */
void stand_say(int first, int last, int version, const char *text);
void stand_say_one(int number, int version, const char *text);
void stand_teach(int first, int last, int version, const char *text);

/* The counted documents with a term. */
uint32_t stand_df(const char *term);

/* In a fiber: sets `answer` to the value of `ask`, such as ask_post(...), which is evaluated again
 * while the request is refused because it waited longer than SEMAPHORE_WAIT_MS for a slot. */
#define stand_ask_admitted(answer, ask)                                                            \
    stand_until(strcmp(((answer) = (ask)).code, "overloaded") != 0, "a slot is free")

/* DELETE /v1/documents succeeds. */
void stand_erase(const char *params);
/* Whether a search succeeds with this reason. */
bool stand_reports(http_handler *search, const char *body, const char *reason);

/* Inserts or replaces an apartment of stand_staff's tenant in booking-api's feed: `values` of
 * `columns`, which include title_ru, city, rooms, max_guests and base_price. */
void stand_put_apartment(int number, const char *columns, const char *values);
void stand_delete_apartment(int number);
/* Consumes the whole feed of apartments. In a fiber. */
void stand_consume_apartments(void);

/* The ids of the results, separated by blanks. In a fiber. Borrowed until the next call. */
const char *stand_found(const char *query);
const char *stand_found_by(const struct api_caller *caller, const char *body);

/* An index of vectors in this process or, if TEST_QDRANT_URL is set (tests/qdrant/run), in Qdrant,
 * in collections with names of this process only. After the stop nothing remains. */
struct synchroniser;
extern int64_t stand_vector_memory; /* MiB; 0: as little as possible */
struct synchroniser *stand_synchroniser(void);
/* `qdrant_url` "": in this process. */
struct synchroniser *stand_synchroniser_at(const char *qdrant_url, int64_t timeout_ms);
void stand_synchroniser_stop(struct synchroniser *synchroniser);
bool stand_in_qdrant(void);
