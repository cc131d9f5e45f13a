# SPDX-License-Identifier: MIT
"""Generated messages: the words of tests/data/search first, then words made of their letters, with natural frequencies
(Zipf), in Russian, Kazakh and English."""
import bisect
import collections
import itertools
import os
import random
import re

from stand import ROOT

KAZAKH = set("әіңғүұқөһ")
LANGUAGES = {"ru": 0.6, "kz": 0.25, "en": 0.15}
# Word forms of a language, including the real ones; a million messages use most of them.
FORMS = {"ru": 120_000, "kz": 60_000, "en": 40_000}
ORDER = 2  # letters that determine the next one
SHORT = ["да", "ок", "спасибо", "хорошо", "нет", "рахмет", "жақсы", "иә", "ok", "thanks", "добрый день", "сәлеметсіз бе", "hello"]
SHORT_SHARE, NUMBER_SHARE = 0.08, 0.05
MEDIAN_WORDS, SPREAD = 10.5, 0.55  # of a longer message: lognormal
WORDS_MAX = 120


def language_of(text):
    letters = set(text.lower())
    return "kz" if letters & KAZAKH else "ru" if any("а" <= one <= "я" for one in letters) else "en"


def real_words():
    """The words by language, the most frequent first."""
    counts = {language: collections.Counter() for language in LANGUAGES}
    with open(os.path.join(ROOT, "tests/data/search/chat.messages.tsv"), encoding="utf-8") as file:
        for line in file:
            text = line.rstrip("\n").partition("\t")[2]
            counts[language_of(text)].update(re.findall(r"[^\W\d_]+", text.lower()))
    return {language: [word for word, _ in counted.most_common()] for language, counted in counts.items()}


class Letters:
    """Makes words from the letters of real ones (a Markov chain of two letters)."""

    def __init__(self, words):
        follows = collections.defaultdict(collections.Counter)
        for word in words:
            for at in range(len(word) + 1):
                follows[word[max(0, at - ORDER):at]][word[at:at + 1]] += 1
        self.follows = {before: (list(after), list(itertools.accumulate(after.values()))) for before, after in follows.items()}

    def word(self):
        word = ""
        while len(word) < 20:
            letters, sums = self.follows[word[-ORDER:]]
            letter = letters[bisect.bisect(sums, random.random() * sums[-1])]
            if not letter:
                break
            word += letter
        return word


class Vocabulary:
    def __init__(self, language, real, size):
        self.language, letters, made = language, Letters(real), dict.fromkeys(real)
        while len(made) < size:
            made[letters.word()] = None
        self.words = list(made)
        self.sums = list(itertools.accumulate(1 / (rank + 2.7) for rank in range(size)))

    def take(self, count):
        return random.choices(self.words, cum_weights=self.sums, k=count)

    def rarer(self):
        """A word that people search for: neither very frequent nor very rare."""
        return self.words[int(20 * (min(len(self.words), 20_000) / 20) ** random.random())]


def number():
    return random.choice((f"+7 7{random.randrange(100):02} {random.randrange(1000):03}-{random.randrange(100):02}-{random.randrange(100):02}",
                          f"{random.randrange(5, 60)} 000", str(random.randrange(1, 300))))


class Talk:
    """The texts of so many messages."""

    def __init__(self, messages):
        scale = min(1, messages / 1_000_000 + 0.05)
        self.vocabularies = {language: Vocabulary(language, real, max(int(FORMS[language] * scale), 2 * len(real)))
                             for language, real in real_words().items()}
        self.names, self.shares = list(LANGUAGES), list(itertools.accumulate(LANGUAGES.values()))

    def texts(self, count):
        """(language, text), count times."""
        pools = {name: iter(()) for name in self.names}
        for name in random.choices(self.names, cum_weights=self.shares, k=count):
            if random.random() < SHORT_SHARE:
                yield name, random.choice(SHORT)
                continue
            wanted = min(WORDS_MAX, max(1, int(random.lognormvariate(0, SPREAD) * MEDIAN_WORDS)))
            words = list(itertools.islice(pools[name], wanted))
            if len(words) < wanted:
                pools[name] = iter(self.vocabularies[name].take(100_000))
                words = list(itertools.islice(pools[name], wanted))
            if random.random() < NUMBER_SHARE:
                words.append(number())
            yield name, " ".join(words).capitalize()

    def queries(self, count):
        """One to four words; one of five has a typo."""
        made = []
        while len(made) < count:
            vocabulary = self.vocabularies[random.choices(self.names, cum_weights=self.shares)[0]]
            words = [vocabulary.rarer() for _ in range(random.choices((1, 2, 3, 4), (2, 4, 3, 1))[0])]
            if random.random() < 0.2 and len(words[0]) > 5:
                at = random.randrange(1, len(words[0]) - 1)
                words[0] = words[0][:at] + words[0][at + 1:]
            made.append(" ".join(words))
        return made
