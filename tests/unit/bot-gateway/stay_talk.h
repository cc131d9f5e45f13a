// SPDX-License-Identifier: MIT
/* A conversation with a guest in the world of stay_world.h. */
#pragma once

#include <check.h>

#include "stay_world.h"

extern struct conversation talk;

/* A checked fixture: each test begins a new conversation. */
void stay_talk_begin(void);
void stay_talk_end(void);

/* The action must succeed. */
void type(const char *text);
void tap(const char *label);

/* A conversation of a suite's table. */
struct named_conversation {
    const char *name;
    const struct exchange *all;
    size_t count;
};
// clang-format off
#define CONVERSATION(name) {#name, name, ARRAY_LEN(name)}
// clang-format on

#define CONVERSE(all)       conversation_go(&talk, (all), ARRAY_LEN(all))
#define ck_assert_saw(what) ck_assert_msg(conversation_saw(&talk, (what)), "%s", talk.seen)
