// SPDX-License-Identifier: MIT
/* What a turn stores of the person and of the text, besides the dialogue. */
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

void talk_set_consent(struct talk *talk)
{
    talk->output->consent = bot_settings_agreement(talk->input->settings);
}

void talk_set_owner(struct talk *talk, bool is_owner)
{
    talk->output->owner = is_owner ? TURN_OWNER : TURN_NO_OWNER;
}

void talk_link_staff(struct talk *talk, struct slice name)
{
    talk->output->staff_name = name;
}

void talk_pass(struct talk *talk, const struct turn_pass *pass)
{
    talk->output->pass = *pass;
    talk->output->passes = true;
    talk_skip_history(talk);
}

bool talk_view_relay(struct talk *talk, const struct relay_query *query, struct relay_view *out)
{
    const struct turn_caller *caller = &talk->input->caller;

    return caller->view_relay(caller->data, query, out, talk->fault);
}

void talk_skip_history(struct talk *talk)
{
    talk->output->confided = true;
}

void talk_mark_reply_confided(struct talk *talk)
{
    talk->confided = true;
}

void talk_store_misunderstood(struct talk *talk)
{
    const struct update_view *update = &talk->input->update;

    if (update->text.at != NULL)
        talk->output->misunderstood =
            misunderstood_mask(update->text, update->first_name, talk->arena);
}
