// SPDX-License-Identifier: MIT
#include "notifications/notification_text.h"

#include "base/auto.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/now.h"

#include "dialogue/receipt.h"
#include "dialogue/reply.h"
#include "dialogue/talk.h"
#include "texts/format.h"
#include "texts/texts.h"

enum {
    TEXT_BYTES_MAX = 32 * 1024,
    LABEL_BYTES_MAX = 1024,
    VALUES = 18,
    BUTTONS_MAX = STAY_RATING_MAX,
    DAY_LINES_MAX = 20, /* arrivals and departures that are listed */
    ID_LEN = sizeof(struct uuid)
};

/* --- texts and buttons --- */

struct offer {
    const char *action; /* action of booking-api that must be allowed; NULL: always offered */
    const char *command;
    enum text label; /* TEXTS: the label of the action */
};

static const struct offer to_guest[] = {
    {NULL, NOTIFICATION_COMMAND_BOOKING, TEXT_NOTICE_BUTTON_BOOKING},
    {NULL, "mybookings",                 TEXT_BUTTON_MYBOOKINGS    },
    {NULL, NULL,                         TEXTS                     },
};
static const struct offer to_retry[] = {
    {NULL, NOTIFICATION_COMMAND_AGAIN, TEXT_STAY_BUTTON_AGAIN},
    {NULL, "mybookings",               TEXT_BUTTON_MYBOOKINGS},
    {NULL, NULL,                       TEXTS                 },
};
static const struct offer to_rate[] = {
    {NULL, NULL, TEXTS}, /* see put_ratings() */
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
    {"confirm", NOTIFICATION_COMMAND_OK,   TEXT_NOTICE_BUTTON_PAID  },
    {"cancel",  NOTIFICATION_COMMAND_NO,   TEXT_NOTICE_BUTTON_UNPAID},
    {NULL,      NOTIFICATION_COMMAND_DEAL, TEXT_NOTICE_BUTTON_DEAL  },
    {NULL,      NULL,                      TEXTS                    },
};
static const struct offer to_receive[] = {
    {"check-in", NOTIFICATION_COMMAND_IN,     TEXTS                  },
    {"no-show",  NOTIFICATION_COMMAND_ABSENT, TEXTS                  },
    {NULL,       NOTIFICATION_COMMAND_DEAL,   TEXT_NOTICE_BUTTON_DEAL},
    {NULL,       NULL,                        TEXTS                  },
};

static const struct offer staff_answer[] = {
    {"confirm", NOTIFICATION_COMMAND_STAFF_OK, TEXT_STAFF_BUTTON_ACCEPT },
    {"decline", NOTIFICATION_COMMAND_STAFF_NO, TEXT_STAFF_BUTTON_DECLINE},
    {NULL,      NULL,                          TEXTS                    },
};
static const struct offer staff_check[] = {
    {"confirm", NOTIFICATION_COMMAND_STAFF_OK, TEXT_STAFF_BUTTON_PAID  },
    {"cancel",  NOTIFICATION_COMMAND_STAFF_NO, TEXT_STAFF_BUTTON_UNPAID},
    {NULL,      NULL,                          TEXTS                   },
};
static const struct offer to_nothing[] = {
    {NULL, NULL, TEXTS},
};
static const struct offer to_desk[] = {
    {NULL, "desk", TEXT_BUTTON_DESK},
    {NULL, NULL,   TEXTS           },
};

// clang-format off
/* The texts of each notification, before the description of the booking and one after it; TEXTS:
 * none. TEXT_NOTICE_SUMMARY replaces the description. */
static const struct template {
    enum text first;
    enum text second;
    enum text last;
    const struct offer *offers;
} templates[NOTIFICATIONS] = {
    [NOTIFICATION_CONFIRMED]    = {TEXT_STAY_CONFIRMED,    TEXTS,               TEXT_STAY_ARRIVAL,  to_guest  },
    [NOTIFICATION_PAID]         = {TEXT_NOTICE_PAID,       TEXT_STAY_CONFIRMED, TEXT_STAY_ARRIVAL,  to_guest  },
    [NOTIFICATION_AGREED]       = {TEXT_NOTICE_AGREED,     TEXT_STAY_HELD,      TEXT_STAY_PAY,      to_guest  },
    [NOTIFICATION_DECLINED]     = {TEXT_STAY_DECLINED,     TEXTS,               TEXTS,              to_guest  },
    [NOTIFICATION_EXPIRED_HOLD] = {TEXT_STAY_EXPIRED_HOLD, TEXTS,               TEXTS,              to_retry  },
    [NOTIFICATION_EXPIRED_REQUEST] = {TEXT_STAY_EXPIRED_REQUEST, TEXTS,         TEXTS,              to_retry  },
    [NOTIFICATION_EXPIRED]      = {TEXT_STAY_EXPIRED,      TEXTS,               TEXTS,              to_guest  },
    [NOTIFICATION_CANCELLED]    = {TEXT_STAY_CANCELLED,    TEXTS,               TEXTS,              to_guest  },
    [NOTIFICATION_CHANGED]      = {TEXT_STAY_MOVED_ON,     TEXTS,               TEXTS,              to_guest  },
    [NOTIFICATION_REQUEST]      = {TEXT_NOTICE_REQUEST,    TEXTS,               TEXTS,              to_answer },
    [NOTIFICATION_CLAIM]        = {TEXT_NOTICE_CLAIM,      TEXTS,               TEXTS,              to_check  },
    [NOTIFICATION_MOVED]        = {TEXT_NOTICE_MOVED,      TEXTS,               TEXT_NOTICE_REFUND, to_see    },
    [NOTIFICATION_BOOKED]       = {TEXT_NOTICE_BOOKED,     TEXT_NOTICE_SUMMARY, TEXTS,              to_see    },
    [NOTIFICATION_WITHDRAWN]    = {TEXT_NOTICE_WITHDRAWN,  TEXT_NOTICE_SUMMARY, TEXT_NOTICE_REFUND, to_see    },
    [NOTIFICATION_CHECKED_IN]   = {TEXT_NOTICE_CHECKED_IN, TEXT_NOTICE_SUMMARY, TEXTS,              to_see    },
    [NOTIFICATION_LAPSED]       = {TEXT_NOTICE_LAPSED,     TEXT_NOTICE_SUMMARY, TEXTS,              to_see    },
    [NOTIFICATION_EVE]          = {TEXT_NOTICE_EVE,        TEXTS,               TEXTS,              to_guest  },
    [NOTIFICATION_TODAY]        = {TEXT_NOTICE_TODAY,      TEXTS,               TEXT_STAY_ENTRY,    to_guest  },
    [NOTIFICATION_ENTRY]        = {TEXT_NOTICE_ENTRY,      TEXTS,               TEXT_STAY_ENTRY,    to_guest  },
    [NOTIFICATION_ENTRY_PHONE]  = {TEXT_NOTICE_EVE,        TEXTS,               TEXT_STAY_ENTRY_PHONE, to_guest},
    [NOTIFICATION_HOLD_ENDS]    = {TEXT_NOTICE_HOLD_ENDS,  TEXTS,               TEXTS,              to_guest  },
    [NOTIFICATION_CHECK_OUT]    = {TEXT_NOTICE_CHECK_OUT,  TEXTS,               TEXTS,              to_guest  },
    [NOTIFICATION_RATE]         = {TEXT_NOTICE_RATE,       TEXTS,               TEXTS,              to_rate   },
    [NOTIFICATION_REQUEST_ENDS] = {TEXT_NOTICE_HOUR,       TEXT_NOTICE_REQUEST, TEXTS,              to_answer },
    [NOTIFICATION_CLAIM_ENDS]   = {TEXT_NOTICE_CLAIM_WAITS, TEXTS,              TEXTS,              to_check  },
    [NOTIFICATION_ARRIVED]      = {TEXT_NOTICE_ARRIVED,    TEXTS,               TEXTS,              to_receive},
};
// clang-format on

// clang-format off
/* The same in the staff chat, which names no guest: TEXT_NOTICE_SUMMARY is the description. */
static const struct template of_staff[NOTIFICATIONS] = {
    [NOTIFICATION_REQUEST]       = {TEXT_STAFF_REQUEST,       TEXT_NOTICE_SUMMARY, TEXTS,              staff_answer},
    [NOTIFICATION_CLAIM]         = {TEXT_STAFF_CLAIM,         TEXT_NOTICE_SUMMARY, TEXTS,              staff_check},
    [NOTIFICATION_MOVED]         = {TEXT_NOTICE_MOVED,        TEXT_NOTICE_SUMMARY, TEXT_NOTICE_REFUND, to_nothing},
    [NOTIFICATION_BOOKED]        = {TEXT_NOTICE_BOOKED,       TEXT_NOTICE_SUMMARY, TEXTS,              to_nothing},
    [NOTIFICATION_WITHDRAWN]     = {TEXT_NOTICE_WITHDRAWN,    TEXT_NOTICE_SUMMARY, TEXT_NOTICE_REFUND, to_nothing},
    [NOTIFICATION_CHECKED_IN]    = {TEXT_NOTICE_CHECKED_IN,   TEXT_NOTICE_SUMMARY, TEXTS,              to_nothing},
    [NOTIFICATION_LAPSED]        = {TEXT_NOTICE_LAPSED,       TEXT_NOTICE_SUMMARY, TEXTS,              to_nothing},
    [NOTIFICATION_REFUND]        = {TEXT_STAFF_REFUND,        TEXT_NOTICE_SUMMARY, TEXTS,              to_nothing},
    [NOTIFICATION_REFUND_CHANGED] = {TEXT_STAFF_REFUND_CHANGED, TEXT_NOTICE_SUMMARY, TEXTS,            to_nothing},
    [NOTIFICATION_MISSED]        = {TEXT_STAFF_MISSED,        TEXT_NOTICE_SUMMARY, TEXTS,              to_nothing},
    [NOTIFICATION_REQUEST_ENDS]  = {TEXT_STAFF_REQUEST_ENDS,  TEXT_NOTICE_SUMMARY, TEXTS,              staff_answer},
    [NOTIFICATION_CLAIM_ENDS]    = {TEXT_STAFF_CLAIM_ENDS,    TEXT_NOTICE_SUMMARY, TEXTS,              staff_check},
    [NOTIFICATION_REQUEST_WAITS] = {TEXT_STAFF_REQUEST_WAITS, TEXT_NOTICE_SUMMARY, TEXTS,              staff_answer},
    [NOTIFICATION_CLAIM_WAITS]   = {TEXT_STAFF_CLAIM_WAITS,   TEXT_NOTICE_SUMMARY, TEXTS,              staff_check},
    [NOTIFICATION_CLAIM_OVERDUE] = {TEXT_STAFF_CLAIM_OVERDUE, TEXT_NOTICE_SUMMARY, TEXTS,              staff_check},
};
static const enum text reasons[NOTIFICATION_WHYS] = {
    [NOTIFICATION_WHY_NONE]    = TEXTS,
    [NOTIFICATION_WHY_UNBOUND] = TEXT_STAFF_WHY_UNBOUND,
    [NOTIFICATION_WHY_OFF]     = TEXT_STAFF_WHY_OFF,
    [NOTIFICATION_WHY_UNKNOWN] = TEXT_STAFF_WHY_UNKNOWN,
    [NOTIFICATION_WHY_BLOCKED] = TEXT_STAFF_WHY_BLOCKED,
    [NOTIFICATION_WHY_GONE]    = TEXT_STAFF_WHY_GONE,
    [NOTIFICATION_WHY_REFUSED] = TEXT_STAFF_WHY_REFUSED,
};
// clang-format on

static const struct template *template_of(const struct notification_input *input)
{
    return &(input->to.is_staff ? of_staff : templates)[input->notification];
}

/* --- values --- */

/* The values that texts may use. */
struct values {
    const struct notification_input *input;
    struct formatted check_in, check_out, dates, until, arrival, departure, total, paid, refund;
    struct formatted deposit, entry;
    struct text_value values[VALUES];
    size_t count;
};

static struct slice text_in(const struct texts *texts, enum language language)
{
    struct texts copy = *texts;
    const struct slice *all[] = {texts_place(&copy, language), &copy.ru, &copy.en, &copy.kz};

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i]->at != NULL)
            return *all[i];
    return SLICE_NONE;
}

static void put(struct values *values, const char *name, struct slice text)
{
    if (text.at != NULL && text.len > 0)
        values->values[values->count++] = (struct text_value){.name = name, .text = text};
}

static void put_number(struct values *values, const char *name, int64_t number)
{
    values->values[values->count++] = (struct text_value){.name = name, .number = number};
}

static void put_money(struct values *values, const char *name, int64_t tiyn,
                      struct formatted *formatted)
{
    if (tiyn <= 0)
        return;
    *formatted = format_money(tiyn);
    put(values, name, formatted_slice(formatted));
}

/* Check-in in the local time of the apartment. */
static int64_t arrival_of(const struct notification_input *input)
{
    const int64_t minutes = input->booking->is.check_in * INT64_C(1440);

    return ((minutes + input->apartment->check_in_minutes) * 60 - FORMAT_ZONE_S) * US_PER_S;
}

static void set_values(struct values *values, const struct notification_input *input)
{
    const struct stay_booking *booking = &input->booking->is;
    const int64_t paid = booking->paid > 0 ? booking->paid : 0;

    *values = (struct values){.input = input};
    values->check_in = format_date(booking->check_in, input->to.language);
    values->check_out = format_date(booking->check_out, input->to.language);
    values->dates = format_range(booking->check_in, booking->check_out, input->to.language);
    values->arrival = format_time(arrival_of(input), input->now, input->to.language);
    values->total = format_money(booking->total);
    put(values, "check_in", formatted_slice(&values->check_in));
    put(values, "check_out", formatted_slice(&values->check_out));
    put(values, "dates", formatted_slice(&values->dates));
    put(values, "arrival", formatted_slice(&values->arrival));
    if (booking->check_out_at != FIELD_ABSENT) {
        values->departure = format_time(booking->check_out_at, input->now, input->to.language);
        put(values, "departure", formatted_slice(&values->departure));
    }
    put(values, "address", text_in(&booking->address, input->to.language));
    put(values, "total", formatted_slice(&values->total));
    put_number(values, "nights", booking->check_out - booking->check_in);
    put_number(values, "guests", booking->guests);
    put(values, "code", booking->code);
    put(values, "title", text_in(&input->apartment->title, input->to.language));
    put(values, "payment_info", booking->payment_info);
    put(values, "check_in_info", text_in(&booking->check_in_info, input->to.language));
    if (stay_entry_comes(booking)) {
        values->entry = format_time(booking->check_in_info_at, input->now, input->to.language);
        put(values, "entry", formatted_slice(&values->entry));
    }
    put_money(values, "paid", paid, &values->paid);
    put_money(values, "refund", booking->refund, &values->refund);
    put_money(values, "deposit", booking->deposit - paid, &values->deposit);
    if (booking->expires_at <= input->now)
        return;
    values->until = format_time(booking->expires_at, input->now, input->to.language);
    put(values, "until", formatted_slice(&values->until));
}

static bool add_text(const struct values *values, enum text text, struct buf *out)
{
    return text_say_some(values->input->texts, text, values->input->to.language, values->values,
                         values->count, out);
}

static bool make_text(const struct values *values, struct arena *arena, struct slice *text,
                      struct fault *fault)
{
    const struct template *template = template_of(values->input);
    const enum text why = reasons[values->input->to.why];
    AUTO(buf_finish) struct buf out;

    buf_init(&out, TEXT_BYTES_MAX);
    (void)!add_text(values, template->first, &out);
    if (template->second != TEXTS) {
        buf_char(&out, '\n');
        (void)!add_text(values, template->second, &out);
    }
    if (template->second != TEXT_NOTICE_SUMMARY) {
        buf_text(&out, "\n\n");
        (void)!add_text(values, TEXT_STAY_BOOKING, &out);
    }
    if (template->last != TEXTS)
        (void)!add_text(values, template->last, &out);
    if (why != TEXTS) {
        buf_char(&out, '\n');
        (void)!add_text(values, why, &out);
    }
    return buf_keep(&out, arena, text, fault);
}

/* --- buttons --- */

static const struct stay_action *find_action(const struct stay_booking *booking, const char *name)
{
    for (size_t i = 0; i < booking->action_count; i++)
        if (slice_is(booking->actions[i].name, name))
            return &booking->actions[i];
    return NULL;
}

/* The label of a button; absent if the button is not offered now. */
static struct slice label_of(const struct values *values, const struct offer *offer,
                             struct arena *arena)
{
    const struct notification_input *input = values->input;
    const struct stay_action *action =
        offer->action != NULL ? find_action(&input->booking->is, offer->action) : NULL;
    char room[LABEL_BYTES_MAX];
    struct buf plain;

    if (offer->action != NULL && action == NULL)
        return SLICE_NONE;
    buf_init_over(&plain, room, sizeof room);
    if (offer->label != TEXTS && add_text(values, offer->label, &plain))
        return arena_copy(arena, buf_as_slice(&plain));
    return action != NULL ? text_in(&action->label, input->to.language) : SLICE_NONE;
}

static void write_id(const struct uuid *id, char out[DIGEST_BASE64_LEN(ID_LEN) + 1])
{
    digest_base64_encode(DIGEST_BASE64_URL, (struct slice){(const char *)id->bytes, ID_LEN}, out);
}

/* The argument of a button: the booking's id, and for actions the version that the notification
 * describes. If the booking has changed since, the action is not carried out. */
static struct slice argument_of(const struct values *values, const struct offer *offer,
                                struct arena *arena)
{
    const struct stay_booking *booking;
    char id[DIGEST_BASE64_LEN(ID_LEN) + 1];

    if (strcmp(offer->command, "mybookings") == 0 || strcmp(offer->command, "desk") == 0)
        return SLICE("");
    booking = &values->input->booking->is;
    write_id(&booking->id, id);
    return offer->action != NULL ? arena_printf(arena, "%s_%lld", id, (long long)booking->version)
                                 : arena_printf(arena, "%s", id);
}

static bool make_button(const struct values *values, const char *command, struct slice argument,
                        struct turn_button *out, struct arena *arena, struct fault *fault)
{
    const struct notification_input *input = values->input;
    char data[BUTTON_DATA_MAX + 1];
    const struct button button = {
        .flow = SLICE(TALK_COMMANDS), .action = slice_of(command), .argument = argument};
    if (button.argument.at == NULL)
        return arena_fault(fault);
    if (!button_write(&button, input->button_key,
                      input->to.is_staff ? BUTTON_STAFF : input->to.chat_id, data))
        return fault_set(fault, FAULT_INTERNAL, "bad_button", "The button %s.", command);
    out->data = arena_copy(arena, slice_of(data));
    out->new_row = true;
    return out->data.at != NULL || arena_fault(fault);
}

/* A row of ratings. */
static bool put_ratings(const struct values *values, struct turn_reply *reply,
                        struct turn_button buttons[STAY_RATING_MAX], struct arena *arena,
                        struct fault *fault)
{
    char id[DIGEST_BASE64_LEN(ID_LEN) + 1];

    write_id(&values->input->booking->is.id, id);
    for (int rating = 1; rating <= STAY_RATING_MAX; rating++) {
        struct turn_button *button = &buttons[reply->button_count++];
        if (!make_button(values, NOTIFICATION_COMMAND_RATE,
                         arena_printf(arena, "%s_%d", id, rating), button, arena, fault))
            return false;
        button->label = arena_printf(arena, "%d ⭐", rating);
        button->new_row = rating == 1;
        if (button->label.at == NULL)
            return arena_fault(fault);
    }
    return true;
}

/* Shows the receipt of a claimed payment, which may name the guest. */
static void add_receipt(const struct notification_input *input, struct turn_reply *reply)
{
    struct receipt receipt;

    if (input->notification != NOTIFICATION_CLAIM ||
        !receipt_read(input->booking->is.receipt, input->bot, &receipt))
        return;
    reply->photo = receipt.file_id;
    reply->is_document = receipt.is_document;
    reply->confided = true;
}

/* The message with the text and the buttons that are offered now. */
static bool make_message(const struct values *values, const struct offer *offers, struct slice text,
                         const struct uuid *about, struct arena *arena, struct outbox_message *out,
                         struct fault *fault)
{
    struct turn_button buttons[BUTTONS_MAX] = {0};
    struct turn_reply reply = {
        .kind = TURN_TEXT, .markup = TURN_BUTTONS, .buttons = buttons, .text = text};
    const struct update_view view = {.chat_id = values->input->to.chat_id,
                                     .message_id = FIELD_ABSENT,
                                     .thread_id = values->input->to.thread_id};

    for (const struct offer *offer = offers; offer->command != NULL; offer++) {
        struct turn_button *button = &buttons[reply.button_count];
        button->label = label_of(values, offer, arena);
        if (button->label.at == NULL)
            continue;
        if (!make_button(values, offer->command, argument_of(values, offer, arena), button, arena,
                         fault))
            return false;
        reply.button_count++;
    }
    if (offers == to_rate && !put_ratings(values, &reply, buttons, arena, fault))
        return false;
    add_receipt(values->input, &reply);
    return reply_make_message(&reply, 0, about, &view, arena, out, fault);
}

bool notification_compose(const struct notification_input *input, struct arena *arena,
                          struct outbox_message *out, struct fault *fault)
{
    struct values values;
    struct slice text;

    set_values(&values, input);
    return make_text(&values, arena, &text, fault) &&
           make_message(&values, template_of(input)->offers, text, &input->booking->is.id, arena,
                        out, fault);
}

/* --- the next day of an owner --- */

/* Appends a stay that begins (or, with `departs`, ends) on the day. */
static void add_stay(const struct notification_input *input, const struct stay_booking *stay,
                     bool departs, struct buf *out)
{
    const int64_t at = departs ? stay->check_out_at : stay->check_in_at;
    struct values values = {.input = input};

    if (at != FIELD_ABSENT) {
        values.arrival = format_time(at, at, input->to.language);
        put(&values, departs ? "departure" : "arrival", formatted_slice(&values.arrival));
    }
    put(&values, "title", text_in(&stay->title, input->to.language));
    put(&values, "code", stay->code);
    put_number(&values, "guests", stay->guests);
    (void)!add_text(&values, departs ? TEXT_NOTICE_DEPARTURE : TEXT_NOTICE_ARRIVAL, out);
}

static int32_t end_of(const struct stay_booking *stay, bool departs)
{
    return departs ? stay->check_out : stay->check_in;
}

static void add_stays(const struct notification_input *input, const struct notification_day *day,
                      const int64_t totals[2], struct buf *out)
{
    struct values rest = {.input = input};
    int64_t listed = 0;

    for (int departs = 0; departs < 2; departs++)
        for (size_t i = 0; i < day->count && listed < DAY_LINES_MAX; i++) {
            if (end_of(&day->stays[i], departs != 0) != day->day)
                continue;
            add_stay(input, &day->stays[i], departs != 0, out);
            listed++;
        }
    put_number(&rest, "most", totals[0] + totals[1] - listed);
    if (totals[0] + totals[1] > listed)
        (void)!add_text(&rest, TEXT_NOTICE_MORE, out);
}

bool notification_compose_day(const struct notification_input *input,
                              const struct notification_day *day, struct arena *arena,
                              struct outbox_message *out, bool *any, struct fault *fault)
{
    struct values values = {.input = input};
    int64_t totals[2] = {0, 0};
    struct slice text;
    AUTO(buf_finish) struct buf made;

    buf_init(&made, TEXT_BYTES_MAX);
    for (size_t i = 0; i < day->count; i++)
        for (int departs = 0; departs < 2; departs++)
            totals[departs] += end_of(&day->stays[i], departs != 0) == day->day;
    *any = totals[0] + totals[1] > 0;
    if (!*any)
        return true;
    values.check_in = format_date(day->day, input->to.language);
    put(&values, "check_in", formatted_slice(&values.check_in));
    put_number(&values, "arrivals", totals[0]);
    put_number(&values, "departures", totals[1]);
    (void)!add_text(&values, TEXT_NOTICE_TOMORROW, &made);
    add_stays(input, day, totals, &made);
    return buf_keep(&made, arena, &text, fault) &&
           make_message(&values, to_desk, text, &day->owner, arena, out, fault);
}
