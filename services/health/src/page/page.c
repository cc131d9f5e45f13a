// SPDX-License-Identifier: MIT
#include "page/page.h"

#include "base/text.h"

#include "page/chart.h"
#include "page/page_private.h"

/* --- elements --- */

void page_put_verdict_icon(const struct page *page, enum verdict verdict)
{
    buf_printf(page->out,
               "<svg class=\"icon v-%s\" aria-hidden=\"true\"><use href=\"#i-%s\"/></svg>",
               verdict_names[verdict], verdict_names[verdict]);
}

void page_put_labelled_time(const struct page *page, enum page_label label, int64_t at_us)
{
    char text[NOW_RFC3339_LEN + 1];

    now_format_rfc3339(at_us, text);
    page_put_label(page, label);
    buf_printf(page->out, "<time datetime=\"%s\">", text);
    i18n_put_time(at_us, page->view->now_us, page->out);
    buf_text(page->out, "</time>");
}

void page_put_labelled_duration(const struct page *page, enum page_label label, int64_t duration_us)
{
    page_put_label(page, label);
    i18n_put_duration(duration_us, page->language, page->out);
}

void page_put_check_title(const struct page *page, const struct check *check)
{
    html_put_escaped(page->out, i18n_title(check, page->language));
}

void page_put_problem(const struct page *page, const struct check *check,
                      const struct probe_result *why)
{
    char room[PAGE_SENTENCE_MAX];
    struct buf sentence = buf_over(room, sizeof room);

    i18n_put_problem(check, why, page->language, &sentence);
    html_put_escaped_slice(page->out, buf_as_slice(&sentence));
}

size_t page_count_checks(const struct monitor_view *view, bool counted)
{
    size_t count = 0;

    for (size_t i = 0; i < view->plan->count; i++)
        count += view->plan->checks[i].counted == counted &&
                 !verdict_awaits_heartbeat(&view->plan->checks[i], &view->verdicts[i]);
    return count;
}

/* --- head and foot --- */

/* Languages in the order of enum language: the tag of BCP 47, the value of ?lang=, and the name in
 * the language itself. */
static const struct {
    const char *tag, *name, *own;
} languages[] = {
    {"ru", "ru", "Рус"},
    {"en", "en", "Eng"   },
    {"kk", "kz", "Қаз"}
};

/* A shape for each verdict, so that it can be recognised without colours. */
static const char shapes[] =
    "<svg width=\"0\" height=\"0\" class=\"shapes\" aria-hidden=\"true\">"
    "<symbol id=\"i-green\" viewBox=\"0 0 24 24\"><circle cx=\"12\" cy=\"12\" r=\"11\"/>"
    "<path d=\"M6.5 12.5l4 4 7-8\"/></symbol>"
    "<symbol id=\"i-yellow\" viewBox=\"0 0 24 24\"><path class=\"f\" d=\"M12 1.5L23.5 22H.5z\"/>"
    "<path d=\"M12 9v6M12 18v.5\"/></symbol>"
    "<symbol id=\"i-red\" viewBox=\"0 0 24 24\">"
    "<path class=\"f\" d=\"M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z\"/>"
    "<path d=\"M8 8l8 8M16 8l-8 8\"/></symbol>"
    "<symbol id=\"i-affected\" viewBox=\"0 0 24 24\"><path class=\"f\" d=\"M12 0l12 12-12 12L0 "
    "12z\"/>"
    "<path d=\"M12 6.5v10M8 12.5l4 4 4-4\"/></symbol>"
    "<symbol id=\"i-silenced\" viewBox=\"0 0 24 24\"><path class=\"f\" d=\"M2 2h20v20H2z\"/>"
    "<path d=\"M9 7v10M15 7v10\"/></symbol>"
    "<symbol id=\"i-unknown\" viewBox=\"0 0 24 24\"><circle class=\"o\" cx=\"12\" cy=\"12\" "
    "r=\"10\"/>"
    "<path class=\"q\" d=\"M9 9.5c0-4 6-4 6 0 0 2.5-3 2.5-3 5M12 17.5v.5\"/></symbol></svg>";

static void put_language_links(const struct page *page)
{
    buf_printf(page->out, "<nav aria-label=\"%s\"><ul>",
               page_label(LABEL_LANGUAGES, page->language));
    for (size_t i = 0; i < ARRAY_LEN(languages); i++)
        buf_printf(page->out, "<li><a href=\"?lang=%s\" lang=\"%s\" hreflang=\"%s\"%s>%s</a></li>",
                   languages[i].name, languages[i].tag, languages[i].tag,
                   i == page->language ? " aria-current=\"true\"" : "", languages[i].own);
    buf_text(page->out, "</ul></nav>");
}

/* How each overall status is shown on the pages and on the badge. */
static const struct {
    enum page_label headline, badge;
    const char *colour; /* of the badge; white text on it has a contrast of at least 4.5 */
} overalls[] = {
    [VERDICT_UNKNOWN] = {LABEL_ALL_UNKNOWN, LABEL_BADGE_UNKNOWN, "#5c6370"},
    [VERDICT_GREEN] = {LABEL_ALL_GREEN,   LABEL_BADGE_GREEN,   "#0b6e3a"},
    [VERDICT_YELLOW] = {LABEL_ALL_YELLOW,  LABEL_BADGE_YELLOW,  "#8a5a00"},
    [VERDICT_RED] = {LABEL_ALL_RED,     LABEL_BADGE_RED,     "#b3261e"},
};

static void put_head(const struct page *page, enum verdict overall)
{
    buf_printf(page->out,
               "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width\">\n"
               "<meta name=\"color-scheme\" content=\"light dark\">\n<title>%s · tapbot</title>\n"
               "<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"/page.css\">\n"
               "<script src=\"/page.js\" defer></script>\n</head>\n<body>\n%s\n"
               "<a class=\"skip\" href=\"#main\">%s</a>\n<header><p>%s</p>",
               languages[page->language].tag,
               page_label(overalls[overall].headline, page->language), shapes,
               page_label(LABEL_SKIP, page->language), page_label(LABEL_TITLE, page->language));
    put_language_links(page);
    buf_text(page->out, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
}

static void put_foot(const struct page *page, bool with_public_link)
{
    buf_text(page->out, "</main>\n<footer id=\"foot\"><p>");
    page_put_labelled_time(page, LABEL_UPDATED, page->view->now_us);
    buf_text(page->out, " (");
    html_put_escaped(page->out, page->options->zone);
    buf_char(page->out, ')');
    if (with_public_link)
        buf_printf(page->out, " · <a href=\"/public?lang=%s\">%s</a>",
                   languages[page->language].name, page_label(LABEL_PUBLIC, page->language));
    buf_printf(page->out,
               "</p></footer>\n<p id=\"said\" class=\"unseen\" role=\"status\"></p>\n"
               "<p id=\"stale\" role=\"alert\" hidden>%s</p>\n</body>\n</html>\n",
               page_label(LABEL_STALE, page->language));
}

/* Writes the overall status. Screen readers announce it when it changes, so it contains no
 * duration, which would change every minute. */
static void put_overall_status(const struct page *page, enum verdict verdict, bool shows_start)
{
    buf_printf(page->out, "<div id=\"verdict\" class=\"b-%s\" role=\"status\">",
               verdict_names[verdict]);
    page_put_verdict_icon(page, verdict);
    buf_text(page->out, "<h1>");
    page_put_label(page, overalls[verdict].headline);
    buf_text(page->out, "</h1>");
    if (shows_start && page->view->overall_since_us > 0) {
        buf_text(page->out, "<p>");
        page_put_labelled_time(page, LABEL_SINCE, page->view->overall_since_us);
        buf_text(page->out, "</p>");
    }
    buf_text(page->out, "</div>\n");
}

/* Writes how many counted checks are green, and how long the overall status has lasted. */
static void put_green_count_and_duration(const struct page *page)
{
    const struct monitor_view *view = page->view;
    size_t green = 0;

    for (size_t i = 0; i < view->plan->count; i++)
        green += view->plan->checks[i].counted && view->verdicts[i].verdict == VERDICT_GREEN;
    buf_text(page->out, "<p class=\"counts\">");
    if (view->overall_since_us > 0) {
        page_put_labelled_duration(page, LABEL_SO_LONG, view->now_us - view->overall_since_us);
        buf_text(page->out, ", ");
    }
    buf_printf(page->out, "%s%zu%s%zu</p>\n", page_label(LABEL_WORKING, page->language), green,
               page_label(LABEL_OF, page->language), page_count_checks(view, true));
}

static void put_notices(const struct page *page)
{
    const struct monitor_view *view = page->view;

    if (view->maintenance) {
        buf_text(page->out, "<p class=\"note\">");
        page_put_label(page, LABEL_MAINTENANCE);
        buf_text(page->out, ", ");
        page_put_labelled_time(page, LABEL_UNTIL, view->maintenance_until_us);
        buf_text(page->out, "</p>\n");
    }
    if (rules_count_alerts_without_incident(&view->rules) > 0)
        buf_printf(page->out, "<p class=\"note\">%s%zu</p>\n",
                   page_label(LABEL_RULES_LEFT_OUT, page->language),
                   rules_count_alerts_without_incident(&view->rules));
    if (view->history_gap_us > 0) {
        buf_text(page->out, "<p class=\"note\">");
        page_put_label(page, LABEL_GAP);
        buf_char(page->out, ' ');
        page_put_labelled_time(page, LABEL_SINCE, view->history_gap_us);
        buf_text(page->out, "</p>\n");
    }
    if (view->alert_bot_shared)
        buf_printf(page->out, "<p class=\"note\">%s</p>\n",
                   page_label(LABEL_BOT_SHARED, page->language));
}

void page_render(const struct monitor_view *view, const struct page_options *options,
                 struct buf *out)
{
    const struct page page = {view, options, options->language, out};

    put_head(&page, view->overall);
    put_overall_status(&page, view->overall, true);
    buf_text(out, "<div id=\"content\">\n<div>\n");
    put_green_count_and_duration(&page);
    put_notices(&page);
    page_put_problems(&page);
    page_put_checks(&page);
    buf_text(out, "</div>\n<div>\n");
    page_put_silences(&page);
    page_put_incidents(&page);
    buf_text(out, "</div>\n</div>\n");
    put_foot(&page, true);
}

/* --- the public page --- */

/* The public status of a check: green, yellow, red or unknown, without causes and silences. */
static enum verdict public_verdict(const struct monitor_view *view, size_t check)
{
    const enum verdict verdict = view->verdicts[check].verdict;

    if (verdict != VERDICT_AFFECTED && verdict != VERDICT_SILENCED)
        return verdict;
    return view->states[check].level == LEVEL_YELLOW ? VERDICT_YELLOW : VERDICT_RED;
}

/* The worst status of the public checks of this instance and the peer; unknown: there are none. */
static enum verdict public_overall_verdict(const struct monitor_view *view)
{
    enum verdict worst = VERDICT_GREEN;
    bool shown = false;

    for (size_t i = 0; i < view->plan->count; i++) {
        const struct check *check = &view->plan->checks[i];
        if (!check->outside ||
            !(plan_is_local(view->plan, check) || plan_is_on_peer(view->plan, check)))
            continue;
        shown = true;
        worst = verdict_worse(worst, public_verdict(view, i));
    }
    return shown ? worst : VERDICT_UNKNOWN;
}

static void put_public_check(const struct page *page, size_t check)
{
    const enum verdict verdict = public_verdict(page->view, check);

    buf_text(page->out, "<li class=\"check\">");
    page_put_verdict_icon(page, verdict);
    buf_text(page->out, "<h2>");
    page_put_check_title(page, &page->view->plan->checks[check]);
    buf_printf(page->out, "</h2><span class=\"state v-%s\">%s</span>", verdict_names[verdict],
               verdict == VERDICT_YELLOW ? page_label(LABEL_BADGE_YELLOW, page->language)
                                         : i18n_verdict(verdict, page->language));
    chart_put_uptime_days(&page->view->trends[check], page->language, page->out);
    buf_text(page->out, "</li>\n");
}

void page_render_public(const struct monitor_view *view, const struct page_options *options,
                        struct buf *out)
{
    const struct page page = {view, options, options->language, out};
    const enum verdict overall = public_overall_verdict(view);
    size_t shown = 0;

    put_head(&page, overall);
    put_overall_status(&page, overall, false);
    buf_text(out, "<div id=\"content\">\n<div>\n<ul class=\"checks\">\n");
    for (size_t i = 0; i < view->plan->count; i++)
        if (view->plan->checks[i].outside) {
            put_public_check(&page, i);
            shown++;
        }
    buf_text(out, "</ul>\n");
    if (shown == 0)
        buf_printf(out, "<p>%s</p>\n", page_label(LABEL_NOTHING_SHOWN, page.language));
    buf_text(out, "</div>\n</div>\n");
    put_foot(&page, false);
}

/* --- the badge --- */

void page_render_badge(const struct monitor_view *view, enum language language, struct buf *out)
{
    enum { LEFT = 52, LETTER = 7, PAD = 14 };
    const char *text = page_label(overalls[view->overall].badge, language);
    const size_t letters = text_length(slice_of(text));
    const int right = (int)letters * LETTER + PAD;

    buf_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"20\" role=\"img\" "
               "aria-labelledby=\"t\"><title id=\"t\">tapbot | %s</title>"
               "<clipPath id=\"c\"><rect width=\"%d\" height=\"20\" rx=\"3\"/></clipPath>"
               "<g clip-path=\"url(#c)\"><path fill=\"#3a3f47\" d=\"M0 0h%dv20H0z\"/>"
               "<path fill=\"%s\" d=\"M%d 0h%dv20H%dz\"/></g>"
               "<g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\" "
               "text-anchor=\"middle\"><text x=\"%d\" y=\"14\" textLength=\"%d\">tapbot</text>"
               "<text x=\"%d\" y=\"14\" textLength=\"%d\">%s</text></g></svg>\n",
               LEFT + right, text, LEFT + right, LEFT, overalls[view->overall].colour, LEFT, right,
               LEFT, LEFT / 2, LEFT - PAD, LEFT + right / 2, right - PAD, text);
}
