// SPDX-License-Identifier: MIT
/* Masks personal data in texts that the bots have not understood and that staff read
 * (history/misunderstood_store.h). Pure. */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

/* Returns the text in lower case, in the arena, with "…" in place of names, addresses of e-mail and
 * web, and numbers that may be phones. Names are the person's first name, the words after "меня
 * зовут" and the like, and words with an upper-case letter inside a sentence. Absent: the text must
 * not be stored, or the arena is full. */
struct slice misunderstood_mask(struct slice text, struct slice first_name, struct arena *arena);
