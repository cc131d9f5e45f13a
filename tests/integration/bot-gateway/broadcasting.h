// SPDX-License-Identifier: MIT
/* Broadcasts of the bot "taxi" on the stand of sends.h. */
#pragma once

#include "broadcasts/broadcaster.h"
#include "sends.h"

/* People with these ids, who speak Russian, and were seen a day ago. */
void broadcasting_people(int first, int last);

/* In a fiber, all of these. POST /v1/broadcasts with this body; of a text for this audience; for
 * everybody, and it is accepted. */
struct answer broadcasting_ask(const char *body);
struct answer broadcasting_ask_for(const char *audience);
struct answer broadcasting_make(void);
/* An action of its id, or of a message's. */
struct answer broadcasting_act(http_handler *action, const char *id);

/* Its status, and its numbers that are not 0, as its caller sees them; static text. Fails where
 * they do not make the total. */
const char *broadcasting_shown(const char *id);
/* Waits until it is shown so. */
void broadcasting_wait(const char *id, const char *wanted);

struct broadcaster *broadcasting_start(struct sender *sender);
