// SPDX-License-Identifier: MIT
/* A cell as people and Excel write it, to the JSON value that the API would have been sent: what
 * is allowed is then judged by the same table of fields as a body's. */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

/* `cell` is trimmed and not empty. False: nothing was written that counts, `*problem` is a static
 * code of import_problem.c. */
typedef bool import_value_fn(struct slice cell, struct buf *json, const char **problem);

import_value_fn import_value_text;
import_value_fn import_value_code;    /* text; a number loses nothing: "007" stays */
import_value_fn import_value_whole;   /* `12`, `1 200`, `30%`, `2,00`: an integer */
import_value_fn import_value_money;   /* `1 234,50`, `15 000 ₸`: tiyn */
import_value_fn import_value_degrees; /* `43,238`, `43.238` */
import_value_fn import_value_yes_no;  /* да, нет, yes, no, ИСТИНА, 1 ... */
import_value_fn import_value_clock;   /* `9:00`, `14:00:00`, `14.00` */
import_value_fn import_value_date;    /* `31.12.2026`, `2026-12-31` */
import_value_fn import_value_policy; /* гибкие, умеренные, строгие, or what the API calls them */
import_value_fn import_value_slugs; /* `wifi, parking; kitchen` */
import_value_fn import_value_urls;  /* separated by spaces or lines */

/* Without white space of any kind at both ends. */
struct slice import_trim(struct slice text);
