// SPDX-License-Identifier: MIT
/* What may follow the stem of a word, and what it says. Pure. */
#pragma once

#include "phrases/letters.h"

/* How a word of the tables goes on; a mark behind it there. */
enum inflection {
    INFLECTION_NONE,
    INFLECTION_RU, /* '*': endings of Russian nouns and adjectives */
    INFLECTION_KZ, /* '+': plural, possession and case of Kazakh */
    INFLECTION_EN  /* '~': s */
};

/* What the ending says. Kazakh says with a case what Russian and English say with a word. */
enum ending {
    ENDING_NONE,
    ENDING_TO,      /* -ға: to, for */
    ENDING_AT,      /* -да */
    ENDING_FROM,    /* -дан */
    ENDING_WITHOUT, /* -сыз */
    ENDING_WE,      /* екеуміз: so many of us */
    ENDING_OTHER
};

/* True when `rest`, which is not empty, may follow the stem. */
bool ending_read(enum inflection inflection, const uint8_t *rest, size_t len, enum ending *ending);
/* The length of a Kazakh case at the end of a word of another language: "выходныеге". 0: none. */
size_t ending_foreign_case(const struct letters *word, enum ending *ending);
/* What stands behind the digits of a day of the month: -го, th, -інен. */
bool ending_of_day(const struct letters *word, enum ending *ending);
