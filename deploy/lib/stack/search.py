# SPDX-License-Identifier: MIT
"""search: what was said, and flats by wish, in the terminal. Asks search-api, of the demo that runs here, else of the stack."""
import datetime
import os
import sys

from chat.rendering import clean, in_style
from say import die, say, text, warn
from stack import search_load, watch

USAGE = ("""deploy/tapbot search: найти сказанное или квартиру по пожеланию.

  deploy/tapbot search СЛОВА... [--chats] [--mode text|vector|hybrid] [--limit N] [--bot ИМЯ] [--chat НОМЕР] [--why]
  deploy/tapbot search --flats ПОЖЕЛАНИЕ... [--limit N] [--why]
  deploy/tapbot search load ФАЙЛ    передать файл документов (ещё: search load --help); само слово load: search -- load

СЛОВА     как в строке поиска: парковка; 'квартира -тихая' (без слова «тихая»); '"код от домофона"' (эти слова подряд).
          Опечатки, латиница, другая раскладка и казахские буквы понятны
--chats   в разговорах людей с ботами; так и без этого
--flats   квартиры: 'тихая двушка у метро до 20 тысяч с парковкой'. С датами показаны только свободные
--mode    text: по словам, vector: по смыслу, hybrid: по обоим; без этого лучшее из того, что включено. По смыслу нужен
          сервис эмбеддингов (docs/search.md); нет его, найдено будет по словам, и ответ это скажет
--limit   сколько показать: от 1 до 100 (10)
--bot     только с этим ботом
--chat    только в этом чате
--why     ещё и почему: место по словам и по смыслу, вес, что прочитано вместо написанного; о квартире, чем она подходит

Найденные слова выделены цветом; не на терминале или с NO_COLOR стоят между *звёздочками*. Спрашивается демо, если оно
запущено, иначе стек (deploy/tapbot up). У стека нужен ключ с правом search:read, в переменной API_KEY,
а для квартир с датами ещё и с правом booking:read.

Коды выхода: 0 спросили, даже если ничего не нашлось, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot search: find what was said, or a flat by wish.

  deploy/tapbot search WORDS... [--chats] [--mode text|vector|hybrid] [--limit N] [--bot NAME] [--chat ID] [--why]
  deploy/tapbot search --flats WISH... [--limit N] [--why]
  deploy/tapbot search load FILE    send a file of documents (more: search load --help); the word load: search -- load

WORDS     as in a search box: parking; 'flat -quiet' (without the word quiet); '"code of the intercom"' (these words in a
          row). Slips, Latin letters, another keyboard layout and Kazakh letters are understood
--chats   in what people and bots have said; so too without it
--flats   flats: 'quiet two rooms near metro under 20k with parking'. With dates only those that are free
--mode    text: by words, vector: by meaning, hybrid: by both; without it the best there is. Meaning needs an embeddings
          endpoint (docs/search.md); without one the words answer, and the answer says so
--limit   how many are shown: 1 to 100 (10)
--bot     with this bot alone
--chat    in this chat alone
--why     and why: places by words and by meaning, score, what was read instead of what was typed; of a flat, why it fits

What was found is coloured; not on a terminal, or with NO_COLOR, it stands between *asterisks*. The demo is asked where it runs,
else the stack (deploy/tapbot up). The stack needs a key with the scope search:read, in the variable API_KEY, and
booking:read for flats with dates.

Exit codes: 0 it was asked, even where nothing was found, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

SECONDS = 15
VALUES = ("--limit", "--bot", "--chat", "--mode")
OF_CHATS = {"--bot", "--chat", "--mode"}
# As search-api names them, and how an answer was found.
MODES = {"text": ("по словам", "by words"), "vector": ("по смыслу", "by meaning"), "hybrid": ("по словам и по смыслу", "by words and by meaning")}
FLAGS = ("--chats", "--flats", "--why")
# As search-api's openapi.yaml names them.
REASONS = {
    "vectors_failed": ("векторы сейчас недоступны, найдено по словам", "vectors cannot be had now; these have the words"),
    "vectors_over_budget": ("запас токенов на сегодня кончился, найдено по словам", "the day's tokens are used up; these have the words"),
    "vectors_missing": ("часть сказанного ещё без вектора", "some of what was said has no vector yet"),
    "no_vectors": ("по смыслу искать пока нечем, найдено по словам", "there is nothing yet to search by meaning; these have the words"),
    "words_uncounted": ("сервис только что запустился, порядок хуже обычного", "the service has just started, the order is worse than usual"),
    "index_filling": ("поиск ещё читает сказанное, многого может не быть: повторите через несколько секунд",
                      "what was said is still being read, much may be missing: try again in some seconds"),
    "dates_unjudged": ("booking-api не отвечает, свободны ли квартиры, неизвестно", "booking-api does not answer, nobody knows whether flats are free"),
    "key_refused": ("booking-api не знает этого ключа", "booking-api does not know this key"),
    "index_behind": ("поиск отстаёт, самого нового может не быть", "the index is behind, the newest may be missing"),
    "words_common": ("все слова запроса очень частые, просмотрены 50 000 самых новых сообщений", "every word is very common, the newest 50,000 messages were looked through"),
    "words_outdated": ("поиск перечитывает документы по новым правилам, чего-то может не быть", "documents are being read anew by new rules, some may be missing"),
}
RANKS = (("text_rank", ("по словам {}", "by words {}")), ("vector_rank", ("по смыслу {}", "by meaning {}")))
REWRITES = {"layout": ("раскладка", "layout"), "latin": ("латиница", "Latin letters"), "slip": ("опечатка", "slip")}
PROBLEMS = {"query": ("СЛОВА", "WORDS"), "bot": ("--bot", "--bot"), "chat_id": ("--chat", "--chat"), "limit": ("--limit", "--limit")}


def options_of(arguments):
    """{option: value} with the words under "query"; None: wrong usage. A single dash begins a word that must not be there."""
    given, words, rest = {}, [], list(arguments)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if word in FLAGS:
            given[word] = True
        elif name in VALUES:
            if not equals and not rest:
                return None
            given[name] = value if equals else rest.pop(0)
        elif word == "--":
            words += rest
            break
        elif word.startswith("--"):
            return None
        else:
            words.append(word)
    given["query"] = " ".join(words).strip()
    if not given["query"] or {"--chats", "--flats"} <= given.keys():
        return None
    return given


def body_of(given):
    """What search-api is asked; None where a number is none, or no mode has that name."""
    try:
        limit, chat = int(given.get("--limit", 10)), int(given["--chat"]) if "--chat" in given else None
    except ValueError:
        return None
    asked = {"query": given["query"], "limit": limit, "chat_id": chat, "bot": given.get("--bot"), "mode": given.get("--mode")}
    good = 1 <= limit <= 100 and given.get("--mode", "text") in MODES
    return {name: value for name, value in asked.items() if value is not None} if good else None


# What could be given up, as relaxations name it.
DROPS = {
    "max_price": ("предел цены", "the limit of the price"), "rooms": ("число комнат", "the number of rooms"),
    "guests": ("число гостей", "the number of guests"), "dates": ("даты", "the dates"), "city": ("город", "the city"),
    "amenities": ("удобство", "the amenity"),
}
UNSURE = {
    "city": ("город", "the city"), "dates": ("даты", "the dates"), "check_in": ("день заезда", "the day of check-in"),
    "check_out": ("день выезда", "the day of check-out"), "guests": ("сколько гостей", "how many guests"), "rooms": ("сколько комнат", "how many rooms"),
    "price": ("цену", "the price"), "near": ("где это место", "where the place is"),
}


def refused(status, answer):
    """Why there is no answer, and what to do."""
    code = answer.get("code", "")
    for one in answer.get("errors") or []:
        field = text(*PROBLEMS.get(one["field"], (one["field"],) * 2))
        die(2, f"{field}: так нельзя ({one['code']})", f"{field}: that cannot be ({one['code']})")
    if status in (401, 403):
        scopes = text("search:read, для квартир с датами ещё и booking:read", "search:read, for flats with dates booking:read too")
        die(1, f"Этому ключу искать нельзя ({code}): нужно право {scopes}.", f"This key may not search ({code}): it needs the scope {scopes}.")
    if status in (0, 429, 503):
        die(1, "search-api занят или не отвечает: повторите через несколько секунд.", "search-api is busy or away: try again in some seconds.")
    die(1, f"search-api не смог: {status} {code}", f"search-api could not: {status} {code}")


def marked(snippet, highlights, coloured):
    """One line; what was found in it stands out. Ends of highlights are code points of the snippet."""
    shown, at = [], 0
    line = clean(snippet).replace("\n", " ").replace("\t", " ")
    for begin, end in highlights:
        found = line[begin:end]
        shown += [line[at:begin], in_style(found, ["1", "33"]) if coloured else f"*{found}*"]
        at = end
    return "".join(shown) + line[at:]


def hit_lines(hit, why, coloured):
    """When and where, the words, and why."""
    when = datetime.datetime.fromisoformat(hit["sent_at"].replace("Z", "+00:00")).astimezone()
    place = [f"{when:%d.%m.%Y %H:%M}"]
    if hit["bot"]:
        place.append(clean(hit["bot"]))
    if hit["chat_id"] is not None:
        place.append(text(f"чат {hit['chat_id']}", f"chat {hit['chat_id']}"))
    yield in_style("  ".join(place), ["2"] if coloured else [])
    before, after = ("…" if cut else "" for cut in hit["cut"])
    yield f"  {before}{marked(hit['snippet'], hit['highlights'], coloured)}{after}"
    if why:
        ranks = [text(*words).format(hit["why"][name]) for name, words in RANKS if hit["why"][name] is not None]
        places = text("место {}", "place {}").format(", ".join(ranks))
        yield in_style("  " + text(f"{places}, вес {hit['score']:.2f}", f"{places}, score {hit['score']:.2f}"), ["2"] if coloured else [])


def lines_of(found, why, coloured):
    """All that people read of an answer."""
    if found["rewrites"]:
        shown = ", ".join(dict.fromkeys(clean(one["to"]) for one in found["rewrites"]))
        yield text(f"Искали также: {shown}", f"Searched too: {shown}")
    for one in found["rewrites"] if why else ():
        kind = text(*REWRITES.get(one["kind"], (one["kind"],) * 2))
        yield f"  {kind}: {clean(one['from'])} → {clean(one['to'])}"
    if found["phrase_missed"]:
        yield text("Подряд этих слов никто не сказал, поэтому по отдельности.", "Nobody has said these words in a row, so each by itself.")
    if found["degraded"]:
        reasons = "; ".join(text(*REASONS.get(one, (one,) * 2)) for one in found["reasons"])
        yield text(f"Ответ хуже обычного: {reasons}.", f"The answer is worse than usual: {reasons}.")
    for hit in found["items"]:
        yield ""
        yield from hit_lines(hit, why, coloured)
    if not found["items"]:
        yield text("Ничего не нашлось.", "Nothing was found.")
        return
    yield ""
    count, more, by = len(found["items"]), found["next_cursor"] is not None, text(*MODES.get(found["mode"], (found["mode"],) * 2))
    yield text(f"Показано: {count}{', есть ещё (--limit)' if more else ''}. Найдено {by}, поиск занял {found['took_ms']} мс.",
               f"Shown: {count}{', there is more (--limit)' if more else ''}. Found {by}, the search took {found['took_ms']} ms.")


def tenge(money):
    return f"{money['amount'] // 100:,} ₸".replace(",", " ")


def flat_lines(flat, why, coloured):
    """What it is called, what it costs, and why it is shown."""
    title = clean(text(flat["title"]["ru"], flat["title"]["en"] or flat["title"]["ru"]))
    price = text("{} за ночь", "{} a night").format(tenge(flat["base_price"]))
    if flat["total"]:
        price = text("{} за всё", "{} in all").format(tenge(flat["total"]))
    yield in_style(title, ["1"] if coloured else [])
    place = ", ".join(clean(one) for one in (flat["city"], flat["district"], flat["address"]) if one)
    yield f"  {in_style(price, ['33'] if coloured else [])}  {place}"
    if why:
        said = clean(flat["why"][text("ru", "en")])
        yield in_style("  " + text(f"вес {flat['score']:.2f}: {said}", f"score {flat['score']:.2f}: {said}"), ["2"] if coloured else [])


def lines_of_flats(found, why, coloured):
    """All that people read of an answer."""
    if found["degraded"]:
        reasons = "; ".join(text(*REASONS.get(one, (one,) * 2)) for one in found["reasons"])
        yield text(f"Ответ хуже обычного: {reasons}.", f"The answer is worse than usual: {reasons}.")
    if found["wish"]["unsure"]:
        open_ones = ", ".join(text(*UNSURE.get(one, (one,) * 2)) for one in found["wish"]["unsure"])
        yield text(f"Не понять: {open_ones}.", f"Left open: {open_ones}.")
    for flat in found["items"]:
        yield ""
        yield from flat_lines(flat, why, coloured)
    yield ""
    if not found["items"]:
        yield text("Ничего не подходит.", "Nothing fits.")
    for one in found["relaxations"]:
        what = text(*DROPS.get(one["drop"], (one["drop"],) * 2)) + (f" «{clean(one['amenity'])}»" if one.get("amenity") else "")
        more = text(f", от {tenge(one['needed'])} за ночь", f", from {tenge(one['needed'])} a night") if one.get("needed") else ""
        yield text(f"Если убрать {what}: ещё {one['adds']}{more}.", f"Without {what}: {one['adds']} more{more}.")
    if found["items"]:
        yield text(f"Показано: {len(found['items'])} из {found['found']}. Поиск занял {found['took_ms']} мс.",
                   f"Shown: {len(found['items'])} of {found['found']}. The search took {found['took_ms']} ms.")


def main(arguments):
    if arguments[:1] == ["load"]:
        return search_load.main(arguments[1:], lambda: watch.demo("SEARCH_URL") or watch.stack("search-api", "search:write"))
    if any(word in ("-h", "--help") for word in arguments):
        say(*USAGE)
        return 0
    given = options_of(arguments)
    body = body_of(given) if given else None
    if body is None:
        warn(*USAGE)
        return 2
    flats = "--flats" in given
    if flats and OF_CHATS & given.keys():
        warn(*USAGE)
        return 2
    address, key = watch.demo("SEARCH_URL") or watch.stack("search-api", "search:read")
    path = "/v1/search/apartments" if flats else "/v1/search/messages"
    status, found = watch.call(address, key, "POST", path, SECONDS, body) or (0, {})
    if status != 200:
        refused(status, found)
    print("\n".join((lines_of_flats if flats else lines_of)(found, "--why" in given, sys.stdout.isatty() and not os.environ.get("NO_COLOR"))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
