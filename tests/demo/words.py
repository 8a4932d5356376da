"""Text handling for the demonstration."""

import collections

TEXT = (
    "the quick brown fox jumps over the lazy dog while the other dog, "
    "no less lazy, watches the fox and the moon"
)


def count(text):
    return collections.Counter(word.strip(",.") for word in text.split())


def swap_case_of_vowels(text):
    return text.translate({ord(letter): letter.upper() for letter in "aeiou"})
