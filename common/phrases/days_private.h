// SPDX-License-Identifier: MIT
/* What days.c and days_numbers.c share. */
#pragma once

#include "phrases/days.h"

/* True for a number from 1 to 31, also an ordinal. */
bool days_is_day_number(const struct items *items, size_t at);
/* Whether no clause ends before the item. */
bool days_is_adjacent(const struct items *items, size_t at);
/* True for an item of the same clause that the number before it counts: "дней", "тысяч". */
bool days_is_unit_or_thousand(const struct items *items, size_t at);
bool days_can_begin_point(const struct items *items, size_t at);
/* Whether the number is a day, judged by adjacent items and the last of `days`. */
bool days_is_number_a_day(const struct items *items, size_t at, const struct days *days);
