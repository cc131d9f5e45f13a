// SPDX-License-Identifier: MIT
#include "http/smtp.h"

#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

enum { BRACKETED_MAX = 256 + 3 };

struct smtp_transfer {
    const struct smtp_call *call;
    size_t at; /* bytes of the message that were given to curl */
};

static size_t copy_message_to_curl(char *to, size_t size, size_t count, void *data)
{
    struct smtp_transfer *transfer = data;
    const struct slice rest = slice_from(transfer->call->message, transfer->at);
    const size_t len = rest.len < size * count ? rest.len : size * count;

    memcpy(to, rest.at, len);
    transfer->at += len;
    return len;
}

static int is_cancelled(void *data, curl_off_t to_receive, curl_off_t received, curl_off_t to_send,
                        curl_off_t sent)
{
    const struct smtp_transfer *transfer = data;

    (void)to_receive;
    (void)received;
    (void)to_send;
    (void)sent;
    return atomic_load(transfer->call->cancel) ? 1 : 0;
}

static bool add_recipient(struct curl_slist **list, const char *address)
{
    char text[BRACKETED_MAX];

    snprintf(text, sizeof text, "<%s>", address);
    struct curl_slist *longer = curl_slist_append(*list, text);
    if (longer != NULL)
        *list = longer;
    return longer != NULL;
}

static void set_server_options(CURL *curl, const struct smtp_call *call)
{
    const bool signs_in = call->user[0] != '\0';

    curl_easy_setopt(curl, CURLOPT_URL, call->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, call->limit_ms / 3L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)call->limit_ms);
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(signs_in ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (call->ca_file != NULL)
        curl_easy_setopt(curl, CURLOPT_CAINFO, call->ca_file);
    if (signs_in) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, call->user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, call->password);
    }
}

static void set_mail_options(CURL *curl, struct smtp_transfer *transfer, struct curl_slist *to)
{
    char from[BRACKETED_MAX];

    snprintf(from, sizeof from, "<%s>", transfer->call->from);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, copy_message_to_curl);
    curl_easy_setopt(curl, CURLOPT_READDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, is_cancelled);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer);
}

static bool is_refusal(CURLcode code, long status)
{
    switch (code) {
    case CURLE_USE_SSL_FAILED: /* the server has no STARTTLS */
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return true;
    case CURLE_LOGIN_DENIED:
        return status / 100 != 4;
    default:
        return status / 100 == 5;
    }
}

static bool set_fault_from_result(CURLcode code, long status, struct fault *fault)
{
    if (code == CURLE_OK)
        return true;
    if (is_refusal(code, status))
        return fault_set(fault, FAULT_INVALID, "smtp_refused", "The mail is refused: %s (%ld).",
                         curl_easy_strerror(code), status);
    return fault_set(fault, FAULT_UNAVAILABLE, "smtp_away", "The mail is not sent: %s (%ld).",
                     curl_easy_strerror(code), status);
}

bool smtp_send(const struct smtp_call *call, struct fault *fault)
{
    struct smtp_transfer transfer = {.call = call};
    struct curl_slist *to = NULL;
    CURL *curl = curl_easy_init();
    CURLcode code = CURLE_OUT_OF_MEMORY;
    long status = 0;
    bool ok = curl != NULL;

    for (size_t i = 0; ok && call->to[i] != NULL; i++)
        ok = add_recipient(&to, call->to[i]);
    if (ok) {
        set_server_options(curl, call);
        set_mail_options(curl, &transfer, to);
        code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    }
    curl_easy_cleanup(curl);
    curl_slist_free_all(to);
    return set_fault_from_result(code, status, fault);
}

bool smtp_init(struct fault *fault)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ||
           fault_set(fault, FAULT_INTERNAL, "curl_init", "curl does not start.");
}

bool smtp_is_url_valid(const char *url)
{
    CURLU *parts = curl_url();
    char *scheme = NULL, *user = NULL;
    const bool ok = parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
                    curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                    (strcmp(scheme, "smtp") == 0 || strcmp(scheme, "smtps") == 0) &&
                    curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_NO_USER;

    curl_free(scheme);
    curl_free(user);
    curl_url_cleanup(parts);
    return ok;
}
