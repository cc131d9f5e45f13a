// SPDX-License-Identifier: MIT
#include "history_steps.h"

void script_play(size_t checks, void (*act)(struct stand *stand, void *script))
{
    struct stand stand;
    struct script script;

    now_freeze(INT64_C(20000) * HISTORY_DAY_US, 0);
    stand_open(&stand, checks, 10000);
    stand_run(&stand, act, &script);
    stand_close(&stand);
    now_thaw();
}

void script_due_by(struct stand *stand, struct script *script, enum alert_channel channel,
                   bool quiet)
{
    const struct alert_query wanted = {.channel = channel, .now_us = now_wall_us(), .quiet = quiet};

    script->count = ROOM;
    FINE(history_alerts_due(stand->history, &wanted, script->alerts, &script->count, &fault));
}

void script_due(struct stand *stand, struct script *script)
{
    struct script one;

    script->count = 0;
    for (int i = 0; i < ALERT_CHANNELS; i++) {
        script_due_by(stand, &one, (enum alert_channel)i, false);
        for (size_t k = 0; k < one.count; k++) {
            ck_assert_uint_lt(script->count, ROOM);
            ck_assert_int_eq(one.alerts[k].channel, i);
            script->alerts[script->count++] = one.alerts[k];
        }
    }
}

void script_tell_all(struct stand *stand, struct script *script)
{
    script_due(stand, script);
    for (size_t i = 0; i < script->count; i++)
        FINE(history_alert_sent(stand->history, &script->alerts[i], 0, &fault));
}

void script_list(struct stand *stand, struct script *script, bool only_open)
{
    script->count = ROOM;
    FINE(history_incidents(stand->history, NULL, only_open, script->read, &script->count, &fault));
}

void script_begin(struct stand *stand, struct script *script, size_t check, unsigned channels)
{
    script->incident = stand_incident(stand, check, LEVEL_YELLOW);
    FINE(history_incident_begin(stand->history, &script->incident, channels, &fault));
}

void script_end(struct stand *stand, struct script *script)
{
    FINE(history_incident_end(stand->history, &script->incident.id, now_wall_us(), &fault));
}
