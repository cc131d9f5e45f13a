// SPDX-License-Identifier: MIT
/* Text that no step of a dialogue understands. It may still be for staff, if the person has a talk
 * with them, or a question about what is open: an apartment, a booking, a ride. The question of the
 * step is then repeated below the answer. */
#pragma once

#include "texts/texts.h"

struct talk;

struct unheard {
    enum text why; /* what the reply says if the text is nothing of that */
    bool offers_person;
    bool *counted; /* is then set; may be NULL */
};

/* Handles such a text: passes it to staff; or answers it by the flow's `answer`; or says why it is
 * not understood, and stores it (talk_store_misunderstood()). A file is handled by the product's
 * `file`, if it has one. Except for staff and such a file, shows the step again. */
bool unheard_reply(struct talk *talk, const struct unheard *unheard) MUST_CHECK;
