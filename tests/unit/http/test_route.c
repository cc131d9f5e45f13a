// SPDX-License-Identifier: MIT
#include "http/route.h"

#include "support/scratch.h"

static enum http_status nothing(void *data, const struct http_request *req,
                                struct http_response *res)
{
    return HTTP_OK;
}

static bool refuse(void *data, struct http_request *req, struct http_response *res,
                   struct fault *why)
{
    return fault_set(why, FAULT_FORBIDDEN, "refused", "Nobody may.");
}

#define GUARDED(method_, path_, flags_, guard_)                                                    \
    {                                                                                              \
        .method = method_, .path = path_, .handler = nothing, .flags = flags_, .guard = guard_     \
    }
#define ROUTE(method, path, flags) GUARDED(method, path, flags, NULL)

static const struct http_route routes[] = {
    /*  0 */ ROUTE(HTTP_GET, "/", HTTP_ROUTE_OPEN),
    /*  1 */ ROUTE(HTTP_GET, "/v1/apartments", 0),
    /*  2 */ ROUTE(HTTP_POST, "/v1/apartments", 0),
    /*  3 */ ROUTE(HTTP_GET, "/v1/apartments/:id", 0),
    /*  4 */ ROUTE(HTTP_PATCH, "/v1/apartments/:id", 0),
    /*  5 */ ROUTE(HTTP_GET, "/v1/apartments/:id/calendar", 0),
    /*  6 */ ROUTE(HTTP_GET, "/v1/apartments/:id/calendar.ics", HTTP_ROUTE_OPEN),
    /*  7 */ ROUTE(HTTP_DELETE, "/v1/apartments/:id/blocks/:block", 0),
    /*  8 */ ROUTE(HTTP_POST, "/v1/apartments/search", 0),
    /*  9 */ ROUTE(HTTP_GET, "/v1/users/:bot", 0),
    /* 10 */ ROUTE(HTTP_GET, "/v1/users/list/all", HTTP_ROUTE_OPEN),
    /* 11 */ ROUTE(HTTP_OPTIONS, "/v1/users/:bot", HTTP_ROUTE_OPEN),
    /* 12 */ ROUTE(HTTP_HEAD, "/v1/apartments/:id", 0),
    /* 13 */ GUARDED(HTTP_POST, "/hook", 0, refuse),
};
enum { COUNT = ARRAY_LEN(routes), NONE = -1 };

#define BIT(method) (1U << (method))
#define READ        (BIT(HTTP_GET) | BIT(HTTP_HEAD) | BIT(HTTP_OPTIONS))

// clang-format off
static const struct {
    const char *why;
    enum http_method method;
    const char *path;
    int index;        /* of the route */
    unsigned allowed; /* methods of the path */
    bool open;
    const char *params[2];
} cases[] = {
    {"the root",                        HTTP_GET,  "/",                        0,    READ,                   true,  {0}},
    {"a literal path",                  HTTP_GET,  "/v1/apartments",           1,    READ | BIT(HTTP_POST),  false, {0}},
    {"the same path, another method",   HTTP_POST, "/v1/apartments",           2,    READ | BIT(HTTP_POST),  false, {0}},
    {"HEAD is answered by GET",         HTTP_HEAD, "/v1/apartments",           1,    READ | BIT(HTTP_POST),  false, {0}},
    {"a HEAD route takes precedence",   HTTP_HEAD, "/v1/apartments/7",         12,   READ | BIT(HTTP_PATCH), false, {"7"}},
    {"a parameter",                     HTTP_GET,  "/v1/apartments/7",         3,    READ | BIT(HTTP_PATCH), false, {"7"}},
    {"escapes stay as they are",        HTTP_GET,  "/v1/apartments/%d0%b0",    3,    READ | BIT(HTTP_PATCH), false, {"%d0%b0"}},
    {"a segment after a parameter",     HTTP_GET,  "/v1/apartments/7/calendar", 5,    READ,                   false, {"7"}},
    {"a segment with a dot",            HTTP_GET,  "/v1/apartments/7/calendar.ics", 6,    READ,                   true,  {"7"}},
    {"two parameters",                  HTTP_DELETE, "/v1/apartments/7/blocks/8", 7,    BIT(HTTP_DELETE) | BIT(HTTP_OPTIONS), false, {"7", "8"}},
    {"a literal wins over a parameter", HTTP_POST, "/v1/apartments/search",    8,    BIT(HTTP_POST) | BIT(HTTP_OPTIONS), false, {0}},
    {"a literal wins also for another method", HTTP_GET,  "/v1/apartments/search",    NONE, BIT(HTTP_POST) | BIT(HTTP_OPTIONS), false, {0}},
    {"a literal without a continuation yields to the parameter", HTTP_GET, "/v1/apartments/search/calendar", 5, READ, false, {"search"}},
    {"a literal without a route yields to the parameter", HTTP_GET,  "/v1/users/list",           9,    READ,                   false, {"list"}},
    {"the deeper literal",              HTTP_GET,  "/v1/users/list/all",       10,   READ,                   true,  {0}},
    {"a route for OPTIONS",             HTTP_OPTIONS, "/v1/users/x",              11,   READ,                   false, {"x"}},
    {"a route with its own guard needs no key", HTTP_POST, "/hook",                    13,   BIT(HTTP_POST) | BIT(HTTP_OPTIONS), true,  {0}},
    {"a method that the path lacks",    HTTP_PUT,  "/v1/apartments",           NONE, READ | BIT(HTTP_POST),  false, {0}},
    {"an unknown method",               HTTP_METHOD_COUNT, "/v1/apartments",           NONE, READ | BIT(HTTP_POST),  false, {0}},
    {"an unknown path",                 HTTP_GET,  "/v1/nothing",              NONE, 0,                      false, {0}},
    {"a path between routes",           HTTP_GET,  "/v1",                      NONE, 0,                      false, {0}},
    {"a slash too many",                HTTP_GET,  "/v1/apartments/",          NONE, 0,                      false, {0}},
    {"an empty parameter",              HTTP_GET,  "/v1/apartments//calendar", NONE, 0,                      false, {0}},
    {"too deep",                        HTTP_GET,  "/v1/apartments/7/calendar/8", NONE, 0,                      false, {0}},
    {"an escaped literal is no literal", HTTP_GET,  "/%761/apartments",         NONE, 0,                      false, {0}},
    {"another case is another path",    HTTP_GET,  "/V1/apartments",           NONE, 0,                      false, {0}},
    {"no path",                         HTTP_GET,  "",                         NONE, 0,                      false, {0}},
};
// clang-format on

TEST_ROWS_WHY(path_is_matched_to_its_route, cases)
{
    struct http_match match;
    struct http_router *router = http_router_create(routes, COUNT, &fault);

    ck_assert_ptr_nonnull(router);

    http_router_match(router, row->method, slice_of(row->path), &match);
    int index = match.route != NULL ? (int)(match.route - routes) : NONE;
    ck_assert_int_eq(index, row->index);
    ck_assert_msg(match.allowed == row->allowed, "%x", match.allowed);
    ck_assert(match.open == row->open);
    if (match.route != NULL)
        ck_assert_uint_eq(match.index, (size_t)index);
    for (size_t i = 0; i < 2; i++)
        ck_assert(slice_equal(match.params[i], slice_of(row->params[i])));
    http_router_destroy(router);
}

/* two routes that conflict, or one invalid route */
static const struct {
    const char *why;
    struct http_route routes[2];
} bad[] = {
    {"the same twice",                 {ROUTE(HTTP_GET, "/a", 0), ROUTE(HTTP_GET, "/a", 0)}                           },
    {"parameters differ in name only", {ROUTE(HTTP_GET, "/:a", 0), ROUTE(HTTP_GET, "/:b", 0)}                         },
    {"no slash",                       {ROUTE(HTTP_GET, "a", 0), ROUTE(HTTP_GET, "/", 0)}                             },
    {"no path",                        {ROUTE(HTTP_GET, NULL, 0), ROUTE(HTTP_GET, "/", 0)}                            },
    {"no such method",                 {ROUTE(HTTP_METHOD_COUNT, "/a", 0), ROUTE(HTTP_GET, "/", 0)}                   },
    {"too many parameters",            {ROUTE(HTTP_GET, "/:a/:b/:c/:d/:e", 0), ROUTE(HTTP_GET, "/", 0)}               },
    {"too deep",                       {ROUTE(HTTP_GET, "/1/2/3/4/5/6/7/8/9/10/11/12/13", 0), ROUTE(HTTP_GET, "/", 0)}},
};

TEST_ROWS_WHY(invalid_table_is_refused, bad)
{
    ck_assert(http_router_create(row->routes, 2, &fault) == NULL);
    ck_assert_str_eq(fault.code, "bad_route");
}
