#!/usr/bin/env python3
"""Compares diffs, line breaks and printed data with Python's own (difflib, textwrap, repr) on random texts.
    screen_texts_compare.py TOOL [--texts N]"""

import argparse
import difflib
import json
import random
import subprocess
import sys
import textwrap

WORDS = ["a", "b", "the", "well-known", "--force", "1-2", "x" * 30, "semi;colon", "co-", "-", "e.g.", "\t", "  ", "été", "/etc/hosts"]
TEXTS = ["", "a", "it's", '"', "'\"", "\n", "\\", "\x1b[0m", "é", "\u202e", "\u200b", "漢", "\U0001f600", "\x7f", "\xa0", "\ufeff"]


def lines(text):
    parts = text.splitlines(True)
    if parts and not parts[-1].endswith("\n"):
        parts[-1] += "\n\\ No newline at end of file\n"
    return parts


def random_text(random_, alphabet, most):
    return "".join(random_.choice(alphabet) + "\n" for _ in range(random_.randint(0, most)))


def edited(random_, text):
    parts = text.splitlines(True)
    for _ in range(random_.randint(0, 6)):
        at = random_.randint(0, len(parts))
        parts[at:at + random_.choice([0, 1, 3])] = random_.choice([[], ["new\n"], ["a\n", "b\n"], parts[:3]])
    return "".join(parts)[:random_.choice([None, -1])]


def diff_question(random_):
    alphabet = random_.choice([["a", "b", "c"], ["l%d" % n for n in range(40)], ["", "}", "  x = 1"]])
    before = random_text(random_, alphabet, random_.choice([3, 30, 400]))
    after = random_.choice([edited(random_, before), random_text(random_, alphabet, 30)])
    hunks = list(difflib.unified_diff(lines(before), lines(after), n=3))[2:]
    return {"diff": [before, after]}, "".join(hunks)


def value_of(random_, depth):
    kind = random_.choice(["text", "text", "number", "list", "dict"] if depth else ["text", "number"])
    if kind == "text":
        return "".join(random_.choice(TEXTS) for _ in range(random_.randint(0, 3)))
    if kind == "number":
        return random_.choice([0, -7, True, None, 1.5, 1e22, 1e-7, 0.1, 123456789.123, 1e15, 1e16, random_.random() * 1e5])
    items = [value_of(random_, depth - 1) for _ in range(random_.randint(0, 3))]
    return items if kind == "list" else {"k%d" % number: item for number, item in enumerate(items)}


def repr_question(random_):
    value = value_of(random_, 3)
    return {"repr": value}, repr(value)


def wrap_question(random_):
    text = " ".join(random_.choice(WORDS) for _ in range(random_.randint(0, 20)))
    width = random_.choice([5, 10, 20, 79])
    return {"wrap": [text, width]}, "\n".join(textwrap.wrap(text, width))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--texts", type=int, default=3000)
    options = parser.parse_args()
    random_ = random.Random(1)
    pairs = [random_.choice([diff_question, repr_question, wrap_question])(random_) for _ in range(options.texts)]
    asked = "".join(json.dumps(question) + "\n" for question, _ in pairs)
    answers = subprocess.run([options.tool], input=asked, capture_output=True, text=True, check=True).stdout.splitlines()
    wrong = [(question, expected, json.loads(got)) for (question, expected), got in zip(pairs, answers) if json.loads(got) != expected]
    for question, expected, got in wrong[:5]:
        print("=== %s\n--- python\n%s\n--- ours\n%s" % (json.dumps(question)[:2000], expected, got))
    print("%d of %d texts equal" % (len(answers) - len(wrong), len(pairs)))
    return 1 if wrong or len(answers) != len(pairs) else 0


if __name__ == "__main__":
    sys.exit(main())
