// SPDX-License-Identifier: MIT
/* The status page at /, the public page at /public, and /badge.svg. They are rendered from
 * monitor_get_view() alone, so without the database and without waiting. All texts of the view are
 * escaped.
 *
 * The page works without JavaScript. page.js fetches it every 10 s and replaces its content, and
 * adds buttons that copy commands. An open incident that is not acknowledged has a form, which
 * sends POST /incidents/<id>/ack?lang=<language> with the body token=<options->token>. page.css and
 * page.js are embedded in the binary as health_page_files. */
#pragma once

#include "base/buf.h"
#include "base/language.h"

#include "monitor/monitor.h"

struct page_options {
    enum language language;
    /* URL of the documentation, without a trailing slash, for links to runbook.html; NULL:
     * unknown. */
    const char *docs_url;
    const char *token; /* hidden field of forms, which proves that the form is from this page */
    const char *zone;  /* time zone of the process, such as "Asia/Almaty"; shown beside times */
};

/* Writes the status page; it has less than 2 MiB with CHECKS_MAX checks. */
void page_render(const struct monitor_view *view, const struct page_options *options,
                 struct buf *out);
/* Writes the public page: titles and status of public checks; no targets, servers or details. */
void page_render_public(const struct monitor_view *view, const struct page_options *options,
                        struct buf *out);
void page_render_badge(const struct monitor_view *view, enum language language, struct buf *out);
