// SPDX-License-Identifier: MIT
#include <limits.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>

#include "base/now.h"
#include "http/client_multi_private.h"

enum { ANSWER_HEADERS_MAX = 65536 };

/* --- the answer --- */

static size_t store_answer_body(const char *data, size_t size, size_t count, void *user)
{
    struct transfer *transfer = user;
    size_t len = size * count;

    if (transfer->request->call->drops_body)
        return len;
    if (len > transfer->body.max - transfer->body.len) {
        transfer->answer->too_large = true;
        return 0;
    }
    buf_append(&transfer->body, data, len);
    return transfer->body.failed ? 0 : len;
}

/* Stores the value of a header if the line has this name. The values of several lines are joined
 * (RFC 9110, 5.3). */
static void store_header_if_named(struct transfer *transfer, struct slice line,
                                  struct slice wanted_name, struct slice *value)
{
    const struct slice name = slice_cut(&line, ':');

    if (line.at == NULL || !slice_equal_caseless(name, wanted_name))
        return;
    line = slice_trim(line);
    *value = value->at == NULL
                 ? arena_copy(transfer->arena, line)
                 : arena_printf(transfer->arena, "%.*s, %.*s", SLICE_ARG(*value), SLICE_ARG(line));
    transfer->answer->arena_full = transfer->answer->arena_full || value->at == NULL;
}

/* True for the blank line after the headers of the final answer, but not for the blank line after a
 * 1xx answer. */
static bool is_end_of_final_headers(const struct transfer *transfer, struct slice line)
{
    long status = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
    return line.len == 0 && status >= 200;
}

static size_t store_answer_header(const char *data, size_t size, size_t count, void *user)
{
    struct transfer *transfer = user;
    struct slice line = {data, size * count};

    transfer->header_bytes += line.len;
    if (transfer->header_bytes > ANSWER_HEADERS_MAX) {
        transfer->answer->too_large = true;
        return 0;
    }
    /* A 1xx answer ended: the headers of another answer begin. */
    if (slice_starts(line, SLICE("HTTP/"))) {
        transfer->answer->retry_after = SLICE_NONE;
        memset(transfer->answer->headers, 0, sizeof transfer->answer->headers);
    }
    while (line.len > 0 && (line.at[line.len - 1] == '\r' || line.at[line.len - 1] == '\n'))
        line.len--;
    store_header_if_named(transfer, line, SLICE("Retry-After"), &transfer->answer->retry_after);
    for (size_t i = 0; i < HTTP_HEADERS_RETURNED; i++) {
        const char *name = transfer->request->call->headers_returned[i];
        if (name != NULL)
            store_header_if_named(transfer, line, slice_of(name), &transfer->answer->headers[i]);
    }
    if (transfer->answer->arena_full)
        return 0;
    /* The fiber runs after curl has read the bytes that were received: if they include the whole
     * body, the connection is kept. */
    if (transfer->request->call->drops_body && is_end_of_final_headers(transfer, line))
        http_transfer_end(transfer, CURLE_OK);
    return size * count;
}

/* --- the request --- */

static size_t copy_body_to_curl(char *out, size_t size, size_t count, void *user)
{
    struct transfer *transfer = user;
    struct slice body = transfer->request->call->body;
    size_t len = body.len - transfer->body_sent;

    if (len > size * count)
        len = size * count;
    if (len > 0)
        memcpy(out, body.at + transfer->body_sent, len);
    transfer->body_sent += len;
    return len;
}

/* Callback of curl for rewinding the body. If a reused connection ends without an answer, curl
 * rewinds the body and sends the request again. The server may have acted on the first request, so
 * rewinding fails. */
static int refuse_rewind(void *user, curl_off_t offset, int origin)
{
    (void)user;
    (void)offset;
    (void)origin;
    return CURL_SEEKFUNC_FAIL;
}

static bool sends_body(const struct http_call *call)
{
    return call->body.len > 0 || strcmp(call->method, "POST") == 0 ||
           strcmp(call->method, "PUT") == 0 || strcmp(call->method, "PATCH") == 0;
}

static CURLcode set_body(struct transfer *transfer)
{
    const struct slice body = transfer->request->call->body;
    CURL *easy = transfer->easy;
    CURLcode bad = curl_easy_setopt(easy, CURLOPT_POST, 1L);

    bad |= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    if (transfer->request->repeatable || body.len == 0)
        return bad | curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.at != NULL ? body.at : "");
    bad |= curl_easy_setopt(easy, CURLOPT_READFUNCTION, copy_body_to_curl);
    bad |= curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
    bad |= curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, refuse_rewind);
    return bad;
}

static CURLcode set_method(struct transfer *transfer)
{
    const struct http_call *call = transfer->request->call;
    CURLcode bad = CURLE_OK;

    if (sends_body(call))
        bad = set_body(transfer);
    else if (strcmp(call->method, "HEAD") == 0)
        bad = curl_easy_setopt(transfer->easy, CURLOPT_NOBODY, 1L);
    else
        bad = curl_easy_setopt(transfer->easy, CURLOPT_HTTPGET, 1L);
    /* Without a body refuse_rewind() is never called, so a new connection is used instead. */
    if (!transfer->request->repeatable && call->body.len == 0)
        bad |= curl_easy_setopt(transfer->easy, CURLOPT_FRESH_CONNECT, 1L);
    return bad | curl_easy_setopt(transfer->easy, CURLOPT_CUSTOMREQUEST, call->method);
}

static bool append_curl_line(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);

    if (longer == NULL)
        return false;
    *list = longer;
    return true;
}

static bool set_headers(struct transfer *transfer)
{
    const char *const *headers = transfer->request->call->headers;
    bool typed = false;

    for (; headers != NULL && *headers != NULL; headers++) {
        typed = typed || strncasecmp(*headers, "Content-Type:", 13) == 0;
        if (!append_curl_line(&transfer->headers, *headers))
            return false;
    }
    if (!typed && sends_body(transfer->request->call) &&
        !append_curl_line(&transfer->headers, "Content-Type:"))
        return false;
    /* Removes curl's header "Expect: 100-continue", which would cost a round trip. */
    return append_curl_line(&transfer->headers, "Expect:") &&
           curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers) == CURLE_OK;
}

/* Connects to the checked address, even if the name resolves to another one by now. TLS and Host
 * still use the name. */
static bool pin_address(struct transfer *transfer)
{
    char numeric[INET6_ADDRSTRLEN];
    char line[INET6_ADDRSTRLEN + 16];
    const struct work_address *address = &transfer->request->address;
    bool v6 = address->addr.ss_family == AF_INET6;

    work_address_format(address, numeric);
    snprintf(line, sizeof line, v6 ? "::[%s]:%u" : "::%s:%u", numeric,
             work_address_get_port(address));
    return append_curl_line(&transfer->connect_to, line) &&
           curl_easy_setopt(transfer->easy, CURLOPT_CONNECT_TO, transfer->connect_to) == CURLE_OK;
}

/* Always tunnels, so that the proxy's own answers are not mistaken for the server's. */
static bool set_proxy(struct transfer *transfer)
{
    char numeric[INET6_ADDRSTRLEN];
    char server[INET6_ADDRSTRLEN + 32];
    CURL *easy = transfer->easy;
    const struct http_proxy *proxy = transfer->request->proxy;
    const struct work_address *address = &transfer->request->address;
    bool v6 = address->addr.ss_family == AF_INET6;

    work_address_format(address, numeric);
    snprintf(server, sizeof server, v6 ? "%s://[%s]:%u" : "%s://%s:%u", proxy->scheme, numeric,
             work_address_get_port(address));
    CURLcode bad = curl_easy_setopt(easy, CURLOPT_PROXY, server);
    bad |= curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_BASIC);
    if (proxy->user[0] == '\0')
        return bad == CURLE_OK;
    bad |= curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, proxy->user);
    bad |= curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, proxy->password);
    return bad == CURLE_OK;
}

/* Callback of curl when a new connection is complete: bytes that were sent before went to a proxy.
 * curl calls it again if it repeats a request over another connection; only the first call
 * counts. */
static int on_connected(void *user, char *to, char *from, int to_port, int from_port)
{
    struct transfer *transfer = user;

    (void)to;
    (void)from;
    (void)to_port;
    (void)from_port;
    if (!transfer->connected)
        curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &transfer->bytes_before);
    transfer->begun = true;
    transfer->connected = true;
    return CURL_PREREQFUNC_OK;
}

static int on_socket_created(void *user, curl_socket_t fd, curlsocktype purpose)
{
    struct transfer *transfer = user;

    (void)fd;
    (void)purpose;
    transfer->begun = true;
    return CURL_SOCKOPT_OK;
}

static bool set_progress_callbacks(struct transfer *transfer)
{
    CURLcode bad = curl_easy_setopt(transfer->easy, CURLOPT_SOCKOPTFUNCTION, on_socket_created);

    bad |= curl_easy_setopt(transfer->easy, CURLOPT_SOCKOPTDATA, transfer);
    bad |= curl_easy_setopt(transfer->easy, CURLOPT_PREREQFUNCTION, on_connected);
    bad |= curl_easy_setopt(transfer->easy, CURLOPT_PREREQDATA, transfer);
    return bad == CURLE_OK;
}

static CURLcode set_connection(struct transfer *transfer)
{
    const struct http_transport_request *request = transfer->request;
    CURL *easy = transfer->easy;
    CURLcode bad = curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                                    request->connect_ms > 0 ? (long)request->connect_ms : INT_MAX);

    if (request->call->address != NULL) {
        bad |= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
        bad |= curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    }
    if (request->call->only_connects) {
        bad |= curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
        bad |= curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
    }
    return bad;
}

static bool prepare_transfer(struct transfer *transfer)
{
    const struct http_transport_request *request = transfer->request;
    CURL *easy = transfer->easy;
    CURLcode bad = curl_easy_setopt(easy, CURLOPT_URL, request->url);

    bad |= curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    bad |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    bad |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    bad |= curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* no proxy, whatever the environment says */
    bad |= curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
    bad |= set_connection(transfer);
    bad |= curl_easy_setopt(easy, CURLOPT_USERAGENT, "tapbot");
    bad |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, store_answer_body);
    bad |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    bad |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, store_answer_header);
    bad |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    /* Disables the default folder of CA certificates: with a folder curl would read and parse the
     * file again for each connection. A file alone is cached for a day. */
    bad |= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    if (request->ca_file != NULL)
        bad |= curl_easy_setopt(easy, CURLOPT_CAINFO, request->ca_file);
#if LIBCURL_VERSION_NUM >= 0x075700
    bad |= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
    bad |= set_method(transfer);
    return bad == CURLE_OK && set_headers(transfer) && set_progress_callbacks(transfer) &&
           (request->proxy != NULL ? set_proxy(transfer) : pin_address(transfer));
}

/* --- one request --- */

static void set_sent_flags(struct transfer *transfer)
{
    long bytes = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &bytes);
    transfer->answer->sent = transfer->connected && bytes > transfer->bytes_before;
    transfer->answer->no_connection = !transfer->begun;
}

/* Maps results of OpenSSL's X509_verify_cert(), which curl passes on, by their numbers in
 * openssl/x509_vfy.h, a stable interface. */
static enum http_distrust distrust_from_verify_result(long verify_result)
{
    switch (verify_result) {
    case 0:
        return HTTP_TRUSTED;
    case 1: /* not verified: curl has already refused the name */
        return HTTP_OTHER_NAME;
    case 9:
        return HTTP_NOT_YET_VALID;
    case 10:
        return HTTP_EXPIRED;
    case 18: /* the server's own certificate */
    case 19: /* the root that the server sent */
        return HTTP_SELF_SIGNED;
    case 2:
    case 20:
    case 21:
        return HTTP_UNKNOWN_ISSUER;
    default:
        return HTTP_BAD_CERTIFICATE;
    }
}

/* Expiry of the server's own certificate, which is the first one of the chain. */
static int64_t get_certificate_expiry_us(CURL *easy)
{
    struct curl_certinfo *found = NULL;
    struct tm until = {0};

    curl_easy_getinfo(easy, CURLINFO_CERTINFO, &found);
    if (found == NULL || found->num_of_certs < 1)
        return 0;
    for (const struct curl_slist *at = found->certinfo[0]; at != NULL; at = at->next) {
        if (strncmp(at->data, "Expire date:", 12) == 0 &&
            strptime(at->data + 12, "%b %d %H:%M:%S %Y GMT", &until) != NULL)
            return (int64_t)timegm(&until) * US_PER_S;
    }
    return 0;
}

static void store_certificate_result(struct transfer *transfer)
{
    struct http_transport_answer *answer = transfer->answer;
    long verified = 0;

    curl_easy_getinfo(transfer->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
    if (answer->code != CURLE_OK && answer->code != CURLE_PEER_FAILED_VERIFICATION)
        return;
    answer->distrust = distrust_from_verify_result(verified);
    if (transfer->request->call->only_connects && answer->code == CURLE_OK)
        answer->certificate_until_us = get_certificate_expiry_us(transfer->easy);
}

static void store_answer_status_and_body(struct transfer *transfer)
{
    struct http_transport_answer *answer = transfer->answer;

    curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &answer->status);
    answer->body = arena_copy(transfer->arena, buf_as_slice(&transfer->body));
    if (answer->body.at != NULL)
        return;
    answer->arena_full = true;
    answer->code = CURLE_OUT_OF_MEMORY;
}

/* `request` is NULL if the transport was destroyed meanwhile: then only this fiber's own curl
 * handle is freed. */
static void finish_transfer(struct http_transport *transport, struct transfer *transfer)
{
    if (transfer->request != NULL) {
        LIST_REMOVE(transfer, of_all);
        curl_multi_remove_handle(transport->multi, transfer->easy);
    }
    curl_easy_cleanup(transfer->easy);
    curl_slist_free_all(transfer->headers);
    curl_slist_free_all(transfer->connect_to);
    buf_finish(&transfer->body);
}

static bool await_transfer(struct transfer *transfer, int64_t until_ns, struct fault *fault)
{
    while (!transfer->over) {
        if (!fiber_park(until_ns, fault) && !transfer->over)
            return false;
    }
    return true;
}

static bool run_transfer(struct http_transport *transport,
                         const struct http_transport_request *request, struct arena *arena,
                         int64_t until_ns, struct http_transport_answer *answer,
                         struct fault *fault)
{
    struct transfer transfer = {.fiber = fiber_current(),
                                .easy = curl_easy_init(),
                                .request = request,
                                .arena = arena,
                                .answer = answer};

    *answer = (struct http_transport_answer){.code = CURLE_OUT_OF_MEMORY};
    buf_init(&transfer.body, request->call->answer_max);
    if (transfer.easy == NULL)
        return true;
    LIST_INSERT_HEAD(&transport->transfers, &transfer, of_all);
    bool in_time = true;
    if (prepare_transfer(&transfer) &&
        curl_multi_add_handle(transport->multi, transfer.easy) == CURLM_OK)
        in_time = await_transfer(&transfer, until_ns, fault);
    set_sent_flags(&transfer);
    if (in_time)
        store_certificate_result(&transfer);
    if (in_time && answer->code == CURLE_OK)
        store_answer_status_and_body(&transfer);
    finish_transfer(transport, &transfer);
    return in_time;
}

/* Since version 8.8 curl counts the wait for a free connection as connecting. A request that it
 * ends for that reason begins again. */
bool http_transport_run(struct http_transport *transport,
                        const struct http_transport_request *request, struct arena *arena,
                        int64_t until_ns, struct http_transport_answer *answer, struct fault *fault)
{
    bool in_time;

    do {
        in_time = run_transfer(transport, request, arena, until_ns, answer, fault);
    } while (in_time && answer->code == CURLE_OPERATION_TIMEDOUT && answer->no_connection);
    return in_time;
}
