// SPDX-License-Identifier: MIT
#include "support/scratch.h"
#include "telegram/html_private.h"
#include "telegram/text.h"

static const struct {
    const char *text;
    enum telegram_markup markup;
    size_t units;
} lengths[] = {
    {"",                                  TELEGRAM_PLAIN, 0 },
    {"abc",                               TELEGRAM_PLAIN, 3 },
    {"Привет",                      TELEGRAM_PLAIN, 6 },
    {"Сәлем",                        TELEGRAM_PLAIN, 5 },
    {"a😀b",                            TELEGRAM_PLAIN, 4 },
    {"🇰🇿",                          TELEGRAM_PLAIN, 4 },
    {"<b>&lt;</b>",                       TELEGRAM_PLAIN, 11},
    {"<b>&lt;</b>",                       TELEGRAM_HTML,  1 },
    {"<a href=\"https://a.kz\">Үй</a>", TELEGRAM_HTML,  2 },
    {"&#128512;&#x1f600",                 TELEGRAM_HTML,  4 },
    {"&nbsp;",                            TELEGRAM_HTML,  6 },
    {"\xff\xff",                          TELEGRAM_PLAIN, 4 },
};

TEST_ROWS(length_is_in_utf16_units_after_parsing, lengths)
{
    ck_assert_uint_eq(telegram_text_length(slice_of(row->text), row->markup), row->units);
}

static const struct {
    const char *text;
    size_t units;
    const char *cut;
} cuts[] = {
    {"abc",        5, "abc"   },
    {"abc",        2, "ab"    },
    {"Қазақ", 3, "Қаз"},
    {"a😀b",     2, "a"     },
    {"a😀b",     3, "a😀" },
    {"😀",       0, ""      },
    {"",           4, ""      },
};

TEST_ROWS(a_text_is_cut_between_code_points, cuts)
{
    struct slice text = slice_of(row->text);

    text.len = telegram_text_cut(text, row->units);
    ck_assert_slice(text, row->cut);
}

/* --- HTML --- */

static const struct {
    const char *html, *plain;
} good[] = {
    {"",                                                                   ""                                     },
    {"просто текст",                                            "просто текст"              },
    {"<b>a</b><strong>b</strong><i>c</i><em>d</em>",                       "abcd"                                 },
    {"<u>a</u><ins>b</ins><s>c</s><strike>d</strike><del>e</del>",         "abcde"                                },
    {"<span class=\"tg-spoiler\">a</span><tg-spoiler>b</tg-spoiler>",      "ab"                                   },
    {"<span class='tg-spoiler'>a</span><span class=tg-spoiler>b</span>",   "ab"                                   },
    {"<a href=\"https://a.kz/?a=1&amp;b=2\">Алматы</a>",             "Алматы"                         },
    {"<a href='tg://user?id=1'>x</a>",                                     "x"                                    },
    {"<code>a</code><pre>b</pre>",                                         "ab"                                   },
    {"<pre><code class=\"language-c\">int a;</code></pre>",                "int a;"                               },
    {"<blockquote>a</blockquote><blockquote expandable>b</blockquote>",    "ab"                                   },
    {"<tg-emoji emoji-id=\"5368324170671202286\">👍</tg-emoji>",         "👍"                                 },
    {"<b><tg-time unix=\"1647531900\" format=\"wDT\">17:45</tg-time></b>", "17:45"                                },
    {"<TG-TIME unix=1647531900>17:45</tg-time>",                           "17:45"                                },
    {"<tg-time format='r' unix=\"1\">soon</tg-time>",                      "soon"                                 },
    {"<b>жирный <i>и курсив</i></b>",                         "жирный и курсив"         },
    {"<B>a</b >",                                                          "a"                                    },
    {"<b>a</>",                                                            "a"                                    },
    {"<b\n>a</b>",                                                         "a"                                    },
    {"<b unknown=\"1\">a</b>",                                             "a"                                    },
    {"&lt;&gt;&amp;&quot;",                                                "<>&\""                                },
    {"&lt&#65;&#x42&#x1F600;",                                             "<AB😀"                              },
    {"&apos;&nbsp;&copy; & &; &#; &#x; &#0;",                              "&apos;&nbsp;&copy; & &; &#; &#x; &#0;"},
    {"&#00000065;&#1114111;&ampx",                                         "&#00000065;&#1114111;&ampx"           },
    {"&amp;lt;",                                                           "&lt;"                                 },
    {"a > b",                                                              "a > b"                                },
};

static void strip(const char *html, char *out, size_t size)
{
    struct buf buf = buf_over(out, size - 1);

    telegram_text_strip_html(&buf, slice_of(html));
    ck_assert(!buf.failed);
    out[buf.len] = '\0';
}

TEST_ROWS(html_of_telegram_is_accepted_and_converted_to_text, good)
{
    char plain[256];

    ck_assert_msg(telegram_text_check_html(slice_of(row->html), &fault), "%s: %s", row->html,
                  fault.detail);
    strip(row->html, plain, sizeof plain);
    ck_assert_str_eq(plain, row->plain);
}

static const struct {
    const char *html, *detail, *plain;
} bad[] = {
    {"a < b",                                         "At byte 2 a tag is unknown.",                       "a < b"                 },
    {"ab <",                                          "At byte 3 a tag does not end.",                     "ab <"                  },
    {"<h1>a</h1>",                                    "At byte 0 a tag is unknown.",                       "<h1>a</h1>"            },
    {"x<br>",                                         "At byte 1 a tag is unknown.",                       "x<br>"                 },
    {"<b/>",                                          "At byte 0 a tag is unknown.",                       "<b/>"                  },
    {"Әй <b>a",                                     "At byte 5 a tag is opened and not closed.",         "Әй a"                },
    {"<b><i>a</i>",                                   "At byte 0 a tag is opened and not closed.",         "a"                     },
    {"<b><i>a</b></i>",                               "At byte 7 a tag is closed before one inside it.",   "a"                     },
    {"a</b>",                                         "At byte 1 a tag is closed that is not open.",       "a"                     },
    {"<b>a</x>",                                      "At byte 4 a tag is unknown.",                       "a</x>"                 },
    {"<b>a</b",                                       "At byte 4 a closing tag does not end.",             "a</b"                  },
    {"<b>a</b x>",                                    "At byte 4 a closing tag does not end.",             "a</b x>"               },
    {"<b",                                            "At byte 0 a tag does not end.",                     "<b"                    },
    {"<b ",                                           "At byte 0 a tag does not end.",                     "<b "                   },
    {"<a href=\"x>a</a>",                             "At byte 0 the value of an attribute does not end.", "<a href=\"x>a"         },
    {"<a href=x/y>a</a>",                             "At byte 0 the value of an attribute does not end.", "<a href=x/y>a"         },
    {"<a href>a</a>",                                 "At byte 0 an attribute has no value.",              "<a href>a"             },
    {"<b expandable>a</b>",                           "At byte 0 an attribute has no value.",              "<b expandable>a"       },
    {"<blockquote expandable",                        "At byte 0 a tag does not end.",                     "<blockquote expandable"},
    {"<b\f>a</b>",                                    "At byte 0 a tag is unknown.",                       "<b\f>a"                },
    {"<a =x>a</a>",                                   "At byte 0 an attribute has no name.",               "<a =x>a"               },
    {"<span>a</span>",                                "At byte 0 a span is no tg-spoiler.",                "<span>a"               },
    {"<span class=\"x\">a</span>",                    "At byte 0 a span is no tg-spoiler.",                "<span class=\"x\">a"   },
    {"<tg-emoji>a</tg-emoji>",                        "At byte 0 an emoji has no id.",                     "<tg-emoji>a"           },
    {"<tg-time>a</tg-time>",                          "At byte 0 a time has no unix.",                     "<tg-time>a"            },
    {"<tg-time unix=\"x\">a</tg-time>",               "At byte 0 a time has no unix.",                     "<tg-time unix=\"x\">a" },
    {"<tg-time unix=\"1\" format=\"tD\">a</tg-time>", "At byte 0 the format of a time is unknown.",
     "<tg-time unix=\"1\" format=\"tD\">a"                                                                                         },
    {"<tg-emoji emoji-id=\"0\">a</tg-emoji>",         "At byte 0 an emoji has no id.",
     "<tg-emoji emoji-id=\"0\">a"                                                                                                  },
    {"a&#xD83D;&#xDE00;",                             "At byte 1 an entity is half of a surrogate pair.",  "a&#xD83D;&#xDE00;"     },
};

TEST_ROWS(other_html_is_refused_with_its_offset_and_can_be_converted_to_text, bad)
{
    char plain[256];

    ck_assert_msg(!telegram_text_check_html(slice_of(row->html), &fault), "%s", row->html);
    ck_assert_str_eq(fault.code, "bad_html");
    ck_assert_str_eq(fault.detail, row->detail);
    strip(row->html, plain, sizeof plain);
    ck_assert_str_eq(plain, row->plain);
}

TEST(tags_have_limits)
{
    char html[HTML_TAG_BYTES_MAX + 64] = "";

    for (int i = 0; i < TELEGRAM_TAGS_MAX; i++)
        strcat(html, "<b>");
    for (int i = 0; i < TELEGRAM_TAGS_MAX; i++)
        strcat(html, "</b>");
    ck_assert(telegram_text_check_html(slice_of(html), &fault));
    memmove(html + 3, html, strlen(html) + 1);
    strcat(html, "</b>");
    ck_assert(!telegram_text_check_html(slice_of(html), &fault));
    ck_assert_str_eq(fault.detail, "At byte 96 too many tags are open.");
    int len = snprintf(html, sizeof html, "<a href=\"%0*d\">", HTML_TAG_BYTES_MAX - 11, 1);
    ck_assert_int_eq(len, HTML_TAG_BYTES_MAX);
    strcat(html, "</a>");
    ck_assert(telegram_text_check_html(slice_of(html), &fault));
    snprintf(html, sizeof html, "<a href=\"%0*d\"></a>", HTML_TAG_BYTES_MAX - 10, 1);
    ck_assert(!telegram_text_check_html(slice_of(html), &fault));
}

TEST(escaped_text_reads_as_the_original)
{
    static const char text[] = "a & b <i>\"Үй\"</i> &lt; 😀";
    char html[128], plain[128];
    struct buf buf = buf_over(html, sizeof html - 1);

    telegram_text_escape(&buf, slice_of(text));
    html[buf.len] = '\0';
    ck_assert_str_eq(html, "a &amp; b &lt;i&gt;&quot;Үй&quot;&lt;/i&gt; &amp;lt; 😀");
    ck_assert(telegram_text_check_html(slice_of(html), &fault));
    strip(html, plain, sizeof plain);
    ck_assert_str_eq(plain, text);
}
