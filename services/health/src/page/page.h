// SPDX-License-Identifier: MIT
/* The page for people at /, what the public sees at /public, and /badge.svg. Rendered from
 * monitor_view() alone: no database, no waiting. Whatever stands in the view is escaped.
 *
 * The page works without JavaScript. page.js fetches it anew every 10 s and replaces its contents,
 * and lets commands be copied. Form of an open incident that nobody has acknowledged:
 *     POST /incidents/<id>/ack    token=<options->token>
 * page.css and page.js are in the program as health_page_files. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "monitor/monitor.h"

struct page_options {
    enum language language;
    const char *docs_url; /* of the folder of documentation, without a slash at its end: sections
                             of runbook.html are linked there; NULL unknown */
    const char *token;    /* for the forms' hidden field: same-site, of this process and day */
    const char *zone;     /* "Asia/Almaty", as TZ of the process: times are shown in it */
};

/* With CHECKS_MAX checks less than 2 MiB. */
void page_render(const struct monitor_view *view, const struct page_options *options,
                 struct buf *out);
/* Names of checks that are `outside`, and their verdicts: no targets, servers, details or reasons.
 */
void page_render_public(const struct monitor_view *view, const struct page_options *options,
                        struct buf *out);
void page_render_badge(const struct monitor_view *view, enum language language, struct buf *out);
