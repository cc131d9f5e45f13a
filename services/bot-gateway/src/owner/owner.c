// SPDX-License-Identifier: MIT
/* Identifies the owner, handles refusals, and has the table of all steps. */
#include "owner/owner.h"

#include "guest/calendar.h"
#include "owner/owner_private.h"

enum { IDLE_S = 24 * 3600 };

/* --- the owner --- */

bool owner_identify(struct talk *talk, struct fault *fault)
{
    struct owner_state *state = talk->data;
    struct service_call call = {.method = "GET", .actor = SERVICE_AS_STAFF};
    struct service_answer answer;
    struct owner_record owner;

    if (state->is_unbound || !uuid_is_nil(&state->owner))
        return true;
    call.path = arena_printf(talk->arena, "/v1/owners?telegram_id=%lld&limit=1",
                             (long long)talk->input->update.user_id);
    if (call.path.at == NULL)
        return arena_fault(fault);
    if (!talk_call(talk, &call, &answer, fault))
        return false;
    if (answer.status != 200)
        return stay_bad_answer("no owners", fault);
    if (!owner_read_first(answer.body, talk->arena, &owner, fault))
        return false;
    state->owner = owner.id;
    state->name = owner.name;
    state->is_unbound = uuid_is_nil(&owner.id);
    talk_set_owner(talk, !state->is_unbound);
    return true;
}

bool owner_call(struct talk *talk, struct service_call call, struct service_answer *answer,
                struct fault *fault)
{
    const struct owner_state *state = talk->data;

    if (call.path.at == NULL)
        return arena_fault(fault);
    if (!owner_identify(talk, fault))
        return false;
    if (state->is_unbound) {
        *answer = (struct service_answer){.status = 403, .body = SLICE("{}")};
        return true;
    }
    call.actor = SERVICE_AS_OWNER;
    call.owner = state->owner;
    return talk_call(talk, &call, answer, fault);
}

bool owner_get(struct talk *talk, struct slice path, struct service_answer *answer,
               struct fault *fault)
{
    return owner_call(talk, (struct service_call){.method = "GET", .path = path}, answer, fault);
}

struct slice owner_path(const struct talk *talk, const char *things, const struct uuid *id,
                        const char *more)
{
    char text[UUID_TEXT_LEN + 1];

    uuid_format(id, text);
    return arena_printf(talk->arena, "/v1/%s/%s%s", things, text, more);
}

/* --- refusals --- */

static bool refuse_unbound(struct talk *talk, struct fault *fault)
{
    talk_end(talk);
    talk_add(talk, TEXT_DESK_STRANGER, TALK_NO_VALUES);
    return stay_put_command(talk, TEXT_BUTTON_SEARCH, "search", fault);
}

// clang-format off
/* code, text, and the step to go to, if it is not that of the caller */
static const struct refusal {
    const char *code;
    enum text text;
    const char *step;
} refusals[] = {
    {"too_early",       TEXT_DESK_TOO_EARLY,      NULL    },
    {"nights_taken",    TEXT_DESK_NIGHTS_TAKEN,   NULL    },
    {"contact_missing", TEXT_DESK_NO_CONTACT,     NULL    },
    {"refund_changed",  TEXT_STAY_REFUND_CHANGED, "cancel"},
    {"not_found",       TEXT_DESK_NOT_THERE,      NULL    },
};
/* Other codes by the status of the answer; by default the booking has changed. */
static const struct refusal not_so = {"", TEXT_STAY_REFUSED, NULL};
static const struct refusal moved_on = {"", TEXT_STAY_MOVED_ON, NULL};
// clang-format on

static const struct refusal *find_refusal(const struct service_answer *answer, struct slice code)
{
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        if (slice_is(code, refusals[i].code))
            return &refusals[i];
    return answer->status == 403 || answer->status == 422 ? &not_so : &moved_on;
}

bool owner_refuse(struct talk *talk, const struct service_answer *answer, const char *step,
                  struct fault *fault)
{
    const struct owner_state *state = talk->data;
    struct stay_refusal refusal;

    if (state->is_unbound)
        return refuse_unbound(talk, fault);
    if (answer->status < 400)
        return stay_bad_answer("an unexpected status", fault);
    if (!stay_read_refusal(answer->body, talk->arena, &refusal, fault))
        return false;
    const struct refusal *why = find_refusal(answer, refusal.code);
    stay_add_paragraph(talk, why->text);
    return talk_step(talk, why->step != NULL ? why->step : step, fault);
}

bool owner_reply_missing(struct talk *talk, const char *what, struct fault *fault)
{
    const struct owner_state *state = talk->data;

    return state->is_unbound ? refuse_unbound(talk, fault) : stay_bad_answer(what, fault);
}

/* --- shared by the steps --- */

struct slice owner_cursor(const struct talk *talk)
{
    const struct owner_state *state = talk->data;

    return state->cursor.at != NULL
               ? arena_printf(talk->arena, "&cursor=%.*s", SLICE_ARG(state->cursor))
               : SLICE("");
}

struct slice owner_label(const struct talk *talk, const struct slice *parts, size_t count)
{
    struct slice label = SLICE("");

    for (size_t i = 0; i < count && label.at != NULL; i++)
        if (parts[i].len > 0)
            label = arena_printf(talk->arena, "%.*s%s%.*s", SLICE_ARG(label),
                                 label.len > 0 ? " · " : "", SLICE_ARG(parts[i]));
    return label;
}

/* --- moves that only go to a step --- */

bool owner_open(struct talk *talk, struct fault *fault)
{
    return talk_begin(talk, &owner_flow, fault);
}

#define LEADS_TO(name, step)                                                                       \
    static bool to_##name(struct talk *talk, struct fault *fault)                                  \
    {                                                                                              \
        return talk_step(talk, step, fault);                                                       \
    }
LEADS_TO(apartment, "flat")
LEADS_TO(from, "from")
LEADS_TO(booking, "booking")

/* To the first page of a list. */
#define LEADS_TO_LIST(name, step)                                                                  \
    static bool to_##name(struct talk *talk, struct fault *fault)                                  \
    {                                                                                              \
        struct owner_state *state = talk->data;                                                    \
        state->cursor = SLICE_NONE;                                                                \
        return talk_step(talk, step, fault);                                                       \
    }
LEADS_TO_LIST(home, "home")
LEADS_TO_LIST(today, "today")
LEADS_TO_LIST(week, "week")
LEADS_TO_LIST(apartments, "flats")

/* --- the table of steps --- */

// clang-format off
static const struct flow_move home_moves[] = {
    {FLOW_TAP, "open",  owner_open_from_home},
    {FLOW_TAP, "more",  owner_next_home},
    {FLOW_TAP, "today", to_today},
    {FLOW_TAP, "week",  to_week},
    {FLOW_TAP, "flats", to_apartments},
    {FLOW_TAP, "back",  to_home},
};
static const struct flow_move today_moves[] = {
    {FLOW_TAP, "open", owner_open_from_today},
    {FLOW_TAP, "more", owner_next_today},
    {FLOW_TAP, "week", to_week},
    {FLOW_TAP, "back", to_home},
};
static const struct flow_move week_moves[] = {
    {FLOW_TAP, "open",  owner_open_from_week},
    {FLOW_TAP, "more",  owner_next_week},
    {FLOW_TAP, "today", to_today},
    {FLOW_TAP, "back",  to_home},
};
static const struct flow_move booking_moves[] = {
    {FLOW_TAP, "do",   owner_do},
    {FLOW_TAP, "back", owner_to_list},
};
static const struct flow_move sure_moves[] = {
    {FLOW_TAP, "yes",  owner_do_confirmed},
    {FLOW_TAP, "back", to_booking},
};
static const struct flow_move cancel_moves[] = {
    {FLOW_TAP, "yes",  owner_cancel},
    {FLOW_TAP, "back", to_booking},
};
static const struct flow_move apartments_moves[] = {
    {FLOW_TAP, "flat", owner_open_apartment},
    {FLOW_TAP, "more", owner_next_apartments},
    {FLOW_TAP, "back", to_home},
};
static const struct flow_move apartment_moves[] = {
    {FLOW_TAP, "block", owner_begin_block},
    {FLOW_TAP, "open",  owner_open_block},
    {FLOW_TAP, "back",  to_apartments},
};
static const struct flow_move from_moves[] = {
    {FLOW_TAP,             CALENDAR_DAY,   owner_take_from},
    {FLOW_TAP_ANY_VERSION, CALENDAR_MONTH, owner_turn_from},
    {FLOW_TAP_ANY_VERSION, CALENDAR_NO,    stay_explain_day},
    {FLOW_TEXT,            NULL,           owner_take_from},
    {FLOW_TAP,             "back",         to_apartment},
};
static const struct flow_move to_moves[] = {
    {FLOW_TAP,             CALENDAR_DAY,   owner_take_to},
    {FLOW_TAP_ANY_VERSION, CALENDAR_MONTH, owner_turn_to},
    {FLOW_TAP_ANY_VERSION, CALENDAR_NO,    stay_explain_day},
    {FLOW_TEXT,            NULL,           owner_take_to},
    {FLOW_TAP,             "back",         to_from},
};
static const struct flow_move block_moves[] = {
    {FLOW_TAP, "yes",  owner_delete_block},
    {FLOW_TAP, "back", to_apartment},
};

#define MOVES(array) (array), ARRAY_LEN(array)
static const struct flow_step steps[] = {
    {"home",    owner_show_home,         MOVES(home_moves)},
    {"today",   owner_show_today,        MOVES(today_moves)},
    {"week",    owner_show_week,         MOVES(week_moves)},
    {"booking", owner_show_booking,      MOVES(booking_moves)},
    {"sure",    owner_show_confirmation, MOVES(sure_moves)},
    {"cancel",  owner_show_cancel,       MOVES(cancel_moves)},
    {"flats",   owner_show_apartments,   MOVES(apartments_moves)},
    {"flat",    owner_show_apartment,    MOVES(apartment_moves)},
    {"from",    owner_show_from,         MOVES(from_moves)},
    {"to",      owner_show_to,           MOVES(to_moves)},
    {"block",   owner_show_block,        MOVES(block_moves)},
};
// clang-format on

const struct flow owner_flow = {
    .name = "desk",
    .idle_s = IDLE_S,
    .data_format = 1,
    .data_size = sizeof(struct owner_state),
    .read = owner_read,
    .write = owner_write,
    .steps = steps,
    .step_count = ARRAY_LEN(steps),
};
