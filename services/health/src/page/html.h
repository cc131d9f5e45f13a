// SPDX-License-Identifier: MIT
/* Escapes text for HTML and SVG. */
#pragma once

#include "base/buf.h"

/* For content and quoted attribute values: escapes & < > " ', replaces invalid UTF-8 by U+FFFD, and
 * control characters by spaces. */
void html_put_escaped(struct buf *out, const char *text);
void html_put_escaped_slice(struct buf *out, struct slice text);
