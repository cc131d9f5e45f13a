// SPDX-License-Identifier: MIT
/* The vocabulary, and its lookup: exact, by stem, or fuzzy. */
#pragma once

#include "phrases/endings.h"
#include "phrases/phrase.h"

enum word_kind {
    WORD_NOTHING, /* in the vocabulary, but without a meaning for stays */
    /* numbers; their value is the number */
    WORD_NUMBER,
    WORD_ORDINAL,    /* пятого, fifth: also a day of the month */
    WORD_COLLECTIVE, /* двое, екеу: people, unless a unit follows */
    WORD_TOGETHER,   /* вдвоём, just me */
    /* dates */
    WORD_MONTH,
    WORD_SHORT_MONTH, /* жел, там: only after a day of the month, where it is WORD_MONTH */
    WORD_WEEKDAY,     /* 1 Monday .. 7 Sunday */
    WORD_FROM_TODAY,  /* days: 0 today, 1 tomorrow, -1 yesterday */
    WORD_TONIGHT,
    WORD_WEEKEND,
    WORD_HOLIDAY,
    WORD_THIS,
    WORD_NEXT,
    WORD_NEAREST,
    WORD_UNIT,         /* enum word_unit */
    WORD_VAGUE,        /* пара, несколько: an unspecified number of units */
    WORD_LONG,         /* надолго: an unknown length */
    WORD_NUMBERED_DAY, /* числа: the number before it is a day */
    WORD_IN, /* a number of units follows or, if `value` is 1, a place on the way (через) */
    WORD_INCLUSIVE, /* включительно: the last day may be a night too */
    WORD_LATER,     /* кейін: a number of units precedes */
    WORD_ARRIVE,    /* value 1: may also mean a stop on the way: заезжаю */
    WORD_LEAVE,
    /* connectives */
    WORD_FROM, /* enum word_from */
    WORD_TO,   /* enum word_to */
    WORD_ON,   /* words like на, for */
    WORD_AT,   /* enum word_at */
    WORD_PER,  /* words of "a price per night": enum word_per */
    WORD_AND,
    WORD_OR,
    WORD_BUT,
    WORD_NOT,      /* negates the words after it; enum word_not */
    WORD_NOT_BACK, /* negates the words before it */
    WORD_NEEDLESS, /* не нужна: negates the words before it or those after it */
    WORD_NOT_VERB, /* can't, төлемеймін: negates only a comparison of an amount */
    /* money */
    WORD_THOUSAND,
    WORD_TENGE,
    WORD_FOREIGN,
    WORD_AT_MOST,  /* value: flags of enum word_limit */
    WORD_AT_LEAST, /* the same */
    WORD_ABOUT,
    WORD_CHEAP,
    WORD_TOTAL,
    WORD_BUDGET,
    WORD_MORE, /* дороже, қымбат; value: flags of enum word_comparison */
    WORD_LESS, /* дешевле, арзан; the same */
    /* people and rooms */
    WORD_PEOPLE,
    WORD_PERSON, /* one person for each word: "adult" */
    WORD_CHILD,  /* value: enum word_child */
    WORD_ME,
    WORD_WE,
    WORD_COMPANION, /* value: enum word_companion */
    WORD_GROUP,
    WORD_ROOM,
    WORD_ROOMS, /* value: the number of rooms */
    WORD_BEDROOM,
    WORD_FLOOR,
    /* places */
    WORD_CITY, /* value: index of the caller's cities */
    WORD_ELSEWHERE,
    WORD_DISTRICT, /* value: index of the caller's districts; only next to a WORD_DISTRICT_KIND */
    WORD_DISTRICT_ALONE, /* the whole adjective, which names nothing else: Медеуский */
    WORD_DISTRICT_KIND,
    WORD_STREET_KIND,
    WORD_NAME, /* value: index of the caller's names */
    WORD_NEAR, /* value: index of near_names */
    /* amenities and keywords */
    WORD_AMENITY, /* value: index of amenity_table (phrases/amenity.h) */
    WORD_KEYWORD, /* value: index of keyword_names */
    WORD_LABEL,   /* рейс, дом №: the number after it is a name */
    WORD_BOUND,   /* before or after a time or day; value: enum word_bound */
    /* only for rides; without a meaning for stays */
    WORD_OUT_OF,  /* a place follows; value: enum word_out_of */
    WORD_DAYTIME, /* value: enum word_daytime */
    WORD_CLOCK,   /* a time of day; value: minutes */
    WORD_HALF,    /* of an hour; value: enum word_half */
    WORD_QUARTER, /* of an hour */
    WORD_PAST,    /* an hour follows */
    WORD_CAR,     /* the whole car */
    WORD_CHILD_SEAT,
    WORD_PARCEL,
    WORD_VIA /* value 0: a place on the way follows; 1: it precedes (арқылы) */
};

enum word_at {
    AT_TIME, /* в, к, at */
    AT_ON,   /* on, by: also of days */
    AT_AFTER /* после */
};

enum word_out_of {
    OUT_OF_PLACE, /* из, pick up in */
    INTO_PLACE    /* destination, drop off in: the place is the other end */
};

enum word_from {
    FROM_WORD,     /* с, from */
    FROM_OF_PRICES /* от: also of prices */
};

enum word_per {
    PER_FOR, /* за: also for the whole stay */
    PER_UNIT /* per, күніне: for each of a unit */
};

enum word_and {
    AND_WORD,
    AND_PLUS_SIGN /* + or & */
};

enum word_to {
    TO_PREPOSITION, /* до, по, till: before its day, amount or place */
    TO_BETWEEN,     /* аралығында: after two of them */
    TO_POSTPOSITION /* дейін: after one */
};

enum word_not {
    NOT_ANYTHING,
    NOT_A_NOUN /* без, without: the noun follows */
};

/* Where the amount of a word such as "at most" stands; 0: before or after it. */
enum word_limit {
    LIMIT_LEADS = 1,   /* the word precedes its amount */
    LIMIT_FOLLOWS = 2, /* аспасын, бастап: the word follows its amount */
    LIMIT_OF_PRICE = 4 /* the amount is a price: "не дороже 20" */
};

enum word_comparison {
    COMPARES_PRICE = 1,   /* дешевле: says something of a price without an amount, too */
    COMPARES_ABLATIVE = 2 /* көп: compares only with an amount in the ablative before it */
};

/* The value of a word of the kinds WORD_ABOUT and WORD_FOREIGN that has this meaning only after an
 * amount: "20 мың маңында", "20 т.р." */
enum { ONLY_AFTER_AMOUNT = 1 };

/* Without a number before the word: one child, or several. */
enum word_child {
    CHILD_ONE = 1,
    CHILD_SEVERAL = 2,
    CHILD_GRANDCHILD = 4 /* also: of a grandparent */
};

enum word_companion { COMPANION_ANY, COMPANION_GRANDPARENT };

enum word_bound {
    BOUND_NONE, /* of no word */
    BOUND_AFTER,
    BOUND_BEFORE,
    BOUND_BETWEEN /* of two times, which follow or precede */
};

enum word_daytime {
    DAYTIME_MORNING,
    DAYTIME_NOON,
    DAYTIME_AFTERNOON,
    DAYTIME_EVENING,
    DAYTIME_NIGHT,
    DAYTIME_AM /* of a time: "12 am" is 00:00 */
};

enum word_half {
    HALF_PAST, /* half past: the hour follows */
    HALF_OF,   /* половина: the ordinal of the hour that has begun follows */
    HALF_AFTER /* жарым: the hour precedes */
};

/* True for a kind that has no meaning for stays. */
static inline bool word_is_for_rides(enum word_kind kind)
{
    return kind >= WORD_OUT_OF;
}

enum word_unit {
    UNIT_NIGHT,
    UNIT_DAY,
    UNIT_WEEK,
    UNIT_FORTNIGHT,
    UNIT_MONTH,
    /* hours */
    UNIT_HOUR,
    UNIT_HALF_HOUR,    /* полчаса */
    UNIT_HALF_DAY,     /* полдня */
    UNIT_HOUR_OF_DAY,  /* часа дня */
    UNIT_HOUR_OF_NIGHT /* часа ночи */
};
static inline bool unit_is_hour(int32_t unit)
{
    return unit >= UNIT_HOUR;
}

enum { EXPRESSION_WORDS_MAX = 4 };
/* The compiled-in vocabulary: words.tsv and the words of amenities.tsv, from which the build writes
 * these tables (cmake/words_table.py). An expression has up to EXPRESSION_WORDS_MAX words. A word
 * with a mark at its end is inflected (enum inflection). */
struct word_row {
    const char *expression;
    enum word_kind kind;
    int value;
};
extern const struct word_row word_rows[]; /* by rising precedence: see words_add_expression() */
extern const size_t word_row_count;

/* Old and colloquial names of cities; the caller provides the usual names. */
struct word_city {
    const char *slug;
    const char *expression;
};
extern const struct word_city word_cities[];
extern const size_t word_city_count;

/* How number words of a dictated phone number begin. */
extern const char *const word_dictated[];
extern const size_t word_dictated_count;

/* English words in names of places, and as they are written in Russian: letter by letter they would
 * be other words. */
struct word_sound {
    const char *english, *russian;
};
extern const struct word_sound word_sounds[];
extern const size_t word_sound_count;

extern const char *const near_names[];
extern const char *const keyword_names[];

/* Returns a vocabulary without words, with room for the tables and for the names of `places`. NULL:
 * the arena is full, or there are too many places. */
struct phrase_words *words_create(struct arena *arena,
                                  const struct phrase_places *places) MUST_CHECK;
/* Adds an expression, as in struct word_row. Its meaning takes precedence over earlier meanings of
 * the same words. */
void words_add_expression(struct phrase_words *words, enum word_kind kind, int value,
                          struct slice expression);

/* Notes that two names of the caller are one in different scripts. */
void words_join_names(struct phrase_words *words, size_t a, size_t b);

/* One interpretation of a word of the text as a word of the vocabulary. */
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

/* Finds the interpretations of a word, longest stem first. If `with_typos`, finds the words with
 * the smallest edit distance instead. */
void words_find(const struct phrase_words *words, const struct letters *word, bool with_typos,
                struct word_readings *out);

/* The meaning of an expression in the text. */
struct word_meaning {
    enum word_kind kind;
    int value;
    enum ending ending; /* ending of the last word */
    size_t words;
    int typos;
};
/* Finds the longest expression that begins with the first of `count` words and has the kind
 * `wanted`; WORD_NOTHING: any kind except districts and short months. False if there is no such
 * expression, or if typos make it ambiguous. */
bool words_find_meaning(const struct phrase_words *words, const struct word_readings *const *read,
                        size_t count, enum word_kind wanted, struct word_meaning *out);

const struct phrase_places *words_get_places(const struct phrase_words *words);
