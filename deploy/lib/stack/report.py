# SPDX-License-Identifier: MIT
"""report: requests the morning report from the service health, of the running demo, otherwise of the stack."""
import sys

from say import answer_help, die, print_table
from stack import alerts, watch

USAGE = ("""deploy/tapbot report: утренний отчёт, не дожидаясь утра.

  deploy/tapbot report             послать сегодняшний отчёт во все каналы и показать его здесь
  deploy/tapbot report --dry-run   только показать

Каждое утро отчёт приходит сам, когда именно, задаёт ALERT_REPORT_AT в .env. Спрашивается демо, если оно запущено, иначе стек
(deploy/tapbot up).

Коды выхода: 0 дошло по всем каналам или только показан, 1 по какому-то не дошло, или не настроен ни один, 2 неверные параметры,
3 чего-то нет на машине.""",
         """deploy/tapbot report: the morning report now. It is in Russian.

  deploy/tapbot report             send today's report to every channel and print it
  deploy/tapbot report --dry-run   only print it

The report is sent automatically every morning at ALERT_REPORT_AT of .env. The command uses the demo if it runs, otherwise the
stack (deploy/tapbot up).

Exit codes: 0 delivered by all channels, or only printed, 1 a channel failed or none is configured, 2 wrong usage, 3 something
is missing on this machine.""")


def main(arguments):
    answer_help(arguments, USAGE)
    if arguments not in ([], ["--dry-run"]):
        die(2, *USAGE)
    dry = bool(arguments)
    address, key = watch.demo("HEALTH_URL") or alerts.stack()
    path = "/v1/report" + ("?dry_run=true" if dry else "")
    status, answer = watch.call(address, key, "POST", path, alerts.SECONDS) or (0, {})
    if status != 200:
        alerts.refused(status, answer)
    answer = answer["would"] if dry else answer
    print(f"{answer['subject']}\n\n{answer['text']}")
    if dry:
        return 0
    if not answer["channels"]:
        die(1, "Отчёт никому не послан: не настроен ни один канал. Включить: docs/first-start.md, шаг 12",
            "The report was not sent: no channel is configured. To configure one: docs/first-start.md, step 12")
    print_table([alerts.row_of(one) for one in answer["channels"]])
    return 0 if all(one["told"] for one in answer["channels"]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
