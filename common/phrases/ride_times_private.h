// SPDX-License-Identifier: MIT
/* What ride_times.c and ride_windows.c share. Times are in minutes of the day. */
#pragma once

#include "phrases/parser.h"

enum { DAY_HOURS = 24, HOUR = 60, NOON = 12, NOT_NAMED = -1 };

bool ride_times_is_hour_word(const struct items *items, size_t at);
bool ride_times_follows_hour_word(const struct items *items, size_t at);
/* Whether the phrase is about today, and the minute has passed, but not that 12 hours later. */
bool ride_times_is_past_today(const struct parser *parser, int32_t minute);
/* The part of the day (enum word_daytime) that an item after a time names; NOT_NAMED. If
 * `after_at`, also "ночи" and "дня", which without "в" count nights and days. */
int ride_times_daytime_of_item(const struct items *items, size_t at, bool after_at);
/* The time named with a part of the day, or with NOT_NAMED: "6 вечера" is 18:00. */
int32_t ride_times_move_to_daytime(int32_t minute, int daytime);
/* True for a number or an ordinal outside the items from `from` to before `to`. */
bool ride_times_is_number_outside(const struct items *items, size_t at, size_t from, size_t to);
/* Whether the phrase names a day outside the items from `from` to before `to`. A month without a
 * number there is no day: in "в декабре с 9 по 12" the numbers are its days. */
bool ride_times_names_other_day(const struct items *items, size_t from, size_t to);
