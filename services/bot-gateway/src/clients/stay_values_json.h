// SPDX-License-Identifier: MIT
/* Values in booking-api's answers: money, texts, ids, times, nights. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"
#include "json/foreign.h"

#define STAY_MONEY_MAX INT64_C(1000000000000) /* tiyn, as booking-api */
enum { STAY_CURSOR_MAX = 200 /* bytes; booking-api's have fewer */ };

/* Sets the fault of an answer that cannot be used; `what` says what is wrong. Returns false. */
bool stay_bad_answer(const char *what, struct fault *fault);

/* Reads an answer by the table. False: the fault of stay_bad_answer(), or FAULT_UNAVAILABLE. */
bool stay_value_read(const struct foreign *table, struct slice body, void *out, struct arena *arena,
                     struct fault *fault) MUST_CHECK;

struct stay_value_list {
    struct foreign_list items;
};

/* Returns `amount` (tiyn) if it is whole tenge from 0 to STAY_MONEY_MAX; else FIELD_ABSENT. */
int64_t stay_value_check_money(int64_t amount);

/* A text in three languages: struct texts. */
extern const struct foreign stay_value_texts_table;
/* Trims and checks the text of each language by stay_clean(). */
bool stay_value_clean(struct texts *texts, size_t units, struct arena *arena,
                      struct fault *fault) MUST_CHECK;
bool stay_value_has_words(const struct texts *texts);

/* The conditions of a cancellation, as a text and as tiers by time. */
struct stay_value_cancellation {
    struct texts text;
    struct foreign_list tiers;
};
extern const struct foreign stay_value_cancellation_table;
/* The end of free cancellation, in microseconds UTC; FIELD_ABSENT: it is never free. */
int64_t stay_value_free_until(const struct stay_value_cancellation *cancellation);
enum { STAY_POLICY_MAX = 500 }; /* UTF-16 units of a stored text */

/* The price of a stay, itemised. */
struct stay_line {
    struct slice kind;
    bool of_night;
    struct texts text;
    int64_t amount; /* negative for a discount */
};
struct stay_lines {
    const struct stay_line *items; /* in the arena */
    size_t count;                  /* 0 if a line cannot be read */
};
enum { STAY_LINES_MAX = 400 /* 366 nights and other items */ };
extern const struct foreign stay_value_line_table;
bool stay_value_read_lines(const struct foreign_list *wire, struct arena *arena,
                           struct stay_lines *out, struct fault *fault) MUST_CHECK;

/* The id in `text`; nil if it is invalid. */
struct uuid stay_value_id(struct slice text);
/* The time in `text`, in microseconds UTC; FIELD_ABSENT if it is invalid. */
int64_t stay_value_read_time(struct slice text);
/* The cursor in `text`; absent if it is too long for the dialogue or not URL-safe. */
struct slice stay_value_read_cursor(struct slice text);
/* Reads check-in and check-out dates. False if they are invalid or not in order. */
bool stay_value_read_nights(struct slice from, struct slice to, int32_t *check_in,
                            int32_t *check_out);

/* Cleans a text from outside, for storage and for booking-api: trimmed, NFC, at most `units` UTF-16
 * units. Absent if nothing is left, or if it contains control characters. */
bool stay_clean(struct slice *text, size_t units, struct arena *arena,
                struct fault *fault) MUST_CHECK;
