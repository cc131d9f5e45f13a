# SPDX-License-Identifier: MIT
"""alerts: is everybody told when something breaks? Asks the service health, of the demo that runs here, else of the stack."""
import sys

from say import die, print_table, say, text, warn
from stack import tree, watch

USAGE = ("""deploy/tapbot alerts: сообщат ли вам о поломке.

  deploy/tapbot alerts test    послать проверку во все каналы, которые настроены: Telegram, почта, SMS, вебхук;
                               не больше трёх раз в час

Проверку посылает сам сервис health, с теми настройками, с которыми работает. PostgreSQL для этого не нужен. Спрашивается
демо, если оно запущено, иначе стек (deploy/tapbot up).

Коды выхода: 0 дошло по всем каналам, 1 по какому-то не дошло, или не настроен ни один, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot alerts: will you be told when something breaks.

  deploy/tapbot alerts test    send a test by every channel that is set up: Telegram, e-mail, SMS, webhook;
                               at most three times an hour

The service health itself sends it, with the settings that it runs with; PostgreSQL is not needed. It is asked in the demo where
that runs, else in the stack (deploy/tapbot up).

Exit codes: 0 all channels have told, 1 one has not, or none is set up, 2 wrong usage, 3 something is missing on this machine.""")

SECONDS = 35  # health takes 25
CHANNELS = {"telegram": ("Telegram", "Telegram"), "email": ("почта", "e-mail"), "sms": ("SMS", "SMS"), "webhook": ("вебхук", "webhook")}
# What health answers when a channel does not tell, and what to do; anything else is shown as it is.
REASONS = {
    "telegram_no_bot": ("Telegram не знает этого бота: проверьте токен, sudo deploy/tapbot secrets set alert_bot_token",
                        "Telegram does not know this bot: look at its token, sudo deploy/tapbot secrets set alert_bot_token"),
    "telegram_no_recipient": ("чата нет или бот в нём заблокирован: откройте чат с ботом и нажмите «Старт»; номера в ALERT_CHATS",
                              "the chat is not there, or the bot is blocked: open the chat and press Start; ids are in ALERT_CHATS"),
    "telegram_throttled": ("Telegram просит подождать: повторите позже", "Telegram asks to wait: try again later"),
    "telegram_not_sent": ("до Telegram не достучаться: проверьте сеть и прокси", "Telegram cannot be reached: look at the network and the proxy"),
    "telegram_uncertain": ("Telegram не ответил: посмотрите в чат и повторите", "Telegram did not answer: look at the chat and try again"),
    "smtp_refused": ("почтовый сервер отказал: проверьте SMTP_USER, пароль (sudo deploy/tapbot secrets set smtp_password), ALERT_FROM, ALERT_EMAILS",
                     "the mail server refuses: look at SMTP_USER, its password (sudo deploy/tapbot secrets set smtp_password), ALERT_FROM, ALERT_EMAILS"),
    "smtp_away": ("почтовый сервер не отвечает: проверьте SMTP_URL и сеть", "the mail server does not answer: look at SMTP_URL and the network"),
    "sms_bad_key": ("SMS.ru не знает этого ключа: sudo deploy/tapbot secrets set sms_api_id",
                    "SMS.ru does not know this key: sudo deploy/tapbot secrets set sms_api_id"),
    "sms_no_money": ("на счёте SMS.ru нет денег: пополните его", "there is no money at SMS.ru: top it up"),
    "sms_bad_phone": ("на этот номер SMS.ru не отправляет: проверьте ALERT_PHONES", "SMS.ru does not send to this phone: look at ALERT_PHONES"),
    "sms_limit": ("лимит SMS.ru на сегодня исчерпан", "SMS.ru's limit of the day is reached"),
    "sms_hourly": ("за последний час отправлено столько SMS, сколько разрешает SMS_HOURLY: четверть оставлена для аварий",
                   "as many SMS were sent within the last hour as SMS_HOURLY allows: a quarter is kept for critical incidents"),
    "sms_busy": ("SMS.ru просит подождать: повторите позже", "SMS.ru asks to wait: try again later"),
    "sms_refused": ("SMS.ru не принимает такое сообщение", "SMS.ru does not take such a message"),
    "sms_uncertain": ("SMS.ru не ответил внятно: посмотрите в телефон, прежде чем повторять",
                      "SMS.ru did not answer clearly: look at the phone before another try"),
    "sms_away": ("до SMS.ru не достучаться: проверьте сеть", "SMS.ru cannot be reached: look at the network"),
    "webhook_away": ("адрес ALERT_WEBHOOK_URL не отвечает", "the address ALERT_WEBHOOK_URL does not answer"),
    "webhook_busy": ("программа по адресу ALERT_WEBHOOK_URL просит подождать: повторите позже", "the program at ALERT_WEBHOOK_URL asks to wait: try again later"),
    "webhook_refused": ("программа по адресу ALERT_WEBHOOK_URL не приняла: проверьте адрес и alert_webhook_secret",
                        "the program at ALERT_WEBHOOK_URL refuses: look at the address and alert_webhook_secret"),
    "webhook_gone": ("по адресу ALERT_WEBHOOK_URL сообщений больше не ждут (410): поправьте адрес и deploy/tapbot up --yes",
                     "nobody waits at ALERT_WEBHOOK_URL any more (410): correct the address, then deploy/tapbot up --yes"),
    "deadline_exceeded": ("не успел за 20 секунд", "it took more than 20 seconds"),
}


def stack():
    """(HOST:PORT, key) of the stack's health; ends where it cannot be asked."""
    tree.env_read()
    tree.engine_needed()
    if (key := watch.key()) is None:
        die(3, "Ключ сервиса health читает только root: повторите через sudo.", "Only root reads health's key: again with sudo.")
    for address in watch.addresses():
        if watch.call(address, key, "GET", "/livez"):
            return address, key
    return die(1, "Сервис health не отвечает: deploy/tapbot logs health", "The service health does not answer: deploy/tapbot logs health")


def refused(status, answer):
    code = answer.get("code", "")
    if status in (401, 403):
        die(1, "Ключу сервиса health это не разрешено (или PostgreSQL не работал, когда health запускался): deploy/tapbot up --yes",
            "The key of health may not do that (or PostgreSQL was away when health started): deploy/tapbot up --yes")
    if code == "test_runs":
        die(1, "Проверка уже идёт: подождите полминуты и повторите.", "A test is under way: wait half a minute and try again.")
    if code == "too_many_tests":
        die(1, "За последний час проверку посылали три раза. Повторите через час.", "Three tests were sent within the last hour. Try again in an hour.")
    die(1, f"Сервис health не смог: {status} {code}", f"The service health could not: {status} {code}")


def row_of(one):
    name = text(*CHANNELS.get(one["channel"], (one["channel"],) * 2))
    if one["told"]:
        return [name, text("дошло", "told"), text(f"за {one['took_ms']} мс", f"in {one['took_ms']} ms")]
    return [name, text("НЕ ДОШЛО", "NOT TOLD"), text(*REASONS.get(one["detail"], (one["detail"],) * 2))]


def main(arguments):
    if any(word in ("-h", "--help") for word in arguments):
        say(*USAGE)
        return 0
    if arguments != ["test"]:
        warn(*USAGE)
        return 2
    address, key = watch.demo("HEALTH_URL") or stack()
    status, answer = watch.call(address, key, "POST", "/v1/alerts/test", SECONDS) or (0, {})
    if status != 200:
        refused(status, answer)
    channels = answer["channels"]
    if not channels:
        die(1, "О поломке никто не узнает: не настроен ни один канал. Включить: docs/first-start.md, шаг 12",
            "Nobody will learn what breaks: no channel is set up. To switch it on: docs/first-start.md, step 12")
    print_table([row_of(one) for one in channels])
    return 0 if all(one["told"] for one in channels) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
