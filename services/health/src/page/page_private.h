// SPDX-License-Identifier: MIT
/* The parts of the page. */
#pragma once

#include "i18n/i18n.h"
#include "page/html.h"
#include "page/page.h"
#include "page/page_label.h"

struct page {
    const struct monitor_view *view;
    const struct page_options *options;
    enum language language;
    struct buf *out;
};

/* Bytes of a sentence from i18n/, before html_put_escaped_slice() escapes it. */
enum { PAGE_SENTENCE_MAX = 2048 };

static inline void page_put_label(const struct page *page, enum page_label label)
{
    buf_text(page->out, page_label(label, page->language));
}

/* Writes the icon of a verdict, which has a shape and a colour. */
void page_put_verdict_icon(const struct page *page, enum verdict verdict);
/* Writes a label and a <time> element with the local time. */
void page_put_labelled_time(const struct page *page, enum page_label label, int64_t at_us);
void page_put_labelled_duration(const struct page *page, enum page_label label,
                                int64_t duration_us);
void page_put_check_title(const struct page *page, const struct check *check);
/* Writes the text of i18n_put_problem(). `check` is NULL if the check is no longer in the plan. */
void page_put_problem(const struct page *page, const struct check *check,
                      const struct probe_result *why);

void page_put_problems(const struct page *page);  /* page_problems.c */
void page_put_checks(const struct page *page);    /* page_checks.c */
void page_put_incidents(const struct page *page); /* page_incidents.c */
void page_put_silences(const struct page *page);

/* The number of checks whose `counted` has this value, without optional heartbeats that have no
 * report (verdict_awaits_heartbeat()). */
size_t page_count_checks(const struct monitor_view *view, bool counted);
