// SPDX-License-Identifier: MIT
#include "owner_talk.h"

struct conversation talk;

void owner_talk_begin(void)
{
    static const struct scripted world[] = {
        DESK_ROWS, {NULL, 0, NULL}
    };

    conversation_open(&talk, world);
}

void owner_talk_end(void)
{
    conversation_close(&talk);
}

void tap_command(const char *command, const char *argument)
{
    const struct button button = {
        .flow = SLICE("go"), .action = slice_of(command), .argument = slice_of(argument)};
    char data[BUTTON_DATA_MAX + 1];

    ck_assert(button_write(&button, talk.key, talk.user_id, data));
    ck_assert_msg(conversation_tap_data(&talk, data), "%s: %s %s", command, talk.fault.code,
                  talk.fault.detail);
}
