// SPDX-License-Identifier: MIT
#include "alerts/alert_queue.h"

#include "base/log.h"

void queue_init(struct alert_queue *queue, struct history *history)
{
    *queue = (struct alert_queue){.history = history};
}

/* --- memory; places move, so an entry is looked for again behind each park --- */

static struct held_alert *find(struct alert_queue *queue, int64_t id)
{
    for (size_t i = 0; i < queue->count; i++)
        if (queue->held[i].alert.id == id)
            return &queue->held[i];
    return NULL;
}

static void drop(struct alert_queue *queue, int64_t id)
{
    struct held_alert *held = find(queue, id);

    if (held == NULL)
        return;
    const size_t behind = queue->count - (size_t)(held - queue->held) - 1;
    memmove(held, held + 1, behind * sizeof *held);
    queue->count--;
}

static struct held_alert *hold(struct alert_queue *queue, const struct alert *alert)
{
    struct held_alert *held = find(queue, alert->id);

    if (held != NULL)
        return held;
    if (queue->count == QUEUE_HELD_MAX) {
        LOG(LOG_ERROR, "alert_forgotten", "Memory holds no more alerts while history is away",
            log_str("check", queue->held[0].alert.incident.check));
        drop(queue, queue->held[0].alert.id);
    }
    held = &queue->held[queue->count++];
    *held = (struct held_alert){.alert = *alert};
    return held;
}

/* Memory's own alert of this event and channel, or NULL. */
static struct held_alert *find_own(struct alert_queue *queue, const struct uuid *incident,
                                   enum alert_event event, enum alert_channel channel)
{
    for (size_t i = 0; i < queue->count; i++) {
        const struct alert *alert = &queue->held[i].alert;

        if (alert->id < 0 && alert->event == event && alert->channel == channel &&
            uuid_equal(&alert->incident.id, incident))
            return &queue->held[i];
    }
    return NULL;
}

static void add_own(struct alert_queue *queue, const struct incident *incident,
                    enum alert_event event, enum alert_channel channel, int64_t now_us)
{
    if (find_own(queue, &incident->id, event, channel) != NULL)
        return;
    hold(queue, &(const struct alert){.id = --queue->last_id,
                                      .incident = *incident,
                                      .event = event,
                                      .channel = channel,
                                      .due_us = now_us});
}

/* --- what is due --- */

/* Whether an alert of history is still to be told now, for all that memory knows of it. */
static bool still_due(struct alert_queue *queue, struct alert *alert, int64_t now_us)
{
    const struct held_alert *held = find(queue, alert->id);
    struct fault ignored;

    if (held == NULL)
        return true;
    if (!held->told) {
        alert->tries = held->alert.tries;
        return held->alert.due_us <= now_us;
    }
    if (history_alert_told(queue->history, alert->id, 0, &ignored))
        drop(queue, alert->id);
    return false;
}

/* The first of its incident on this channel that memory has not told yet. */
static bool is_first(const struct alert_queue *queue, size_t at)
{
    const struct alert *alert = &queue->held[at].alert;

    for (size_t i = 0; i < at; i++)
        if (queue->held[i].alert.id < 0 && !queue->held[i].told &&
            queue->held[i].alert.channel == alert->channel &&
            uuid_equal(&queue->held[i].alert.incident.id, &alert->incident.id))
            return false;
    return true;
}

bool queue_due(struct alert_queue *queue, enum alert_channel channel, int64_t now_us,
               struct alert *out, size_t *count, struct fault *fault)
{
    const size_t room = *count;
    size_t found = room, kept = 0;
    const bool ok = history_alerts_due(queue->history, now_us, out, &found, fault);

    for (size_t i = 0; ok && i < found; i++)
        if (out[i].channel == channel && still_due(queue, &out[i], now_us))
            out[kept++] = out[i];
    for (size_t i = 0; i < queue->count && kept < room; i++) {
        const struct held_alert *held = &queue->held[i];

        if (held->alert.id < 0 && held->alert.channel == channel && !held->told &&
            held->alert.due_us <= now_us && is_first(queue, i))
            out[kept++] = held->alert;
    }
    *count = kept;
    return ok;
}

/* --- what became of it --- */

void queue_told(struct alert_queue *queue, const struct alert *alert, int64_t message_id)
{
    struct fault ignored;

    if (alert->id < 0 && alert->event == ALERT_RECOVERED) {
        const struct uuid id = alert->incident.id;
        for (size_t i = queue->count; i-- > 0;)
            if (queue->held[i].alert.id < 0 && queue->held[i].alert.channel == alert->channel &&
                uuid_equal(&queue->held[i].alert.incident.id, &id))
                drop(queue, queue->held[i].alert.id);
    } else if (alert->id > 0 &&
               history_alert_told(queue->history, alert->id, message_id, &ignored)) {
        drop(queue, alert->id);
    } else {
        hold(queue, alert)->told = true;
    }
}

void queue_later(struct alert_queue *queue, const struct alert *alert, int64_t due_us)
{
    struct fault ignored;

    if (alert->id > 0 && history_alert_later(queue->history, alert->id, due_us, &ignored)) {
        drop(queue, alert->id);
        return;
    }
    struct held_alert *held = hold(queue, alert);
    held->alert.tries = alert->tries + 1;
    held->alert.due_us = due_us;
}

void queue_also(struct alert_queue *queue, const struct alert *alert, enum alert_channel channel,
                int64_t now_us)
{
    struct fault ignored;

    if (alert->id > 0 && history_alert_also(queue->history, alert->id, channel, &ignored))
        return;
    add_own(queue, &alert->incident, alert->event, channel, now_us);
}

void queue_tell(struct alert_queue *queue, const struct incident *incident, enum alert_event event,
                unsigned channels, int64_t now_us)
{
    for (int i = 0; i < ALERT_CHANNELS; i++) {
        const enum alert_channel channel = (enum alert_channel)i;

        if ((channels & 1U << i) == 0)
            continue;
        const struct held_alert *first = find_own(queue, &incident->id, ALERT_FIRED, channel);
        if (event == ALERT_RECOVERED && first != NULL && !first->told) {
            const struct held_alert *worse = find_own(queue, &incident->id, ALERT_WORSE, channel);
            if (worse != NULL)
                drop(queue, worse->alert.id);
            drop(queue, find_own(queue, &incident->id, ALERT_FIRED, channel)->alert.id);
        } else {
            add_own(queue, incident, event, channel, now_us);
        }
    }
}
