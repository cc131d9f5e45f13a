// SPDX-License-Identifier: MIT
/* Texts that the bots have not understood, for staff: history/misunderstood_store.h. Pure. */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

/* The text without personal data, in lower case and the arena: names, addresses of e-mail and web,
 * and numbers that may be phones, are masked by "…". Names are the person's first name, what
 * follows "меня зовут" and the like, and words with an upper-case letter inside a sentence. Absent:
 * nothing may be stored, or the arena is full. */
struct slice misunderstood_mask(struct slice text, struct slice first_name, struct arena *arena);
