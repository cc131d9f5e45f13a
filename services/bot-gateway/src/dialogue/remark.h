// SPDX-License-Identifier: MIT
/* Recognises remarks: texts of a guest that are neither answers nor search criteria, such as
 * agreement, refusal, a question about the apartment or the booking, the wish to talk to a person.
 * words/remarks.tsv has their words, in three languages; a text that is written without Kazakh
 * letters, or transliterated, matches them too. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

#include "clients/stay_answers_json.h"

enum remark_kind {
    REMARK_NONE,
    REMARK_YES,
    REMARK_NO,
    REMARK_CALL_PERSON, /* "позовите человека" */
    REMARK_FOR_PERSON,  /* a subject on which the bot has no data, such as a door that stays shut */
    REMARK_NO_PHONE,    /* does not want to give a phone number */
    /* About a booking: */
    REMARK_BOOKINGS, /* "где моя бронь?" */
    REMARK_CANCEL,   /* wants to cancel it */
    REMARK_MOVE,     /* wants other dates or more nights */
    REMARK_PAID,     /* says that it is paid */
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
    bool asks;    /* the text is a question */
    bool negates; /* the text has a negation anywhere */
    bool extends; /* the text asks for more nights: "продлить на 2 дня" */
    bool books; /* the text has a word for booking: "беру", "подтвердить бронь" */
    bool names_booking; /* the text has the noun: "мою бронь" */
    bool names_receipt; /* the text has a word for a receipt of a payment */
    bool searches; /* the text wants another apartment or a lower price: "ищу", "со скидкой" */
};
struct remark remark_classify(struct slice text);

/* Whether the remark can only be about a booking of the guest. */
static inline bool remark_is_about_booking(struct remark remark)
{
    return (remark.kind >= REMARK_BOOKINGS && remark.kind <= REMARK_PAID) ||
           remark.kind == REMARK_ENTRY;
}

/* Reads a rating of a stay: "5", "5 из 5", "отлично, пять", "⭐⭐⭐⭐"; 0 if the text only judges the
 * stay: "всё понравилось". False: the text does neither, or has several numbers, or words that do
 * not belong to a rating, as "нас пять". */
bool remark_read_rating(struct slice text, int64_t *rating) MUST_CHECK;

/* Expands an answer to a question for dates. If it begins with a day or range without a month, adds
 * words with which phrase_read() finds the dates: "5" becomes "5 числа", "5-8" becomes "с 5 по 8".
 * False if the text does not begin so, or if the number may count something: "2 комнаты". `out` is
 * in the arena; absent if the arena is full. */
struct arena;
bool remark_expand_bare_days(struct slice text, struct arena *arena, struct slice *out);
/* Does the same with an answer to the question for a check-out that has a word such as "until"
 * first: "до 23", and "продлить до 23", become "23 числа". False without such a word. */
bool remark_expand_bare_check_out(struct slice text, struct arena *arena, struct slice *out);

/* --- the tables: the build writes them from words/remarks.tsv (cmake/remarks_table.py) --- */

/* `expressions` are separated by '|'. A text matches an expression if it has all its words, which
 * are separated by spaces, in any order. Words joined by '_' must follow each other directly. '*'
 * stands for any ending of a word. */
struct remark_row {
    enum remark_kind kind;
    const char *expressions;
};
extern const struct remark_row remark_rows[]; /* the first that matches is used */
extern const size_t remark_row_count;
/* A text is of this kind if it has a word of `words`, no words but those of `words` and `others`,
 * no number and no question mark. Both lists are separated by '|'. */
struct remark_answer {
    enum remark_kind kind;
    const char *words;
    const char *others;
};
extern const struct remark_answer remark_answers[];
extern const size_t remark_answer_count;
/* Words that make a text a question, that negate it, that ask for more nights, that belong to a
 * booking, that name a booking, that name a receipt, that belong to a search. */
extern const char *const remark_question_words;
extern const char *const remark_negations;
extern const char *const remark_extensions;
extern const char *const remark_booking_words;
extern const char *const remark_booking_nouns;
extern const char *const remark_receipt_words;
extern const char *const remark_search_words;
/* Words for each rating, from 1 on; words that judge a stay, which may also stand beside a rating.
 * The kind is not used. */
extern const char *const remark_rating_words[STAY_RATING_MAX];
/* Words before the scale of a rating, as "/" is in "4/5". */
extern const char *const remark_scale_words;
extern const struct remark_answer remark_judgement;
