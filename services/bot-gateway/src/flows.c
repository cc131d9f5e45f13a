// SPDX-License-Identifier: MIT
/* The table of dialogues (flows) and commands. Start reading the dialogues here. */
#include "base/text.h"

#include "bots/bot.h"
#include "dialogue/courtesy.h"
#include "dialogue/flow.h"
#include "dialogue/other_bot.h"
#include "dialogue/remark.h"
#include "dialogue/talk.h"
#include "guest/stay.h"
#include "guest/stay_steps.h"
#include "owner/owner.h"
#include "owner/owner_link.h"
#include "relay/relay.h"
#include "staff/staff.h"
#include "taxi/ride.h"
#include "texts/bot_settings.h"

enum { LINK_MAX = 64 }; /* bytes that a deep link carries (Bot API, "Deep linking") */

const struct flow *const flows[] = {&stay_flow, &owner_flow, &relay_flow, &ride_flow};
const size_t flow_count = ARRAY_LEN(flows);

/* --- commands --- */

static bool is_taxi_bot(const struct talk *talk)
{
    return talk->input->bot_type == BOT_TAXI;
}

/* Offers to search for an apartment or a ride. */
static void add_search_button(struct talk *talk)
{
    talk_put_command(talk, is_taxi_bot(talk) ? TEXT_RIDE_BUTTON_SEARCH : TEXT_BUTTON_SEARCH,
                     "search");
}

/* Offers the owner's menu to a person who is known as an owner. */
static void add_menu_button_if_owner(struct talk *talk)
{
    if (talk->input->is_owner)
        talk_put_command(talk, TEXT_BUTTON_DESK, "desk");
}

/* Shows the step again below the reply, or offers a search and the help if there is no dialogue. */
static bool repeat_step_or_offer_search(struct talk *talk)
{
    if (talk->flow == NULL) {
        add_search_button(talk);
        talk_put_command(talk, TEXT_BUTTON_HELP, "help");
        return true;
    }
    talk_add_html(talk, SLICE("\n\n"));
    return talk_repeat_step(talk);
}

/* The part of a deep link's payload after the prefix; absent if the prefix differs or nothing
 * follows it. People can also type a payload, so only characters of a link are accepted. */
static struct slice deep_link_payload_after(const struct talk *talk, struct slice prefix)
{
    const bool good = slice_starts(talk->argument, prefix) && talk->argument.len > prefix.len &&
                      talk->argument.len <= LINK_MAX && text_is_url_safe(talk->argument);

    return good ? slice_from(talk->argument, prefix.len) : SLICE_NONE;
}

/* The command /start with the payload of a deep link: "ref_x" names the source of the person,
 * "apt_x" an apartment, "own_x" binds an owner. */
static bool command_start_stays(struct talk *talk)
{
    const struct slice source = deep_link_payload_after(talk, SLICE("ref_")),
                       apartment = deep_link_payload_after(talk, SLICE("apt_")),
                       owner = deep_link_payload_after(talk, SLICE(OWNER_LINK_PREFIX));

    if (owner.at != NULL)
        return owner_bind_chat(talk, owner);
    if (apartment.at != NULL)
        return stay_begin_apartment(talk, apartment);
    if (source.at != NULL)
        talk_set_source(talk, source);
    if (talk->flow == &relay_flow) /* what the person writes next is not for another person */
        talk_end(talk);
    talk_add(talk, TEXT_START,
             TALK_VALUES({.name = "name", .text = talk->input->update.first_name}));
    add_menu_button_if_owner(talk);
    talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
    talk_put_command(talk, TEXT_BUTTON_MYBOOKINGS, "mybookings");
    talk_put_command(talk, TEXT_BUTTON_LANGUAGE, "language");
    talk_put_command(talk, TEXT_BUTTON_HELP, "help");
    return true;
}

static bool command_help_stays(struct talk *talk)
{
    talk_add_with_support(talk, TEXT_HELP);
    add_menu_button_if_owner(talk);
    talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
    talk_put_command(talk, TEXT_BUTTON_MYBOOKINGS, "mybookings");
    talk_put_command(talk, TEXT_BUTTON_PERSON, "person");
    talk_put_command(talk, TEXT_BUTTON_LANGUAGE, "language");
    return true;
}

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

static bool command_language(struct talk *talk)
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
    add_search_button(talk);
    return true;
}

/* Shows what is stored about people, and the agreement; then the step again. */
static bool command_privacy(struct talk *talk)
{
    const struct bot_settings *settings = talk->input->settings;

    talk_add(talk, is_taxi_bot(talk) ? TEXT_RIDE_PRIVACY : TEXT_PRIVACY,
             TALK_VALUES({.name = "offer", .text = settings->offer_url},
                         {.name = "privacy", .text = settings->privacy_url},
                         {.name = "support", .text = settings->support}));
    return repeat_step_or_offer_search(talk);
}

/* Ends the dialogue. Bookings that the person holds stay held until the person releases them. */
static bool command_cancel(struct talk *talk)
{
    const bool under_way = talk->flow != NULL;

    talk_end(talk);
    talk_say(talk, under_way ? TEXT_CANCELLED : TEXT_NOTHING_TO_CANCEL);
    if (is_taxi_bot(talk)) {
        add_search_button(talk);
        talk_put_command(talk, TEXT_RIDE_BUTTON_MINE, "rides");
        return true;
    }
    return talk_begin_at(talk, &stay_flow, &stay_step_release);
}

static bool command_start_taxi(struct talk *talk)
{
    const struct slice source = deep_link_payload_after(talk, SLICE("ref_")),
                       shared = deep_link_payload_after(talk, SLICE(RIDE_LINK_PREFIX));

    if (source.at != NULL)
        talk_set_source(talk, source);
    if (shared.at != NULL) {
        talk->argument = shared;
        return ride_command_show_shared(talk);
    }
    return ride_greet_and_search(talk);
}

static bool command_help_taxi(struct talk *talk)
{
    talk_add_with_support(talk, TEXT_RIDE_HELP);
    add_search_button(talk);
    talk_put_command(talk, TEXT_RIDE_BUTTON_MINE, "rides");
    talk_put_command(talk, TEXT_DRIVE_BUTTON, "drive");
    talk_put_command(talk, TEXT_BUTTON_PERSON, "person");
    talk_put_command(talk, TEXT_BUTTON_LANGUAGE, "language");
    return true;
}

const struct flow_command flow_commands[] = {
    {"start",        command_start_stays          },
    {"search",       stay_begin_search            },
    {"language",     command_language             },
    {"help",         command_help_stays           },
    {"mybookings",   stay_show_all_bookings       },
    {"booking",      stay_show_booking_in_argument},
    {"again",        stay_offer_same_stay         },
    {"rate",         stay_post_rating             },
    {"privacy",      command_privacy              },
    {"cancel",       command_cancel               },
    {"person",       relay_command_call_staff     },
    {"write",        relay_command_ask_message    },
    {"desk",         owner_begin_dialogue         },
    {"deal",         owner_command_show_booking   },
    {"deal_ok",      owner_command_approve        },
    {"deal_no",      owner_command_ask_decline    },
    {"deal_in",      owner_command_check_in       },
    {"deal_absent",  owner_command_ask_no_show    },
    {"clash_ours",   owner_command_keep_ours      },
    {"clash_theirs", owner_command_ask_give       },
    {"calendars",    owner_command_show_calendars },
    {NULL,           NULL                         },
};

const struct flow_command flow_taxi_commands[] = {
    {"start",       command_start_taxi             },
    {"search",      ride_begin_search              },
    {"rides",       ride_show_all_rides            },
    {"ride",        ride_command_show              },
    {"ride_again",  ride_command_search_again      },
    {"ride_cancel", ride_command_ask_cancel        },
    {"see",         ride_command_show_shared       },
    {"drive",       drive_show_home                },
    {"run",         drive_command_show_trip        },
    {"wish",        drive_command_show_request     },
    {"wish_bid",    drive_command_ask_price        },
    {"run_ok",      drive_command_confirm_departure},
    {"run_late",    drive_command_ask_delay        },
    {"rider_ok",    drive_command_accept_ride      },
    {"rider_no",    drive_command_decline_ride     },
    {"language",    command_language               },
    {"help",        command_help_taxi              },
    {"privacy",     command_privacy                },
    {"cancel",      command_cancel                 },
    {"person",      relay_command_call_staff       },
    {NULL,          NULL                           },
};

const struct flow_command flow_staff_commands[] = {
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

/* Commands that members of staff know from private chats. */
const struct flow_command flow_staff_chat_commands[] = {
    {"today",  staff_command_show_today},
    {"desk",   staff_command_show_today},
    {"help",   staff_command_help      },
    {"start",  staff_command_help      },
    {"person", staff_command_help      },
    {"search", staff_command_help      },
    {NULL,     NULL                    },
};

const struct flow_command flow_taxi_staff_chat_commands[] = {
    {"help",   staff_command_help},
    {"start",  staff_command_help},
    {"person", staff_command_help},
    {"search", staff_command_help},
    {NULL,     NULL              },
};

const struct flow_command flow_answers[] = {
    {"write",      relay_pass_answer_to_other_person},
    {"person",     relay_pass_answer_to_staff       },
    {"staff_done", relay_pass_on_staff_answer       },
    {NULL,         NULL                             },
};

/* --- the menu --- */

static bool call_staff(struct talk *talk)
{
    talk->argument = SLICE("");
    return relay_command_call_staff(talk);
}

/* Asks for the message to the owner of the shown booking; without one, for the booking. */
static bool write_to_owner(struct talk *talk)
{
    struct uuid booking;

    if (!stay_find_shown_booking(talk, &booking))
        return stay_show_all_bookings(talk);
    talk->argument = talk_id_argument(talk, &booking, "_g");
    return relay_command_ask_message(talk);
}

/* Columns: type of the bot, label, the remark with the same meaning, function. */
static const struct {
    enum bot_type type;
    enum text label;
    enum remark_kind remark; /* REMARK_NONE: only the label */
    flow_move_fn *act;
} menus[] = {
    {BOT_APARTMENTS, TEXT_BUTTON_SEARCH,      REMARK_NONE,        stay_begin_search     },
    {BOT_APARTMENTS, TEXT_BUTTON_MYBOOKINGS,  REMARK_BOOKINGS,    stay_show_all_bookings},
    {BOT_APARTMENTS, TEXT_BUTTON_LANGUAGE,    REMARK_NONE,        command_language      },
    {BOT_APARTMENTS, TEXT_BUTTON_HELP,        REMARK_NONE,        command_help_stays    },
    {BOT_APARTMENTS, TEXT_BUTTON_DESK,        REMARK_NONE,        owner_begin_dialogue  },
    {BOT_APARTMENTS, TEXT_BUTTON_PERSON,      REMARK_CALL_PERSON, call_staff            },
    {BOT_APARTMENTS, TEXT_BUTTON_AGAIN,       REMARK_NONE,        stay_begin_search     },
    {BOT_APARTMENTS, TEXT_RELAY_BUTTON_OWNER, REMARK_NONE,        write_to_owner        },
    {BOT_TAXI,       TEXT_RIDE_BUTTON_SEARCH, REMARK_NONE,        ride_begin_search     },
    {BOT_TAXI,       TEXT_RIDE_BUTTON_MINE,   REMARK_BOOKINGS,    ride_show_all_rides   },
    {BOT_TAXI,       TEXT_DRIVE_BUTTON,       REMARK_NONE,        drive_show_home       },
    {BOT_TAXI,       TEXT_BUTTON_LANGUAGE,    REMARK_NONE,        command_language      },
    {BOT_TAXI,       TEXT_BUTTON_HELP,        REMARK_NONE,        command_help_taxi     },
    {BOT_TAXI,       TEXT_BUTTON_PERSON,      REMARK_CALL_PERSON, call_staff            },
};

/* The function of the row that the words name by its label or a remark; NULL: none. */
static flow_move_fn *find_menu_function(const struct talk *talk, struct slice words)
{
    const enum remark_kind remark = talk->heard.remark.kind;

    for (size_t i = 0; i < ARRAY_LEN(menus); i++)
        if ((int)menus[i].type == talk->input->bot_type &&
            (talk_is_label(talk, menus[i].label, words) ||
             (remark != REMARK_NONE && menus[i].remark == remark)))
            return menus[i].act;
    return NULL;
}

/* --- courtesy --- */

static bool answer_courtesy(struct talk *talk)
{
    talk_say(talk, courtesy_find_answer(talk->argument));
    return repeat_step_or_offer_search(talk);
}

/* --- the other bot --- */

static bool point_to_other_bot(struct talk *talk)
{
    if (is_taxi_bot(talk) && talk->flow == NULL)
        return ride_name_other_bot_and_search(talk);
    talk_add(talk, is_taxi_bot(talk) ? TEXT_OTHER_BOT_FLATS : TEXT_OTHER_BOT_TAXI,
             TALK_VALUES({.name = "bot", .text = talk->input->other_username}));
    return repeat_step_or_offer_search(talk);
}

/* Whether the text is not for another person, and the dialogue is at most a search: on other
 * screens "такси" may be a question about the booking. */
static bool may_be_for_other_bot(const struct talk *talk)
{
    static const struct flow_step *const steps[] = {
        &stay_step_city, &stay_step_day, &stay_step_nights, &stay_step_guests, &stay_step_list};

    if (talk->input->has_talk)
        return false;
    if (talk->flow == &ride_flow)
        return ride_is_search(talk);
    return talk->flow == NULL || (talk->flow == &stay_flow && TALK_IS_AT(talk, steps));
}

flow_move_fn *flow_find_function_for_text(const struct talk *talk, struct slice words)
{
    flow_move_fn *const of_menu = find_menu_function(talk, words);

    if (of_menu != NULL)
        return of_menu;
    if (courtesy_find_answer(words) != TEXTS)
        return answer_courtesy;
    return may_be_for_other_bot(talk) &&
                   other_bot_is_meant(words, (enum bot_type)talk->input->bot_type)
               ? point_to_other_bot
               : NULL;
}

/* --- input that no step expects --- */

bool flow_take_receipt_if_awaited(struct talk *talk)
{
    const bool is_for_another_person = talk->input->has_talk || talk->flow == &relay_flow;

    return is_taxi_bot(talk) || stay_take_file_as_receipt(talk, is_for_another_person);
}

bool flow_handle_unexpected_file(struct talk *talk)
{
    if (talk->input->has_talk)
        return relay_pass_message_to_staff(talk);
    if (is_taxi_bot(talk))
        return ride_reply_not_understood(talk);
    if (talk->flow != &owner_flow && !stay_show_bookings_with_balance(talk))
        return false;
    talk_add_with_support(talk, TEXT_STAY_RECEIPT_NONE);
    talk_offer_person(talk);
    return repeat_step_or_offer_search(talk);
}

bool flow_is_text_for_staff(const struct talk *talk)
{
    return talk->input->has_talk && talk->input->update.text.at != NULL;
}

bool flow_pass_text_to_staff(struct talk *talk)
{
    return relay_pass_message_to_staff(talk);
}

bool flow_handle_unexpected_location(struct talk *talk)
{
    return is_taxi_bot(talk) ? drive_take_location(talk) : stay_begin_near_location(talk);
}

bool flow_handle_moved_location(struct talk *talk)
{
    return !is_taxi_bot(talk) || drive_take_moved_location(talk);
}

bool flow_pass_on_edit(struct talk *talk)
{
    return relay_pass_on_edit(talk);
}

bool flow_handle_stale_tap(struct talk *talk)
{
    return is_taxi_bot(talk) ? command_help_taxi(talk) : command_help_stays(talk);
}

bool flow_handle_unexpected_message(struct talk *talk)
{
    const bool for_person = talk->heard.remark.kind == REMARK_FOR_PERSON;
    bool parsed;

    const bool begun = is_taxi_bot(talk) ? ride_begin_from_text(talk, &parsed)
                                         : stay_begin_from_text(talk, &parsed);

    if (!begun)
        return false;
    if (parsed)
        return true;
    if (talk->input->has_talk)
        return relay_pass_message_to_staff(talk);
    if (is_taxi_bot(talk))
        return ride_reply_not_understood(talk);
    talk_store_misunderstood(talk);
    if (talk->input->update.file != UPDATE_NO_FILE)
        return flow_handle_unexpected_file(talk);
    talk_say(talk, for_person ? TEXT_STAY_FOR_PERSON : TEXT_UNKNOWN);
    talk_offer_person(talk);
    talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
    talk_put_command(talk, TEXT_BUTTON_HELP, "help");
    return true;
}
