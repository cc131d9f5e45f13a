// SPDX-License-Identifier: MIT
/* Finds routes. The table becomes a tree of path parts: each node has literal children and at most
 * one parameter. A literal part takes precedence over a parameter. If no route ends below the
 * literal part, the parameter is tried. */
#include "http/route.h"

#include <stdlib.h>

#include "base/arena.h"

enum { DEPTH_MAX = 12, NODES_BYTES_MAX = 1024 * 1024 };

/* A part of the routes' paths. No route ends at a zeroed node. */
struct node {
    struct slice part;      /* literal text; unused in a parameter */
    struct node *literals;  /* first child */
    struct node *next;      /* sibling */
    struct node *parameter; /* child that matches any part */
    const struct http_route *by_method[HTTP_METHOD_COUNT];
    unsigned allowed; /* bit set of methods of the routes that end here; 0: none */
    bool open;        /* all routes that end here are open */
};

struct http_router {
    const struct http_route *routes;
    struct arena nodes;
    struct node root;
};

/* Finds or creates the child for a part. NULL if memory is out. */
static struct node *find_or_add_child(struct http_router *router, struct node *node,
                                      struct slice part)
{
    bool parameter = part.len > 0 && part.at[0] == ':';
    struct node **slot = parameter ? &node->parameter : &node->literals;

    while (!parameter && *slot != NULL && !slice_equal((*slot)->part, part))
        slot = &(*slot)->next;
    if (*slot == NULL) {
        *slot = arena_alloc(&router->nodes, sizeof **slot);
        if (*slot != NULL)
            (*slot)->part = part;
    }
    return *slot;
}

static struct node *find_or_add_node(struct http_router *router, struct slice path,
                                     struct fault *fault)
{
    struct node *node = &router->root;
    size_t params = 0;
    size_t depth = 0;

    for (struct slice rest = slice_from(path, 1); rest.at != NULL; depth++) {
        struct slice part = slice_cut(&rest, '/');
        params += part.len > 0 && part.at[0] == ':';
        node = find_or_add_child(router, node, part);
        if (node == NULL) {
            fault_out_of_memory(fault, "the routes");
            return NULL;
        }
    }
    if (params > HTTP_PATH_PARAMS_MAX || depth > DEPTH_MAX) {
        (void)fault_set(fault, FAULT_INTERNAL, "bad_route", "Route %.*s has too many parts.",
                        SLICE_ARG(path));
        return NULL;
    }
    return node;
}

static bool add_route(struct http_router *router, const struct http_route *route,
                      struct fault *fault)
{
    struct slice path = slice_of(route->path);

    if (path.len == 0 || path.at[0] != '/' || (unsigned)route->method >= HTTP_METHOD_COUNT)
        return fault_set(fault, FAULT_INTERNAL, "bad_route", "Route %d has no path or method.",
                         (int)(route - router->routes));
    struct node *node = find_or_add_node(router, path, fault);
    if (node == NULL)
        return false;
    if (node->by_method[route->method] != NULL)
        return fault_set(fault, FAULT_INTERNAL, "bad_route", "Two routes are %s %s.",
                         http_method_name(route->method), route->path);
    bool open = http_route_needs_no_key(route);
    node->open = open && (node->allowed == 0 || node->open);
    node->by_method[route->method] = route;
    node->allowed |= 1U << route->method | 1U << HTTP_OPTIONS;
    if (route->method == HTTP_GET)
        node->allowed |= 1U << HTTP_HEAD;
    return true;
}

struct http_router *http_router_create(const struct http_route *routes, size_t count,
                                       struct fault *fault)
{
    struct http_router *router = fault_calloc(sizeof *router, "the routes", fault);

    if (router == NULL)
        return NULL;
    router->routes = routes;
    arena_init(&router->nodes, NODES_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        if (!add_route(router, &routes[i], fault)) {
            http_router_destroy(router);
            return NULL;
        }
    }
    return router;
}

void http_router_destroy(struct http_router *router)
{
    if (router == NULL)
        return;
    arena_finish(&router->nodes);
    free(router);
}

/* Finds the node at which a path ends. `rest` is the path below `node`, absent if it ends there.
 * The recursion is as deep as the deepest path of the table. */
static const struct node *find_node(const struct node *node, struct slice rest,
                                    struct slice *params, size_t params_used)
{
    if (rest.at == NULL)
        return node->allowed != 0 ? node : NULL;
    struct slice part = slice_cut(&rest, '/');
    const struct node *found = NULL;
    for (const struct node *child = node->literals; child != NULL; child = child->next) {
        if (slice_equal(child->part, part)) {
            found = find_node(child, rest, params, params_used);
            break;
        }
    }
    if (found != NULL || node->parameter == NULL || part.len == 0)
        return found;
    found = find_node(node->parameter, rest, params, params_used + 1);
    if (found != NULL)
        params[params_used] = part;
    return found;
}

void http_router_match(const struct http_router *router, enum http_method method, struct slice path,
                       struct http_match *out)
{
    memset(out, 0, sizeof *out);
    if (path.len == 0 || path.at[0] != '/')
        return;
    const struct node *node = find_node(&router->root, slice_from(path, 1), out->params, 0);
    if (node == NULL)
        return;
    out->allowed = node->allowed;
    out->open = node->open;
    if ((unsigned)method >= HTTP_METHOD_COUNT)
        return;
    const struct http_route *route = node->by_method[method];
    if (route == NULL && method == HTTP_HEAD)
        route = node->by_method[HTTP_GET];
    if (route == NULL)
        return;
    out->index = (size_t)(route - router->routes);
    out->route = route;
}
