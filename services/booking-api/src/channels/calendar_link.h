// SPDX-License-Identifier: MIT
/* A link by which a channel reads the calendar of an apartment: /v1/calendars/TOKEN.ics, without an
 * API key. Each channel has a link of its own, so that one can be revoked, and what came from a
 * channel is not sent back to it. Files: handlers/calendar_link_handlers.c has the routes,
 * calendar_link.c the form of the address, calendar_link_json.c the JSON fields,
 * calendar_link_store.c the SQL, ical_write.c the calendar. */
#pragma once

#include "base/digest.h"
#include "db/query.h"

#include "calendar/calendar.h"
#include "channels/ical_write.h"

enum {
    CALENDAR_LINK_NAME_MAX = 200,
    CALENDAR_LINKS_MAX = 20,         /* links of an apartment; 409 "too_many_links" */
    CALENDAR_TOKEN_BYTES = 16,       /* random, so that it cannot be guessed */
    CALENDAR_TOKEN_LEN = 22,         /* of its text: base64url without padding */
    CALENDAR_LINK_READ_EVERY_S = 60, /* last_read_at is written no more often */
    CALENDAR_ENTRIES_MAX = 2000      /* of a calendar; of later ones the channel learns later */
};

#define CALENDAR_LINK_PATH "/v1/calendars/" /* of an address, before the file */

struct calendar_link {
    struct uuid id;
    struct uuid tenant_id;
    struct uuid apartment_id;
    struct uuid owner_id; /* of the apartment */
    int channel;
    struct slice name;    /* may be absent */
    struct slice token;   /* only of a new link */
    struct slice url;     /* only of a new link */
    int64_t last_read_at; /* absent: never */
    int64_t closed_at;    /* of this time a person said that the channel has our nights: its owner
                             has blocked them there by hand; absent: never */
    int64_t version;
    int64_t created_at;
};

/* What a person says of a link. */
struct calendar_link_closed {
    int64_t as_of; /* absent: now */
};

/* What a channel reads. */
struct calendar_export {
    struct uuid link_id;
    bool was_read_lately;       /* within CALENDAR_LINK_READ_EVERY_S */
    struct slice title;         /* of the apartment */
    struct ical_entry *entries; /* by their first night */
    size_t count;
};

/* The token of "TOKEN.ics", and of a path that ends with CALENDAR_LINK_PATH and such a file; a
 * query is ignored. Absent if the name has another form. Borrowed from the argument. */
struct slice calendar_link_token_of_file(struct slice file);
struct slice calendar_link_token_of_path(struct slice path);

/* --- SQL (calendar_link_store.c) --- */

/* Inserts a link into a locked apartment. FAULT_CONFLICT "too_many_links". */
bool calendar_link_store_insert(struct db *tx, struct calendar_link *link,
                                struct fault *fault) MUST_CHECK;

/* Ends the link; its address then answers 404. FAULT_NOT_FOUND "not_found" if it does not exist or
 * has ended. */
bool calendar_link_store_end(struct db *tx, const struct uuid *apartment_id, const struct uuid *id,
                             int64_t *version, struct fault *fault) MUST_CHECK;

/* Stores in closed_at that the channel has our nights as they were at `as_of`; absent, or in the
 * future: now. An earlier time than the stored one changes nothing. FAULT_NOT_FOUND as above. */
bool calendar_link_store_close(struct db *tx, const struct uuid *apartment_id,
                               const struct uuid *id, int64_t as_of, struct arena *arena,
                               struct calendar_link *out, struct fault *fault) MUST_CHECK;

/* Statement for list_reply(): the links of an apartment, newest first. Value: apartment_id. */
extern const struct db_statement calendar_link_list_statement;

/* Reads a calendar by the token of its link, by one statement: stays, blocks, buffers and nights of
 * other channels that end after today. Text is in the arena. FAULT_NOT_FOUND "not_found". */
bool calendar_link_store_find(struct db *db, struct slice token, struct arena *arena,
                              struct calendar_export *out, struct fault *fault) MUST_CHECK;

/* Sets `known` if a link has the token, or had it before it ended. */
bool calendar_link_store_knows(struct db *db, struct slice token, bool *known,
                               struct fault *fault) MUST_CHECK;

/* Stores that the link was read now. */
bool calendar_link_store_touch(struct db_pool *pool, const struct uuid *id,
                               struct fault *fault) MUST_CHECK;
