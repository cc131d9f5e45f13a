// SPDX-License-Identifier: MIT
/* Handlers of the status page. */
#include "base/digest.h"
#include "base/embed.h"
#include "base/now.h"
#include "http/reply.h"
#include "http/request.h"

#include "app.h"
#include "handlers/handlers.h"
#include "monitor/monitor.h"
#include "notify/alerts.h"
#include "page/page.h"

/* Embedded by tapbot_embed() in CMakeLists.txt. */
extern const struct embed_file health_page_files[];
extern const size_t health_page_file_count;

#define POLICY                                                                                     \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "              \
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/* Checks X-Edge-Secret, which the reverse proxy sends after it has checked the password. Without
 * this secret, containers on the same network could reach the page directly. */
bool check_edge_secret(void *data, struct http_request *req, struct http_response *res,
                       struct fault *fault)
{
    const struct health_app *app = data;
    const struct slice secret = slice_of(app->config->edge_secret);
    const struct slice sent = req->headers[HTTP_H_X_EDGE_SECRET];

    (void)res;
    if (secret.len == 0 || (sent.len == secret.len && digest_equal(sent.at, secret.at, secret.len)))
        return true;
    return fault_set(fault, FAULT_FORBIDDEN, "edge_only",
                     "The page is served through the reverse proxy only.");
}

// clang-format off
static const struct field items[] = {
    {.name = "lang", .type = FIELD_ENUM, .offset = 0, .names = language_names, .max = LANGUAGE_KZ},
};
// clang-format on
static const struct fields fields = FIELDS_OF(items, enum language);

static bool read_language(const struct http_request *req, enum language *out, struct fault *fault)
{
    *out = LANGUAGE_RU;
    return http_request_query(req, &fields, out, fault);
}

/* Computes the token of the page's forms for `day` (days since 1970), which other sites cannot
 * know. The token is valid on this day and the next. */
static void write_form_token(const struct health_app *app, int64_t day,
                             char out[PAGE_TOKEN_LEN + 1])
{
    uint8_t hash[DIGEST_SHA256_LEN];

    digest_hmac_sha256((struct slice){(const char *)app->page_key, sizeof app->page_key},
                       (struct slice){(const char *)&day, sizeof day}, hash);
    digest_hex(hash, PAGE_TOKEN_LEN / 2, out);
}

static int64_t current_day_number(void)
{
    return now_wall_us() / (24 * 3600 * US_PER_S);
}

static bool is_valid_form_token(const struct health_app *app, struct slice token)
{
    char good[PAGE_TOKEN_LEN + 1];
    bool found = false;

    if (token.len != PAGE_TOKEN_LEN)
        return false;
    for (int ago = 0; ago < 2; ago++) {
        write_form_token(app, current_day_number() - ago, good);
        found = digest_equal(token.at, good, PAGE_TOKEN_LEN) || found;
    }
    return found;
}

static enum http_status set_page_headers(struct http_response *res, const char *content_type)
{
    http_reply_header(res, "Cache-Control", SLICE("no-store"));
    http_reply_header(res, "Content-Security-Policy", SLICE(POLICY));
    http_reply_header(res, "Referrer-Policy", SLICE("same-origin"));
    http_reply_header(res, "X-Content-Type-Options", SLICE("nosniff"));
    res->status = HTTP_OK;
    res->content_type = content_type;
    return res->status;
}

typedef void render_fn(const struct monitor_view *view, const struct page_options *options,
                       struct buf *out);

static enum http_status reply_page(struct health_app *app, const struct http_request *req,
                                   struct http_response *res, render_fn *render)
{
    char token[PAGE_TOKEN_LEN + 1];
    struct monitor_view view;
    const char *docs_url = app->config->docs_url;
    struct page_options options = {.docs_url = docs_url[0] != '\0' ? docs_url : NULL,
                                   .token = token,
                                   .zone = app->config->time_zone};
    struct fault fault;

    if (!read_language(req, &options.language, &fault))
        return http_reply_fault(req, res, &fault);
    write_form_token(app, current_day_number(), token);
    monitor_get_view(app->monitor, &view);
    render(&view, &options, &res->body);
    return set_page_headers(res, "text/html; charset=utf-8");
}

enum http_status get_page(void *data, const struct http_request *req, struct http_response *res)
{
    return reply_page(data, req, res, page_render);
}

enum http_status get_page_public(void *data, const struct http_request *req,
                                 struct http_response *res)
{
    struct health_app *app = data;
    struct monitor_view view;

    monitor_get_view(app->monitor, &view);
    http_reply_header(res, PEER_ALERT_HEADER, view.link_alerted ? SLICE("yes") : SLICE("no"));
    return reply_page(data, req, res, page_render_public);
}

enum http_status get_page_badge(void *data, const struct http_request *req,
                                struct http_response *res)
{
    struct health_app *app = data;
    struct monitor_view view;
    enum language language;
    struct fault fault;

    if (!read_language(req, &language, &fault))
        return http_reply_fault(req, res, &fault);
    monitor_get_view(app->monitor, &view);
    page_render_badge(&view, language, &res->body);
    return set_page_headers(res, "image/svg+xml");
}

enum http_status get_page_file(void *data, const struct http_request *req,
                               struct http_response *res)
{
    const struct slice name = slice_from(req->path, 1);
    struct fault fault;

    (void)data;
    if (!http_request_query(req, NULL, NULL, &fault))
        return http_reply_fault(req, res, &fault);
    for (size_t i = 0; i < health_page_file_count; i++) {
        const struct embed_file *file = &health_page_files[i];
        if (!slice_is(name, file->name))
            continue;
        res->constant = embed_content(file);
        http_reply_header(res, "Cache-Control", SLICE("no-cache"));
        http_reply_header(res, "X-Content-Type-Options", SLICE("nosniff"));
        if (http_reply_resource(req, res, HTTP_OK, 1) == HTTP_OK)
            res->content_type = slice_is(name, "page.css") ? "text/css; charset=utf-8"
                                                           : "text/javascript; charset=utf-8";
        return res->status;
    }
    fault_set(&fault, FAULT_NOT_FOUND, "not_found", "The page has no such file.");
    return http_reply_fault(req, res, &fault);
}

/* The token in a form's body, which must be "token=..." (application/x-www-form-urlencoded). */
static struct slice token_of_form(struct slice body)
{
    static const struct slice name = {"token=", 6};

    return slice_starts(body, name) ? slice_from(body, name.len) : SLICE_NONE;
}

/* Acknowledges an incident and redirects to the page in its language. The token proves that the
 * form is from the page. */
enum http_status post_page_ack(void *data, const struct http_request *req,
                               struct http_response *res)
{
    struct health_app *app = data;
    struct incident incident;
    enum language language;
    struct uuid id;
    struct fault fault;

    if (!http_request_uuid(req, 0, &id, &fault) || !read_language(req, &language, &fault))
        return http_reply_fault(req, res, &fault);
    if (!is_valid_form_token(app, token_of_form(req->body))) {
        fault_set(&fault, FAULT_FORBIDDEN, "bad_token", "The page is too old: load it again.");
        return http_reply_fault(req, res, &fault);
    }
    if (!history_incident_ack(app->history, &id, "page", now_wall_us(), &incident, &fault) ||
        !monitor_reload_silences_and_incidents(app->monitor, &fault))
        return http_reply_fault(req, res, &fault);
    alerts_show_ack_in_telegram(app->alerts, &incident);
    http_reply_header(res, "Location",
                      arena_printf(req->arena, "/?lang=%s", language_names[language]));
    res->status = HTTP_SEE_OTHER;
    return res->status;
}
