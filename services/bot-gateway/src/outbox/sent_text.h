// SPDX-License-Identifier: MIT
/* The words of a message that has left, its text or its photo's caption, as people read it. */
#pragma once

#include "base/arena.h"

#include "outbox/sender_store.h"

/* Without markup, in the arena; absent where the call has none, or none that is not blank. */
bool sent_text_read(const struct sender_call *call, struct arena *arena, struct slice *out,
                    struct fault *fault) MUST_CHECK;
