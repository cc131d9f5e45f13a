// SPDX-License-Identifier: MIT
#include "stay_talk.h"

#include "bots/bot.h"
#include "phrase_world.h"

enum { WORDS_MAX = 4 * 1024 * 1024 };

struct conversation talk;

/* Made once: they are read-only. */
static const struct phrase_words *world_words(enum bot_type type)
{
    static const struct phrase_words *words[BOT_TYPES];
    static struct arena arenas[BOT_TYPES];

    if (words[type] == NULL) {
        arena_init(&arenas[type], WORDS_MAX);
        words[type] =
            (type == BOT_TAXI ? phrase_world_ride_words : phrase_world_words)(&arenas[type]);
    }
    return words[type];
}

void stay_talk_begin(void)
{
    static const struct scripted world[] = {
        WORLD_ROWS, {NULL, 0, NULL}
    };

    conversation_open(&talk, world);
    talk.words = world_words(BOT_APARTMENTS);
}

void stay_talk_ride(const struct scripted *world)
{
    talk.world = world;
    talk.bot_type = BOT_TAXI;
    talk.words = world_words(BOT_TAXI);
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
