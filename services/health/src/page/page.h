// SPDX-License-Identifier: MIT
/* The page for people at /, what the public sees at /public, and /badge.svg. Rendered from
 * watch_view() alone: no database, no waiting. Whatever stands in the view is escaped.
 *
 * The page works without JavaScript. page.js fetches it anew every 10 s and replaces its contents,
 * and lets commands be copied. Form of an open incident that nobody has acknowledged:
 *     POST /incidents/<id>/ack    token=<options->token>&lang=<ru|en|kz> */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "watch/watch.h"

/* Content-Security-Policy of what is served here. With Referrer-Policy same-origin the form's POST
 * has an Origin. */
#define PAGE_POLICY                                                                                \
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "                \
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

struct page_options {
    enum language language;
    const char *public_url; /* of the page; "" unknown */
    const char *docs_url;   /* of the folder of documentation, without a slash at its end: sections
                               of runbook.html are linked there; "" unknown */
    const char *token;      /* for the forms' hidden field: same-site, of this process and day */
    const char *zone;       /* "Asia/Almaty", as TZ of the process: times are shown in it */
};

/* With CHECKS_MAX checks less than 2 MiB. */
void page_render(const struct watch_view *view, const struct page_options *options,
                 struct buf *out);
/* Names of checks that are `outside`, and their verdicts: no targets, servers, details or reasons.
 */
void page_render_public(const struct watch_view *view, const struct page_options *options,
                        struct buf *out);
void page_render_badge(const struct watch_view *view, enum language language, struct buf *out);

/* What the pages ask for: /page.css, /page.js. */
struct slice page_css(void);
struct slice page_js(void);
