// SPDX-License-Identifier: MIT
#include "history_fake.h"

#include <check.h>

#include "base/now.h"
#include "base/text.h"

struct fake_history fake;

static bool is_here(struct fault *fault)
{
    return !fake.away || fault_set(fault, FAULT_UNAVAILABLE, "history_away", "The disk is full.");
}

static void queue(const struct incident *incident, enum alert_event event,
                  enum alert_channel channel)
{
    ck_assert_uint_lt(fake.alert_count, FAKE_ALERTS);
    struct fake_alert *made = &fake.alerts[fake.alert_count++];
    *made = (struct fake_alert){
        .alert = {.id = (int64_t)fake.alert_count,
                  .incident = *incident,
                  .event = event,
                  .channel = channel,
                  .due_us = now_wall_us()}
    };
}

struct incident fake_fire(const char *check, enum level level, unsigned channels)
{
    struct incident *made = &fake.incidents[fake.incident_count++];

    ck_assert_uint_le(fake.incident_count, FAKE_INCIDENTS);
    *made = (struct incident){.id = uuid_make(),
                              .level = level,
                              .severity = SEVERITY_CRITICAL,
                              .trouble = TROUBLE_REFUSED,
                              .reading = {.measure = MEASURES},
                              .started_us = now_wall_us()};
    strncpy(made->check, check, CHECK_NAME_MAX);
    for (unsigned i = 0; i < ALERT_CHANNELS; i++)
        if ((channels & 1U << i) != 0)
            queue(made, ALERT_FIRED, (enum alert_channel)i);
    return *made;
}

void fake_end(struct incident *incident)
{
    const size_t count = fake.alert_count;

    incident->ended_us = now_wall_us();
    for (size_t i = 0; i < fake.incident_count; i++)
        if (uuid_equal(&fake.incidents[i].id, &incident->id)) {
            fake.incidents[i].ended_us = incident->ended_us;
            *incident = fake.incidents[i];
        }
    for (size_t i = 0; i < count; i++)
        if (fake.alerts[i].sent && fake.alerts[i].alert.event == ALERT_FIRED &&
            uuid_equal(&fake.alerts[i].alert.incident.id, &incident->id))
            queue(incident, ALERT_RECOVERED, fake.alerts[i].alert.channel);
}

struct fake_alert *fake_find(enum alert_event event, enum alert_channel channel)
{
    const struct uuid *id = &fake.incidents[fake.incident_count - 1].id;

    for (size_t i = 0; i < fake.alert_count; i++)
        if (fake.alerts[i].alert.event == event && fake.alerts[i].alert.channel == channel &&
            uuid_equal(&fake.alerts[i].alert.incident.id, id))
            return &fake.alerts[i];
    return NULL;
}

/* --- history.h --- */

bool history_list_due_alerts(struct history *history, const struct alert_query *wanted,
                             struct alert *out, size_t *count, struct fault *fault)
{
    size_t found = 0;

    fake.queue_reads[wanted->channel]++;
    if (!is_here(fault))
        return false;
    for (size_t i = 0; i < fake.alert_count && found < *count; i++)
        if (!fake.alerts[i].sent && fake.alerts[i].alert.channel == wanted->channel &&
            fake.alerts[i].alert.due_us <= wanted->now_us)
            out[found++] = fake.alerts[i].alert;
    *count = found;
    return true;
}

static struct fake_alert *of_id(int64_t id)
{
    ck_assert_msg(id > 0 && (size_t)id <= fake.alert_count, "an alert that history does not have");
    fake.writes++;
    return &fake.alerts[id - 1];
}

bool history_alert_mark_sent(struct history *history, const struct alert *alert, int64_t message_id,
                             struct fault *fault)
{
    if (!is_here(fault))
        return false;
    of_id(alert->id)->sent = true;
    of_id(alert->id)->message_id = message_id;
    return true;
}

bool history_alert_give_up(struct history *history, int64_t id, struct fault *fault)
{
    return history_alert_mark_sent(history, &(const struct alert){.id = id}, 0, fault);
}

int64_t history_count_given_up_alerts(const struct history *history)
{
    return 0;
}

bool history_alert_postpone(struct history *history, int64_t id, int64_t pause_us,
                            struct fault *fault)
{
    if (!is_here(fault))
        return false;
    of_id(id)->alert.due_us = now_wall_us() + pause_us;
    of_id(id)->alert.tries++;
    return true;
}

bool history_alert_copy(struct history *history, int64_t id, enum alert_channel channel,
                        struct fault *fault)
{
    if (!is_here(fault))
        return false;
    const struct alert *alert = &of_id(id)->alert;
    for (size_t i = 0; i < fake.alert_count; i++)
        if (fake.alerts[i].alert.channel == channel && fake.alerts[i].alert.event == alert->event &&
            uuid_equal(&fake.alerts[i].alert.incident.id, &alert->incident.id))
            return true;
    queue(&alert->incident, alert->event, channel);
    return true;
}

bool history_add_message(struct history *history, const struct alert_message *message,
                         struct fault *fault)
{
    if (!is_here(fault))
        return false;
    ck_assert_uint_lt(fake.message_count, FAKE_ALERTS);
    fake.messages[fake.message_count++] = *message;
    return true;
}

bool history_list_messages(struct history *history, int64_t since_us, struct alert_message *out,
                           size_t *count, struct fault *fault)
{
    ck_assert_uint_le(fake.message_count, *count);
    *count = fake.message_count;
    for (size_t i = 0; i < fake.message_count; i++) {
        out[i] = fake.messages[fake.message_count - 1 - i];
        for (size_t k = 0; k < fake.incident_count; k++)
            if (uuid_equal(&fake.incidents[k].id, &out[i].incident.id))
                out[i].incident = fake.incidents[k];
    }
    return true;
}

bool history_incident_ack(struct history *history, const struct uuid *id, const char *who,
                          int64_t at_us, struct incident *out, struct fault *fault)
{
    if (!is_here(fault))
        return false;
    for (size_t i = 0; i < fake.incident_count; i++) {
        struct incident *incident = &fake.incidents[i];

        if (!uuid_equal(&incident->id, id))
            continue;
        if (incident->acked_by[0] == '\0') {
            strncpy(incident->acked_by, who, INCIDENT_WHO_MAX);
            incident->acked_us = at_us;
        }
        *out = *incident;
        return true;
    }
    return fault_set(fault, FAULT_NOT_FOUND, "no_incident", "No such incident.");
}
