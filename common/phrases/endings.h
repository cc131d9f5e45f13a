// SPDX-License-Identifier: MIT
/* Endings of words and their meaning. Pure. */
#pragma once

#include "phrases/letters.h"

/* Inflections of a word in the tables of words, given by a mark at the end of the word. */
enum inflection {
    INFLECTION_NONE,
    INFLECTION_RU,   /* '*': endings of Russian nouns and adjectives */
    INFLECTION_KZ,   /* '+': plural, possession and case of Kazakh */
    INFLECTION_EN,   /* '~': the ending s */
    INFLECTION_EXACT /* '!': no endings and no typos, because a word like it means another thing */
};

/* Meaning of an ending. Kazakh has cases where Russian and English have prepositions. */
enum ending {
    ENDING_NONE,
    ENDING_TO,      /* -ға: to, for */
    ENDING_AT,      /* -да: at, in */
    ENDING_FROM,    /* -дан: from */
    ENDING_WITHOUT, /* -сыз: without */
    ENDING_WE,      /* екеуміз: two of us */
    ENDING_OTHER
};

/* Whether `rest`, which must not be empty, is a valid ending after a stem with this inflection. */
bool ending_parse(enum inflection inflection, const uint8_t *rest, size_t len, enum ending *ending);
/* The length of a Kazakh case ending on a foreign word: "выходныеге". 0: there is no ending. */
size_t ending_find_foreign_case_len(const struct letters *word, enum ending *ending);
/* True for a Kazakh verb in the negative: "төлемеймін", "бермейді", "кетпесін". */
bool ending_is_of_negative_verb(const struct letters *word);
/* Whether the word is a Kazakh ending of the cases "to", "at" or "from": -ға, -де, -нан. */
bool ending_is_kazakh_case(const struct letters *word, enum ending *ending);
/* Whether the word is a suffix of a day of the month: -го, th, -інен. */
bool ending_parse_day_suffix(const struct letters *word, enum ending *ending);
