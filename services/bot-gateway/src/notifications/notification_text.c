// SPDX-License-Identifier: MIT
#include "notifications/notification_text.h"

#include "base/auto.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/now.h"

#include "dialogue/reply.h"
#include "dialogue/talk.h"
#include "texts/format.h"
#include "texts/texts.h"

enum {
    WORDS_BYTES_MAX = 32 * 1024,
    LABEL_BYTES_MAX = 1024,
    VALUES = 16,
    BUTTONS_MAX = 4,
    ID_LEN = sizeof(struct uuid)
};

/* --- what is said, and what can be tapped --- */

struct offer {
    const char *action; /* of booking-api, which must allow it; NULL: it is always offered */
    const char *command;
    enum text label; /* TEXTS: that of the action */
};

static const struct offer to_guest[] = {
    {NULL, NOTIFICATION_COMMAND_BOOKING, TEXT_NOTICE_BUTTON_BOOKING},
    {NULL, "mybookings",                 TEXT_BUTTON_MYBOOKINGS    },
    {NULL, NULL,                         TEXTS                     },
};
static const struct offer to_answer[] = {
    {"confirm", NOTIFICATION_COMMAND_OK,   TEXTS                  },
    {"decline", NOTIFICATION_COMMAND_NO,   TEXTS                  },
    {NULL,      NOTIFICATION_COMMAND_DEAL, TEXT_NOTICE_BUTTON_DEAL},
    {NULL,      NULL,                      TEXTS                  },
};
static const struct offer to_see[] = {
    {NULL, NOTIFICATION_COMMAND_DEAL, TEXT_NOTICE_BUTTON_DEAL},
    {NULL, NULL,                      TEXTS                  },
};
static const struct offer to_check[] = {
    {"confirm", NOTIFICATION_COMMAND_OK,   TEXT_NOTICE_BUTTON_PAID},
    {"decline", NOTIFICATION_COMMAND_NO,   TEXTS                  },
    {NULL,      NOTIFICATION_COMMAND_DEAL, TEXT_NOTICE_BUTTON_DEAL},
    {NULL,      NULL,                      TEXTS                  },
};
static const struct offer to_receive[] = {
    {"check-in", NOTIFICATION_COMMAND_IN,     TEXTS                  },
    {"no-show",  NOTIFICATION_COMMAND_ABSENT, TEXTS                  },
    {NULL,       NOTIFICATION_COMMAND_DEAL,   TEXT_NOTICE_BUTTON_DEAL},
    {NULL,       NULL,                        TEXTS                  },
};

/* Texts before the booking, then one behind it; TEXTS: none. */
static const struct telling {
    enum text first;
    enum text second;
    enum text last;
    const struct offer *offers;
} tellings[NOTIFICATIONS] = {
    [NOTIFICATION_CONFIRMED] = {TEXT_STAY_CONFIRMED, TEXTS,               TEXT_STAY_ARRIVAL, to_guest  },
    [NOTIFICATION_PAID] = {TEXT_NOTICE_PAID,    TEXT_STAY_CONFIRMED, TEXT_STAY_ARRIVAL, to_guest  },
    [NOTIFICATION_AGREED] = {TEXT_NOTICE_AGREED,  TEXT_STAY_HELD,      TEXT_STAY_PAY,     to_guest  },
    [NOTIFICATION_DECLINED] = {TEXT_STAY_DECLINED,  TEXTS,               TEXTS,             to_guest  },
    [NOTIFICATION_EXPIRED] = {TEXT_STAY_EXPIRED,   TEXTS,               TEXTS,             to_guest  },
    [NOTIFICATION_CANCELLED] = {TEXT_STAY_CANCELLED, TEXTS,               TEXTS,             to_guest  },
    [NOTIFICATION_CHANGED] = {TEXT_STAY_MOVED_ON,  TEXTS,               TEXTS,             to_guest  },
    [NOTIFICATION_REQUEST] = {TEXT_NOTICE_REQUEST, TEXTS,               TEXTS,             to_answer },
    [NOTIFICATION_CLAIM] = {TEXT_NOTICE_CLAIM,   TEXTS,               TEXTS,             to_check  },
    [NOTIFICATION_MOVED] = {TEXT_NOTICE_MOVED,   TEXTS,               TEXTS,             to_see    },
    [NOTIFICATION_EVE] = {TEXT_NOTICE_EVE,     TEXTS,               TEXTS,             to_guest  },
    [NOTIFICATION_TODAY] = {TEXT_NOTICE_TODAY,   TEXTS,               TEXT_STAY_ENTRY,   to_guest  },
    [NOTIFICATION_REQUEST_ENDS] = {TEXT_NOTICE_HOUR,    TEXT_NOTICE_REQUEST, TEXTS,             to_answer },
    [NOTIFICATION_CLAIM_ENDS] = {TEXT_NOTICE_HOUR,    TEXT_NOTICE_CLAIM,   TEXTS,             to_check  },
    [NOTIFICATION_ARRIVED] = {TEXT_NOTICE_ARRIVED, TEXTS,               TEXTS,             to_receive},
};

/* --- its values --- */

/* All that a text may name. */
struct saying {
    const struct notification_input *words;
    struct formatted check_in, check_out, until, arrival, departure, total, paid, refund, deposit;
    struct text_value values[VALUES];
    size_t count;
};

static struct slice words_of(const struct texts *texts, enum language language)
{
    struct texts copy = *texts;
    const struct slice *all[] = {texts_place(&copy, language), &copy.ru, &copy.en, &copy.kz};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i]->at != NULL)
            return *all[i];
    return (struct slice){NULL, 0};
}

static void put(struct saying *saying, const char *name, struct slice text)
{
    if (text.at != NULL && text.len > 0)
        saying->values[saying->count++] = (struct text_value){.name = name, .text = text};
}

static void put_number(struct saying *saying, const char *name, int64_t number)
{
    saying->values[saying->count++] = (struct text_value){.name = name, .number = number};
}

static void put_money(struct saying *saying, const char *name, int64_t tiyn, struct formatted *said)
{
    if (tiyn <= 0)
        return;
    *said = format_money(tiyn);
    put(saying, name, formatted_slice(said));
}

/* The check-in time of the flat's own clock. */
static int64_t arrival_of(const struct notification_input *words)
{
    const int64_t minutes = words->booking->is.check_in * INT64_C(1440);

    return ((minutes + words->flat->check_in_minutes) * 60 - FORMAT_ZONE_S) * US_PER_S;
}

static void begin(struct saying *saying, const struct notification_input *words)
{
    const struct stay_booking *booking = &words->booking->is;
    const int64_t paid = booking->paid > 0 ? booking->paid : 0;

    *saying = (struct saying){.words = words};
    saying->check_in = format_date(booking->check_in, words->language);
    saying->check_out = format_date(booking->check_out, words->language);
    saying->arrival = format_time(arrival_of(words), words->now, words->language);
    saying->total = format_money(booking->total);
    put(saying, "check_in", formatted_slice(&saying->check_in));
    put(saying, "check_out", formatted_slice(&saying->check_out));
    put(saying, "arrival", formatted_slice(&saying->arrival));
    if (booking->check_out_at != FIELD_ABSENT) {
        saying->departure = format_time(booking->check_out_at, words->now, words->language);
        put(saying, "departure", formatted_slice(&saying->departure));
    }
    put(saying, "address", words->flat->address);
    put(saying, "total", formatted_slice(&saying->total));
    put_number(saying, "nights", booking->check_out - booking->check_in);
    put_number(saying, "guests", booking->guests);
    put(saying, "code", booking->code);
    put(saying, "title", words_of(&words->flat->title, words->language));
    put(saying, "payment_info", booking->payment_info);
    put(saying, "check_in_info", words_of(&booking->check_in_info, words->language));
    put_money(saying, "paid", paid, &saying->paid);
    put_money(saying, "refund", booking->refund, &saying->refund);
    put_money(saying, "deposit", booking->deposit - paid, &saying->deposit);
    if (booking->expires_at == FIELD_ABSENT)
        return;
    saying->until = format_time(booking->expires_at, words->now, words->language);
    put(saying, "until", formatted_slice(&saying->until));
}

static bool say(const struct saying *saying, enum text text, struct buf *out)
{
    return text_say_some(saying->words->texts, text, saying->words->language, saying->values,
                         saying->count, out);
}

static bool make_text(const struct saying *saying, struct arena *arena, struct slice *text,
                      struct fault *fault)
{
    const struct telling *telling = &tellings[saying->words->notice];
    AUTO(buf_finish) struct buf out;

    buf_init(&out, WORDS_BYTES_MAX);
    (void)!say(saying, telling->first, &out);
    if (telling->second != TEXTS) {
        buf_char(&out, '\n');
        (void)!say(saying, telling->second, &out);
    }
    buf_text(&out, "\n\n");
    (void)!say(saying, TEXT_STAY_BOOKING, &out);
    if (telling->last != TEXTS)
        (void)!say(saying, telling->last, &out);
    return buf_keep(&out, arena, text, fault);
}

/* --- its buttons --- */

static const struct stay_action *find_action(const struct stay_booking *booking, const char *name)
{
    for (size_t i = 0; i < booking->action_count; i++)
        if (slice_is(booking->actions[i].name, name))
            return &booking->actions[i];
    return NULL;
}

/* Absent: it is not offered now. */
static struct slice label_of(const struct saying *saying, const struct offer *offer,
                             struct arena *arena)
{
    const struct notification_input *words = saying->words;
    const struct stay_action *action =
        offer->action != NULL ? find_action(&words->booking->is, offer->action) : NULL;
    char room[LABEL_BYTES_MAX];
    struct buf plain;

    if (offer->action != NULL && action == NULL)
        return (struct slice){NULL, 0};
    buf_init_over(&plain, room, sizeof room);
    if (offer->label != TEXTS && say(saying, offer->label, &plain))
        return arena_copy(arena, buf_as_slice(&plain));
    return action != NULL ? words_of(&action->label, words->language) : (struct slice){NULL, 0};
}

/* The booking, and behind it the version that the notice tells of: what has changed by the time of
 * the tap was not shown, and is not agreed to. */
static struct slice argument_of(const struct saying *saying, const struct offer *offer,
                                struct arena *arena)
{
    const struct stay_booking *booking = &saying->words->booking->is;
    char id[DIGEST_BASE64_LEN(ID_LEN) + 1];

    if (strcmp(offer->command, "mybookings") == 0)
        return SLICE("");
    digest_base64_encode(DIGEST_BASE64_URL, (struct slice){(const char *)booking->id.bytes, ID_LEN},
                         id);
    return offer->action != NULL ? arena_printf(arena, "%s_%lld", id, (long long)booking->version)
                                 : arena_printf(arena, "%s", id);
}

static bool make_button(const struct saying *saying, const struct offer *offer,
                        struct turn_button *out, struct arena *arena, struct fault *fault)
{
    const struct notification_input *words = saying->words;
    char data[BUTTON_DATA_MAX + 1];
    const struct button button = {.flow = SLICE(TALK_COMMANDS),
                                  .action = slice_of(offer->command),
                                  .argument = argument_of(saying, offer, arena)};
    if (button.argument.at == NULL)
        return arena_fault(fault);
    if (!button_write(&button, words->button_key, words->user_id, data))
        return fault_set(fault, FAULT_INTERNAL, "bad_button", "The button %s.", offer->command);
    out->data = arena_copy(arena, slice_of(data));
    out->new_row = true;
    return out->data.at != NULL || arena_fault(fault);
}

bool notification_compose(const struct notification_input *words, struct arena *arena,
                          struct outbox_message *out, struct fault *fault)
{
    struct turn_button buttons[BUTTONS_MAX] = {0};
    struct turn_reply reply = {.kind = TURN_TEXT, .markup = TURN_BUTTONS, .buttons = buttons};
    const struct update_view view = {.chat_id = words->user_id, .message_id = FIELD_ABSENT};
    struct saying saying;

    begin(&saying, words);
    for (const struct offer *offer = tellings[words->notice].offers; offer->command != NULL;
         offer++) {
        struct turn_button *button = &buttons[reply.button_count];
        button->label = label_of(&saying, offer, arena);
        if (button->label.at == NULL)
            continue;
        if (!make_button(&saying, offer, button, arena, fault))
            return false;
        reply.button_count++;
    }
    return make_text(&saying, arena, &reply.text, fault) &&
           reply_sending(&reply, 0, &words->booking->is.id, &view, arena, out, fault);
}
