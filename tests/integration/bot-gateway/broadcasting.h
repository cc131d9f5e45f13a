// SPDX-License-Identifier: MIT
/* Broadcasts of the bot "taxi" with the fixture of sends.h. */
#pragma once

#include "broadcasts/broadcaster.h"
#include "sends.h"

/* All of these run in a fiber. Rereads the bots, and inserts people with these ids who speak
 * Russian and were seen a day ago. */
void broadcasting_people(int first, int last);
/* POST /v1/broadcasts with this body; with a text for this audience;
 * with a text for all people, which is accepted. */
struct answer broadcasting_ask(const char *body);
struct answer broadcasting_ask_for(const char *audience);
struct answer broadcasting_make(void);
/* An action on a broadcast or a message. */
struct answer broadcasting_act(http_handler *action, const char *id);

/* The status and the counts other than 0, as the API shows them; static text. Fails if they do not
 * add up to the total. */
const char *broadcasting_shown(const char *id);
/* Waits until it is shown like this. */
void broadcasting_wait(const char *id, const char *wanted);

/* Starts the broadcaster until stand_stop(). */
struct gateway_app *broadcasting_start(struct sender *sender);
