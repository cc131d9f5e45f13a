// SPDX-License-Identifier: MIT
#include "stay_talk.h"

#include "phrase_world.h"

enum { WORDS_MAX = 4 * 1024 * 1024 };

struct conversation talk;

/* Made once: they are read-only. */
static const struct phrase_words *world_words(void)
{
    static const struct phrase_words *words;
    static struct arena arena;

    if (words == NULL) {
        arena_init(&arena, WORDS_MAX);
        words = phrase_world_words(&arena);
    }
    return words;
}

void stay_talk_begin(void)
{
    static const struct scripted world[] = {
        WORLD_ROWS, {NULL, 0, NULL}
    };

    conversation_open(&talk, world);
    talk.words = world_words();
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
