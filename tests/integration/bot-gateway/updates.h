// SPDX-License-Identifier: MIT
/* Updates of the bot "taxi", and the turns that handle them. In a fiber. */
#pragma once

#include "dialogue/turn_runner.h"
#include "sends.h"
#include "support/metric_of.h"

void deliver(const char *body);
/* Delivers a message of a person in the private chat; a command is the whole `text`. */
void deliver_text(int number, int person, const char *language, const char *text);
/* Also waits until no update is left. */
void handle_text(int number, int person, const char *language, const char *text);
/* Delivers a callback query of a button of message 9 in the private chat. */
void deliver_tap(int number, int person, const char *data);
void deliver_membership(int number, int person, const char *status);

/* Rereads the bots and starts the turns of the service with this step (NULL: turn_handle_update())
 * and booking-api at `booking` (NULL: none); for stand_stop(). */
struct turn_runner *updates_start(struct sender *sender, turn_handle_update_fn *step,
                                  const char *booking);
/* Makes all updates due that wait for their next try. */
void retry_now(struct turn_runner *turns);
/* Sets the AI and the places for turns that start from now on; NULL: none. */
void updates_with(struct ai_client *ai, struct places_watch *places);
/* Sets the search-api likewise; NULL: none. */
void updates_with_search(struct search_client *search);

/* A turn is counted when it is committed, a little after its rows become visible. */
#define wait_metric(name, wanted)                                                                  \
    stand_until(metric_of(name) >= (wanted), "%s is %g", name, metric_of(name))

/* How long the client of updates_start() does not call a booking-api that has failed too often. */
enum { UPDATES_OPEN_MS = 100 };
#define NOTHING_LEFT "NOT EXISTS (SELECT FROM update WHERE status = 'received')"
