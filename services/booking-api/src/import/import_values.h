// SPDX-License-Identifier: MIT
/* Turns a cell as people and Excel write it into the JSON value that a program would have sent. The
 * table of fields then checks it like a body. */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

/* `cell` is trimmed and not empty. False: `json` is to be discarded, `*problem` is a static code of
 * import_report.c. */
typedef bool import_value_fn(struct slice cell, struct buf *json, const char **problem);

import_value_fn import_value_text;    /* a number loses nothing: "007" stays */
import_value_fn import_value_whole;   /* `12`, `1 200`, `30%`, `2,00`: an integer */
import_value_fn import_value_money;   /* `1 234,50`, `15 000 ₸`: tiyn */
import_value_fn import_value_degrees; /* `43,238`, `43.238` */
import_value_fn import_value_yes_no;  /* да, нет, yes, no, ИСТИНА, 1 ... */
import_value_fn import_value_clock;   /* `9:00`, `14:00:00`, `14.00` */
import_value_fn import_value_policy; /* гибкие, умеренные, строгие, or what the API calls them */
import_value_fn import_value_slugs; /* `wifi, parking; kitchen` */
import_value_fn import_value_urls;  /* separated by spaces or lines */

/* `text` without white space at both ends. */
struct slice import_value_trim(struct slice text);
