// SPDX-License-Identifier: MIT
/* All tables of the stand as one text, so that two moments can be compared as a whole. What differs
 * between two runs of the same is taken out: ids, times, codes, bytes of stored answers. Cities,
 * policies and tenants are left out: they do not change. */
#pragma once

/* Once, after stand_begin(). */
void tables_begin(void);
/* Without triggers and foreign keys. */
void tables_empty(void);
/* Returns new. A row is a line that begins with its table's name. */
char *tables_text(void);
/* NULL, or the first line that differs; borrowed until the next call. */
const char *tables_differ(const char *is, const char *should);
