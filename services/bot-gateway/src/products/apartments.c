// SPDX-License-Identifier: MIT
/* Apartments: guests find and book them, owners answer. Start reading the dialogues here. */
#include "dialogue/other_bot.h"
#include "guest/stay.h"
#include "guest/stay_steps.h"
#include "inbox/webhook_json.h"
#include "owner/owner.h"
#include "owner/owner_link.h"
#include "products/products.h"
#include "products/shared.h"
#include "relay/relay.h"
#include "staff/staff.h"

/* --- commands --- */

/* Offers the owner's menu to a person who is known as an owner. */
static void add_menu_button_if_owner(struct talk *talk)
{
    if (talk->input->is_owner)
        talk_put_command(talk, TEXT_BUTTON_DESK, "desk");
}

/* The command /start with the payload of a deep link: "ref_x" names the source of the person,
 * "apt_x" an apartment, "own_x" binds an owner. */
static bool command_start(struct talk *talk)
{
    const struct slice source = product_deep_link_after(talk, SLICE("ref_")),
                       apartment = product_deep_link_after(talk, SLICE("apt_")),
                       owner = product_deep_link_after(talk, SLICE(OWNER_LINK_PREFIX));

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

static bool command_help(struct talk *talk)
{
    talk_add_with_support(talk, TEXT_HELP);
    add_menu_button_if_owner(talk);
    talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
    talk_put_command(talk, TEXT_BUTTON_MYBOOKINGS, "mybookings");
    talk_put_command(talk, TEXT_BUTTON_PERSON, "person");
    talk_put_command(talk, TEXT_BUTTON_LANGUAGE, "language");
    return true;
}

/* Ends the dialogue, and offers to release bookings that the person holds. */
static bool command_cancel(struct talk *talk)
{
    product_end_dialogue(talk);
    return talk_begin_at(talk, &stay_flow, &stay_step_release);
}

static const struct flow_command commands[] = {
    {"start",        command_start                },
    {"search",       stay_begin_search            },
    {"language",     product_command_language     },
    {"help",         command_help                 },
    {"mybookings",   stay_show_all_bookings       },
    {"booking",      stay_show_booking_in_argument},
    {"again",        stay_offer_same_stay         },
    {"rate",         stay_post_rating             },
    {"privacy",      product_command_privacy      },
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

/* "today", and commands that members of staff know from private chats. */
static const struct flow_command staff_chat_commands[] = {
    {"today",  staff_command_show_today},
    {"desk",   staff_command_show_today},
    {"help",   staff_command_help      },
    {"start",  staff_command_help      },
    {"person", staff_command_help      },
    {"search", staff_command_help      },
    {NULL,     NULL                    },
};

static const struct webhook_menu_command menu_commands[] = {
    {"search",     TEXT_COMMAND_SEARCH    },
    {"mybookings", TEXT_COMMAND_MYBOOKINGS},
    {"language",   TEXT_COMMAND_LANGUAGE  },
    {"privacy",    TEXT_COMMAND_PRIVACY   },
    {"cancel",     TEXT_COMMAND_CANCEL    },
    {"person",     TEXT_COMMAND_PERSON    },
    {"help",       TEXT_COMMAND_HELP      },
    {"start",      TEXT_COMMAND_START     },
};
static const struct webhook_menu menu = {menu_commands, ARRAY_LEN(menu_commands)};

/* --- shortcuts --- */

/* Asks for the message to the owner of the shown booking; without one, for the booking. */
static bool write_to_owner(struct talk *talk)
{
    struct uuid booking;

    if (!stay_find_shown_booking(talk, &booking))
        return stay_show_all_bookings(talk);
    talk->argument = talk_id_argument(talk, &booking, "_g");
    return relay_command_ask_message(talk);
}

static const struct product_shortcut shortcuts[] = {
    {TEXT_BUTTON_SEARCH,      REMARK_NONE,        stay_begin_search       },
    {TEXT_BUTTON_MYBOOKINGS,  REMARK_BOOKINGS,    stay_show_all_bookings  },
    {TEXT_BUTTON_LANGUAGE,    REMARK_NONE,        product_command_language},
    {TEXT_BUTTON_HELP,        REMARK_NONE,        command_help            },
    {TEXT_BUTTON_DESK,        REMARK_NONE,        owner_begin_dialogue    },
    {TEXT_BUTTON_PERSON,      REMARK_CALL_PERSON, product_call_staff      },
    {TEXT_BUTTON_AGAIN,       REMARK_NONE,        stay_begin_search       },
    {TEXT_RELAY_BUTTON_OWNER, REMARK_NONE,        write_to_owner          },
};

/* --- what no step expects --- */

static bool is_at_search(const struct talk *talk)
{
    static const struct flow_step *const steps[] = {
        &stay_step_city, &stay_step_day, &stay_step_nights, &stay_step_guests, &stay_step_list};

    return talk->flow == &stay_flow && TALK_IS_AT(talk, steps);
}

static bool take_receipt_if_awaited(struct talk *talk)
{
    const bool is_for_another_person = talk->input->has_talk || talk->flow == &relay_flow;

    return stay_take_file_as_receipt(talk, is_for_another_person);
}

static bool handle_file(struct talk *talk)
{
    if (talk->flow != &owner_flow && !stay_show_bookings_with_balance(talk))
        return false;
    talk_add_with_support(talk, TEXT_STAY_RECEIPT_NONE);
    talk_offer_person(talk);
    return product_repeat_step_or_offer_search(talk);
}

static bool reply_not_understood(struct talk *talk)
{
    const bool for_person = talk->heard.remark.kind == REMARK_FOR_PERSON;

    talk_store_misunderstood(talk);
    if (talk->input->update.file != UPDATE_NO_FILE)
        return handle_file(talk);
    talk_say(talk, for_person ? TEXT_STAY_FOR_PERSON : TEXT_UNKNOWN);
    talk_offer_person(talk);
    talk_put_command(talk, TEXT_BUTTON_SEARCH, "search");
    talk_put_command(talk, TEXT_BUTTON_HELP, "help");
    return true;
}

/* --- the row --- */

static const struct flow *const flows[] = {&stay_flow, &owner_flow, &relay_flow};

const struct product product_apartments = {
    .flows = flows,
    .flow_count = ARRAY_LEN(flows),
    .commands = commands,
    .staff_commands = product_staff_commands,
    .staff_chat_commands = staff_chat_commands,
    .answers = product_answers,
    .shortcuts = shortcuts,
    .shortcut_count = ARRAY_LEN(shortcuts),
    .menu = &menu,
    .texts = {.search = TEXT_BUTTON_SEARCH,
              .privacy = TEXT_PRIVACY,
              .other_bot = TEXT_OTHER_BOT_TAXI},
    .stems = other_bot_stems_apartments,
    .other = &product_taxi,
    .is_at_search = is_at_search,
    .begin_from_text = stay_begin_from_text,
    .unheard = reply_not_understood,
    .receipt = take_receipt_if_awaited,
    .file = handle_file,
    .location = stay_begin_near_location,
    .edit = relay_pass_on_edit,
    .pass_to_staff = relay_pass_message_to_staff,
    .stale_tap = command_help,
};
