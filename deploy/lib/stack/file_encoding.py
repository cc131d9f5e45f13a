# SPDX-License-Identifier: MIT
"""Proves the encoding of a text file with Russian or Kazakh text: UTF-8, or Windows-1251 if no other encoding explains the bytes
better. Pure.

Each byte from 0x80 means something in every encoding of eight bits, so a file in the wrong one is not an error of the decoder.
The encodings place the Cyrillic letters differently, and only the right one gives usual pairs of letters, capitals at the
beginning of words, and no box drawing or foreign letters between them. The score of an encoding is the logarithm of the
probability of the text, pair by pair."""
import collections
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
LETTERS = frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі")
MARKS = frozenset("«»—–…„“”‘’\u00a0")  # may stand beside a letter
SIGNS = frozenset("№°•·§©™€±") | MARKS
# Logarithms of the probability of a pair: of letters, of a sign with its neighbour, and of what does not occur in such texts.
PAIRS = {**dict.fromkeys(USUAL, -6.4), **dict.fromkeys(COMMON, -5.0)}
ACCENTED_PAIR, SIGN_PAIR, RARE_PAIR, GLUED_PAIR, FOREIGN = -6.4, -7.0, -9.0, -10.0, -14.0
CAPITAL, CAPITAL_AGAIN, CAPITAL_INSIDE, OTHER_SCRIPT = -1.0, -0.3, -7.0, -6.0  # added to those of letters
# The encodings of eight bits that programs save Cyrillic text in, by their names for people.
READ = "cp1251"
OTHERS = {"mac_cyrillic": "MacCyrillic", "cp866": "cp866 (DOS)", "koi8_r": "KOI8-R", "iso8859_5": "ISO 8859-5", "kz1048": "KZ-1048",
          "cp1252": "Windows-1252"}
# By how much Windows-1251 must be likelier than each encoding that reads the file differently. KOI8-R has letters where Windows-1251
# has other letters in the other case, so a short word may read well in both: МАЛУ is люкс.
MARGIN, MARGINS = 5.0, {"koi8_r": 10.0}
PLAUSIBLE = -8.5  # a pair, on average
RUN = re.compile(rb"(.)\1{2,}", re.DOTALL)  # equal bytes, as fill-in text has; no language has three
SAMPLE = 4096  # bytes that show whether a file is UTF-16


def is_accented(one):
    """Latin letters of western languages, which have é between letters of ASCII."""
    return one > "\x7f" and one.isalpha() and unicodedata.name(one, "").startswith("LATIN ")


def pair_score(first, second):
    """The logarithm of the probability of two characters side by side, at least one of them not in ASCII."""
    for one in (first, second):
        if one > "\x7f" and one.lower() not in LETTERS and one not in SIGNS and not is_accented(one):
            return FOREIGN
    if is_accented(first) or is_accented(second):
        return ACCENTED_PAIR if re.search("[A-Za-z]", first + second) else RARE_PAIR
    is_letter = first.lower() in LETTERS, second.lower() in LETTERS
    if not any(is_letter):
        return SIGN_PAIR
    if first in SIGNS or second in SIGNS:
        return (SIGN_PAIR if first in MARKS or second in MARKS else GLUED_PAIR) + (CAPITAL if second.isupper() else 0)
    before, after = (one.lower().replace("ё", "е") if letter else "_" for one, letter in zip((first, second), is_letter))
    score = PAIRS.get(before + after, RARE_PAIR)
    if not all(is_letter) and (first + second).isalpha():
        score += OTHER_SCRIPT
    if is_letter[1] and second.isupper():
        score += CAPITAL if not is_letter[0] else CAPITAL_AGAIN if first.isupper() else CAPITAL_INSIDE
    return score


def score(pairs, encoding):
    """The score of the whole text, by how often each pair of bytes occurs in it."""
    letter = {byte: bytes([byte]).decode(encoding, "replace") for pair in pairs for byte in pair}
    return sum(count * pair_score(letter[first], letter[second]) for (first, second), count in pairs.items())


def proved_by_letters(data):
    """The text of a file in Windows-1251. A file in KOI8-R and the like is refused by name."""
    padded = b" " + RUN.sub(rb"\1\1", data) + b" "
    pairs = collections.Counter(pair for pair in zip(padded, padded[1:]) if max(pair) > 0x7f)
    read, own = data.decode(READ, "replace"), score(pairs, READ)
    others = {name: score(pairs, name) for name in OTHERS if data.decode(name, "replace") != read}
    best = max(others.values(), default=own)
    if best >= own + MARGIN and best > PLAUSIBLE * pairs.total():
        raise Unusable("other_encoding", None, " / ".join(OTHERS[name] for name in others if others[name] == best))
    if own < PLAUSIBLE * pairs.total() or any(others[name] > own - MARGINS.get(name, MARGIN) for name in others):
        raise Unusable("unknown_encoding")
    if "\ufffd" in read:  # the one byte without a meaning in Windows-1251
        raise Unusable("bad_encoding", read[:read.index("\ufffd")].count("\n") + 1)
    return read


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
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", "replace")
    wrong = text.count("\ufffd")
    if data.startswith(BOM) or len(re.findall("[^\0-\x7f]", text)) - wrong > wrong:
        raise Unusable("bad_encoding", text[:text.index("\ufffd")].count("\n") + 1)
    return proved_by_letters(data)
