// SPDX-License-Identifier: MIT
#include "notifications/calendar_notice.h"

#include "base/auto.h"
#include "base/buf.h"

#include "dialogue/reply.h"
#include "texts/channel_texts.h"

enum { TEXT_BYTES_MAX = 8 * 1024, BUTTONS_MAX = 3 };

enum about { THE_RESOURCE, THE_BOOKING, THE_APARTMENT };

/* A button. Its command has the id of the event's resource, of our booking or of the
 * apartment as its argument. */
struct offer {
    const char *command;  /* of products/apartments.c; NULL ends a list */
    const char *of_staff; /* product_staff_commands; NULL: staff do not get the button */
    enum about about;
    enum text label;
};

// clang-format off
static const struct offer decisions[] = {
    {"clash_ours",   "staff_ours",   THE_RESOURCE,  TEXT_CLASH_BUTTON_OURS  },
    {"clash_theirs", "staff_theirs", THE_RESOURCE,  TEXT_CLASH_BUTTON_THEIRS},
    {"deal",         NULL,           THE_BOOKING,   TEXT_NOTICE_BUTTON_DEAL },
    {NULL,           NULL,           THE_RESOURCE,  TEXTS                   },
}, to_calendars[] = {
    {"calendars",    NULL,           THE_APARTMENT, TEXT_NOTICE_BUTTON_FEEDS},
    {NULL,           NULL,           THE_RESOURCE,  TEXTS                   },
}, to_desk[] = {
    {"desk",         NULL,           THE_RESOURCE,  TEXT_BUTTON_DESK        },
    {NULL,           NULL,           THE_RESOURCE,  TEXTS                   },
};

/* Columns: event, status of its resource (NULL: any), text, text if ours is a block (TEXTS: the
 * same), buttons. The first row that matches is used. */
static const struct calendar_notice {
    const char *event;
    const char *status;
    enum text text;
    enum text of_block;
    const struct offer *offers;
} notices[] = {
    {"calendar.conflict",       NULL,          TEXT_NOTICE_CLASH,        TEXT_NOTICE_CLASH_BLOCK, decisions   },
    {"calendar.conflict_ended", "kept_ours",   TEXT_NOTICE_CLASH_OURS,   TEXTS,                   to_desk     },
    {"calendar.conflict_ended", "kept_theirs", TEXT_NOTICE_CLASH_THEIRS, TEXTS,                   to_desk     },
    {"calendar.conflict_ended", NULL,          TEXT_NOTICE_CLASH_GONE,   TEXTS,                   to_desk     },
    {"feed.suspect",            NULL,          TEXT_NOTICE_FEED_SUSPECT, TEXTS,                   to_calendars},
    {"feed.stale",              NULL,          TEXT_NOTICE_FEED_STALE,   TEXTS,                   to_calendars},
    {"feed.ok",                 NULL,          TEXT_NOTICE_FEED_OK,      TEXTS,                   to_calendars},
};
// clang-format on

/* A feed that works from the beginning causes no notification: its owner has just connected it. */
static bool is_first_success(const struct notification_event *event)
{
    return slice_is(event->type, "feed.ok") &&
           (event->previous.at == NULL || slice_is(event->previous, "new"));
}

const struct calendar_notice *calendar_notice_find(const struct notification_event *event)
{
    if (is_first_success(event))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(notices); i++)
        if (slice_is(event->type, notices[i].event) &&
            (notices[i].status == NULL || slice_is(event->status, notices[i].status)))
            return &notices[i];
    return NULL;
}

static bool format_text(const struct calendar_notice_input *input, struct arena *arena,
                        struct slice *text, struct fault *fault)
{
    const struct calendar_notice *notice = input->notice;
    const struct notification_event *event = input->event;
    const enum language language = input->to.language;
    const enum text shown =
        input->code.at == NULL && notice->of_block != TEXTS ? notice->of_block : notice->text;
    const struct slice channel = text_render_to_arena(input->texts, channel_text_of(event->channel),
                                                      language, NULL, 0, arena);
    const struct slice error =
        event->error.at != NULL
            ? text_render_to_arena(input->texts, channel_text_of_error(event->error), language,
                                   NULL, 0, arena)
            : SLICE_NONE;
    const struct text_value values[] = {
        {.name = "channel",    .text = channel      },
        {.name = "dates",      .number = event->from, .other = event->to},
        {.name = "title",                    .text = texts_in(&input->title,                           language)},
        {.name = "code",           .text = input->code     },
        {.name = "why",.text = error      },
    };
    const enum text why = notification_why_text(input->to.why);
    AUTO(buf_finish) struct buf out = BUF(TEXT_BYTES_MAX);

    if (channel.at == NULL)
        return arena_fault(fault);
    (void)!text_render_if_complete(input->texts, shown, language, values, ARRAY_LEN(values), &out);
    if (why != TEXTS) {
        buf_text(&out, "\n");
        text_render(input->texts, why, language, NULL, 0, &out);
    }
    return buf_keep(&out, arena, text, fault);
}

/* Makes a button. `is_offered` is false if the recipient does not get it. */
static bool make_button_if_offered(const struct calendar_notice_input *input,
                                   const struct offer *offer, bool *is_offered,
                                   struct turn_button *out, struct arena *arena,
                                   struct fault *fault)
{
    const char *command = input->to.is_staff ? offer->of_staff : offer->command;
    const struct uuid *id = offer->about == THE_BOOKING     ? &input->event->booking
                            : offer->about == THE_APARTMENT ? &input->event->apartment
                                                            : &input->event->id;

    *is_offered = command != NULL && !uuid_is_nil(id);
    if (!*is_offered)
        return true;
    if (!notification_make_command_button(
            &input->to, input->button_key, command,
            offer->label == TEXT_BUTTON_DESK ? SLICE("") : button_make_id_argument(id, "", arena),
            out, arena, fault))
        return false;
    out->label =
        text_render_to_arena(input->texts, offer->label, input->to.language, NULL, 0, arena);
    return out->label.at != NULL || arena_fault(fault);
}

bool calendar_notice_compose(const struct calendar_notice_input *input, struct arena *arena,
                             struct outbox_message *out, struct fault *fault)
{
    struct turn_button buttons[BUTTONS_MAX] = {0};
    struct turn_reply reply = {.kind = TURN_TEXT, .markup = TURN_BUTTONS, .buttons = buttons};
    const struct update_view view = {
        .chat_id = input->to.chat_id, .message_id = FIELD_ABSENT, .thread_id = input->to.thread_id};
    bool made;

    for (const struct offer *offer = input->notice->offers; offer->command != NULL; offer++) {
        if (!make_button_if_offered(input, offer, &made, &buttons[reply.button_count], arena,
                                    fault))
            return false;
        reply.button_count += made;
    }
    return format_text(input, arena, &reply.text, fault) &&
           reply_make_message(&reply, 0, &input->event->id, &view, arena, out, fault);
}
