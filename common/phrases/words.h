// SPDX-License-Identifier: MIT
/* The vocabulary, and its lookup: exact, by stem, or fuzzy. */
#pragma once

#include "phrases/endings.h"
#include "phrases/phrase.h"

enum word_kind {
    WORD_NOTHING, /* known but without meaning here */
    /* numbers; the value is the number */
    WORD_NUMBER,
    WORD_ORDINAL,    /* пятого, fifth: also a day of the month */
    WORD_COLLECTIVE, /* двое, екеу: people, unless a unit follows */
    WORD_TOGETHER,   /* вдвоём, just me */
    /* dates */
    WORD_MONTH,
    WORD_WEEKDAY,    /* 1 Monday .. 7 */
    WORD_FROM_TODAY, /* days: 0 today, 1 tomorrow, -1 yesterday */
    WORD_TONIGHT,
    WORD_WEEKEND,
    WORD_HOLIDAY,
    WORD_THIS,
    WORD_NEXT,
    WORD_NEAREST,
    WORD_UNIT,         /* enum word_unit */
    WORD_VAGUE,        /* пара, несколько: an unspecified number of units */
    WORD_LONG,         /* надолго: an unknown length */
    WORD_NUMBERED_DAY, /* числа: the preceding number is a day */
    WORD_IN,           /* через: precedes a number of units */
    WORD_LATER,        /* кейін: follows a number of units */
    WORD_ARRIVE,
    WORD_LEAVE,
    /* connectives */
    WORD_FROM, /* 1: also of prices (от), 0: с, from */
    WORD_TO,   /* 0: до, till; 1: по, through */
    WORD_ON,   /* на, for */
    WORD_AT,   /* в, к, at */
    WORD_PER,  /* за, per */
    WORD_AND,
    WORD_OR,
    WORD_BUT,
    WORD_NOT,      /* negates what follows */
    WORD_NOT_BACK, /* negates what precedes */
    WORD_NEEDLESS, /* negates what precedes, or else what follows */
    /* money */
    WORD_THOUSAND,
    WORD_TENGE,
    WORD_FOREIGN,
    WORD_AT_MOST,
    WORD_AT_LEAST,
    WORD_ABOUT,
    WORD_CHEAP,
    WORD_TOTAL,
    WORD_BUDGET,
    /* people and rooms */
    WORD_PEOPLE,
    WORD_PERSON, /* one person for each word: "adult" */
    WORD_CHILD,
    WORD_ME,
    WORD_WE,
    WORD_COMPANION,
    WORD_GROUP,
    WORD_ROOM,
    WORD_ROOMS, /* the value is the number of rooms */
    WORD_BEDROOM,
    WORD_FLOOR,
    /* places */
    WORD_CITY, /* index of the caller's cities */
    WORD_ELSEWHERE,
    WORD_DISTRICT, /* index of the caller's districts; only next to WORD_DISTRICT_KIND */
    WORD_DISTRICT_KIND,
    WORD_STREET_KIND,
    WORD_NAME, /* index of the caller's names */
    WORD_NEAR, /* index of near_names */
    /* amenities and keywords */
    WORD_AMENITY, /* index of amenity_names */
    WORD_KEYWORD, /* index of keyword_names */
    WORD_LABEL    /* рейс, дом №: the following number is a name */
};

enum word_unit { UNIT_NIGHT, UNIT_DAY, UNIT_WEEK, UNIT_FORTNIGHT, UNIT_MONTH, UNIT_HOUR };

/* A row of a table: expressions with the same meaning, separated by '|', each up to
 * EXPRESSION_WORDS_MAX words. A word with inflections ends with a mark (enum inflection). */
enum { EXPRESSION_WORDS_MAX = 4 };
struct word_row {
    enum word_kind kind;
    int value;
    const char *expressions;
};
struct word_table {
    const struct word_row *rows;
    size_t count;
};
extern const struct word_table word_numbers, word_times, word_connectives, word_money, word_people,
    word_amenities, word_noise;

struct word_city {
    const char *slug;
    const char *expressions;
};
extern const struct word_city word_cities[]; /* ends with a NULL slug */
extern const struct word_table word_places;

extern const char *const near_names[];
extern const char *const amenity_names[];
extern const char *const keyword_names[];

/* A vocabulary without words, with room for the tables and for the names of `places`. NULL: the
 * arena is full, or there are too many places. */
struct phrase_words *words_create(struct arena *arena,
                                  const struct phrase_places *places) MUST_CHECK;
/* Adds expressions with one meaning, as in struct word_row. */
void words_add(struct phrase_words *words, enum word_kind kind, int value,
               struct slice expressions);

/* One interpretation of a word of the text: a word of the vocabulary. */
struct word_reading {
    uint16_t word;
    uint8_t ending; /* enum ending */
    uint8_t typos;
};
enum { READINGS_MAX = 8 };
struct word_readings {
    struct word_reading list[READINGS_MAX];
    uint8_t count;
};

/* Finds the interpretations of a word, longest stem first. `typos`: searches the nearest words
 * instead. */
void words_find(const struct phrase_words *words, const struct letters *word, bool typos,
                struct word_readings *out);

/* The meaning of an expression. */
struct word_meaning {
    enum word_kind kind;
    int value;
    enum ending ending; /* of the last word */
    size_t words;
    int typos;
};
/* Finds the longest expression that begins with the first of `count` words: of the kind `wanted`,
 * or, for WORD_NOTHING, of any kind but districts. False: none, or misspelled words are ambiguous.
 */
bool words_meaning(const struct phrase_words *words, const struct word_readings *const *read,
                   size_t count, enum word_kind wanted, struct word_meaning *out);

const struct phrase_places *words_places(const struct phrase_words *words);
