// SPDX-License-Identifier: MIT
/* Steps of a test on incidents and alerts. */
#pragma once

#include "history_fixture.h"

enum {
    TELEGRAM = 1 << ALERT_TELEGRAM,
    EMAIL = 1 << ALERT_EMAIL,
    BOTH = TELEGRAM | EMAIL,
    ROOM = 8
};

struct script {
    struct incident incident;
    struct incident read[ROOM];
    struct alert alerts[ROOM];
    size_t count;
};

/* Plays `act` on a history of its own, of so many checks, with the clock stopped; `act` gets the
 * script. */
void script_play(size_t checks, void (*act)(struct stand *stand, void *script));

/* The alerts of a channel that are due now, into `alerts`. */
void script_due_by(struct stand *stand, struct script *script, enum alert_channel channel,
                   bool quiet);
/* Of all channels. */
void script_due(struct stand *stand, struct script *script);
void script_tell_all(struct stand *stand, struct script *script);
/* Incidents, into `read`. */
void script_list(struct stand *stand, struct script *script, bool only_open);
/* `incident` is a yellow one that begins now. */
void script_begin(struct stand *stand, struct script *script, size_t check, unsigned channels);
void script_end(struct stand *stand, struct script *script);
