// SPDX-License-Identifier: MIT
/* Every route of search-api. Start reading here: the handlers of a noun are in
 * handlers/<noun>_handlers.c. */
#include "routes.h"

#include "api/service.h"

#include "access.h"
#include "documents/upload.h"
#include "handlers/handlers.h"

// clang-format off
#define ROUTE(method_, path_, scope_, handler_, flags_)                                            \
    {.method = (method_), .path = (path_), .scope = (scope_), .handler = (handler_), .flags = (flags_)}

/* method, path, who may call, handler, flags */
const struct http_route search_routes[] = {
    SERVICE_ROUTES,

    {.method = HTTP_POST, .path = "/v1/documents", .scope = SCOPE_SEARCH_WRITE, .handler = post_documents,
     .pieces_type = "application/x-ndjson", .body_max = UPLOAD_BODY_MAX},
    ROUTE(HTTP_DELETE, "/v1/documents", SCOPE_SEARCH_WRITE, delete_documents, 0),

    ROUTE(HTTP_GET,    "/v1/index",     SCOPE_SEARCH_READ,  get_index,        0),
    ROUTE(HTTP_POST,   "/v1/index/rebuild", SCOPE_SEARCH_WRITE, post_index_rebuild, HTTP_ROUTE_ACTION),

    ROUTE(HTTP_POST,   "/v1/search/messages", SCOPE_SEARCH_READ, post_search_messages, HTTP_ROUTE_READS),
    ROUTE(HTTP_POST,   "/v1/search/apartments", SCOPE_SEARCH_READ, post_search_apartments, HTTP_ROUTE_READS),
};
// clang-format on
const size_t search_route_count = ARRAY_LEN(search_routes);
