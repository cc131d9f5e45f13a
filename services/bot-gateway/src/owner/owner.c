// SPDX-License-Identifier: MIT
/* Whose desk it is, and what is refused. The table of all steps. */
#include "owner/owner.h"

#include "guest/calendar.h"
#include "owner/owner_private.h"

enum { IDLE_S = 24 * 3600 };

/* --- who the person is --- */

bool desk_know_owner(struct talk *talk, struct fault *fault)
{
    struct desk *desk = talk->data;
    struct service_call call = {.method = "GET", .actor = SERVICE_AS_STAFF};
    struct service_answer answer;
    struct desk_owner owner;

    if (desk->stranger || !uuid_is_nil(&desk->owner))
        return true;
    call.path = arena_printf(talk->arena, "/v1/owners?telegram_id=%lld&limit=1",
                             (long long)talk->input->update.user_id);
    if (call.path.at == NULL)
        return arena_fault(fault);
    if (!talk_call(talk, &call, &answer, fault))
        return false;
    if (answer.status != 200)
        return stay_bad_answer("no owners", fault);
    if (!desk_read_owners(answer.body, talk->arena, &owner, fault))
        return false;
    desk->owner = owner.id;
    desk->name = owner.name;
    desk->stranger = uuid_is_nil(&owner.id);
    talk_set_owner(talk, !desk->stranger);
    return true;
}

bool desk_call(struct talk *talk, struct service_call call, struct service_answer *answer,
               struct fault *fault)
{
    const struct desk *desk = talk->data;

    if (call.path.at == NULL)
        return arena_fault(fault);
    if (!desk_know_owner(talk, fault))
        return false;
    if (desk->stranger) {
        *answer = (struct service_answer){.status = 403, .body = SLICE("{}")};
        return true;
    }
    call.actor = SERVICE_AS_OWNER;
    call.owner = desk->owner;
    return talk_call(talk, &call, answer, fault);
}

bool desk_get(struct talk *talk, struct slice path, struct service_answer *answer,
              struct fault *fault)
{
    return desk_call(talk, (struct service_call){.method = "GET", .path = path}, answer, fault);
}

struct slice desk_path(const struct talk *talk, const char *things, const struct uuid *id,
                       const char *more)
{
    char text[UUID_TEXT_LEN + 1];

    uuid_format(id, text);
    return arena_printf(talk->arena, "/v1/%s/%s%s", things, text, more);
}

/* --- what is refused --- */

static bool turn_away(struct talk *talk, struct fault *fault)
{
    talk_end(talk);
    talk_add(talk, TEXT_DESK_STRANGER, TALK_NO_VALUES);
    return stay_put_command(talk, TEXT_BUTTON_SEARCH, "search", fault);
}

// clang-format off
/* code, what is said, where the owner goes on if not where the step leads */
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
/* Of others, by the status of the answer; else the booking has changed. */
static const struct refusal not_so = {"", TEXT_STAY_REFUSED, NULL};
static const struct refusal moved_on = {"", TEXT_STAY_MOVED_ON, NULL};
// clang-format on

static const struct refusal *find_refusal(const struct service_answer *answer, struct slice code)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (slice_is(code, refusals[i].code))
            return &refusals[i];
    return answer->status == 403 || answer->status == 422 ? &not_so : &moved_on;
}

bool desk_refuse(struct talk *talk, const struct service_answer *answer, const char *step,
                 struct fault *fault)
{
    const struct desk *desk = talk->data;
    struct stay_refusal refusal;

    if (desk->stranger)
        return turn_away(talk, fault);
    if (answer->status < 400)
        return stay_bad_answer("another status than it should be", fault);
    if (!stay_read_refusal(answer->body, talk->arena, &refusal, fault))
        return false;
    const struct refusal *why = find_refusal(answer, refusal.code);
    stay_tell(talk, why->text);
    return talk_step(talk, why->step != NULL ? why->step : step, fault);
}

bool desk_missing(struct talk *talk, const char *what, struct fault *fault)
{
    const struct desk *desk = talk->data;

    return desk->stranger ? turn_away(talk, fault) : stay_bad_answer(what, fault);
}

/* --- what several steps show --- */

struct slice desk_page(const struct talk *talk)
{
    const struct desk *desk = talk->data;

    return desk->cursor.at != NULL
               ? arena_printf(talk->arena, "&cursor=%.*s", SLICE_ARG(desk->cursor))
               : SLICE("");
}

struct slice desk_label(const struct talk *talk, const struct slice *parts, size_t count)
{
    struct slice label = SLICE("");

    for (size_t i = 0; i < count && label.at != NULL; i++)
        if (parts[i].len > 0)
            label = arena_printf(talk->arena, "%.*s%s%.*s", SLICE_ARG(label),
                                 label.len > 0 ? " · " : "", SLICE_ARG(parts[i]));
    return label;
}

/* --- where a step leads --- */

bool desk_open(struct talk *talk, struct fault *fault)
{
    return talk_begin(talk, &desk_flow, fault);
}

#define LEADS_TO(step)                                                                             \
    static bool to_##step(struct talk *talk, struct fault *fault)                                  \
    {                                                                                              \
        return talk_step(talk, #step, fault);                                                      \
    }
LEADS_TO(flat)
LEADS_TO(from)
LEADS_TO(booking)

/* A list from its first page. */
#define LEADS_TO_LIST(step)                                                                        \
    static bool to_##step(struct talk *talk, struct fault *fault)                                  \
    {                                                                                              \
        struct desk *desk = talk->data;                                                            \
        desk->cursor = (struct slice){NULL, 0};                                                    \
        return talk_step(talk, #step, fault);                                                      \
    }
LEADS_TO_LIST(home)
LEADS_TO_LIST(today)
LEADS_TO_LIST(week)
LEADS_TO_LIST(flats)

/* --- the whole --- */

// clang-format off
static const struct flow_move home_moves[] = {
    {FLOW_TAP, "open",  desk_open_from_home},
    {FLOW_TAP, "more",  desk_turn_home     },
    {FLOW_TAP, "today", to_today           },
    {FLOW_TAP, "week",  to_week            },
    {FLOW_TAP, "flats", to_flats           },
    {FLOW_TAP, "back",  to_home            },
};
static const struct flow_move today_moves[] = {
    {FLOW_TAP, "open", desk_open_from_today},
    {FLOW_TAP, "more", desk_turn_today     },
    {FLOW_TAP, "week", to_week             },
    {FLOW_TAP, "back", to_home             },
};
static const struct flow_move week_moves[] = {
    {FLOW_TAP, "open",  desk_open_from_week},
    {FLOW_TAP, "more",  desk_turn_week     },
    {FLOW_TAP, "today", to_today           },
    {FLOW_TAP, "back",  to_home            },
};
static const struct flow_move booking_moves[] = {
    {FLOW_TAP, "do",   desk_do     },
    {FLOW_TAP, "back", desk_to_list},
};
static const struct flow_move sure_moves[] = {
    {FLOW_TAP, "yes",  desk_do_surely},
    {FLOW_TAP, "back", to_booking    },
};
static const struct flow_move cancel_moves[] = {
    {FLOW_TAP, "yes",  desk_cancel},
    {FLOW_TAP, "back", to_booking },
};
static const struct flow_move flats_moves[] = {
    {FLOW_TAP, "flat", desk_open_flat },
    {FLOW_TAP, "more", desk_turn_flats},
    {FLOW_TAP, "back", to_home        },
};
static const struct flow_move flat_moves[] = {
    {FLOW_TAP, "block", desk_begin_block},
    {FLOW_TAP, "open",  desk_open_block },
    {FLOW_TAP, "back",  to_flats        },
};
static const struct flow_move from_moves[] = {
    {FLOW_TAP,      CALENDAR_DAY,   desk_take_from},
    {FLOW_TAP_ANY_VERSION, CALENDAR_MONTH, desk_turn_from},
    {FLOW_TAP_ANY_VERSION, CALENDAR_NO,    stay_say_why  },
    {FLOW_TEXT,     NULL,           desk_take_from},
    {FLOW_TAP,      "back",         to_flat       },
};
static const struct flow_move to_moves[] = {
    {FLOW_TAP,      CALENDAR_DAY,   desk_take_to},
    {FLOW_TAP_ANY_VERSION, CALENDAR_MONTH, desk_turn_to},
    {FLOW_TAP_ANY_VERSION, CALENDAR_NO,    stay_say_why},
    {FLOW_TEXT,     NULL,           desk_take_to},
    {FLOW_TAP,      "back",         to_from     },
};
static const struct flow_move block_moves[] = {
    {FLOW_TAP, "yes",  desk_drop_block},
    {FLOW_TAP, "back", to_flat        },
};

#define MOVES(array) (array), sizeof(array) / sizeof((array)[0])
static const struct flow_step steps[] = {
    {"home",    desk_show_home,    MOVES(home_moves)},
    {"today",   desk_show_today,   MOVES(today_moves)},
    {"week",    desk_show_week,    MOVES(week_moves)},
    {"booking", desk_show_booking, MOVES(booking_moves)},
    {"sure",    desk_show_sure,    MOVES(sure_moves)},
    {"cancel",  desk_show_cancel,  MOVES(cancel_moves)},
    {"flats",   desk_show_flats,   MOVES(flats_moves)},
    {"flat",    desk_show_flat,    MOVES(flat_moves)},
    {"from",    desk_show_from,    MOVES(from_moves)},
    {"to",      desk_show_to,      MOVES(to_moves)},
    {"block",   desk_show_block,   MOVES(block_moves)},
};
// clang-format on

const struct flow desk_flow = {
    .name = "desk",
    .idle_s = IDLE_S,
    .data_format = 1,
    .data_size = sizeof(struct desk),
    .read = desk_read,
    .write = desk_write,
    .steps = steps,
    .step_count = sizeof steps / sizeof steps[0],
};
