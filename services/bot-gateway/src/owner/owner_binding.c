// SPDX-License-Identifier: MIT
/* A chat becomes that of an owner, by a link that staff has sent him (owner/owner_link.h).
 * Whose it is stands in booking-api alone. */
#include "owner/owner.h"
#include "owner/owner_link.h"
#include "owner/owner_private.h"

static bool refuse(struct talk *talk, enum text why, struct fault *fault)
{
    talk_end(talk);
    talk_add(talk, why, TALK_NO_VALUES);
    return stay_put_command(talk, TEXT_BUTTON_HELP, "help", fault);
}

static bool welcome(struct talk *talk, struct fault *fault)
{
    stay_tell(talk, TEXT_DESK_BOUND);
    return talk_step(talk, "home", fault);
}

/* `may` is false where the record is not the one for which the link was made. */
static bool ask_record(struct talk *talk, const struct owner_link *link, struct desk_owner *out,
                       bool *may, struct fault *fault)
{
    struct service_call call = {.method = "GET", .actor = SERVICE_AS_OWNER, .owner = link->owner};
    struct service_answer answer;

    call.path = desk_path(talk, "owners", &link->owner, "");
    if (call.path.at == NULL)
        return arena_fault(fault);
    if (!talk_call(talk, &call, &answer, fault))
        return false;
    *may = answer.status == 200;
    if (!*may)
        return answer.status >= 400 || stay_bad_answer("no owner", fault);
    return desk_read_owner(answer.body, talk->arena, out, fault);
}

/* `bound` is false where somebody else was faster. */
static bool put_record(struct talk *talk, const struct owner_link *link, bool *bound,
                       struct fault *fault)
{
    struct service_call call = {.method = "PATCH",
                                .actor = SERVICE_AS_OWNER,
                                .owner = link->owner,
                                .version = link->version};
    struct service_answer answer;

    call.path = desk_path(talk, "owners", &link->owner, "");
    call.body =
        arena_printf(talk->arena, "{\"telegram_id\":%lld}", (long long)talk->input->update.user_id);
    if (call.path.at == NULL || call.body.at == NULL)
        return arena_fault(fault);
    if (!talk_call(talk, &call, &answer, fault))
        return false;
    *bound = answer.status == 200;
    return *bound || answer.status >= 400 || stay_bad_answer("an owner that stays", fault);
}

static bool bind(struct talk *talk, const struct owner_link *link, struct fault *fault)
{
    struct desk *desk = talk->data;
    struct desk_owner owner;
    bool may = false, bound = false;

    if (!ask_record(talk, link, &owner, &may, fault))
        return false;
    if (may && owner.telegram_id != FIELD_ABSENT)
        return refuse(talk, TEXT_DESK_LINK_TAKEN, fault);
    if (!may || owner.version != link->version)
        return refuse(talk, TEXT_DESK_LINK_OLD, fault);
    if (!put_record(talk, link, &bound, fault))
        return false;
    if (!bound)
        return refuse(talk, TEXT_DESK_LINK_TAKEN, fault);
    desk->owner = owner.id;
    desk->name = owner.name;
    desk->stranger = false;
    talk_set_owner(talk, true);
    return welcome(talk, fault);
}

/* Who is that owner already is told so, whatever has become of the link. */
bool desk_bind(struct talk *talk, struct slice text, struct fault *fault)
{
    struct owner_link link;
    struct desk *desk;

    talk_confide_update(talk);
    if (!owner_link_read(text, talk->input->button_key, &link))
        return refuse(talk, TEXT_DESK_LINK_OLD, fault);
    if (!desk_open(talk, fault) || !desk_know_owner(talk, fault))
        return false;
    desk = talk->data;
    if (!desk->stranger)
        return uuid_equal(&desk->owner, &link.owner) ? welcome(talk, fault)
                                                     : refuse(talk, TEXT_DESK_LINK_OTHER, fault);
    if (link.ends_at <= talk->input->now)
        return refuse(talk, TEXT_DESK_LINK_OLD, fault);
    return bind(talk, &link, fault);
}
