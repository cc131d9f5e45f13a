// SPDX-License-Identifier: MIT
/* Identifies the owner in the dialogue "desk", binds chats to owners, and handles refusals. */
#include "owner/owner.h"

#include "dialogue/remark.h"
#include "owner/owner_link.h"
#include "owner/owner_private.h"

enum { IDLE_S = 24 * 3600 };

/* --- the owner --- */

/* Reads from booking-api, once per update, which owner the person is: sets state->owner and
 * state->name, or state->is_unbound. */
static bool identify_owner(struct talk *talk)
{
    struct owner_state *state = talk->data;
    struct service_answer answer;
    struct owner_record owner;

    if (state->is_unbound || !uuid_is_nil(&state->owner))
        return true;
    if (!talk_get_person_records(talk, "owners", &answer))
        return false;
    if (answer.status != 200)
        return answer_fail_bad("no owners", talk->fault);
    if (!owner_read_first_record(answer.body, talk->arena, &owner, talk->fault))
        return false;
    state->owner = owner.id;
    state->name = owner.name;
    state->is_unbound = uuid_is_nil(&owner.id);
    talk_set_owner(talk, !state->is_unbound);
    return true;
}

bool owner_call_as_owner(struct talk *talk, struct service_call call, struct service_answer *answer)
{
    if (!identify_owner(talk))
        return false;
    call.actor = SERVICE_AS_OWNER;
    call.actor_id = owner_of(talk)->owner;
    return talk_call_or_refuse_without_actor(talk, &call, answer);
}

bool owner_get_as_owner(struct talk *talk, struct slice path, struct service_answer *answer)
{
    return owner_call_as_owner(talk, (struct service_call){.method = "GET", .path = path}, answer);
}

bool owner_fetch_record(struct talk *talk, const struct uuid *id, enum service_actor actor,
                        struct owner_record *out, bool *found)
{
    const struct service_call call = {.method = "GET",
                                      .path = talk_path(talk, "owners", id, ""),
                                      .actor = actor,
                                      .actor_id = *id};
    struct service_answer answer;

    if (!talk_call(talk, &call, &answer))
        return false;
    *found = answer.status == 200;
    if (!*found)
        return answer.status >= 400 || answer_fail_bad("no owner", talk->fault);
    return owner_read_record(answer.body, talk->arena, out, talk->fault);
}

/* --- refusals --- */

static bool explain_unbound(struct talk *talk)
{
    talk_end(talk);
    talk_say(talk, TEXT_DESK_STRANGER);
    talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
    return true;
}

/* Columns: code of a refusal, text, the step to go to (NULL: `step` of owner_explain_refusal()). */
static const struct talk_refusal refusals[] = {
    {"too_early",           TEXT_DESK_TOO_EARLY,       NULL              },
    {"occupied",            TEXT_DESK_OCCUPIED,        NULL              },
    {"nights_taken",        TEXT_DESK_NIGHTS_TAKEN,    NULL              },
    {"contact_missing",     TEXT_DESK_NO_CONTACT,      NULL              },
    {"refund_changed",      TEXT_STAY_REFUND_CHANGED,  &owner_step_cancel},
    {"not_found",           TEXT_DESK_NOT_THERE,       NULL              },
    {"already_gone",        TEXT_CLASH_OVER,           NULL              },
    {"already_kept_theirs", TEXT_CLASH_THEIRS_ALREADY, NULL              },
};
/* The texts of refusals with other codes: `not_allowed` for status 403 and 422; for another status
 * `moved_on`, because the booking has changed. */
static const struct talk_refusal not_allowed = {"", TEXT_STAY_REFUSED, NULL};
static const struct talk_refusal moved_on = {"", TEXT_STAY_MOVED_ON, NULL};

bool owner_explain_refusal(struct talk *talk, const struct service_answer *answer,
                           const struct flow_step *step)
{
    struct answer_refusal refusal;

    if (owner_of(talk)->is_unbound)
        return explain_unbound(talk);
    if (answer->status < 400)
        return answer_fail_bad("an unexpected status", talk->fault);
    if (!answer_read_refusal(answer->body, talk->arena, &refusal, talk->fault))
        return false;
    const struct talk_refusal *why = talk_find_refusal(refusals, ARRAY_LEN(refusals), &refusal);
    if (why == NULL)
        why = answer->status == 403 || answer->status == 422 ? &not_allowed : &moved_on;
    return talk_step_with(talk, why->text, why->step != NULL ? why->step : step);
}

bool owner_get_or_explain(struct talk *talk, struct slice path, const struct flow_step *step,
                          struct slice *body)
{
    struct service_answer answer;

    if (!owner_get_as_owner(talk, path, &answer))
        return false;
    *body = answer.body;
    return answer.status == 200 || talk_stop(talk, owner_explain_refusal(talk, &answer, step));
}

bool owner_fail_or_explain_unbound(struct talk *talk, const char *reason)
{
    return owner_of(talk)->is_unbound ? explain_unbound(talk)
                                      : answer_fail_bad(reason, talk->fault);
}

/* --- shared by the steps --- */

struct slice owner_format_cursor_parameter(const struct talk *talk)
{
    return owner_of(talk)->cursor.at != NULL
               ? talk_printf(talk, "&cursor=%.*s", SLICE_ARG(owner_of(talk)->cursor))
               : SLICE("");
}

/* The reply is a new message: the tapped one may be the list of the next day's arrivals, or name a
 * booking that this owner cannot open any more. */
bool owner_begin_dialogue(struct talk *talk)
{
    talk_send_anew(talk);
    return talk_begin(talk, &owner_flow);
}

/* --- binding a chat to an owner by a link that staff has sent (owner/owner_link.h) --- */

static bool refuse_link(struct talk *talk, enum text why)
{
    talk_end(talk);
    talk_say(talk, why);
    talk_put_command(talk, TEXT_BUTTON_HELP, "help");
    return true;
}

static bool welcome_owner(struct talk *talk)
{
    return talk_step_with(talk, TEXT_DESK_BOUND, &owner_step_home);
}

/* Binds the person's account to the owner. `bound` is false if the owner has changed meanwhile. */
static bool patch_telegram_id(struct talk *talk, const struct owner_link *link, bool *bound)
{
    struct service_call call = {.method = "PATCH",
                                .actor = SERVICE_AS_OWNER,
                                .actor_id = link->owner,
                                .version = link->version};
    struct service_answer answer;

    call.path = talk_path(talk, "owners", &link->owner, "");
    call.body = talk_printf(talk, "{\"telegram_id\":%lld}", (long long)talk->input->update.user_id);
    if (!talk_call(talk, &call, &answer))
        return false;
    *bound = answer.status == 200;
    return *bound || answer.status >= 400 || answer_fail_bad("an owner unchanged", talk->fault);
}

static bool bind_account(struct talk *talk, const struct owner_link *link)
{
    struct owner_state *state = talk->data;
    struct owner_record owner;
    bool is_valid = false, bound = false;

    if (!owner_fetch_record(talk, &link->owner, SERVICE_AS_OWNER, &owner, &is_valid))
        return false;
    if (is_valid && owner.telegram_id != FIELD_ABSENT)
        return refuse_link(talk, TEXT_DESK_LINK_TAKEN);
    if (!is_valid || owner.version != link->version)
        return refuse_link(talk, TEXT_DESK_LINK_OLD);
    if (!patch_telegram_id(talk, link, &bound))
        return false;
    if (!bound)
        return refuse_link(talk, TEXT_DESK_LINK_TAKEN);
    state->owner = owner.id;
    state->name = owner.name;
    state->is_unbound = false;
    talk_set_owner(talk, true);
    return welcome_owner(talk);
}

/* Binds the chat to the owner of the link. If the chat is bound already, welcomes this owner again
 * or refuses another one, even if the link has expired. */
bool owner_bind_chat(struct talk *talk, struct slice text)
{
    struct owner_link link;
    struct owner_state *state;

    talk_skip_history(talk);
    if (!owner_link_read(text, talk->input->button_key, &link))
        return refuse_link(talk, TEXT_DESK_LINK_OLD);
    if (!owner_begin_dialogue(talk) || !identify_owner(talk))
        return false;
    state = talk->data;
    if (!state->is_unbound)
        return uuid_equal(&state->owner, &link.owner) ? welcome_owner(talk)
                                                      : refuse_link(talk, TEXT_DESK_LINK_OTHER);
    if (link.ends_at <= talk->input->now)
        return refuse_link(talk, TEXT_DESK_LINK_OLD);
    return bind_account(talk, &link);
}

/* --- the flow --- */

bool owner_show_next_page(struct talk *talk)
{
    owner_of(talk)->cursor = owner_of(talk)->more;
    return talk_step(talk, talk->step);
}

/* --- words at all steps --- */

OWNER_LEADS_TO_LIST(to_today, &owner_step_today)
OWNER_LEADS_TO_LIST(to_week, &owner_step_week)
OWNER_LEADS_TO_LIST(to_apartments, &owner_step_apartments)

static const struct flow_move moves[] = {
    {FLOW_WORDS, NULL, to_today,      .label = TEXT_DESK_BUTTON_TODAY},
    {FLOW_WORDS, NULL, to_week,       .label = TEXT_DESK_BUTTON_WEEK },
    {FLOW_WORDS, NULL, to_apartments, .label = TEXT_DESK_BUTTON_FLATS},
};

#define STEP(name) &owner_step_##name,
static const struct flow_step *const steps[] = {OWNER_STEPS(STEP)};

const struct flow owner_flow = {
    .name = "desk",
    .idle_s = IDLE_S,
    .data_format = 1,
    .data = &owner_state_fields,
    .yields_to_staff = true,
    .moves = moves,
    .move_count = ARRAY_LEN(moves),
    .steps = steps,
    .step_count = ARRAY_LEN(steps),
};
