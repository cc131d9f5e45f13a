// SPDX-License-Identifier: MIT
/* A conversation with a guest in the world of stay_world.h. */
#pragma once

#include "stay_world.h"

extern struct conversation talk;

/* 2026-11-24, a Tuesday, at 12:00: the weekend is the next one. */
#define TUESDAY (CONVERSATION_NOW + INT64_C(3) * 24 * 3600 * 1000000)

/* A checked fixture: each test begins a new conversation. */
void stay_talk_begin(void);
void stay_talk_end(void);
/* The conversation is one with a bot for rides, in this world. */
void stay_talk_ride(const struct scripted *world);

/* The action must succeed. */
void type(const char *text);
void tap(const char *label);

#define ck_assert_saw(what) ck_assert_msg(conversation_saw(&talk, (what)), "%s", talk.seen)
