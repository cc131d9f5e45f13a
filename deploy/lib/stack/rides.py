# SPDX-License-Identifier: MIT
"""rides: today's departures, requests without a driver, calls for help, and rides to settle. Uses booking-api of the running
demo, otherwise of the stack."""
import datetime
import os
import sys
import urllib.parse

from chat.rendering import clean, in_style
from say import aligned, answer_help, die, text
from stack import tree, watch
from stack.backup_plan import ZONE

USAGE = ("""deploy/tapbot rides: поездки между городами на сегодня.

  deploy/tapbot rides [--date 2026-12-31]

Показывает рейсы дня, заявки без водителя, кто позвал на помощь и не дождался ответа, и поездки, которые ещё не разобраны: они
кончились по чьей-то вине или раньше, чем водитель подтвердил оплату. Номера и коды из этого списка принимает API: docs/rides.md.

Спрашивается демо, если оно запущено, иначе стек (deploy/tapbot up). У стека нужен ключ с правом ride:read, в переменной
API_KEY. По умолчанию поездки выключены; тогда команда скажет, как их включить.

Коды выхода: 0 показано, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot rides: today's rides between cities.

  deploy/tapbot rides [--date 2026-12-31]

Shows the trips of the day, requests without a driver, unanswered calls for help, and rides that are not settled yet: they ended
by the fault of one side or before the driver confirmed a payment. The API accepts the codes of this list: docs/rides.md.

The command uses the demo if it runs, otherwise the stack (deploy/tapbot up). The stack needs a key with the scope ride:read,
in the variable API_KEY. Rides are disabled by default; the command then prints how to enable them.

Exit codes: 0 shown, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

SECONDS = 15
PAGE = 100   # items of a list that are read; "+" after the number means that there are more
PAGES = 5    # pages that are read of places and of the trips of a day
TRIPS = {"scheduled": ("ждёт", "waits"), "started": ("в пути", "on its way"), "finished": ("приехал", "arrived"), "cancelled": ("отменён", "cancelled")}
FAULTS = {"passenger": ("пассажира", "the passenger's"), "driver": ("водителя", "the driver's")}
LOADS = {"seat": ("мест: {}", "seats: {}"), "car": ("вся машина", "the whole car"), "parcel": ("посылка", "a parcel")}
SIDES = {"guest": ("пассажир", "the passenger"), "driver": ("водитель", "the driver")}
ENDS = {"cancelled": ("отменена", "cancelled"), "no_show": ("не пришёл", "did not come"), "expired": ("время вышло", "timed out")}


def tenge(money):
    return f"{money['amount'] // 100:,} ₸".replace(",", " ")


def moment(at, form="%d.%m %H:%M"):
    return datetime.datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone(ZONE).strftime(form)


class Client:
    """A client of booking-api, of the demo or of the stack, that reads lists page by page."""

    def __init__(self, address, key, is_demo):
        self.address, self.key, self.is_demo = address, key, is_demo
        self.towns = {one["slug"]: clean(one["name"][text("ru", "en")]) for one in self.items("/v1/places", PAGES)[0]}

    def items(self, path, pages=1, **query):
        """(items, whether there are more)."""
        found, cursor = [], None
        for _ in range(pages):
            more = {"limit": PAGE, **query, **({"cursor": cursor} if cursor else {})}
            status, answer = watch.read(self.address, self.key, "GET", f"{path}?{urllib.parse.urlencode(more)}", SECONDS) or (0, {})
            if status != 200:
                refused(status, answer, self.is_demo)
            found, cursor = found + answer["items"], answer["next_cursor"]
            if cursor is None:
                break
        return found, cursor is not None

    def route(self, first, last):
        return f"{self.towns.get(first, first)} → {self.towns.get(last, last)}"


def disabled(is_demo):
    """Exits with the steps that enable rides."""
    if is_demo:
        command = "deploy/tapbot demo stop && RIDES_ENABLED=true deploy/tapbot demo --detach"
        die(1, f"В этом демо поездки выключены. Включить: {command}", f"Rides are disabled in this demo. To enable them: {command}")
    if tree.env_read().get("RIDES_ENABLED") == "true":
        die(1, f"Поездки выключены: в {tree.ENV_FILE} уже есть RIDES_ENABLED=true, но booking-api запущен без этой строки.\nПрименить: sudo deploy/tapbot up --yes",
            f"Rides are disabled: {tree.ENV_FILE} has RIDES_ENABLED=true, but booking-api was started without it.\nTo apply it: sudo deploy/tapbot up --yes")
    die(1, f"""Поездки выключены. Включить их на этом сервере:
  1. Открыть файл настроек: sudo nano {tree.ENV_FILE}
  2. Заменить строку RIDES_ENABLED=false на RIDES_ENABLED=true. Если такой строки нет, дописать RIDES_ENABLED=true в конец.
     Сохранить: Ctrl-O и Enter, выйти: Ctrl-X.
  3. Применить: sudo deploy/tapbot up --yes
Подробнее: docs/bots.md, «Включить поездки».""",
        f"""Rides are disabled. To enable them on this server:
  1. Open the file of settings: sudo nano {tree.ENV_FILE}
  2. Change the line RIDES_ENABLED=false to RIDES_ENABLED=true. If there is no such line, add RIDES_ENABLED=true at the end.
     To save: Ctrl-O and Enter, to exit: Ctrl-X.
  3. To apply it: sudo deploy/tapbot up --yes
More: docs/bots.md (in Russian).""")


def refused(status, answer, is_demo):
    if status == 404:
        disabled(is_demo)
    if status in (401, 403):
        die(1, "Этому ключу поездки не видны: нужно право ride:read.", "This key cannot read rides: it needs the scope ride:read.")
    die(1, f"booking-api не смог: {status} {answer.get('code', '')}", f"booking-api failed: {status} {answer.get('code', '')}")


def trip_row(client, trip):
    stops, taken = trip["stops"], trip["seats"] - min(one["free_seats"] for one in trip["segments"])
    late = text(f", позже на {trip['delay_minutes']} мин", f", {trip['delay_minutes']} min late") if trip["delay_minutes"] else ""
    return [moment(trip["depart_at"], "%H:%M"), client.route(stops[0]["place"], stops[-1]["place"]),
            text(f"{taken} из {trip['seats']}", f"{taken} of {trip['seats']}"), text(*TRIPS[trip["status"]]) + late,
            f"{clean(trip['driver']['name'])}, {clean(trip['car']['make'])} {clean(trip['car']['model'])}"]


def request_row(client, ride):
    price = tenge(ride["price"]) if ride.get("price") else text("цена любая", "any price")
    return [f"{moment(ride['depart_from'])} - {moment(ride['depart_to'], '%H:%M')}", client.route(ride["from"], ride["to"]),
            text(*LOADS[ride["kind"]]).format(ride["seats"]), price, ride["code"]]


def person(one):
    return f"{clean(one['name'])} {one.get('phone') or ''}".strip()


def help_row(client, ride):
    """Both sides, those of them who call, and from where they called last."""
    calls = [one for one in client.items(f"/v1/rides/{ride['id']}/sos")[0] if one["answered_at"] is None]
    sides = sorted({one["side"] for one in calls})
    places = [f"{one['location']['lat']},{one['location']['lon']}" for one in calls if one["location"]]
    car = " ".join(clean(ride["car"][part] or "") for part in ("make", "model", "plate"))
    return [ride["code"], moment(ride["depart_at"]), client.route(ride["from"], ride["to"]),
            text("зовёт ", "called by ") + text(" и ", " and ").join(text(*SIDES[side]) for side in sides),
            text("пассажир ", "passenger ") + person(ride["passenger"]), text("водитель ", "driver ") + person(ride["driver"]), car,
            places[0] if places else "", ride["id"]]


def settle_row(client, ride):
    money = tenge(ride["refund"]) if ride["refund"] and ride["refund"]["amount"] else ""
    back = text(f"вернули {money}", f"{money} back") if money else ""
    why = (text("вина {}", "{} fault").format(text(*FAULTS[ride["fault"]])) if ride["fault"] in FAULTS
           else text("оплата не подтверждена", "payment not confirmed"))
    return [ride["code"], moment(ride["depart_at"]) if ride["depart_at"] else "", client.route(ride["from"], ride["to"]), text(*ENDS[ride["status"]]), why, back]


def section(title, rows, more, nothing, loud=False):
    """A list with a heading; for an empty list only the line `nothing`."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    head = f"{title}: {len(rows)}{'+' if more else ''}" if rows else nothing
    yield in_style(head, ["1", "31"] if loud and rows else ["1"]) if coloured else head
    yield from (f"  {line}" for line in aligned(rows))
    yield ""


def lines(client, day):
    # Calls for help come first.
    rides, more = client.items("/v1/rides", needs="help")
    yield from section(text("SOS без ответа", "Unanswered SOS"), [help_row(client, one) for one in rides], more,
                       text("SOS без ответа нет", "No unanswered SOS"), loud=True)
    trips, more = client.items("/v1/trips", PAGES, date=day)
    yield from section(text(f"Рейсы {day:%d.%m.%Y}", f"Trips of {day:%d.%m.%Y}"), [trip_row(client, one) for one in trips], more,
                       text(f"Рейсов {day:%d.%m.%Y} нет", f"No trips on {day:%d.%m.%Y}"))
    rides, more = client.items("/v1/rides", status="open")
    requests = [one for one in rides if not one.get("trip_id")]
    yield from section(text("Заявки без водителя", "Requests without a driver"), [request_row(client, one) for one in requests], more,
                       text("Заявок без водителя нет", "No requests without a driver"))
    rides, more = client.items("/v1/rides", needs="settling")
    yield from section(text("Разобрать", "To settle"), [settle_row(client, one) for one in rides], more, text("Разбирать нечего", "Nothing to settle"))


def day_of(arguments):
    """The requested day; None if the arguments are wrong."""
    words = [part for word in arguments for part in word.split("=", 1)]
    if not words:
        return datetime.datetime.now(ZONE).date()
    try:
        return datetime.date.fromisoformat(words[1]) if len(words) == 2 and words[0] == "--date" else None
    except ValueError:
        return None


def main(arguments):
    answer_help(arguments, USAGE)
    day = day_of(arguments)
    if day is None:
        die(2, *USAGE)
    of_demo = watch.demo("BOOKING_URL")
    address, key = of_demo or watch.stack("booking-api", "ride:read")
    print("\n".join(lines(Client(address, key, of_demo is not None), day)).rstrip())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
