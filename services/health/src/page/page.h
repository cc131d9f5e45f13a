// SPDX-License-Identifier: MIT
/* The page for people at /, what the public sees at /public, and /badge.svg. Rendered from
 * watch_view() alone: no database, no waiting. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "watch/watch.h"

struct page_options {
    enum language language;
    const char *public_url; /* of the page; "" unknown */
    const char *token;      /* for the forms' hidden field: same-site, of this process and day */
    const char *zone;       /* "Asia/Almaty": times are shown in it */
};

void page_render(const struct watch_view *view, const struct page_options *options,
                 struct buf *out);
/* Names of checks that are `outside`, and their verdicts: no targets, servers, details or reasons.
 */
void page_render_public(const struct watch_view *view, const struct page_options *options,
                        struct buf *out);
void page_render_badge(const struct watch_view *view, enum language language, struct buf *out);
