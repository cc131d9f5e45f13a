// SPDX-License-Identifier: MIT
#include "http/media.h"

#include "support/test.h"

static const struct {
    const char *type;
    bool json;
} types[] = {
    {"application/json",                  true },
    {"Application/JSON; charset=utf-8",   true },
    {"application/json ;x=y",             true },
    {"application/merge-patch+json",      true },
    {"application/problem+JSON",          true },
    {"application/+json",                 false},
    {"application/jsonp",                 false},
    {"text/json",                         false},
    {"text/plain+json",                   false},
    {"application/x-www-form-urlencoded", false},
    {"",                                  false},
    {NULL,                                false},
};

TEST(a_content_type_is_this_one_or_not)
{
    const struct slice type = SLICE("application/x-ndjson");

    ck_assert(http_media_is(type, type));
    ck_assert(http_media_is(SLICE(" Application/X-NDJSON ; charset=utf-8"), type));
    ck_assert(!http_media_is(SLICE("application/x-ndjsonp"), type));
    ck_assert(!http_media_is(SLICE("text/plain;application/x-ndjson"), type));
    ck_assert(!http_media_is(SLICE_NONE, type));
}

TEST_ROWS(a_content_type_is_json_or_not, types)
{
    ck_assert_msg(http_media_is_json(slice_of(row->type)) == row->json, "%s", row->type);
}

static const struct {
    const char *why, *accept;
    bool fine;
} accepts[] = {
    {"absent",                         NULL,                                        true },
    {"empty",                          "",                                          true },
    {"blank",                          "  ",                                        true },
    {"everything",                     "*/*",                                       true },
    {"the star of sloppy clients",     "*",                                         true },
    {"JSON",                           "application/json",                          true },
    {"JSON in capitals",               "APPLICATION/JSON",                          true },
    {"any application",                "application/*",                             true },
    {"a browser's list",               "text/html,application/xhtml+xml,*/*;q=0.8", true },
    {"something else",                 "text/html",                                 false},
    {"another JSON",                   "application/problem+json",                  false},
    {"any text",                       "text/*",                                    false},
    {"JSON refused",                   "application/json;q=0",                      false},
    {"JSON refused in three digits",   "application/json; q=0.000",                 false},
    {"JSON refused with a point",      "application/json;Q=0.",                     false},
    {"a little JSON",                  "application/json;q=0.001",                  true },
    {"JSON refused, the rest welcome", "*/*, application/json;q=0",                 false},
    {"JSON welcome, the rest refused", "*/*;q=0, application/json",                 true },
    {"any application refused",        "application/*;q=0, */*",                    false},
    {"refused once, welcome once",     "application/json;q=0, application/json",    true },
    {"other parameters",               "application/json;charset=utf-8;q=0",        false},
    {"an empty piece",                 ", ,application/json",                       true },
};

TEST_ROWS_WHY(accept_admits_json_or_excludes_it, accepts)
{
    ck_assert(http_media_accepts_json(slice_of(row->accept)) == row->fine);
}

static const struct {
    const char *why, *accept;
    bool fine;
} encodings[] = {
    {"absent",                         NULL,                      true },
    {"empty",                          "",                        false},
    {"a browser's list",               "gzip, deflate, br, zstd", true },
    {"the old name, in capitals",      "X-GZIP",                  true },
    {"everything",                     "*",                       true },
    {"plain bytes only",               "identity",                false},
    {"something else",                 "br, deflate",             false},
    {"gzip refused",                   "gzip;q=0, *",             false},
    {"a little gzip",                  "gzip; q=0.001",           true },
    {"gzip welcome, the rest refused", "*;q=0, gzip",             true },
};

TEST_ROWS_WHY(accept_encoding_admits_gzip_or_excludes_it, encodings)
{
    ck_assert(http_media_accepts_gzip(slice_of(row->accept)) == row->fine);
}
