# SPDX-License-Identifier: MIT
"""Proves the encoding of a text file with Russian or Kazakh text: UTF-8, or Windows-1251 if no other encoding explains the bytes
better. Pure.

Each byte from 0x80 means something in every encoding of eight bits, so a file in the wrong one is not an error of the decoder.
The encodings place the Cyrillic letters differently, and only the right one gives usual pairs of letters, capitals at the
beginning of words, and no box drawing or foreign letters between them. The score of an encoding is the logarithm of the
probability of the text, pair by pair."""
import collections
import math
import re
import unicodedata

BOM = b"\xef\xbb\xbf"


class Unusable(Exception):
    """The whole file is unusable: a code of MESSAGES in import_columns.py, the line or None, and values for the text."""

    def __init__(self, code, line=None, *values):
        super().__init__(code, line, *values)
        self.code, self.line, self.values = code, line, values


# The pairs of letters that make up most of Russian and Kazakh text, counted in the documentation and in the texts of the bots: 55 %
# and further 36 %. "_" is the beginning or the end of a word, ё counts as е.
COMMON = (
    "_а _б _в _д _е _ж _и _к _м _н _о _п _с _т _қ а_ ай ал ан ар ас ат ба бо ве да де ды е_ ел ем ен ер ес ет з_ за и_ ит й_ ка ко ла "
    "ле ли м_ ме н_ на не ни но о_ ов ол он ос от по пр р_ ра ре ро са се ст т_ та те то у_ ы_ ыз ь_ я_ і_ із қа ңы ").split()
USUAL = (
    "_г _з _л _р _у _х _ч _ш _э _ө аб ав ад ае аж аз ак ам ап ау аш ая ағ ақ аң бе бр бы бі бұ в_ ва ви во вс вы ге го гі д_ ди дн до "
    "др ді ег ед ез ей ек жа жд же жн жо зг зд зу зы зі ие из ик ил им ин ир ис их иш ия йд йс йт йі к_ ке ки кл кр кт ку кі кү кө л_ "
    "лд лм ло лу лы ль лю ля лі ма мд ми мо мы мі нд нн нт ну ны нь ня ні об ог од ое ож оз ой ок ом оп ор оч оқ п_ па пе пи пу пә рв "
    "рг рд ри рл рн рт ру ры рі с_ си ск сл сн со сп сы сь ся сі сқ тв ти тк тр тс тт ту ты ть ті тү тө уа уг уд уж ус ут уш фо х_ ха "
    "хо ча че чи чт ша ше ши шы ші ще ые ый ыл ын ыр ыс ыт ық ың ьк эт ю_ ют юч ят ік іл ім ін ір ің ға қ_ қо қт қы ң_ ңд ңі үн үр ұл "
    "ұр әл әт өл өм ").split()
# The other pairs that occur: a letter, then all that follow it.
SELDOM = (
    "_йфцщъыьюяіғңүұә аагифхцчщэю б_бдиклнсухцщъьюяүәө ввгдзклмнпртухцчшщья г_абвдилнруыү дбвгджзклмпстухцшъьяүұәө ебвежиопуфхцчшщюяің "
    "ж_икмсуыіүұәө збвежиклмнорсшьяғ иабвгджийопфцчщыюә йбгиклмнорфцчшығ кбвжзкмнпсцшық лбгжклнстхчғқ мбгклмнпрсуцшщьяғүұә "
    "нбвгжзкрсфхцчшюғө оиоуфхцшщэюяғң пбклнпстчыьяі рбжзкмпрсхцчшщьюяғқ сбвгджмрсуфхцчшъюүұәө тбгдзлмнпхчшюяқұә "
    "убвезийклмнпруфхчщыэюіғә ф_аеиклрту хвгеиклмнпрсу ц_авеиоуы ч_клноушь ш_бклнопрту щ_аикуь ъ_еъя ыабвгдкмопхчшщяғө "
    "ьбгдезимнстцчшьюяғ эзкмр юбгдзклнрсщю яабвдежзийлмнрсхцчшщюяқ іабгдпстхшһ ғдоуық қмпсушқңұ ңагентғө үгзйклмстшіһ ұжзймнпсғқү һ_ "
    "ә_дзйкнрсуғң өбзйкнпрстшұ").split()
LETTERS = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі")
OPENING, CLOSING, DASHES, NO_BREAK = frozenset("«“„‘"), frozenset("»”’…"), frozenset("–—"), "\u00a0"
NUMERIC, TRADE = frozenset("№°§±€"), frozenset("©™•·")  # beside a number; beside a word
SIGNS = OPENING | CLOSING | DASHES | NUMERIC | TRADE | {NO_BREAK}
# Logarithms of the probability of a pair: of letters, of a sign with its neighbour, and of what does not occur in such texts.
PAIRS = {**{one[0] + follower: -8.5 for one in SELDOM for follower in one[1:]}, **dict.fromkeys(USUAL, -6.4), **dict.fromkeys(COMMON, -5.0)}
ACCENTED_PAIR, SIGN_PAIR, RARE_PAIR, GLUED_PAIR, FOREIGN = -6.4, -7.0, -11.5, -12.0, -14.0
CAPITAL, CAPITAL_AGAIN, CAPITAL_INSIDE, OTHER_SCRIPT, DOTTED = -1.0, -0.3, -11.0, -6.0, -2.7  # added to those of letters
# The encodings of eight bits that programs save Cyrillic text in, by their names for people.
READ = "cp1251"
OTHERS = {"mac_cyrillic": "MacCyrillic", "cp866": "cp866 (DOS)", "cp855": "cp855 (DOS)", "koi8_r": "KOI8-R", "iso8859_5": "ISO 8859-5", "kz1048": "KZ-1048",
          "cp1252": "Windows-1252"}
# By how much Windows-1251 must be likelier than each encoding that reads the file differently. KOI8-R has letters where Windows-1251
# has other letters in the other case, so a short word may read well in both: МАЛУ is люкс. MacCyrillic has the same small letters but
# я, so a word differs in its first letter alone, which is a sign there.
MARGIN, MARGINS = 5.0, {"koi8_r": 13.0, "mac_cyrillic": 1.5}
PLAUSIBLE = -8.5  # a pair, on average
WORD = re.compile(rb"[^\s,;\"]+")  # a word in many cells is proved once
RUN = re.compile(rb"(.)\1{2,}", re.DOTALL)  # equal bytes, as fill-in text has; no language has three
DISTANT = "\u0700"  # letters from here on are of no language of our guests' alphabets
SAMPLE = 4096  # bytes that show whether a file is UTF-16


def is_accented(one):
    """Latin letters of western languages, which have é between letters of ASCII."""
    return one > "\x7f" and one.isalpha() and unicodedata.name(one, "").startswith("LATIN ")


def sign_score(first, second):
    """That of a sign with its neighbour. Each kind of sign has a side on which a word may stand: words begin after « and end before »."""
    glued = (second in OPENING and first.isalnum() or first in OPENING and not second.isupper() and not second.isdigit()
             or second in CLOSING and not first.isalnum() and first not in SIGNS or first in CLOSING and second.isalnum()
             or first in DASHES and second.isalpha() or second in DASHES and first.isalpha()
             or first in NUMERIC and second.isalpha() or second in NUMERIC and first.isalpha()
             or first in TRADE and second.isalnum()
             or first == NO_BREAK and not second.isalnum() and second not in SIGNS or second == NO_BREAK and not first.isalnum() and first not in SIGNS)
    return (GLUED_PAIR if glued else SIGN_PAIR) + (CAPITAL if second.isupper() else 0)


def pair_score(first, second):
    """The logarithm of the probability of two characters side by side, at least one of them not in ASCII."""
    for one in (first, second):
        if one > "\x7f" and one.lower() not in LETTERS and one not in SIGNS and not is_accented(one):
            return FOREIGN
    if is_accented(first) or is_accented(second):
        return ACCENTED_PAIR if re.search("[A-Za-z]", first + second) else RARE_PAIR
    if first in SIGNS or second in SIGNS:
        return sign_score(first, second)
    is_letter = first.lower() in LETTERS, second.lower() in LETTERS
    before, after = (one.lower().replace("ё", "е") if letter else "_" for one, letter in zip((first, second), is_letter))
    score = RARE_PAIR if before == "_" and second == "ё" else PAIRS.get(before + after, RARE_PAIR)
    if "ё" in (first + second).lower():
        score += DOTTED
    if not all(is_letter) and (first + second).isalpha():
        score += OTHER_SCRIPT
    if is_letter[1] and second.isupper():
        score += CAPITAL if not is_letter[0] else CAPITAL_AGAIN if first.isupper() else CAPITAL_INSIDE
    return score


def score(pairs, encoding):
    """The score of the whole text, by how often each pair of bytes occurs in it."""
    letter = {byte: bytes([byte]).decode(encoding, "replace") for pair in pairs for byte in pair}
    return sum(count * pair_score(letter[first], letter[second]) for (first, second), count in pairs.items())


def pairs_of(data):
    """How often each pair of bytes occurs in the words of the file, of which each is counted once."""
    words = {b" " + RUN.sub(rb"\1\1", word) + b" " for word in WORD.findall(data)}
    return collections.Counter(pair for word in words for pair in zip(word, word[1:]) if max(pair) > 0x7f)


def named_if_plausible(scores, least, pairs):
    """Refuses the file by the name of the likeliest encoding, if its score is at least that and its text looks like one."""
    best = max(scores.values(), default=least)
    if best >= least and best > PLAUSIBLE * pairs.total():
        raise Unusable("other_encoding", None, " / ".join(OTHERS[name] for name in scores if scores[name] == best))


def proved_by_letters(data):
    """The text of a file in Windows-1251. A file in KOI8-R and the like is refused by name."""
    pairs = pairs_of(data)
    read, own = data.decode(READ, "replace"), score(pairs, READ)
    others = {name: score(pairs, name) for name in OTHERS if data.decode(name, "replace") != read}
    named_if_plausible(others, own + MARGIN, pairs)
    if own < PLAUSIBLE * pairs.total() or any(others[name] > own - MARGINS.get(name, MARGIN) for name in others):
        raise Unusable("unknown_encoding")
    if "\ufffd" in read:  # the one byte without a meaning in Windows-1251
        raise Unusable("bad_encoding", read[:read.index("\ufffd")].count("\n") + 1)
    return read


def is_strange(text):
    """Whether letters of distant scripts are the only ones beyond ASCII: a word of a DOS encoding may be valid UTF-8, as сад is."""
    beyond = [one for one in text if one > "\x7f" and one.isalpha()]
    return any(one >= DISTANT for one in beyond) and not any(one.lower() in LETTERS for one in beyond)


def is_utf16(data):
    """True with a byte order mark, or if a part of the bytes is zero, as the upper halves of ASCII are."""
    sample = data[:SAMPLE]
    return data[:2] in (b"\xff\xfe", b"\xfe\xff") or sample.count(0) * 8 > len(sample)


def decoded(data):
    """The text of the file without a byte order mark. Russian text in Windows-1251 is practically never valid UTF-8. A file with
    more valid than invalid sequences is damaged UTF-8."""
    if is_utf16(data):
        raise Unusable("utf16")
    try:
        text = data.decode("utf-8-sig")
        if is_strange(text) and not data.startswith(BOM):
            pairs = pairs_of(data)
            named_if_plausible({name: score(pairs, name) for name in OTHERS}, -math.inf, pairs)
        return text
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "replace")
    wrong = text.count("\ufffd")
    if data.startswith(BOM) or len(re.findall("[^\0-\x7f]", text)) - wrong > wrong:
        raise Unusable("bad_encoding", text[:text.index("\ufffd")].count("\n") + 1)
    return proved_by_letters(data)
