// SPDX-License-Identifier: MIT
/* The text or caption of a sent message, as people read it. */
#pragma once

#include "base/arena.h"

#include "outbox/sender_store.h"

/* Reads the text of a call without markup, into the arena; absent if it is blank or missing. */
bool sent_text_read(const struct sender_call *call, struct arena *arena, struct slice *out,
                    struct fault *fault) MUST_CHECK;
