// SPDX-License-Identifier: MIT
/* /docs: the service's /openapi.json as a page, shown by Swagger UI (third_party/), which is
 * embedded in this binary in compressed form. Nothing is loaded from other hosts: the
 * Content-Security-Policy below forbids it. */
#include "api/service_private.h"
#include "base/embed.h"
#include "http/media.h"

extern const struct embed_file api_docs_files[]; /* embedded by tapbot_embed() in CMakeLists.txt */
extern const size_t api_docs_file_count;

/* Swagger UI needs inline styles, and data: URLs for its icons. */
#define POLICY                                                                                     \
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "                    \
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "              \
    "frame-ancestors 'none'"

enum { DOCS_VERSION = 1 }; /* version in the files' ETags, which also depend on the content */

/* path after /docs/, the file in the binary, its type */
static const struct docs_file {
    const char *name;
    const char *embedded;
    const char *type;
    bool gzip;
} files[] = {
    {"",               "docs.html",               "text/html; charset=utf-8",       false},
    {"start.js",       "docs.js",                 "text/javascript; charset=utf-8", false},
    {"swagger-ui.css", "swagger-ui.css.gz",       "text/css; charset=utf-8",        true },
    {"swagger-ui.js",  "swagger-ui-bundle.js.gz", "text/javascript; charset=utf-8", true },
};

static const struct docs_file *find_docs_file(struct slice name)
{
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        if (slice_is(name, files[i].name))
            return &files[i];
    }
    return NULL;
}

static struct slice get_file_content(const struct docs_file *file)
{
    for (size_t i = 0; i < api_docs_file_count; i++) {
        if (slice_is(slice_of(api_docs_files[i].name), file->embedded))
            return embed_content(&api_docs_files[i]);
    }
    return SLICE("");
}

/* Replies with a file. The browser caches it but revalidates it by its ETag at each use, so that an
 * update takes effect at once. */
static enum http_status reply_file(const struct http_request *req, struct http_response *res,
                                   const struct docs_file *file)
{
    if (file->gzip) {
        http_reply_header(res, "Vary", SLICE("Accept-Encoding"));
        http_reply_header(res, "Content-Encoding", SLICE("gzip"));
    }
    http_reply_header(res, "Cache-Control", SLICE("no-cache"));
    http_reply_header(res, "Content-Security-Policy", SLICE(POLICY));
    http_reply_header(res, "Referrer-Policy", SLICE("no-referrer"));
    http_reply_header(res, "X-Content-Type-Options", SLICE("nosniff"));
    res->constant = get_file_content(file);
    if (http_reply_resource(req, res, HTTP_OK, DOCS_VERSION) == HTTP_OK)
        res->content_type = file->type;
    return res->status;
}

enum http_status service_get_docs(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    (void)data;
    return reply_file(req, res, &files[0]);
}

enum http_status service_get_docs_file(void *data, const struct http_request *req,
                                       struct http_response *res)
{
    struct slice name = req->params[0];
    const struct docs_file *file = name.len > 0 ? find_docs_file(name) : NULL;
    struct fault fault;

    (void)data;
    if (file == NULL) {
        fault_set(&fault, FAULT_NOT_FOUND, "not_found", "The description has no such file.");
        return http_reply_fault(req, res, &fault);
    }
    if (file->gzip && !http_media_accepts_gzip(req->headers[HTTP_H_ACCEPT_ENCODING])) {
        http_reply_header(res, "Vary", SLICE("Accept-Encoding"));
        fault_set(&fault, FAULT_NOT_ACCEPTABLE, "not_acceptable",
                  "This file is there with Content-Encoding gzip only.");
        return http_reply_fault(req, res, &fault);
    }
    return reply_file(req, res, file);
}

enum http_status service_get_openapi(void *data, const struct http_request *req,
                                     struct http_response *res)
{
    (void)req;
    res->constant = service_run_of(data)->definition->openapi;
    return http_reply_json(res, HTTP_OK);
}
