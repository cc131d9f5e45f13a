// SPDX-License-Identifier: MIT
#include "stay_talk.h"

struct conversation talk;

void stay_talk_begin(void)
{
    static const struct scripted world[] = {
        WORLD_ROWS, {NULL, 0, NULL}
    };

    conversation_open(&talk, world);
}

void stay_talk_end(void)
{
    conversation_close(&talk);
}

void type(const char *text)
{
    ck_assert_msg(conversation_type(&talk, text), "%s: %s", text, talk.fault.code);
}

void tap(const char *label)
{
    const char *data = conversation_button(&talk.shown, label);
    ck_assert_msg(data != NULL, "no button %s in %s", label, talk.seen);
    ck_assert_msg(conversation_tap_data(&talk, data), "%s: %s", label, talk.fault.code);
}
