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

    ck_assert_msg(conversation_tap_button(&talk, &button), "%s: %s %s", command, talk.fault.code,
                  talk.fault.detail);
}

const struct turn_message *passed(void)
{
    ck_assert(talk.output.passes);
    ck_assert_msg(talk.output.confided, "what is passed on is not in the history");
    return &talk.output.pass.message;
}
