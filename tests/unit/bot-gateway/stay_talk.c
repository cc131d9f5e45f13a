// SPDX-License-Identifier: MIT
#include "stay_talk.h"

#include "bots/bot.h"
#include "phrase_world.h"

struct conversation talk;

void stay_talk_begin(void)
{
    static const struct scripted world[] = {
        WORLD_ROWS, {NULL, 0, NULL}
    };

    conversation_open(&talk, world);
    talk.words = phrase_world_words();
}

void stay_talk_ride(const struct scripted *world)
{
    talk.world = world;
    talk.bot_type = BOT_TAXI;
    talk.words = phrase_world_ride_words();
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
