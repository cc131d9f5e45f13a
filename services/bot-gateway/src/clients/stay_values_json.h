// SPDX-License-Identifier: MIT
/* What the answers of booking-api to the flow "stay" consist of: money, names, nights. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"
#include "json/foreign.h"

/* Reads an answer. False: the fault of stay_bad_answer(), or FAULT_UNAVAILABLE. */
bool stay_value_read(const struct foreign *table, struct slice body, void *out, struct arena *arena,
                     struct fault *fault) MUST_CHECK;

struct stay_value_list {
    struct foreign_list items;
};

struct stay_value_money {
    int64_t amount;
};
extern const struct foreign stay_value_money_table;
/* Tiyn, 0 to STAY_MONEY_MAX, whole tenge; else FIELD_ABSENT. */
int64_t stay_value_money(const struct stay_value_money *money);

/* A text in the three languages: struct texts. */
extern const struct foreign stay_value_texts_table;
/* stay_clean() of each. */
bool stay_value_clean(struct texts *texts, size_t units, struct arena *arena,
                      struct fault *fault) MUST_CHECK;
bool stay_value_has_words(const struct texts *texts);

/* What cancelling costs, in words. */
struct stay_value_cancellation {
    struct texts text;
    struct foreign_list tiers;
};
extern const struct foreign stay_value_cancellation_table;
/* Until when it costs nothing, in microseconds; FIELD_ABSENT: it costs something from the
 * beginning. */
int64_t stay_value_free_until(const struct stay_value_cancellation *cancellation);
enum { STAY_POLICY_MAX = 500 }; /* UTF-16 units of them that are kept */

/* Nil where it is none. */
struct uuid stay_value_id(struct slice text);
/* Microseconds; else FIELD_ABSENT. */
int64_t stay_value_time(struct slice text);
/* Absent where the dialogue cannot remember it. */
struct slice stay_value_cursor(struct slice text);
/* False where these are no nights. */
bool stay_value_nights(struct slice from, struct slice to, int32_t *check_in, int32_t *check_out);

/* Text of a stranger as the flow can remember it and booking-api take it: trimmed, NFC, at most so
 * many UTF-16 units. Absent where nothing of it is left, or where it has controls. */
bool stay_clean(struct slice *text, size_t units, struct arena *arena,
                struct fault *fault) MUST_CHECK;
