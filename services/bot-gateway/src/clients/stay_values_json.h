// SPDX-License-Identifier: MIT
/* The parts of booking-api's answers: money, texts, ids, times, nights. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"
#include "json/foreign.h"

#define STAY_MONEY_MAX INT64_C(1000000000000) /* tiyn, as booking-api */
enum { STAY_CURSOR_MAX = 200 /* bytes; booking-api's have fewer */ };

/* Sets the fault of an unusable answer; returns false. */
bool stay_bad_answer(const char *what, struct fault *fault);

/* Reads an answer. False: the fault of stay_bad_answer(), or FAULT_UNAVAILABLE. */
bool stay_value_read(const struct foreign *table, struct slice body, void *out, struct arena *arena,
                     struct fault *fault) MUST_CHECK;

struct stay_value_list {
    struct foreign_list items;
};

/* Tiyn, from 0 to STAY_MONEY_MAX, whole tenge; else FIELD_ABSENT. */
int64_t stay_value_money(int64_t amount);

/* A text in three languages: struct texts. */
extern const struct foreign stay_value_texts_table;
/* stay_clean() of each. */
bool stay_value_clean(struct texts *texts, size_t units, struct arena *arena,
                      struct fault *fault) MUST_CHECK;
bool stay_value_has_words(const struct texts *texts);

/* The conditions of cancellation, as a text and as tiers. */
struct stay_value_cancellation {
    struct texts text;
    struct foreign_list tiers;
};
extern const struct foreign stay_value_cancellation_table;
/* The end of free cancellation in microseconds; FIELD_ABSENT: never free. */
int64_t stay_value_free_until(const struct stay_value_cancellation *cancellation);
enum { STAY_POLICY_MAX = 500 }; /* UTF-16 units of a stored text */

/* Nil if it is invalid. */
struct uuid stay_value_id(struct slice text);
/* Microseconds; else FIELD_ABSENT. */
int64_t stay_value_time(struct slice text);
/* Absent if it is too long for the dialogue or not URL-safe. */
struct slice stay_value_cursor(struct slice text);
/* False if these are not nights. */
bool stay_value_nights(struct slice from, struct slice to, int32_t *check_in, int32_t *check_out);

/* Cleans a text from outside for storage and booking-api: trimmed, NFC, at most `units` UTF-16
 * units. Absent if nothing is left, or if it contains control characters. */
bool stay_clean(struct slice *text, size_t units, struct arena *arena,
                struct fault *fault) MUST_CHECK;
