// SPDX-License-Identifier: MIT
#include "products/shared.h"

#include "base/text.h"

#include "relay/relay.h"
#include "staff/staff.h"
#include "texts/bot_settings.h"

enum { LINK_MAX = 64 }; /* bytes that a deep link carries (Bot API, "Deep linking") */

/* --- commands --- */

static bool show_language_buttons(struct talk *talk)
{
    static const struct {
        struct slice label; /* in the language itself */
        struct slice name;
    } languages[] = {
        {TEXTS_LITERAL("Русский"), TEXTS_LITERAL("ru")},
        {TEXTS_LITERAL("Қазақша"), TEXTS_LITERAL("kz")},
        {TEXTS_LITERAL("English"),        TEXTS_LITERAL("en")},
    };

    talk_say(talk, TEXT_LANGUAGE_ASK);
    for (size_t i = 0; i < ARRAY_LEN(languages); i++)
        talk_command_button(talk, languages[i].label, "language", languages[i].name);
    return true;
}

bool product_command_language(struct talk *talk)
{
    enum language chosen;

    if (!language_read(talk->argument, &chosen))
        return show_language_buttons(talk);
    talk_set_language(talk, chosen);
    talk_say(talk, TEXT_LANGUAGE_SET);
    if (talk->flow != NULL) {
        talk_add_html(talk, SLICE("\n\n"));
        return talk_step(talk, talk->step);
    }
    product_add_search_button(talk);
    return true;
}

bool product_command_privacy(struct talk *talk)
{
    const struct bot_settings *settings = talk->input->settings;

    talk_add(talk, talk->input->product->texts.privacy,
             TALK_VALUES({.name = "offer", .text = settings->offer_url},
                         {.name = "privacy", .text = settings->privacy_url},
                         {.name = "support", .text = settings->support}));
    return product_repeat_step_or_offer_search(talk);
}

void product_end_dialogue(struct talk *talk)
{
    const bool under_way = talk->flow != NULL;

    talk_end(talk);
    talk_say(talk, under_way ? TEXT_CANCELLED : TEXT_NOTHING_TO_CANCEL);
}

bool product_call_staff(struct talk *talk)
{
    talk->argument = SLICE("");
    return relay_command_call_staff(talk);
}

struct slice product_deep_link_after(const struct talk *talk, struct slice prefix)
{
    const bool good = slice_starts(talk->argument, prefix) && talk->argument.len > prefix.len &&
                      talk->argument.len <= LINK_MAX && text_is_url_safe(talk->argument);

    return good ? slice_from(talk->argument, prefix.len) : SLICE_NONE;
}

/* --- lists --- */

const struct flow_command product_staff_commands[] = {
    {"staff",        staff_command_link_chat   },
    {"staff_see",    staff_command_show_booking},
    {"staff_ok",     staff_command_approve     },
    {"staff_no",     staff_command_ask_decline },
    {"staff_sure",   staff_command_decline     },
    {"staff_ours",   staff_command_keep_ours   },
    {"staff_theirs", staff_command_ask_give    },
    {"staff_give",   staff_command_give        },
    {"staff_clash",  staff_command_show_clash  },
    {"staff_done",   relay_command_close_talk  },
    {NULL,           NULL                      },
};

const struct flow_command product_answers[] = {
    {"write",      relay_pass_answer_to_other_person},
    {"person",     relay_pass_answer_to_staff       },
    {"staff_done", relay_pass_on_staff_answer       },
    {NULL,         NULL                             },
};
