// SPDX-License-Identifier: MIT
#include "notify/note_send.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/now.h"
#include "loop/fiber.h"

struct note_delivery {
    struct note_send *send;
    struct channel channel;
    struct channel_result result;
};

/* A note that is being sent. The waiting fiber frees it; if that fiber was cancelled, the last
 * channel does. */
struct note_send {
    struct note_delivery deliveries[ALERT_CHANNELS];
    struct alert_note note; /* its texts are stored below */
    char id[NOTE_ID_MAX + 1], subject[ALERT_SUBJECT_MAX], text[ALERT_TEXT_MAX];
    size_t pending;       /* number of channels that have not ended */
    struct fiber *waiter; /* fiber that waits; NULL: it was cancelled */
};

static void copy_note(struct note_send *send, const struct alert_note *note)
{
    snprintf(send->id, sizeof send->id, "%s", note->id);
    snprintf(send->subject, sizeof send->subject, "%s", note->subject);
    snprintf(send->text, sizeof send->text, "%s", note->text);
    send->note = (struct alert_note){send->id, send->subject, send->text};
}

static void deliver_note(void *data)
{
    struct note_delivery *delivery = data;
    struct note_send *send = delivery->send;
    const struct alert_story story = {.note = &send->note};
    const int64_t began_ns = now_mono_ns();

    delivery->channel.send(delivery->channel.self, &story, &delivery->result);
    delivery->result.took_ms = (now_mono_ns() - began_ns) / NS_PER_MS;
    send->pending--;
    if (send->waiter != NULL)
        fiber_wake(send->waiter);
    else if (send->pending == 0)
        free(send);
}

static void start_deliveries(struct note_send *send, struct loop *loop,
                             const struct channel *channels, unsigned excluded)
{
    const int64_t until_ns = now_mono_ns() + NOTE_SEND_MS * NS_PER_MS;

    for (size_t i = 0; i < ALERT_CHANNELS; i++) {
        struct note_delivery *delivery = &send->deliveries[i];

        *delivery = (struct note_delivery){
            .send = send, .channel = channels[i], .result = {.outcome = CHANNEL_UNREACHABLE}};
        if (delivery->channel.self != NULL && (excluded >> i & 1) == 0 &&
            fiber_start(loop, deliver_note, delivery, until_ns, "test of a channel",
                        &delivery->result.fault))
            send->pending++;
    }
}

bool note_send_to_channels(struct loop *loop, const struct channel channels[ALERT_CHANNELS],
                           unsigned excluded, const struct alert_note *note,
                           struct channel_result results[ALERT_CHANNELS], struct fault *fault)
{
    struct note_send *send = fault_calloc(sizeof *send, "a note", fault);

    if (send == NULL)
        return false;
    copy_note(send, note);
    send->waiter = fiber_current();
    start_deliveries(send, loop, channels, excluded);
    while (send->pending > 0) {
        if (fiber_park(0, fault))
            continue;
        send->waiter = NULL;
        if (send->pending == 0)
            free(send);
        return false;
    }
    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        results[i] = send->deliveries[i].result;
    free(send);
    return true;
}
