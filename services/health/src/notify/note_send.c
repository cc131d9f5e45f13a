// SPDX-License-Identifier: MIT
#include "notify/note_send.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/now.h"
#include "loop/fiber.h"

struct telling {
    struct trial *trial;
    struct channel channel;
    struct channel_end end;
};

/* Lives until its last fiber has ended: who waits for it may be cancelled before. */
struct trial {
    struct telling tellings[ALERT_CHANNELS];
    struct alert_note note;
    char id[NOTE_ID_MAX + 1], subject[ALERT_SUBJECT_MAX], text[ALERT_TEXT_MAX];
    size_t under_way;
    struct fiber *waiter; /* NULL: it waits no more */
};

static void copy_note(struct trial *trial, const struct alert_note *note)
{
    snprintf(trial->id, sizeof trial->id, "%s", note->id);
    snprintf(trial->subject, sizeof trial->subject, "%s", note->subject);
    snprintf(trial->text, sizeof trial->text, "%s", note->text);
    trial->note = (struct alert_note){trial->id, trial->subject, trial->text};
}

static void put_test(struct trial *trial, const struct trial_options *options)
{
    char id[UUID_TEXT_LEN + 1];
    const struct uuid own = uuid_make();

    uuid_format(&own, id);
    snprintf(trial->id, sizeof trial->id, "test.%s", id);
    snprintf(trial->text, sizeof trial->text,
             "Это проверка с сервера %.200s: сюда health сообщит о неполадках. Делать ничего не "
             "нужно.\n%s%.400s%s",
             options->server, options->public_url[0] != '\0' ? "Страница: " : "",
             options->public_url, options->public_url[0] != '\0' ? "\n" : "");
    trial->note =
        (struct alert_note){.id = trial->id, .subject = "Проверка связи", .text = trial->text};
}

static void tell(void *data)
{
    struct telling *telling = data;
    struct trial *trial = telling->trial;
    const int64_t began_ns = now_mono_ns();

    telling->channel.say(telling->channel.self, &trial->note, &telling->end);
    telling->end.took_ms = (now_mono_ns() - began_ns) / NS_PER_MS;
    trial->under_way--;
    if (trial->waiter != NULL)
        fiber_wake(trial->waiter);
    else if (trial->under_way == 0)
        free(trial);
}

static void begin(struct trial *trial, const struct trial_options *options)
{
    const int64_t until_ns = now_mono_ns() + TRIAL_MS * NS_PER_MS;

    for (size_t i = 0; i < ALERT_CHANNELS; i++) {
        struct telling *telling = &trial->tellings[i];

        *telling = (struct telling){
            .trial = trial, .channel = options->channels[i], .end = {.outcome = CHANNEL_AWAY}};
        if (telling->channel.say != NULL && fiber_start(options->loop, tell, telling, until_ns,
                                                        "test of a channel", &telling->end.fault))
            trial->under_way++;
    }
}

bool trial_run(const struct trial_options *options, struct channel_end ends[ALERT_CHANNELS],
               struct fault *fault)
{
    struct trial *trial = fault_calloc(sizeof *trial, "a test of channels", fault);

    if (trial == NULL)
        return false;
    if (options->note != NULL)
        copy_note(trial, options->note);
    else
        put_test(trial, options);
    trial->waiter = fiber_current();
    begin(trial, options);
    while (trial->under_way > 0) {
        if (fiber_park(0, fault))
            continue;
        trial->waiter = NULL;
        if (trial->under_way == 0)
            free(trial);
        return false;
    }
    for (size_t i = 0; i < ALERT_CHANNELS; i++)
        ends[i] = trial->tellings[i].end;
    free(trial);
    return true;
}
