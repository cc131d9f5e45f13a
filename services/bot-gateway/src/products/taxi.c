// SPDX-License-Identifier: MIT
/* Rides between cities: passengers find trips, drivers publish them. */
#include "dialogue/other_bot.h"
#include "inbox/webhook_json.h"
#include "products/products.h"
#include "products/shared.h"
#include "relay/relay.h"
#include "staff/staff.h"
#include "taxi/ride.h"

/* --- commands --- */

static bool command_start(struct talk *talk)
{
    const struct slice source = product_deep_link_after(talk, SLICE("ref_")),
                       shared = product_deep_link_after(talk, SLICE(RIDE_LINK_PREFIX));

    if (source.at != NULL)
        talk_set_source(talk, source);
    if (shared.at != NULL) {
        talk->argument = shared;
        return ride_command_show_shared(talk);
    }
    return ride_greet_and_search(talk);
}

static bool command_help(struct talk *talk)
{
    talk_add_with_support(talk, TEXT_RIDE_HELP);
    product_add_search_button(talk);
    talk_put_command(talk, TEXT_RIDE_BUTTON_MINE, "rides");
    talk_put_command(talk, TEXT_DRIVE_BUTTON, "drive");
    talk_put_command(talk, TEXT_BUTTON_PERSON, "person");
    talk_put_command(talk, TEXT_BUTTON_LANGUAGE, "language");
    return true;
}

static bool command_cancel(struct talk *talk)
{
    product_end_dialogue(talk);
    product_add_search_button(talk);
    talk_put_command(talk, TEXT_RIDE_BUTTON_MINE, "rides");
    return true;
}

static const struct flow_command commands[] = {
    {"start",       command_start                  },
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
    {"language",    product_command_language       },
    {"help",        command_help                   },
    {"privacy",     product_command_privacy        },
    {"cancel",      command_cancel                 },
    {"person",      relay_command_call_staff       },
    {NULL,          NULL                           },
};

/* Commands that members of staff know from private chats. */
static const struct flow_command staff_chat_commands[] = {
    {"help",   staff_command_help},
    {"start",  staff_command_help},
    {"person", staff_command_help},
    {"search", staff_command_help},
    {NULL,     NULL              },
};

static const struct webhook_menu_command menu_commands[] = {
    {"search",   TEXT_RIDE_COMMAND_SEARCH},
    {"rides",    TEXT_RIDE_COMMAND_RIDES },
    {"drive",    TEXT_RIDE_COMMAND_DRIVE },
    {"language", TEXT_COMMAND_LANGUAGE   },
    {"privacy",  TEXT_COMMAND_PRIVACY    },
    {"cancel",   TEXT_COMMAND_CANCEL     },
    {"person",   TEXT_COMMAND_PERSON     },
    {"help",     TEXT_COMMAND_HELP       },
    {"start",    TEXT_COMMAND_START      },
};
static const struct webhook_menu menu = {menu_commands, ARRAY_LEN(menu_commands)};

/* --- shortcuts --- */

static const struct product_shortcut shortcuts[] = {
    {TEXT_RIDE_BUTTON_SEARCH, REMARK_NONE,        ride_begin_search       },
    {TEXT_RIDE_BUTTON_MINE,   REMARK_BOOKINGS,    ride_show_all_rides     },
    {TEXT_DRIVE_BUTTON,       REMARK_NONE,        drive_show_home         },
    {TEXT_BUTTON_LANGUAGE,    REMARK_NONE,        product_command_language},
    {TEXT_BUTTON_HELP,        REMARK_NONE,        command_help            },
    {TEXT_BUTTON_PERSON,      REMARK_CALL_PERSON, product_call_staff      },
};

/* --- what no step expects --- */

static bool is_at_search(const struct talk *talk)
{
    return talk->flow == &ride_flow && ride_is_search(talk);
}

/* --- the row --- */

static const struct flow *const flows[] = {&ride_flow, &relay_flow};

const struct product product_taxi = {
    .flows = flows,
    .flow_count = ARRAY_LEN(flows),
    .commands = commands,
    .staff_commands = product_staff_commands,
    .staff_chat_commands = staff_chat_commands,
    .answers = product_answers,
    .shortcuts = shortcuts,
    .shortcut_count = ARRAY_LEN(shortcuts),
    .menu = &menu,
    .texts = {.search = TEXT_RIDE_BUTTON_SEARCH,
              .privacy = TEXT_RIDE_PRIVACY,
              .other_bot = TEXT_OTHER_BOT_FLATS},
    .stems = other_bot_stems_taxi,
    .other = &product_apartments,
    .is_at_search = is_at_search,
    .name_other_bot = ride_name_other_bot_and_search,
    .begin_from_text = ride_begin_from_text,
    .unheard = ride_reply_not_understood,
    .location = drive_take_location,
    .moved_location = drive_take_moved_location,
    .edit = relay_pass_on_edit,
    .pass_to_staff = relay_pass_message_to_staff,
    .stale_tap = command_help,
};
