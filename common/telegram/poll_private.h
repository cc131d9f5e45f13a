// SPDX-License-Identifier: MIT
/* Pure parts of poll.c. Private to common/telegram and its tests. */
#pragma once

#include "telegram/poll.h"

/* The pause after this number of consecutive failures, which is 1 or more. */
int64_t telegram_poll_pause_ms(unsigned failures, uint32_t random);
