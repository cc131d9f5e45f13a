// SPDX-License-Identifier: MIT
/* Parsers that turn a cell, as people and Excel write it, into a JSON value. The field table then
 * checks it like the body of a request. */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

/* `cell` is trimmed and not empty. False: discard `json`; `*problem` is a static code. */
typedef bool import_value_fn(struct slice cell, struct buf *json, const char **problem);

import_value_fn import_value_text;    /* keeps leading zeros: "007" */
import_value_fn import_value_whole;   /* `12`, `1 200`, `30%`, `2,00`: an integer */
import_value_fn import_value_money;   /* `1 234,50`, `15 000 ₸`: tiyn */
import_value_fn import_value_degrees; /* `43,238`, `43.238` */
import_value_fn import_value_yes_no;  /* да, нет, yes, no, ИСТИНА, 1 ... */
import_value_fn import_value_clock;   /* `9:00`, `14:00:00`, `14.00` */
import_value_fn import_value_policy; /* гибкие, умеренные, строгие, or what the API calls them */
import_value_fn import_value_slugs; /* `wifi, parking; kitchen` */
import_value_fn import_value_urls;  /* separated by spaces or lines */

/* Returns `text` without leading and trailing white space. */
struct slice import_value_trim(struct slice text);
