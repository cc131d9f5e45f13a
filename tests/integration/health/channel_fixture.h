// SPDX-License-Identifier: MIT
/* One channel without alerts.c, and a critical incident of PostgreSQL that it sends to servers.h.
 * Secrets begin with "C4nary"; no fault of a result may contain one. */
#pragma once

#include "notify/channel.h"
#include "servers.h"

extern struct health_config config; /* set before channel_fixture_open() */
extern struct incident incident;
extern struct check check;
extern struct alert_story story;
extern struct channel_result end; /* of the last send */

void channel_fixture_begin(void);
void channel_fixture_end(void);
void channel_fixture_open(channel_open_fn *open);
void channel_fixture_close(void);
/* The code of the fault with which the channel refuses `config`; "": it opens. */
const char *channel_fixture_refusal(channel_open_fn *open);

/* For fibers: sends the note `data`, or the story if it is NULL. */
void channel_fixture_send(void *data);
void send_now(void);
void send_note(const struct alert_note *note);

/* Starts http_sink.py with these answers, which end with NULL. Returns "http://127.0.0.1:<port>"
 * and `path`; borrowed until the next call. */
const char *sink_url(const char *const *answers, const char *path);
