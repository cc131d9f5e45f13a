// SPDX-License-Identifier: MIT
/* Updates of the bot "taxi" as Telegram sends them, and who handles them. In a fiber. */
#pragma once

#include "dialogue/turn_runner.h"
#include "sends.h"
#include "support/metric_of.h"

void deliver(const char *body);
/* A message of a person in his chat; `text` of a command is all of it. */
void deliver_text(int number, int person, const char *language, const char *text);
/* The tap of a button of the message 9 in the person's chat. */
void deliver_tap(int number, int person, const char *data);
void deliver_membership(int number, int person, const char *status);

/* Turns of the service with this step (NULL: turn_step()), booking-api at `booking` (NULL:
 * nowhere).
 */
struct turn_runner *updates_start(struct sender *sender, turn_step_fn *step, const char *booking);
void updates_stop(struct turn_runner *turns);
/* Those that are started from now on ask this AI, and read phrases by these places; NULL: none. */
void updates_with(struct ai_client *ai, const struct places_watch *places);
/* And this search-api; NULL: none. */
void updates_with_search(struct search_client *search);

/* A turn is counted once it is on the disk, a little after its rows can be seen. */
#define wait_metric(name, wanted)                                                                  \
    stand_until(metric_of(name) >= (wanted), "%s is %g", name, metric_of(name))

/* The client of updates_start() leaves a booking-api alone for so long that has failed too often.
 */
enum { UPDATES_OPEN_MS = 100 };
#define NOTHING_LEFT "NOT EXISTS (SELECT FROM update WHERE status = 'received')"
