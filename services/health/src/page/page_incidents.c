// SPDX-License-Identifier: MIT
/* Writes incidents, gaps of the history, and silences. */
#include "page/page_private.h"

enum { SHOWN_AT_ONCE = 8 }; /* incidents that are shown without opening "earlier" */

static void put_incident(const struct page *page, const struct incident *incident)
{
    const struct check *check = plan_find(page->view->plan, slice_of(incident->check));
    const enum verdict verdict = incident->level == LEVEL_RED ? VERDICT_RED : VERDICT_YELLOW;
    const struct probe_result why = incident_why(incident);

    buf_text(page->out, "<li><h3>");
    page_put_verdict_icon(page, verdict);
    if (check != NULL)
        page_put_check_title(page, check);
    else
        html_put_escaped(page->out, incident_display_name(incident));
    buf_text(page->out, "</h3><p>");
    page_put_problem(page, check, &why);
    buf_text(page->out, "</p><p class=\"when\">");
    page_put_labelled_time(page, LABEL_SINCE, incident->started_us);
    if (incident->ended_us > 0) {
        buf_char(page->out, ' ');
        page_put_labelled_time(page, LABEL_UNTIL, incident->ended_us);
        buf_text(page->out, ", ");
        page_put_labelled_duration(page, LABEL_LASTED, incident->ended_us - incident->started_us);
    } else {
        buf_text(page->out, ", ");
        page_put_label(page, LABEL_LASTS);
    }
    if (incident->acked_us > 0) {
        buf_text(page->out, " · ");
        page_put_label(page, LABEL_ACKED);
        html_put_escaped(page->out, incident->acked_by);
    }
    buf_text(page->out, "</p></li>\n");
}

/* Writes the gaps of the history, that is, times without samples. */
static void put_history_gaps(const struct page *page)
{
    const struct monitor_view *view = page->view;

    for (size_t i = 0; i < view->missed_count; i++) {
        buf_text(page->out, "<p class=\"note\">");
        page_put_label(page, LABEL_MISSED);
        page_put_labelled_time(page, LABEL_SINCE, view->missed[i].from_us);
        buf_char(page->out, ' ');
        page_put_labelled_time(page, LABEL_UNTIL, view->missed[i].to_us);
        buf_printf(page->out, ", %s%lld</p>\n", page_label(LABEL_MISSED_PROBES, page->language),
                   (long long)view->missed[i].samples);
    }
}

void page_put_incidents(const struct page *page)
{
    const struct monitor_view *view = page->view;

    buf_printf(page->out, "<section aria-labelledby=\"incidents\"><h2 id=\"incidents\">%s</h2>\n",
               page_label(LABEL_INCIDENTS, page->language));
    if (view->incident_count == 0)
        buf_printf(page->out, "<p>%s</p>\n", page_label(LABEL_NO_INCIDENTS, page->language));
    for (size_t i = 0; i < view->incident_count; i++) {
        if (i == SHOWN_AT_ONCE)
            buf_printf(page->out, "</ol><details id=\"d-earlier\"><summary>%s (%zu)</summary>",
                       page_label(LABEL_EARLIER, page->language),
                       view->incident_count - SHOWN_AT_ONCE);
        if (i == 0 || i == SHOWN_AT_ONCE)
            buf_text(page->out, "<ol class=\"incidents\">\n");
        put_incident(page, &view->incidents[i]);
    }
    if (view->incident_count > 0)
        buf_text(page->out, "</ol>");
    if (view->incident_count > SHOWN_AT_ONCE)
        buf_text(page->out, "</details>");
    put_history_gaps(page);
    buf_text(page->out, "</section>\n");
}

void page_put_silences(const struct page *page)
{
    const struct monitor_view *view = page->view;

    if (view->silence_count == 0)
        return;
    buf_printf(page->out,
               "<section aria-labelledby=\"silences\"><h2 id=\"silences\">%s</h2>\n<ul "
               "class=\"silences\">\n",
               page_label(LABEL_SILENCES, page->language));
    for (size_t i = 0; i < view->silence_count; i++) {
        const struct silence *silence = &view->silences[i];
        buf_text(page->out, "<li><strong>");
        html_put_escaped(page->out, silence->match);
        buf_text(page->out, "</strong> ");
        page_put_labelled_time(page, LABEL_UNTIL, silence->until_us);
        buf_text(page->out, ": ");
        html_put_escaped(page->out, silence->reason);
        buf_text(page->out, " (");
        html_put_escaped(page->out, silence->who);
        buf_text(page->out, ")</li>\n");
    }
    buf_text(page->out, "</ul></section>\n");
}
