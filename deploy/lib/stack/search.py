# SPDX-License-Identifier: MIT
"""search: searches conversations and apartments from the terminal. Uses search-api of the running demo, otherwise of the
stack."""
import os
import sys

from chat.rendering import clean, in_style
from say import answer_help, die, text
from stack import search_load, watch
from stack.rides import moment, tenge

USAGE = ("""deploy/tapbot search: найти сказанное или квартиру по пожеланию.

  deploy/tapbot search СЛОВА... [--chats] [--mode text|vector|hybrid] [--limit N] [--bot ИМЯ] [--chat НОМЕР] [--why]
  deploy/tapbot search --flats ПОЖЕЛАНИЕ... [--limit N] [--why]
  deploy/tapbot search load ФАЙЛ    передать файл документов (ещё: search load --help); само слово load: search -- load

СЛОВА     как в строке поиска: парковка; 'квартира -тихая' (без слова «тихая»); '"код от домофона"' (эти слова подряд).
          Опечатки, латиница, другая раскладка и казахские буквы понятны
--chats   в разговорах людей с ботами; так и без этого
--flats   квартиры: 'тихая двушка у метро до 20 тысяч с парковкой'. С датами показаны только свободные
--mode    text: по словам, vector: по смыслу, hybrid: по обоим; без этого лучшее из того, что включено. По смыслу нужен
          сервис эмбеддингов (docs/search.md); если его нет, поиск идёт по словам, и ответ об этом сообщает
--limit   сколько показать: от 1 до 100 (10)
--bot     только с этим ботом
--chat    только в этом чате
--why     ещё и почему: место по словам и по смыслу, вес, что прочитано вместо написанного; о квартире, чем она подходит

Время сообщений указано по Алматы. Найденные слова выделены цветом; не на терминале или с NO_COLOR стоят между
*звёздочками*. Спрашивается демо, если оно запущено, иначе стек (deploy/tapbot up). У стека нужен ключ с правом
search:read, в переменной API_KEY, а для квартир с датами ещё и с правом booking:read.

Коды выхода: 0 спросили, даже если ничего не нашлось, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot search: search conversations, or find an apartment.

  deploy/tapbot search WORDS... [--chats] [--mode text|vector|hybrid] [--limit N] [--bot NAME] [--chat ID] [--why]
  deploy/tapbot search --flats QUERY... [--limit N] [--why]
  deploy/tapbot search load FILE    send a file of documents (more: search load --help); the word load: search -- load

WORDS     a query as in a search box: parking; 'flat -quiet' (without the word quiet); '"code of the intercom"' (a phrase).
          Typos, Latin letters, another keyboard layout and Kazakh letters are recognised
--chats   search the conversations of people with bots (default)
--flats   search apartments: 'quiet two rooms near metro under 20k with parking'. With dates only available ones are shown
--mode    text: by words, vector: by meaning, hybrid: by both; default: the best available mode. Search by meaning needs an
          embeddings endpoint (docs/search.md); without one the search uses words and reports that
--limit   number of results: 1 to 100 (10)
--bot     only chats with this bot
--chat    only this chat
--why     explain the results: ranks by words and by meaning, score, rewritten words; for an apartment, why it matches

Times of messages are those of Almaty. Matches are coloured; without a terminal, or with NO_COLOR, they are between
*asterisks*. The command uses the demo if it runs, otherwise the stack (deploy/tapbot up). The stack needs a key with the
scope search:read, in the variable API_KEY, and booking:read for apartments with dates.

Exit codes: 0 searched, even if nothing was found, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

SECONDS = 15
VALUES = ("--limit", "--bot", "--chat", "--mode")
OF_CHATS = {"--bot", "--chat", "--mode"}
# Modes of search-api and their descriptions.
MODES = {"text": ("по словам", "by words"), "vector": ("по смыслу", "by meaning"), "hybrid": ("по словам и по смыслу", "by words and by meaning")}
FLAGS = ("--chats", "--flats", "--why")
# Reasons of a degraded answer, as in search-api's openapi.yaml.
REASONS = {
    "vectors_failed": ("векторы сейчас недоступны, найдено по словам", "vectors are unavailable now; found by words"),
    "vectors_over_budget": ("запас токенов на сегодня кончился, найдено по словам", "today's token budget is used up; found by words"),
    "vectors_missing": ("часть сказанного ещё без вектора", "some messages have no vector yet"),
    "no_vectors": ("по смыслу искать пока нечем, найдено по словам", "search by meaning is not available yet; found by words"),
    "words_uncounted": ("сервис только что запустился, порядок хуже обычного", "the service has just started, the ranking is worse than usual"),
    "index_filling": ("поиск ещё читает сказанное, многого может не быть: повторите через несколько секунд",
                      "messages are still being indexed, results may be missing: try again in some seconds"),
    "dates_unjudged": ("booking-api не отвечает, свободны ли квартиры, неизвестно", "booking-api does not answer, so availability is unknown"),
    "key_refused": ("booking-api не знает этого ключа", "booking-api does not know this key"),
    "index_behind": ("поиск отстаёт, самого нового может не быть", "the index is behind, the newest messages may be missing"),
    "words_common": ("все найденные слова очень частые, просмотрены 50 000 самых новых сообщений", "all words that were found are very common, only the newest 50,000 messages were searched"),
    "words_outdated": ("поиск перечитывает документы по новым правилам, чего-то может не быть", "documents are being reindexed with new rules, some may be missing"),
}
RANKS = (("text_rank", ("по словам {}", "by words {}")), ("vector_rank", ("по смыслу {}", "by meaning {}")))
REWRITES = {"layout": ("раскладка", "layout"), "latin": ("латиница", "Latin letters"), "slip": ("опечатка", "typo")}
PROBLEMS = {"query": ("СЛОВА", "WORDS"), "bot": ("--bot", "--bot"), "chat_id": ("--chat", "--chat"), "limit": ("--limit", "--limit")}


def options_of(arguments):
    """{option: value} with the words under "query"; None if the arguments are wrong. A single dash begins an excluded word."""
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
    """The request body for search-api; None if a number or the mode is invalid."""
    try:
        limit, chat = int(given.get("--limit", 10)), int(given["--chat"]) if "--chat" in given else None
    except ValueError:
        return None
    asked = {"query": given["query"], "limit": limit, "chat_id": chat, "bot": given.get("--bot"), "mode": given.get("--mode")}
    good = 1 <= limit <= 100 and given.get("--mode", "text") in MODES
    return {name: value for name, value in asked.items() if value is not None} if good else None


# Filters that can be removed, as named in relaxations.
DROPS = {
    "max_price": ("предел цены", "the price limit"), "min_price": ("нижний предел цены", "the lower price limit"), "rooms": ("число комнат", "the number of rooms"),
    "guests": ("число гостей", "the number of guests"), "dates": ("даты", "the dates"), "city": ("город", "the city"),
    "amenities": ("удобство", "the amenity"),
}
UNSURE = {
    "city": ("город", "the city"), "dates": ("даты", "the dates"), "check_in": ("день заезда", "the day of check-in"),
    "check_out": ("день выезда", "the day of check-out"), "guests": ("сколько гостей", "how many guests"), "rooms": ("сколько комнат", "how many rooms"),
    "price": ("цену", "the price"), "near": ("где это место", "where the place is"),
}


def refused(status, answer):
    """Exits with the reason why there is no answer, and what to do."""
    code = answer.get("code", "")
    for one in answer.get("errors") or []:
        field = text(*PROBLEMS.get(one["field"], (one["field"],) * 2))
        die(2, f"{field}: так нельзя ({one['code']})", f"{field}: invalid ({one['code']})")
    if status in (401, 403):
        scopes = text("search:read, для квартир с датами ещё и booking:read", "search:read, for apartments with dates also booking:read")
        die(1, f"Этому ключу искать нельзя ({code}): нужно право {scopes}.", f"This key may not search ({code}): it needs the scope {scopes}.")
    if status in (0, 429, 503):
        die(1, "search-api занят или не отвечает: повторите через несколько секунд.", "search-api is busy or does not answer: try again in some seconds.")
    die(1, f"search-api не смог: {status} {code}", f"search-api failed: {status} {code}")


def marked(snippet, highlights, coloured):
    """The snippet as one line with its matches highlighted. Positions of highlights count code points."""
    shown, at = [], 0
    line = clean(snippet).replace("\n", " ").replace("\t", " ")
    for begin, end in highlights:
        found = line[begin:end]
        shown += [line[at:begin], in_style(found, ["1", "33"]) if coloured else f"*{found}*"]
        at = end
    return "".join(shown) + line[at:]


def hit_lines(hit, why, coloured):
    """The lines of a result: time and place, snippet, and explanation."""
    place = [moment(hit["sent_at"], "%d.%m.%Y %H:%M")]
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
    """The lines of an answer about conversations."""
    if found["rewrites"]:
        shown = ", ".join(dict.fromkeys(clean(one["to"]) for one in found["rewrites"]))
        yield text(f"Искали также: {shown}", f"Also searched: {shown}")
    for one in found["rewrites"] if why else ():
        kind = text(*REWRITES.get(one["kind"], (one["kind"],) * 2))
        yield f"  {kind}: {clean(one['from'])} → {clean(one['to'])}"
    if found["phrase_missed"]:
        yield text("Подряд этих слов никто не сказал, поэтому по отдельности.", "There are no messages with this phrase, so the words were searched separately.")
    if found["degraded"]:
        reasons = "; ".join(text(*REASONS.get(one, (one,) * 2)) for one in found["reasons"])
        yield text(f"Ответ хуже обычного: {reasons}.", f"The results are limited: {reasons}.")
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


def flat_lines(flat, why, coloured):
    """The lines of an apartment: title, price, and explanation."""
    title = clean(text(flat["title"]["ru"], flat["title"]["en"] or flat["title"]["ru"]))
    price = text("{} за ночь", "{} a night").format(tenge(flat["base_price"]))
    if flat["total"]:
        price = text("{} за всё", "{} in total").format(tenge(flat["total"]))
    yield in_style(title, ["1"] if coloured else [])
    place = ", ".join(clean(one) for one in (flat["city"], flat["district"], flat["address"]) if one)
    yield f"  {in_style(price, ['33'] if coloured else [])}  {place}"
    if why:
        reason = clean(flat["why"][text("ru", "en")])
        yield in_style("  " + text(f"вес {flat['score']:.2f}: {reason}", f"score {flat['score']:.2f}: {reason}"), ["2"] if coloured else [])


def lines_of_flats(found, why, coloured):
    """The lines of an answer about apartments."""
    if found["degraded"]:
        reasons = "; ".join(text(*REASONS.get(one, (one,) * 2)) for one in found["reasons"])
        yield text(f"Ответ хуже обычного: {reasons}.", f"The results are limited: {reasons}.")
    if found["wish"]["unsure"]:
        open_ones = ", ".join(text(*UNSURE.get(one, (one,) * 2)) for one in found["wish"]["unsure"])
        yield text(f"Не понять: {open_ones}.", f"Not understood: {open_ones}.")
    for flat in found["items"]:
        yield ""
        yield from flat_lines(flat, why, coloured)
    yield ""
    if not found["items"]:
        yield text("Ничего не подходит.", "No apartment matches.")
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
    answer_help(arguments, USAGE)
    given = options_of(arguments)
    body = body_of(given) if given else None
    if body is None:
        die(2, *USAGE)
    flats = "--flats" in given
    if flats and OF_CHATS & given.keys():
        die(2, *USAGE)
    address, key = watch.demo("SEARCH_URL") or watch.stack("search-api", "search:read")
    path = "/v1/search/apartments" if flats else "/v1/search/messages"
    status, found = watch.read(address, key, "POST", path, SECONDS, body) or (0, {})
    if status != 200:
        refused(status, found)
    print("\n".join((lines_of_flats if flats else lines_of)(found, "--why" in given, sys.stdout.isatty() and not os.environ.get("NO_COLOR"))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
