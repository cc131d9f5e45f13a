// SPDX-License-Identifier: MIT
/* Writes a card for each cause: what is wrong, since when, and what to do. */
#include "i18n/runbook.h"
#include "page/page_private.h"

static const struct incident *find_open_incident(const struct monitor_view *view,
                                                 const char *check_name)
{
    for (size_t i = 0; i < view->incident_count; i++)
        if (view->incidents[i].ended_us == 0 && strcmp(view->incidents[i].check, check_name) == 0)
            return &view->incidents[i];
    return NULL;
}

/* Writes a command. `problem_index`: index of the check; alerts of Prometheus have the indices
 * after those of the checks. `problem_index` is part of element ids, for page.js to restore focus
 * and open details. */
static void put_command(const struct page *page, size_t problem_index, int command_index,
                        struct slice command)
{
    if (command.len == 0)
        return;
    buf_printf(page->out, "<div class=\"command\"><pre id=\"c-%zu-%d\"><code>", problem_index,
               command_index);
    html_put_escaped_slice(page->out, command);
    buf_printf(page->out,
               "</code></pre><button type=\"button\" class=\"copy\" id=\"b-%zu-%d\" "
               "aria-describedby=\"c-%zu-%d\" data-copied=\"%s\">%s</button></div>",
               problem_index, command_index, problem_index, command_index,
               page_label(LABEL_COPIED, page->language), page_label(LABEL_COPY, page->language));
}

static void put_runbook_command(const struct page *page, size_t check, int command_index)
{
    char room[PAGE_SENTENCE_MAX];
    struct buf command = buf_over(room, sizeof room);

    runbook_write_command(&page->view->plan->checks[check], command_index, &command);
    put_command(page, check, command_index, buf_as_slice(&command));
}

static void put_advice_sentence(const struct page *page, const struct runbook *runbook)
{
    buf_printf(page->out, "<p><strong>%s</strong>%s.</p>", page_label(LABEL_TO_DO, page->language),
               runbook->advice[page->language]);
}

static void put_runbook_link(const struct page *page, const struct runbook *runbook)
{
    buf_text(page->out, "<p>");
    page_put_label(page, LABEL_RUNBOOK);
    if (page->options->docs_url != NULL) {
        buf_text(page->out, "<a href=\"");
        html_put_escaped(page->out, page->options->docs_url);
        buf_printf(page->out, "/runbook.html#%s\">runbook: %s</a>", runbook->slug, runbook->slug);
    } else {
        buf_printf(page->out, "docs/runbook.md, %s", runbook->slug);
    }
    buf_text(page->out, "</p>");
}

static void put_advice(const struct page *page, size_t check)
{
    const struct runbook *runbook = runbook_of(&page->view->plan->checks[check]);

    if (runbook == NULL)
        return;
    put_advice_sentence(page, runbook);
    put_runbook_command(page, check, 0);
    buf_printf(page->out, "<details id=\"d-%zu\"><summary>%s</summary>", check,
               page_label(LABEL_MORE, page->language));
    for (int i = 1; i < RUNBOOK_COMMANDS; i++)
        put_runbook_command(page, check, i);
    put_runbook_link(page, runbook);
    buf_text(page->out, "</details>");
}

static void put_affected_checks(const struct page *page, size_t cause_check)
{
    const struct monitor_view *view = page->view;
    bool begun = false;

    for (size_t i = 0; i < view->plan->count; i++) {
        if (view->verdicts[i].verdict != VERDICT_AFFECTED || view->verdicts[i].cause != cause_check)
            continue;
        if (begun)
            buf_text(page->out, ", ");
        else {
            buf_text(page->out, "<p>");
            page_put_label(page, LABEL_AFFECTS);
        }
        begun = true;
        page_put_check_title(page, &view->plan->checks[i]);
    }
    if (begun)
        buf_text(page->out, "</p>");
}

static void put_acknowledgement_or_form(const struct page *page, const struct incident *incident)
{
    char id[UUID_TEXT_LEN + 1];

    if (incident->acked_us > 0) {
        buf_text(page->out, "<p class=\"acked\">");
        page_put_label(page, LABEL_ACKED);
        html_put_escaped(page->out, incident->acked_by);
        buf_text(page->out, ", ");
        page_put_labelled_time(page, LABEL_SINCE, incident->acked_us);
        buf_text(page->out, "</p>");
        return;
    }
    uuid_format(&incident->id, id);
    buf_printf(page->out,
               "<form method=\"post\" action=\"/incidents/%s/ack?lang=%s\">"
               "<input type=\"hidden\" name=\"token\" value=\"",
               id, language_names[page->language]);
    html_put_escaped(page->out, page->options->token);
    buf_printf(page->out, "\"><button id=\"a-%s\">%s</button></form>", id,
               page_label(LABEL_ACK, page->language));
}

static void put_check_problem(const struct page *page, size_t check_index)
{
    const struct monitor_view *view = page->view;
    const struct check *check = &view->plan->checks[check_index];
    const struct check_verdict *verdict = &view->verdicts[check_index];
    const struct incident *incident = find_open_incident(view, check->name);

    buf_printf(page->out, "<li class=\"problem b-%s\"><h3>", verdict_names[verdict->verdict]);
    page_put_verdict_icon(page, verdict->verdict);
    page_put_check_title(page, check);
    buf_printf(page->out, " <span class=\"state v-%s\">%s</span></h3><p>",
               verdict_names[verdict->verdict], i18n_verdict(verdict->verdict, page->language));
    page_put_problem(page, check, &view->states[check_index].present);
    buf_text(page->out, "</p><p class=\"when\">");
    page_put_labelled_time(page, LABEL_SINCE, verdict->since_us);
    buf_text(page->out, ", ");
    page_put_labelled_duration(page, LABEL_SO_LONG, view->now_us - verdict->since_us);
    if (check->server[0] != '\0') {
        buf_text(page->out, " · ");
        html_put_escaped(page->out, check->server);
    }
    buf_text(page->out, "</p>");
    if (view->alerted_by_peer == check || plan_is_on_peer(view->plan, check)) {
        buf_text(page->out, "<p>");
        page_put_label(page, LABEL_TOLD_BY_PEER);
        html_put_escaped(page->out, view->plan->peer);
        buf_text(page->out, "</p>");
    }
    put_advice(page, check_index);
    put_affected_checks(page, check_index);
    if (incident != NULL)
        put_acknowledgement_or_form(page, incident);
    buf_text(page->out, "</li>\n");
}

static void put_rule_alert(const struct page *page, const struct rule_alert *alert,
                           size_t problem_index)
{
    const struct incident *incident = &alert->incident;
    const struct incident *open = find_open_incident(page->view, incident->check);
    const struct runbook *runbook = runbook_find(incident->runbook);
    const struct probe_result why = incident_why(incident);

    buf_printf(page->out, "<li class=\"problem b-%s\"><h3>", verdict_names[alert->verdict]);
    page_put_verdict_icon(page, alert->verdict);
    html_put_escaped(page->out, incident_display_name(incident));
    buf_text(page->out, "</h3><p>");
    page_put_problem(page, NULL, &why);
    buf_text(page->out, "</p><p class=\"when\">");
    page_put_labelled_time(page, LABEL_SINCE, incident->started_us);
    buf_text(page->out, ", ");
    page_put_labelled_duration(page, LABEL_SO_LONG, page->view->now_us - incident->started_us);
    buf_text(page->out, "</p>");
    if (runbook != NULL)
        put_advice_sentence(page, runbook);
    put_command(page, problem_index, 0, slice_of(incident->command));
    if (runbook != NULL)
        put_runbook_link(page, runbook);
    if (rule_has_incident(alert))
        put_acknowledgement_or_form(page, open != NULL ? open : incident);
    buf_text(page->out, "</li>\n");
}

static void begin_problems_section_once(const struct page *page, bool *section_begun)
{
    if (!*section_begun)
        buf_printf(page->out,
                   "<section aria-labelledby=\"problems\"><h2 id=\"problems\">%s</h2>\n"
                   "<ul class=\"problems\">\n",
                   page_label(LABEL_PROBLEMS, page->language));
    *section_begun = true;
}

static void put_rule_alerts(const struct page *page, enum verdict verdict, bool *section_begun)
{
    const struct rules *rules = &page->view->rules;

    for (size_t i = 0; i < rules->used; i++) {
        const struct rule_alert *alert = &rules->alerts[i];

        if (alert->until_us == 0 || alert->verdict != verdict ||
            (!rule_has_incident(alert) && !alert->deferred))
            continue;
        begin_problems_section_once(page, section_begun);
        put_rule_alert(page, alert, page->view->plan->count + i);
    }
}

void page_put_problems(const struct page *page)
{
    static const enum verdict worst_first[] = {VERDICT_RED, VERDICT_YELLOW};
    const struct monitor_view *view = page->view;
    bool begun = false;

    for (size_t k = 0; k < ARRAY_LEN(worst_first); k++) {
        for (size_t i = 0; i < view->plan->count; i++) {
            if (!view->plan->checks[i].counted || view->verdicts[i].verdict != worst_first[k])
                continue;
            begin_problems_section_once(page, &begun);
            put_check_problem(page, i);
        }
        put_rule_alerts(page, worst_first[k], &begun);
    }
    if (begun)
        buf_text(page->out, "</ul></section>\n");
}
