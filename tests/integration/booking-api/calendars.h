// SPDX-License-Identifier: MIT
/* A channel of a test's own: a server that answers with the calendar, or the lie, that the test has
 * set. */
#pragma once

#include "stand.h"

/* Starts the server, and gives the handlers an HTTP client that may call the loopback; call it
 * after stand_begin(). */
void calendars_begin(void);
void calendars_end(void);

/* Sets the answer of /calendar: a calendar with stays "10+2 20+3": two nights from the tenth day
 * from today on, and so on. "": a calendar without events. */
void calendar_has(const char *stays);
/* Sets the answer of /calendar. `headers`: further lines, each with CR LF; or "". */
void calendar_answers(int status, const char *headers, const char *body);
/* The text of calendar_has(). */
const char *calendar_text(const char *stays);
/* Requests so far, and the last of them. */
int calendar_requests(void);
const char *calendar_last_request(void);
/* The address of a path. /calendar: as set; /drip: a byte each 20 ms; /huge: 50 MB; /loop: a
 * redirect to itself; /go?URL: a redirect to URL; /gone: closes the connection; /deny: 403. */
const char *calendar_url(const char *path);

/* Creates a feed of the apartment by the owner, each with an address of its own that answers as
 * /calendar, and returns its id. */
const char *feed_of(const char *apartment, const char *channel);
/* Reads it now, by staff with a test key. */
struct answer feed_read(const char *apartment, const char *feed);
/* Reads it, and checks status and last_error (NULL: none). */
void ck_feed_at(const char *apartment, const char *feed, const char *status, const char *error,
                const char *file, int line);
#define ck_feed(...) ck_feed_at(__VA_ARGS__, __FILE__, __LINE__)
/* The nights that feeds have taken, as days from today: "10 11 20". */
const char *feed_nights(const char *apartment);
