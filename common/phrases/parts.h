// SPDX-License-Identifier: MIT
/* The parts that read one thing each of a phrase. They go in this order: what an earlier one has
 * used up, a later one does not see. */
#pragma once

#include "phrases/items.h"

struct work {
    const struct phrase_words *words;
    enum language language;
    struct phrase_now now;
    struct items items;
    struct phrase *out;
    bool price_is_total; /* of the stay */
};

void places_read(struct work *work);
void wishes_read(struct work *work);
void money_read(struct work *work);
void rooms_read(struct work *work);
void guests_read(struct work *work);
void stay_nights_read(struct work *work);
/* When the nights are known. */
void money_end(struct work *work);
