// SPDX-License-Identifier: MIT
/* The words that the parser knows, and looking one up: exactly, by its stem, or with a slip. */
#pragma once

#include "phrases/endings.h"
#include "phrases/phrase.h"

enum word_kind {
    WORD_NOTHING, /* known, and says nothing here */
    /* numbers; the value is the number */
    WORD_NUMBER,
    WORD_ORDINAL,    /* пятого, fifth: also a day of the month */
    WORD_COLLECTIVE, /* двое, екеу: people, where no unit follows */
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
    WORD_VAGUE,        /* пара, несколько: so many units */
    WORD_LONG,         /* надолго: an unknown length */
    WORD_NUMBERED_DAY, /* числа: the number before is a day */
    WORD_IN,           /* через: before a number of units */
    WORD_LATER,        /* кейін: behind a number of units */
    WORD_ARRIVE,
    WORD_LEAVE,
    /* what joins */
    WORD_FROM, /* 1: of money too (от), 0: с, from */
    WORD_TO,   /* 0: до, till; 1: по, through */
    WORD_ON,   /* на, for */
    WORD_AT,   /* в, к, at */
    WORD_PER,  /* за, per */
    WORD_AND,
    WORD_OR,
    WORD_BUT,
    WORD_NOT,      /* what follows is not wanted */
    WORD_NOT_BACK, /* what stands before is not wanted */
    WORD_NEEDLESS, /* one of the two, what stands before first */
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
    WORD_PERSON, /* 1 each: adult */
    WORD_CHILD,
    WORD_ME,
    WORD_WE,
    WORD_COMPANION,
    WORD_GROUP,
    WORD_ROOM,
    WORD_ROOMS, /* the value is how many */
    WORD_BEDROOM,
    WORD_FLOOR,
    /* places */
    WORD_CITY, /* index of the caller's cities */
    WORD_ELSEWHERE,
    WORD_DISTRICT, /* index of the caller's districts; read beside WORD_DISTRICT_KIND only */
    WORD_DISTRICT_KIND,
    WORD_STREET_KIND,
    WORD_NAME, /* index of the caller's names */
    WORD_NEAR, /* index of near_names */
    /* wishes */
    WORD_AMENITY, /* index of amenity_names */
    WORD_WISH,    /* index of wish_names */
    WORD_LABEL    /* рейс, дом №: the number behind it is a name */
};

enum word_unit { UNIT_NIGHT, UNIT_DAY, UNIT_WEEK, UNIT_FORTNIGHT, UNIT_MONTH, UNIT_HOUR };

/* A row of the tables: ways to say it, with '|' between them; a way is up to WAY_WORDS_MAX words. A
 * word ends with a mark where it has endings (enum inflection). */
enum { WAY_WORDS_MAX = 4 };
struct word_row {
    enum word_kind kind;
    int value;
    const char *said;
};
struct word_table {
    const struct word_row *rows;
    size_t count;
};
extern const struct word_table word_numbers, word_times, word_joints, word_money, word_people,
    word_wishes, word_noise;

struct word_city {
    const char *slug;
    const char *said;
};
extern const struct word_city word_cities[]; /* ends with a NULL slug */
extern const struct word_table word_places;

extern const char *const near_names[];
extern const char *const amenity_names[];
extern const char *const wish_names[];

/* How a word of the text can be read: as a word of the tables. */
struct word_reading {
    uint16_t word;
    uint8_t ending; /* enum ending */
    uint8_t slips;
};
enum { READINGS_MAX = 8 };
struct word_readings {
    struct word_reading list[READINGS_MAX];
    uint8_t count;
};

/* The longest stem first. With `slips`, the nearest words instead, where none is read exactly. */
void words_find(const struct phrase_words *words, const struct letters *word, bool slips,
                struct word_readings *out);

/* What several words say together. */
struct word_meaning {
    enum word_kind kind;
    int value;
    enum ending ending; /* of the last word */
    size_t words;
    int slips;
};
/* The longest way that begins with the first of `count` words; only ways of the kind `wanted`, or,
 * of WORD_NOTHING, all but districts. False: none does, or words that are misspelled may be
 * different things. */
bool words_meaning(const struct phrase_words *words, const struct word_readings *const *read,
                   size_t count, enum word_kind wanted, struct word_meaning *out);

const struct phrase_places *words_places(const struct phrase_words *words);
