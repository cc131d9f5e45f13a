// SPDX-License-Identifier: MIT
/* The contents of all tables of the fixture as one text, to compare two states as a whole. Values
 * that differ between equal runs are masked: ids, times, codes, bytes of stored answers. Cities,
 * policies and tenants are omitted because they do not change. */
#pragma once

/* Call it once, after stand_begin(). */
void tables_begin(void);
/* Empties the tables, without triggers and foreign keys. */
void tables_empty(void);
/* Returns new. Each row is a line that begins with the name of its table. */
char *tables_text(void);
/* Returns NULL, or the first line that differs; borrowed until the next call. */
const char *tables_differ(const char *is, const char *should);
