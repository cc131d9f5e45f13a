// SPDX-License-Identifier: MIT
/* What a turn stores of the person and of the text, besides the dialogue; the name and the phone
 * of the person. */
#include "clients/answers_json.h"
#include "dialogue/misunderstood.h"
#include "dialogue/talk.h"
#include "texts/bot_settings.h"

void talk_set_language(struct talk *talk, enum language language)
{
    talk->language = language;
    talk->output->language = (int)language;
}

void talk_set_source(struct talk *talk, struct slice source)
{
    if (talk->input->source.at == NULL)
        talk->output->source = source;
}

bool talk_is_text_for_staff(const struct talk *talk)
{
    return talk->input->has_talk && talk->input->update.text.at != NULL;
}

void talk_set_consent(struct talk *talk)
{
    talk->output->consent = bot_settings_agreement_version(talk->input->settings);
}

bool talk_get_person_name(struct talk *talk, struct slice *name)
{
    *name = talk->input->update.first_name;
    if (!answer_clean_text(name, ANSWER_TITLE_MAX, talk->arena, talk->fault))
        return false;
    if (name->at == NULL)
        *name = talk_label(talk, TEXT_STAY_GUEST_NAME);
    return true;
}

void talk_ask_contact(struct talk *talk)
{
    if (bot_settings_agreement_version(talk->input->settings).at != NULL)
        talk_say(talk, TEXT_STAY_CONSENT);
    talk_add_key(talk, TEXT_STAY_KEY_CONTACT, true);
    talk_new_row(talk);
}

struct slice talk_contact_phone(struct talk *talk)
{
    const struct update_view *update = &talk->input->update;

    return slice_starts(update->contact_phone, SLICE("+"))
               ? update->contact_phone
               : talk_printf(talk, "+%.*s", SLICE_ARG(update->contact_phone));
}

struct slice talk_own_contact_phone(struct talk *talk)
{
    const struct update_view *update = &talk->input->update;

    if (update->contact_user_id == FIELD_ABSENT || update->contact_user_id != update->user_id)
        return SLICE_NONE;
    return talk_contact_phone(talk);
}

void talk_set_owner(struct talk *talk, bool is_owner)
{
    talk->output->owner = is_owner ? TURN_OWNER : TURN_NO_OWNER;
}

void talk_link_staff_chat(struct talk *talk, struct slice member_name)
{
    talk->output->member_name = member_name;
}

void talk_pass_message(struct talk *talk, const struct turn_pass *pass)
{
    talk->output->pass = *pass;
    talk->output->passes = true;
    talk_conceal_update(talk);
}

bool talk_read_relay_view(struct talk *talk, const struct relay_query *query,
                          struct relay_view *out)
{
    const struct turn_caller *caller = &talk->input->caller;

    return caller->view_relay(caller->data, query, out, talk->fault);
}

void talk_skip_history(struct talk *talk)
{
    talk->output->confided = true;
}

void talk_conceal_update(struct talk *talk)
{
    talk->output->conceals = true;
    talk_skip_history(talk);
}

void talk_mark_reply_confided(struct talk *talk)
{
    talk->reply.confided = true;
}

void talk_store_misunderstood(struct talk *talk)
{
    const struct update_view *update = &talk->input->update;

    if (update->text.at != NULL)
        talk->output->misunderstood =
            misunderstood_mask_personal_data(update->text, update->first_name, talk->arena);
}

enum text talk_find_stranger_notice(const struct talk *talk)
{
    return talk->input->update.by_bot ? TEXT_STAFF_ANONYMOUS : TEXT_STAFF_STRANGER;
}
