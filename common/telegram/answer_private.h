// SPDX-License-Identifier: MIT
/* Parses answers of the Bot API. Pure. Private to common/telegram. */
#pragma once

#include "telegram/telegram.h"

/* Sets `out` except took_ms. `http` is a received answer. False: the arena is full. */
bool telegram_answer_read(const struct http_answer *http, struct arena *arena,
                          struct telegram_answer *out, struct fault *fault) MUST_CHECK;

/* Reads the integer member `name` of an object. FAULT_UNREADABLE: there is none, or `object` is not
 * an object. */
bool telegram_answer_read_id(struct slice object, const char *name, struct arena *arena,
                             int64_t *out, struct fault *fault) MUST_CHECK;
