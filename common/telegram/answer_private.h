// SPDX-License-Identifier: MIT
/* Parses answers of the Bot API. Pure. Private to common/telegram. */
#pragma once

#include "telegram/telegram.h"

/* Sets `out` except took_ms. `http` is a received answer. False: the arena is full. */
bool telegram_answer_read(const struct http_answer *http, struct arena *arena,
                          struct telegram_answer *out, struct fault *fault) MUST_CHECK;
