// SPDX-License-Identifier: MIT
/* Updates of the bot "taxi" as Telegram sends them, and who handles them. In a fiber. */
#pragma once

#include "dialogues/turns.h"
#include "sends.h"

enum { UPDATES_POLL_MS = 5, UPDATES_SOON_MS = 60000 };

void deliver(const char *body);
/* A message of a person in his chat; `text` of a command is all of it. */
void deliver_text(int number, int person, const char *language, const char *text);
/* The tap of a button of the message 9 in the person's chat. */
void deliver_tap(int number, int person, const char *data);
void deliver_membership(int number, int person, const char *status);

/* Turns of the service with this step (NULL: turn_step()), booking-api at `booking` (NULL:
 * nowhere).
 */
struct turns *updates_start(struct sender *sender, turn_step_fn *step, const char *booking);
void updates_stop(struct turns *turns);
/* Those that are started from now on ask this AI, and read phrases by these places; NULL: none. */
void updates_with(struct ai_client *ai, const struct places_watch *places);
/* And this search-api; NULL: none. */
void updates_with_search(struct search_client *search);

/* A turn is counted once it is on the disk, a little after its rows can be seen. */
void wait_metric(const char *name, double wanted);

#define NOTHING_LEFT "NOT EXISTS (SELECT FROM update WHERE status = 'received')"
