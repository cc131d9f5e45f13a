// SPDX-License-Identifier: MIT
#include "notifications/notification_text.h"

#include <stdio.h>

#include "base/auto.h"
#include "base/buf.h"
#include "base/now.h"
#include "base/number.h"

#include "dialogue/copy_button.h"
#include "dialogue/receipt.h"
#include "dialogue/reply.h"
#include "dialogue/talk.h"
#include "texts/format.h"
#include "texts/texts.h"

enum {
    TEXT_BYTES_MAX = 32 * 1024,
    LABEL_BYTES_MAX = 1024,
    VALUES = 19,
    BUTTONS_MAX = STAY_RATING_MAX,
    DAY_LINES_MAX = 20 /* arrivals and departures that are listed */
};

/* --- texts and buttons --- */

enum offer {
    NO_OFFER, /* ends a list */
    BOOKING,
    MINE,
    PERSON,
    AGAIN,
    SIMILAR,
    DESK,
    DEAL,
    ACCEPT,
    DECLINE,
    PAID,
    UNPAID,
    CHECK_IN,
    NO_SHOW,
    STAFF_ACCEPT,
    STAFF_DECLINE,
    STAFF_PAID,
    STAFF_UNPAID,
    OFFERS
};

// clang-format off
/* Columns: action of booking-api that must be allowed (NULL: always offered), command
 * (of products/apartments.c, product_staff_commands), label (TEXTS: the label of the action). */
static const struct {
    const char *action;
    const char *command;
    enum text label;
} offers[OFFERS] = {
    [BOOKING]       = {NULL,       "booking",     TEXT_NOTICE_BUTTON_BOOKING},
    [MINE]          = {NULL,       "mybookings",  TEXT_BUTTON_MYBOOKINGS    },
    [PERSON]        = {NULL,       "person",      TEXT_BUTTON_PERSON        },
    [AGAIN]         = {NULL,       "again",       TEXT_STAY_BUTTON_AGAIN    },
    [SIMILAR]       = {NULL,       "again",       TEXT_NOTICE_BUTTON_SIMILAR}, /* its nights are taken */
    [DESK]          = {NULL,       "desk",        TEXT_BUTTON_DESK          },
    [DEAL]          = {NULL,       "deal",        TEXT_NOTICE_BUTTON_DEAL   },
    [ACCEPT]        = {"confirm",  "deal_ok",     TEXTS                     },
    [DECLINE]       = {"decline",  "deal_no",     TEXTS                     },
    [PAID]          = {"confirm",  "deal_ok",     TEXT_NOTICE_BUTTON_PAID   },
    [UNPAID]        = {"cancel",   "deal_no",     TEXT_NOTICE_BUTTON_UNPAID },
    [CHECK_IN]      = {"check-in", "deal_in",     TEXTS                     },
    [NO_SHOW]       = {"no-show",  "deal_absent", TEXTS                     },
    [STAFF_ACCEPT]  = {"confirm",  "staff_ok",    TEXT_STAFF_BUTTON_ACCEPT  },
    [STAFF_DECLINE] = {"decline",  "staff_no",    TEXT_STAFF_BUTTON_DECLINE },
    [STAFF_PAID]    = {"confirm",  "staff_ok",    TEXT_STAFF_BUTTON_PAID    },
    [STAFF_UNPAID]  = {"cancel",   "staff_no",    TEXT_STAFF_BUTTON_UNPAID  },
};
static const enum offer to_guest[] = {BOOKING, MINE, NO_OFFER}, to_retry[] = {AGAIN, MINE, NO_OFFER},
    to_retry_or_ask[] = {AGAIN, PERSON, MINE, NO_OFFER},
    to_ask[] = {PERSON, BOOKING, NO_OFFER},
    to_rate[] = {NO_OFFER}, /* see add_rating_buttons() */
    to_answer[] = {ACCEPT, DECLINE, DEAL, NO_OFFER}, to_check[] = {PAID, UNPAID, DEAL, NO_OFFER},
    to_see[] = {DEAL, NO_OFFER}, to_receive[] = {CHECK_IN, NO_SHOW, DEAL, NO_OFFER},
    staff_answer[] = {STAFF_ACCEPT, STAFF_DECLINE, NO_OFFER}, staff_check[] = {STAFF_PAID, STAFF_UNPAID, NO_OFFER},
    to_nothing[] = {NO_OFFER}, to_desk[] = {DESK, NO_OFFER},
    to_other_flats[] = {AGAIN, BOOKING, MINE, NO_OFFER},
    to_similar[] = {SIMILAR, PERSON, BOOKING, NO_OFFER};

/* The texts of each notification: `first` and `second` precede the description of the booking,
 * `last` follows it; TEXTS: none. If `second` is TEXT_NOTICE_SUMMARY, there is no description. */
static const struct template {
    enum text first;
    enum text second;
    enum text last;
    const enum offer *offers;
} templates[NOTIFICATIONS] = {
    [NOTIFICATION_CONFIRMED]    = {TEXT_STAY_CONFIRMED,    TEXTS,               TEXT_STAY_ARRIVAL,  to_guest  },
    [NOTIFICATION_PAID]         = {TEXT_NOTICE_PAID,       TEXT_STAY_CONFIRMED, TEXT_STAY_ARRIVAL,  to_guest  },
    [NOTIFICATION_AGREED]       = {TEXT_NOTICE_AGREED,     TEXT_STAY_HELD,      TEXT_STAY_PAY,      to_guest  },
    [NOTIFICATION_DECLINED]     = {TEXT_STAY_DECLINED,     TEXTS,               TEXTS,              to_guest  },
    [NOTIFICATION_EXPIRED_HOLD] = {TEXT_STAY_EXPIRED_HOLD, TEXTS,       TEXT_STAY_EXPIRED_DUE, to_retry_or_ask},
    [NOTIFICATION_EXPIRED_REQUEST] = {TEXT_STAY_EXPIRED_REQUEST, TEXTS,         TEXTS,              to_retry  },
    [NOTIFICATION_EXPIRED]      = {TEXT_STAY_EXPIRED,      TEXTS,               TEXTS,              to_guest  },
    [NOTIFICATION_CANCELLED]    = {TEXT_STAY_CANCELLED,    TEXTS,               TEXTS,         to_other_flats },
    [NOTIFICATION_UNPAID]       = {TEXT_STAY_CANCELLED,    TEXT_NOTICE_UNPAID,  TEXTS,              to_ask    },
    [NOTIFICATION_SOLD]         = {TEXT_NOTICE_SOLD,       TEXTS,            TEXT_STAY_EXPIRED_DUE, to_similar},
    [NOTIFICATION_SOLD_PART]    = {TEXT_NOTICE_SOLD_PART,  TEXTS,            TEXT_STAY_EXPIRED_DUE, to_similar},
    [NOTIFICATION_NO_SHOW]      = {TEXT_STAY_NO_SHOW,      TEXTS,               TEXTS,              to_ask    },
    [NOTIFICATION_CHANGED]      = {TEXT_STAY_MOVED_ON,     TEXTS,               TEXT_NOTICE_REST,   to_guest  },
    [NOTIFICATION_REQUEST]      = {TEXT_NOTICE_REQUEST,    TEXTS,               TEXTS,              to_answer },
    [NOTIFICATION_CLAIM]        = {TEXT_NOTICE_CLAIM,      TEXTS,               TEXTS,              to_check  },
    [NOTIFICATION_MOVED]        = {TEXT_NOTICE_MOVED,      TEXTS,               TEXT_NOTICE_REFUND, to_see    },
    [NOTIFICATION_BOOKED]       = {TEXT_NOTICE_BOOKED,     TEXT_NOTICE_SUMMARY, TEXTS,              to_see    },
    [NOTIFICATION_WITHDRAWN]    = {TEXT_NOTICE_WITHDRAWN,  TEXT_NOTICE_SUMMARY, TEXT_NOTICE_REFUND, to_see    },
    [NOTIFICATION_CHECKED_IN]   = {TEXT_NOTICE_CHECKED_IN, TEXT_NOTICE_SUMMARY, TEXTS,              to_see    },
    [NOTIFICATION_LAPSED]       = {TEXT_NOTICE_LAPSED,     TEXT_NOTICE_SUMMARY, TEXT_NOTICE_REFUND, to_see    },
    [NOTIFICATION_MOVED_AWAY]   = {TEXT_NOTICE_MOVED_AWAY, TEXT_NOTICE_SUMMARY, TEXTS,              to_desk   },
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

/* The texts of notifications to the staff chat. They name no guest: all have TEXT_NOTICE_SUMMARY
 * instead of the description. */
static const struct template of_staff[NOTIFICATIONS] = {
    [NOTIFICATION_REQUEST]       = {TEXT_STAFF_REQUEST,       TEXT_NOTICE_SUMMARY, TEXTS,              staff_answer},
    [NOTIFICATION_CLAIM]         = {TEXT_STAFF_CLAIM,         TEXT_NOTICE_SUMMARY, TEXTS,              staff_check},
    [NOTIFICATION_MOVED]         = {TEXT_NOTICE_MOVED,        TEXT_NOTICE_SUMMARY, TEXT_NOTICE_REFUND, to_nothing},
    [NOTIFICATION_BOOKED]        = {TEXT_NOTICE_BOOKED,       TEXT_NOTICE_SUMMARY, TEXTS,              to_nothing},
    [NOTIFICATION_WITHDRAWN]     = {TEXT_NOTICE_WITHDRAWN,    TEXT_NOTICE_SUMMARY, TEXT_NOTICE_REFUND, to_nothing},
    [NOTIFICATION_CHECKED_IN]    = {TEXT_NOTICE_CHECKED_IN,   TEXT_NOTICE_SUMMARY, TEXTS,              to_nothing},
    [NOTIFICATION_LAPSED]        = {TEXT_NOTICE_LAPSED,       TEXT_NOTICE_SUMMARY, TEXT_NOTICE_REFUND, to_nothing},
    [NOTIFICATION_REFUND]        = {TEXT_STAFF_REFUND,        TEXT_NOTICE_SUMMARY, TEXTS,              to_nothing},
    [NOTIFICATION_REFUND_CHANGED] = {TEXT_STAFF_REFUND_CHANGED, TEXT_NOTICE_SUMMARY, TEXTS,            to_nothing},
    [NOTIFICATION_REFUND_NO_SHOW] = {TEXT_STAFF_REFUND_NO_SHOW, TEXT_NOTICE_SUMMARY, TEXTS,            to_nothing},
    [NOTIFICATION_REFUND_EXPIRED] = {TEXT_STAFF_REFUND_EXPIRED, TEXT_NOTICE_SUMMARY, TEXTS,            to_nothing},
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

enum text notification_why_text(enum notification_why why)
{
    return reasons[why];
}

static const struct template *find_template(const struct notification_input *input)
{
    return &(input->to.is_staff ? of_staff : templates)[input->notification];
}

/* --- values --- */

/* The instant of check-in in microseconds, from the local time of the apartment. */
static int64_t compute_check_in_instant_us(const struct notification_input *input)
{
    const int64_t minutes = input->booking->check_in * INT64_C(1440);

    return ((minutes + input->apartment->check_in_minutes) * 60 - FORMAT_ZONE_S) * US_PER_S;
}

/* What is left to pay, without what the guest has claimed to have paid; FIELD_ABSENT: nothing, or
 * nothing is paid yet, so that the total says it. */
static int64_t compute_rest(const struct stay_booking *booking)
{
    const int64_t given = number_max(booking->paid, 0) + number_max(booking->claimed, 0);

    return given > 0 ? text_if_positive(booking->total - given) : FIELD_ABSENT;
}

static void set_text_values(const struct notification_input *input,
                            struct text_value values[VALUES])
{
    const struct stay_booking *booking = input->booking;
    const enum language language = input->to.language;
    const int64_t paid = booking->paid > 0 ? booking->paid : 0,
                  due = booking->claimed > 0 ? booking->claimed
                                             : number_max(booking->deposit, paid) - paid,
                  entry =
                      stay_shows_entry_later(booking) ? booking->check_in_info_at : FIELD_ABSENT,
                  until = booking->expires_at > input->now ? booking->expires_at : FIELD_ABSENT;
    // clang-format off
    const struct text_value all[VALUES] = {
        {.name = "check_in", .number = booking->check_in},
        {.name = "check_out", .number = booking->check_out},
        {.name = "dates", .number = booking->check_in, .other = booking->check_out},
        {.name = "arrival", .number = compute_check_in_instant_us(input), .other = input->now},
        {.name = "departure", .number = booking->check_out_at, .other = input->now},
        {.name = "address", .text = texts_in(&booking->address, language)},
        {.name = "total", .number = booking->total},
        {.name = "nights", .number = booking->check_out - booking->check_in},
        {.name = "guests", .number = booking->guests},
        {.name = "code", .text = booking->code},
        {.name = "title", .text = texts_in(&input->apartment->title, language)},
        {.name = "payment_info", .text = booking->payment_info},
        {.name = "check_in_info", .text = texts_in(&booking->check_in_info, language)},
        {.name = "entry", .number = entry, .other = input->now},
        {.name = "paid", .number = text_if_positive(paid)},
        {.name = "refund", .number = text_if_positive(booking->refund)},
        {.name = "deposit", .number = text_if_positive(due)},
        {.name = "rest", .number = compute_rest(booking)},
        {.name = "until", .number = until, .other = input->now},
    };

    // clang-format on

    memcpy(values, all, sizeof all);
}

/* Appends the text; if a required value is missing, appends nothing and returns false. */
static bool append_text_if_complete(const struct notification_input *input, enum text text,
                                    const struct text_value *values, size_t count, struct buf *out)
{
    return text_render_if_complete(input->texts, text, input->to.language, values, count, out);
}

static bool format_notification_text(const struct notification_input *input,
                                     const struct text_value values[VALUES], struct arena *arena,
                                     struct slice *text, struct fault *fault)
{
    const struct template *template = find_template(input);
    const bool has_claim = stay_unconfirmed_claim(input->booking) > 0;
    const bool leaves_claim = template->last == TEXT_NOTICE_REFUND && has_claim;
    /* An expired hold may have been paid, too; one that was given away only if the guest says so.
     */
    const enum text last = template->offers == to_similar && !has_claim ? TEXTS : template->last;

    const struct {
        const char *before;
        enum text text; /* TEXTS: none */
    } parts[] = {
        {"",     template->first                                                    },
        {"\n",   template->second                                                   },
        {"\n\n", template->second == TEXT_NOTICE_SUMMARY ? TEXTS : TEXT_STAY_BOOKING},
        {"",     last                                                               },
        {"",     leaves_claim ? TEXT_NOTICE_UNCONFIRMED : TEXTS                     },
        {"",     template->last == TEXT_NOTICE_REST ? TEXT_NOTICE_BACK : TEXTS      },
        {"\n",   reasons[input->to.why]                                             },
    };
    AUTO(buf_finish) struct buf out = BUF(TEXT_BYTES_MAX);

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (parts[i].text == TEXTS)
            continue;
        buf_text(&out, parts[i].before);
        (void)!append_text_if_complete(input, parts[i].text, values, VALUES, &out);
    }
    return buf_keep(&out, arena, text, fault);
}

/* --- buttons --- */

/* The label of a button; absent if the button is not offered now. */
static struct slice format_label_if_offered(const struct notification_input *input,
                                            const struct text_value *values, enum offer offer,
                                            struct arena *arena)
{
    const char *name = offers[offer].action;
    const struct answer_action *action =
        name != NULL ? stay_find_allowed_action(input->booking, name) : NULL;
    char room[LABEL_BYTES_MAX];
    struct buf plain;

    if (name != NULL && action == NULL)
        return SLICE_NONE;
    buf_init_over(&plain, room, sizeof room);
    if (offers[offer].label != TEXTS &&
        append_text_if_complete(input, offers[offer].label, values, values != NULL ? VALUES : 0,
                                &plain))
        return arena_copy(arena, buf_as_slice(&plain));
    return action != NULL ? texts_in(&action->label, input->to.language) : SLICE_NONE;
}

/* The argument of a button: the booking's id; to call a person, also the side that calls ("_g", the
 * guest); for actions, also the version that the notification describes. If the booking has changed
 * since, the action is not carried out. */
static struct slice format_button_argument(const struct stay_booking *booking, enum offer offer,
                                           struct arena *arena)
{
    char version[32] = "";

    if (offer == MINE || offer == DESK)
        return SLICE("");
    if (offer == PERSON)
        return button_make_id_argument(&booking->id, "_g", arena);
    if (offers[offer].action != NULL)
        snprintf(version, sizeof version, "_%lld", (long long)booking->version);
    return button_make_id_argument(&booking->id, version, arena);
}

bool notification_make_command_button(const struct notification_recipient *to,
                                      const uint8_t key[BUTTON_KEY_LEN], const char *command,
                                      struct slice argument, struct turn_button *out,
                                      struct arena *arena, struct fault *fault)
{
    char data[BUTTON_DATA_MAX + 1];
    const struct button button = {
        .flow = SLICE(TALK_COMMANDS), .action = slice_of(command), .argument = argument};

    if (button.argument.at == NULL)
        return arena_fault(fault);
    if (!button_write(&button, key, to->is_staff ? BUTTON_STAFF : to->chat_id, data))
        return fault_set(fault, FAULT_INTERNAL, "bad_button", "The button %s.", command);
    out->new_row = true;
    return arena_keep(arena, slice_of(data), &out->data, fault);
}

static bool add_rating_buttons(const struct notification_input *input, struct turn_reply *reply,
                               struct turn_button buttons[STAY_RATING_MAX], struct arena *arena,
                               struct fault *fault)
{
    for (int rating = 1; rating <= STAY_RATING_MAX; rating++) {
        struct turn_button *button = &buttons[reply->button_count++];
        char more[16];
        snprintf(more, sizeof more, "_%d", rating);
        if (!notification_make_command_button(
                &input->to, input->button_key, "rate",
                button_make_id_argument(&input->booking->id, more, arena), button, arena, fault))
            return false;
        button->label = arena_printf(arena, "%d ⭐", rating);
        button->new_row = rating == 1;
        if (button->label.at == NULL)
            return arena_fault(fault);
    }
    return true;
}

/* Adds the button that copies the number to pay to, or the address to come to. */
static bool add_copy_button(const struct notification_input *input, struct turn_reply *reply,
                            struct turn_button *buttons, struct arena *arena, struct fault *fault)
{
    const struct template *template = find_template(input);
    const bool pays = template->last == TEXT_STAY_PAY,
               comes = template->last == TEXT_STAY_ARRIVAL || template->first == TEXT_NOTICE_ENTRY;
    struct turn_button *button = &buttons[reply->button_count];
    bool made;

    if (!pays && !comes)
        return true;
    const struct slice text = pays ? input->booking->payment_info
                                   : texts_in(&input->booking->address, input->to.language);
    if (!copy_button_make(input->texts, input->to.language, pays ? COPY_NUMBER : COPY_ADDRESS, text,
                          arena, button, &made, fault))
        return false;
    button->new_row = true;
    reply->button_count += made;
    return true;
}

/* Whether the recipient has not seen the receipt of the claimed payment. Staff are reminded of a
 * payment of which only the owner was notified. */
static bool shows_receipt_of_claim(const struct notification_input *input)
{
    const enum notification shown = input->notification;

    return shown == NOTIFICATION_CLAIM ||
           (input->to.is_staff &&
            (shown == NOTIFICATION_CLAIM_ENDS || shown == NOTIFICATION_CLAIM_WAITS ||
             shown == NOTIFICATION_CLAIM_OVERDUE));
}

/* Makes the message of the text and of the buttons that are offered now. `values` are those of
 * labels; NULL: labels without values. */
static bool compose_message_with_buttons(const struct notification_input *input,
                                         const struct text_value *values, const enum offer *offered,
                                         struct slice text, const struct uuid *subject_id,
                                         struct arena *arena, struct outbox_message *out,
                                         struct fault *fault)
{
    struct turn_button buttons[BUTTONS_MAX] = {0};
    struct turn_reply reply = {
        .kind = TURN_TEXT, .markup = TURN_BUTTONS, .buttons = buttons, .text = text};
    const struct update_view view = {
        .chat_id = input->to.chat_id, .message_id = FIELD_ABSENT, .thread_id = input->to.thread_id};
    struct receipt receipt;

    for (const enum offer *offer = offered; *offer != NO_OFFER; offer++) {
        struct turn_button *button = &buttons[reply.button_count];
        button->label = format_label_if_offered(input, values, *offer, arena);
        if (button->label.at == NULL)
            continue;
        if (!notification_make_command_button(&input->to, input->button_key, offers[*offer].command,
                                              format_button_argument(input->booking, *offer, arena),
                                              button, arena, fault))
            return false;
        button->style = talk_style_of_action(offers[*offer].action);
        reply.button_count++;
    }
    if (!add_copy_button(input, &reply, buttons, arena, fault))
        return false;
    if (offered == to_rate && !add_rating_buttons(input, &reply, buttons, arena, fault))
        return false;
    if (shows_receipt_of_claim(input) &&
        receipt_read(input->booking->receipt, input->bot, &receipt)) {
        reply.photo = receipt.file_id;
        reply.is_document = receipt.is_document;
        reply.confided = true; /* it may name the guest */
    }
    return reply_make_message(&reply, 0, subject_id, &view, arena, out, fault);
}

bool notification_compose(const struct notification_input *input, struct arena *arena,
                          struct outbox_message *out, struct fault *fault)
{
    const struct template *template = find_template(input);
    struct text_value values[VALUES];
    struct slice text;

    set_text_values(input, values);
    if (!format_notification_text(input, values, arena, &text, fault) ||
        !compose_message_with_buttons(input, values, template->offers, text, &input->booking->id,
                                      arena, out, fault))
        return false;
    out->confided |= template->last == TEXT_STAY_PAY || template->last == TEXT_STAY_ENTRY;
    return true;
}

/* --- the next day of an owner --- */

/* Appends a stay that begins (or, with `departs`, ends) on the day. */
static void append_stay_line(const struct notification_input *input,
                             const struct stay_booking *stay, bool departs, struct buf *out)
{
    const int64_t at = departs ? stay->check_out_at : stay->check_in_at;
    const struct text_value values[] = {
        {.name = departs ? "departure" : "arrival", .number = at, .other = at},
        {.name = "title",                                         .text = texts_in(&stay->title,                                       input->to.language)},
        {.name = "code",                      .text = stay->code},
        {.name = "guests",  .number = stay->guests                  },
    };

    (void)!append_text_if_complete(input, departs ? TEXT_NOTICE_DEPARTURE : TEXT_NOTICE_ARRIVAL,
                                   values, ARRAY_LEN(values), out);
}

static int32_t get_check_in_or_check_out(const struct stay_booking *stay, bool departs)
{
    return departs ? stay->check_out : stay->check_in;
}

static void append_stay_lines(const struct notification_input *input,
                              const struct notification_day *day,
                              const int64_t arrivals_and_departures[2], struct buf *out)
{
    struct text_value rest = {.name = "most"};
    int64_t listed = 0;

    for (int departs = 0; departs < 2; departs++)
        for (size_t i = 0; i < day->count && listed < DAY_LINES_MAX; i++) {
            if (get_check_in_or_check_out(&day->stays[i], departs != 0) != day->day)
                continue;
            append_stay_line(input, &day->stays[i], departs != 0, out);
            listed++;
        }
    rest.number = arrivals_and_departures[0] + arrivals_and_departures[1] - listed;
    if (rest.number > 0)
        (void)!append_text_if_complete(input, TEXT_NOTICE_MORE, &rest, 1, out);
}

bool notification_compose_arrivals_and_departures(const struct notification_input *input,
                                                  const struct notification_day *day,
                                                  struct arena *arena, struct outbox_message *out,
                                                  bool *has_stays, struct fault *fault)
{
    int64_t totals[2] = {0, 0};
    struct slice text;
    AUTO(buf_finish) struct buf made = BUF(TEXT_BYTES_MAX);

    for (size_t i = 0; i < day->count; i++)
        for (int departs = 0; departs < 2; departs++)
            totals[departs] += get_check_in_or_check_out(&day->stays[i], departs != 0) == day->day;
    *has_stays = totals[0] + totals[1] > 0;
    if (!*has_stays)
        return true;
    const struct text_value values[] = {
        {.name = "check_in",   .number = day->day },
        {.name = "arrivals",   .number = totals[0]},
        {.name = "departures", .number = totals[1]},
    };
    (void)!append_text_if_complete(input, TEXT_NOTICE_TOMORROW, values, ARRAY_LEN(values), &made);
    append_stay_lines(input, day, totals, &made);
    return buf_keep(&made, arena, &text, fault) &&
           compose_message_with_buttons(input, NULL, to_desk, text, &day->owner, arena, out, fault);
}
