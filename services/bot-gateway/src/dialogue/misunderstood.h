// SPDX-License-Identifier: MIT
/* Masks personal data in texts that the bots have not understood and that staff read
 * (history/misunderstood_store.h). Pure. */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

/* Returns the first MISUNDERSTOOD_TEXT_MAX characters of the text in lower case, in the arena, with
 * "…" in place of names, addresses of e-mail and web, numbers of more than two digits, and any
 * digits of a text that may have a phone. Names are the person's first name if it has 3 letters,
 * the words after "меня зовут" and the like, and words inside a sentence that begin with an
 * upper-case letter. Absent: the text must not be stored, or the arena is full. */
struct slice misunderstood_mask_personal_data(struct slice text, struct slice first_name,
                                              struct arena *arena);
