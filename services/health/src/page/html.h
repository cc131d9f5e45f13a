// SPDX-License-Identifier: MIT
/* Texts in HTML and SVG. */
#pragma once

#include "base/buf.h"

/* For content and for values in quotes: & < > " ' are escaped, each byte that is no part of a UTF-8
 * character becomes U+FFFD, control characters spaces. */
void html_text(struct buf *out, const char *text);
void html_slice(struct buf *out, struct slice text);
