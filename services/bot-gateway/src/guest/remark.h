// SPDX-License-Identifier: MIT
/* What a guest says at a screen beside answers and search criteria: agrees, refuses, asks about the
 * apartment or the booking, wants a person. By the words of remark_words.c, in three languages,
 * also without Kazakh letters or transliterated. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

enum remark_kind {
    REMARK_NONE,
    REMARK_YES,
    REMARK_NO,
    REMARK_CALL_PERSON, /* "позовите человека" */
    REMARK_FOR_PERSON,  /* a subject on which the bot has no data, such as a door that stays shut */
    REMARK_NO_PHONE,
    /* About a booking: */
    REMARK_BOOKINGS, /* "где моя бронь?" */
    REMARK_CANCEL,
    REMARK_MOVE,
    REMARK_PAID,
    /* Questions about a booking or an apartment: */
    REMARK_CANCELLING, /* what cancelling costs */
    REMARK_PAYMENT,    /* prepayment, where and when to pay */
    REMARK_PRICE,
    REMARK_ENTRY, /* door and Wi-Fi */
    REMARK_CAPACITY,
    REMARK_TIMES, /* of check-in and check-out */
    REMARK_PLACE,
    REMARK_AMENITIES /* set by callers, which know the words for amenities */
};

struct remark {
    enum remark_kind kind;
    bool asks; /* the text is a question */
};
struct remark remark_read(struct slice text);

/* Whether it can only be about a booking of the guest. */
static inline bool remark_is_about_booking(struct remark remark)
{
    return (remark.kind >= REMARK_BOOKINGS && remark.kind <= REMARK_PAID) ||
           remark.kind == REMARK_ENTRY;
}

/* Rewrites a text that begins with a bare day or range as an answer to a question for dates: "5" as
 * "5 числа", "5-8" as "с 5 по 8". False if it begins with no bare number, or the number may count
 * something: "2 комнаты". `out` is in the arena; absent if the arena is full. */
struct arena;
bool remark_name_days(struct slice text, struct arena *arena, struct slice *out);

/* --- the table --- */

/* Expressions separated by '|'. An expression is words separated by spaces, which may occur in any
 * order and with others between them, or joined by '_', which stand together; '*' ends a word whose
 * ending does not matter. */
struct remark_row {
    enum remark_kind kind;
    const char *expressions;
};
extern const struct remark_row remark_rows[]; /* the first that matches is used */
extern const size_t remark_row_count;
/* A text is REMARK_YES or REMARK_NO if it has a word of the first list and only words of both. */
struct remark_answer {
    enum remark_kind kind;
    const char *words;
    const char *others;
};
extern const struct remark_answer remark_answers[];
extern const size_t remark_answer_count;
/* Words that make a text a question. */
extern const char *const remark_question_words;
