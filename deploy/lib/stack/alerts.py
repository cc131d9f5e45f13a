# SPDX-License-Identifier: MIT
"""alerts: sends a test alert through the service health, of the running demo, otherwise of the stack."""
import sys

from say import answer_help, die, print_table, text
from stack import watch

USAGE = ("""deploy/tapbot alerts: сообщат ли вам о поломке.

  deploy/tapbot alerts test    послать проверку во все каналы, которые настроены: Telegram, почта, SMS, вебхук;
                               до трёх раз в час

Проверку посылает сам сервис health, с теми настройками, с которыми работает. PostgreSQL для этого не нужен. Спрашивается
демо, если оно запущено, иначе стек (deploy/tapbot up).

Коды выхода: 0 дошло по всем каналам, 1 по какому-то не дошло, или не настроен ни один, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot alerts: check that alerts are delivered.

  deploy/tapbot alerts test    send a test to every configured channel: Telegram, e-mail, SMS, webhook;
                               at most three times an hour

The service health itself sends the test, with the settings that it runs with; PostgreSQL is not needed. The command uses the
demo if it runs, otherwise the stack (deploy/tapbot up).

Exit codes: 0 delivered by all channels, 1 a channel failed or none is configured, 2 wrong usage, 3 something is missing on this machine.""")

SECONDS = 35  # timeout; health takes up to 25
CHANNELS = {"telegram": ("Telegram", "Telegram"), "email": ("почта", "e-mail"), "sms": ("SMS", "SMS"), "webhook": ("вебхук", "webhook")}
# Reasons that health returns if a channel fails, and what to do; other reasons are shown unchanged.
REASONS = {
    "telegram_no_bot": ("Telegram не знает этого бота: проверьте токен, sudo deploy/tapbot secrets set alert_bot_token",
                        "Telegram does not know this bot: check its token, sudo deploy/tapbot secrets set alert_bot_token"),
    "telegram_no_recipient": ("чата нет или бот в нём заблокирован: откройте чат с ботом и нажмите «Старт»; номера в ALERT_CHATS",
                              "the chat does not exist, or the bot is blocked: open the chat and press Start; the ids are in ALERT_CHATS"),
    "telegram_throttled": ("Telegram просит подождать: повторите позже", "Telegram requires a pause: try again later"),
    "telegram_not_sent": ("до Telegram не достучаться: проверьте сеть и прокси", "Telegram cannot be reached: check the network and the proxy"),
    "telegram_uncertain": ("Telegram не ответил: посмотрите в чат и повторите", "Telegram did not answer: check the chat, then try again"),
    "smtp_refused": ("почтовый сервер отказал: проверьте SMTP_USER, пароль (sudo deploy/tapbot secrets set smtp_password), ALERT_FROM, ALERT_EMAILS",
                     "the mail server refused: check SMTP_USER, its password (sudo deploy/tapbot secrets set smtp_password), ALERT_FROM, ALERT_EMAILS"),
    "smtp_away": ("почтовый сервер не отвечает: проверьте SMTP_URL и сеть", "the mail server does not answer: check SMTP_URL and the network"),
    "sms_bad_key": ("SMS.ru не знает этого ключа: sudo deploy/tapbot secrets set sms_api_id",
                    "SMS.ru does not know this key: sudo deploy/tapbot secrets set sms_api_id"),
    "sms_no_money": ("на счёте SMS.ru нет денег: пополните его", "the SMS.ru account has no money: top it up"),
    "sms_bad_phone": ("на этот номер SMS.ru не отправляет: проверьте ALERT_PHONES", "SMS.ru does not send to this number: check ALERT_PHONES"),
    "sms_limit": ("лимит SMS.ru на сегодня исчерпан", "the daily limit of SMS.ru is reached"),
    "sms_hourly": ("за последний час отправлено столько SMS, сколько разрешает SMS_HOURLY: четверть оставлена для аварий",
                   "the limit SMS_HOURLY was reached within the last hour: a quarter is reserved for critical incidents"),
    "sms_busy": ("SMS.ru просит подождать: повторите позже", "SMS.ru requires a pause: try again later"),
    "sms_refused": ("SMS.ru не принимает такое сообщение", "SMS.ru rejects this message"),
    "sms_uncertain": ("SMS.ru не ответил внятно: посмотрите в телефон, прежде чем повторять",
                      "the answer of SMS.ru was unclear: check the phone before you try again"),
    "sms_away": ("до SMS.ru не достучаться: проверьте сеть", "SMS.ru cannot be reached: check the network"),
    "webhook_away": ("адрес ALERT_WEBHOOK_URL не отвечает", "the address ALERT_WEBHOOK_URL does not answer"),
    "webhook_busy": ("программа по адресу ALERT_WEBHOOK_URL просит подождать: повторите позже", "the receiver at ALERT_WEBHOOK_URL requires a pause: try again later"),
    "webhook_refused": ("программа по адресу ALERT_WEBHOOK_URL не приняла: проверьте адрес и alert_webhook_secret",
                        "the receiver at ALERT_WEBHOOK_URL refused: check the address and alert_webhook_secret"),
    "webhook_gone": ("по адресу ALERT_WEBHOOK_URL сообщений больше не ждут (410): поправьте адрес и deploy/tapbot up --yes",
                     "ALERT_WEBHOOK_URL no longer accepts messages (410): correct the address, then deploy/tapbot up --yes"),
    "deadline_exceeded": ("не успел за 20 секунд", "it took more than 20 seconds"),
}


def stack():
    """(HOST:PORT, key) of the stack's health; exits if it cannot be called."""
    watch.stack_needed()
    if (key := watch.key()) is None:
        die(3, "Ключ сервиса health читает только root: повторите через sudo.", "Only root can read the key of health: run the command again with sudo.")
    for address in watch.addresses():
        if watch.call(address, key, "GET", "/livez"):
            return address, key
    return die(1, "Сервис health не отвечает: deploy/tapbot logs health", "The service health does not answer: deploy/tapbot logs health")


def refused(status, answer):
    code = answer.get("code", "")
    if status in (401, 403):
        die(1, "Ключу сервиса health это не разрешено (или PostgreSQL не работал, когда health запускался): deploy/tapbot up --yes",
            "The key of health does not allow this (or PostgreSQL was down when health started): deploy/tapbot up --yes")
    if code == "test_runs":
        die(1, "Проверка уже идёт: подождите полминуты и повторите.", "A test is already running: wait half a minute and try again.")
    if code == "too_many_tests":
        die(1, "За последний час проверку посылали три раза. Повторите через час.", "Three tests were sent within the last hour. Try again in an hour.")
    die(1, f"Сервис health не смог: {status} {code}", f"The service health failed: {status} {code}")


def row_of(one):
    name = text(*CHANNELS.get(one["channel"], (one["channel"],) * 2))
    if one["told"]:
        return [name, text("дошло", "delivered"), text(f"за {one['took_ms']} мс", f"in {one['took_ms']} ms")]
    return [name, text("НЕ ДОШЛО", "FAILED"), text(*REASONS.get(one["detail"], (one["detail"],) * 2))]


def main(arguments):
    answer_help(arguments, USAGE)
    if arguments != ["test"]:
        die(2, *USAGE)
    address, key = watch.demo("HEALTH_URL") or stack()
    status, answer = watch.call(address, key, "POST", "/v1/alerts/test", SECONDS) or (0, {})
    if status != 200:
        refused(status, answer)
    channels = answer["channels"]
    if not channels:
        die(1, "О поломке никто не узнает: не настроен ни один канал. Включить: docs/first-start.md, шаг 12",
            "Nobody will be alerted: no channel is configured. To configure one: docs/first-start.md, step 12")
    print_table([row_of(one) for one in channels])
    return 0 if all(one["told"] for one in channels) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
