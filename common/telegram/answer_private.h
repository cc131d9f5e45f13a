// SPDX-License-Identifier: MIT
/* Reads what the Bot API answers. Pure. Private to this folder. */
#pragma once

#include "telegram/telegram.h"

/* Sets all of `out` but took_ms. `http` is an answer that came. False: the arena is full. */
bool telegram_answer_read(const struct http_answer *http, struct arena *arena,
                          struct telegram_answer *out, struct fault *fault) MUST_CHECK;

/* The integer `name` of an object. FAULT_UNREADABLE: it has none, or is no object. */
bool telegram_answer_id(struct slice object, const char *name, struct arena *arena, int64_t *out,
                        struct fault *fault) MUST_CHECK;
