// SPDX-License-Identifier: MIT
/* Parts of the page: escaped texts and charts. */

#include "page/chart.h"
#include "page/html.h"
#include "support/scratch.h"

TEST_CASE("page_parts");

static const struct {
    const char *text, *html;
} texts[] = {
    {"",               ""                                      },
    {"<b>&\"'",        "&lt;b&gt;&amp;&quot;&#39;"             },
    {"Диск /",     "Диск /"                            },
    {"a\nb\x7f",       "a b "                                  },
    {"cut \xd0",       "cut \xef\xbf\xbd"                      },
    {"\xd0<",          "\xef\xbf\xbd&lt;"                      },
    {"\xff\xc0\x80ok", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdok"},
};

TEST_ROWS(text_is_escaped, texts)
{
    html_put_escaped(&scratch, row->text);
    ck_assert_slice(buf_as_slice(&scratch), row->html);
}

static const struct {
    float share;
    const char *ru, *en;
} shares[] = {
    {1,        "100 %",               "100%"   },
    {0.99999F, "99,99 %",             "99.99%" },
    {0.9998F,  "99,98 %",             "99.98%" },
    {0.995F,   "99,50 %",             "99.50%" },
    {0,        "0 %",                 "0%"     },
    {NAN,      "нет данных", "no data"},
    {2,        "100 %",               "100%"   },
};

TEST_ROWS(share_is_never_rounded_up_to_100, shares)
{
    chart_put_share(row->share, LANGUAGE_RU, &scratch);
    ck_assert_str_eq(scratch_text(), row->ru);
    chart_put_share(row->share, LANGUAGE_EN, &scratch);
    ck_assert_str_eq(scratch_text(), row->en);
}

TEST(days_of_one_kind_are_one_path_with_text_alternative)
{
    struct trend trend;

    for (int i = 0; i < TREND_DAYS; i++)
        trend.days[i] = i < 10 ? NAN : 1;
    trend.days[20] = 0.995F;
    trend.days[40] = trend.days[41] = 0.5F;
    chart_put_uptime_days(&trend, LANGUAGE_EN, &scratch);
    const char *text = scratch_text();
    ck_has(text, "class=\"g\" d=\"M30 8H60M63 8H120M126 8H270\"");
    ck_has(text, "class=\"y\" d=\"M60 10H63\"");
    ck_has(text, "class=\"r\" d=\"M120 12H126\"");
    ck_has(text, "\"Uptime, days with data 80 of 90: 98.74%, days with failures: 3\"");
    ck_assert_uint_lt(strlen(text), 450);
}

TEST(gap_breaks_latency_line_and_straight_parts_are_merged)
{
    struct trend trend;

    for (int i = 0; i < TREND_POINTS; i++)
        trend.latency_ms[i] = NAN;
    chart_put_latency(&trend, LANGUAGE_EN, &scratch);
    ck_assert_uint_eq(scratch.len, 0);

    trend.latency_ms[0] = 10;
    trend.latency_ms[1] = 20;
    trend.latency_ms[3] = 0;
    trend.latency_ms[4] = INFINITY;
    chart_put_latency(&trend, LANGUAGE_EN, &scratch);
    ck_assert_uint_eq(scratch.len, 0);
    trend.latency_ms[4] = trend.latency_ms[5] = trend.latency_ms[6] = 5;
    chart_put_latency(&trend, LANGUAGE_EN, &scratch);
    const char *text = scratch_text();
    ck_has(text, "d=\"M0 10l1-9M3 19l1-4 2 0\"");
    ck_has(text, "ms: 0–20\"");
}
