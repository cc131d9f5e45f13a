// SPDX-License-Identifier: MIT
#include "http/request.h"

#include "support/scratch.h"

static const struct {
    const char *why, *header;
    bool fine;
} matches[] = {
    {"absent",                    NULL,                true },
    {"any",                       "*",                 true },
    {"this version, any hash",    "\"12.whatever\"",   true },
    {"no hash at all",            "\"12\"",            true },
    {"weak: the edge compressed", "W/\"12.a\"",        true },
    {"in a list",                 "\"3.a\", \"12.b\"", true },
    {"another",                   "\"13.a\"",          false},
    {"a longer number",           "\"123.a\"",         false},
    {"no number",                 "\"a.12\"",          false},
    {"empty quotes",              "\"\"",              false},
    {"not quoted",                "12",                false},
    {"empty",                     "",                  false},
};

TEST_ROWS_WHY(if_match_compares_the_version, matches)
{
    struct http_request req = {.arena = &arena};

    req.headers[HTTP_H_IF_MATCH] = slice_of(row->header);
    ck_assert(http_request_if_match(&req, 12, &fault) == row->fine);
    if (!row->fine)
        ck_assert_str_eq(fault.code, "version_mismatch");
}
