// SPDX-License-Identifier: MIT
#include "inbox/webhook_client.h"

#include "base/auto.h"
#include "base/now.h"

#include "inbox/webhook_json.h"

enum { BODY_MAX = 4096, ANSWER_MAX = 16 * 1024, ARENA_MAX = 64 * 1024, RETRY_S = 5 };

static struct slice make_webhook_url(const struct gateway_app *app, const struct bot *bot,
                                     struct arena *arena)
{
    return arena_printf(arena, "%s/telegram/%s", app->config->public_url, bot->name);
}

static bool call_telegram(const struct gateway_app *app, const struct bot *bot, const char *method,
                          struct slice body, struct arena *arena, struct telegram_answer *answer,
                          struct fault *fault)
{
    const struct telegram_request request = {.token = bot->token,
                                             .method = method,
                                             .body = body,
                                             .timeout_ms = WEBHOOK_CALL_MS,
                                             .answer_max = ANSWER_MAX};

    return telegram_call(app->telegram, &request, arena, answer, fault);
}

bool webhook_client_read_state(const struct gateway_app *app, const struct bot *bot,
                               struct arena *arena, struct bot_webhook *out, struct slice *host,
                               enum telegram_outcome *outcome, struct fault *fault)
{
    struct telegram_answer answer = {.outcome = TELEGRAM_NOT_SENT};
    const struct slice ours = make_webhook_url(app, bot, arena);

    *outcome = TELEGRAM_NOT_SENT;
    if (ours.at == NULL)
        return arena_fault(fault);
    const bool answered =
        call_telegram(app, bot, "getWebhookInfo", SLICE_NONE, arena, &answer, fault);
    *outcome = answer.outcome;
    if (!answered)
        return false;
    const bool read =
        webhook_info_read(answer.result, ours, now_wall_us(), arena, out, host, fault);
    if (!read)
        *outcome = TELEGRAM_UNCERTAIN;
    return read;
}

static bool set_fault_of_refusal(const struct telegram_answer *answer, struct fault *fault)
{
    switch (answer->outcome) {
    case TELEGRAM_NO_BOT:
        return fault_set(fault, FAULT_CONFLICT, "token_refused",
                         "Telegram knows no bot with this token.");
    case TELEGRAM_REFUSED:
    case TELEGRAM_BAD_MARKUP:
    case TELEGRAM_NO_MESSAGE:
    case TELEGRAM_NO_RECIPIENT:
    case TELEGRAM_MIGRATED:
        return fault_set(fault, FAULT_CONFLICT, "webhook_refused", "Telegram refuses: %.*s",
                         SLICE_ARG(answer->description));
    case TELEGRAM_THROTTLED:
        return false; /* telegram_call() has set the fault */
    case TELEGRAM_DONE:
    case TELEGRAM_DONE_ALREADY:
    case TELEGRAM_NOT_SENT:
    case TELEGRAM_UNCERTAIN:
        break;
    }
    fault_set(fault, FAULT_UNAVAILABLE, "telegram_unavailable",
              "Telegram did not answer. Setting the webhook again does no harm.");
    fault->retry_after_s = RETRY_S;
    return false;
}

bool webhook_client_set_webhook(const struct gateway_app *app, const struct bot *bot,
                                struct fault *fault)
{
    AUTO(arena_finish) struct arena arena = ARENA(ARENA_MAX);
    struct telegram_answer answer = {.outcome = TELEGRAM_NOT_SENT};
    const struct slice url = make_webhook_url(app, bot, &arena);
    char text[BODY_MAX];
    struct buf body;

    buf_init_over(&body, text, sizeof text);
    if (url.at == NULL)
        return arena_fault(fault);
    webhook_encode_set_parameters(url, bot->secret, &body);
    if (!buf_ok(&body, fault))
        return false;
    return call_telegram(app, bot, "setWebhook", buf_as_slice(&body), &arena, &answer, fault) ||
           set_fault_of_refusal(&answer, fault);
}

bool webhook_client_delete_webhook(const struct gateway_app *app, const struct bot *bot,
                                   struct fault *fault)
{
    AUTO(arena_finish) struct arena arena = ARENA(ARENA_MAX);
    struct telegram_answer answer;

    return call_telegram(app, bot, "deleteWebhook", SLICE_NONE, &arena, &answer, fault);
}

struct slice webhook_client_fetch_username(const struct gateway_app *app, const struct bot *bot,
                                           struct arena *arena)
{
    struct telegram_answer answer;
    struct slice username;
    struct fault ignored;

    return call_telegram(app, bot, "getMe", SLICE_NONE, arena, &answer, &ignored) &&
                   webhook_username_read(answer.result, arena, &username, &ignored)
               ? username
               : SLICE_NONE;
}

bool webhook_client_set_menu(const struct gateway_app *app, const struct bot *bot,
                             struct slice body, struct fault *fault)
{
    AUTO(arena_finish) struct arena arena = ARENA(ARENA_MAX);
    struct telegram_answer answer;

    return call_telegram(app, bot, "setMyCommands", body, &arena, &answer, fault);
}
