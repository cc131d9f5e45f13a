// SPDX-License-Identifier: MIT
/* Binds a chat to an owner by a link that staff has sent (owner/owner_link.h). Only booking-api
 * stores the binding. */
#include "owner/owner.h"
#include "owner/owner_link.h"
#include "owner/owner_private.h"

static bool refuse_link(struct talk *talk, enum text why)
{
    talk_end(talk);
    talk_say(talk, why);
    return talk_put_command(talk, TEXT_BUTTON_HELP, "help");
}

static bool welcome_owner(struct talk *talk)
{
    return talk_step_with(talk, TEXT_DESK_BOUND, "home");
}

/* Binds the person's account to the owner. `bound` is false if the owner has changed meanwhile. */
static bool patch_record(struct talk *talk, const struct owner_link *link, bool *bound)
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
    return *bound || answer.status >= 400 || stay_bad_answer("an owner unchanged", talk->fault);
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
    if (!patch_record(talk, link, &bound))
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
bool owner_bind(struct talk *talk, struct slice text)
{
    struct owner_link link;
    struct owner_state *state;

    talk_skip_history(talk);
    if (!owner_link_read(text, talk->input->button_key, &link))
        return refuse_link(talk, TEXT_DESK_LINK_OLD);
    if (!owner_begin_dialogue(talk) || !owner_identify(talk))
        return false;
    state = talk->data;
    if (!state->is_unbound)
        return uuid_equal(&state->owner, &link.owner) ? welcome_owner(talk)
                                                      : refuse_link(talk, TEXT_DESK_LINK_OTHER);
    if (link.ends_at <= talk->input->now)
        return refuse_link(talk, TEXT_DESK_LINK_OLD);
    return bind_account(talk, &link);
}
