// SPDX-License-Identifier: MIT
/* The text or caption of a sent message, as people read it. */
#pragma once

#include "base/arena.h"

#include "outbox/sender_store.h"

/* Without markup, in the arena; absent if the call has no text, or a blank one. */
bool sent_text_read(const struct sender_call *call, struct arena *arena, struct slice *out,
                    struct fault *fault) MUST_CHECK;
