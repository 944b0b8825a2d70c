#!/usr/bin/env python3
"""Compares our reading of YAML with PyYAML's safe loader over libyaml, as Ansible has it: plain scalars, written documents, random ones in random styles.

Usage: yaml_compare.py YAML_ANSWERS [--seed N] [--random N] [--show N]
Exits 77 where PyYAML is not installed, 1 where one differs that is not a departure.
"""
import argparse, datetime, json, random, re, subprocess, sys

try:
    import yaml
except ImportError:
    print("PyYAML is not installed: nothing to compare with")
    sys.exit(77)

# What we refuse or keep otherwise by decision: integers beyond 64 bits; keys that are no scalars; texts of another page than the first.
BIG = 2 ** 63

SCALARS = """yes no on off y n Yes NO True FALSE true false null ~ Null NULL nUll 1 -1 +1 0 00 07 08 0o17 017 0x1F 0X1f 0b11 0b12 1_000 _1 1_ 1__0 1:30 190:20:30 1:60 -1:30 1.5 1. .5 -.5 1e3 1.0e3 1.0e+3 1.0E-3 1e+3 .inf -.INF
.NaN +.inf .nan inf nan 1.5:30 20:30.5 1_0.5 0.1e 0x 0b 0x_1 -0x1F -017 -0b1 2020-01-02 2020-1-2 2020-01-02T03:04:05Z 2020-01-02t03:04:05.1234 '2020-01-02 03:04:05 +01:30' 2020-13-01 2020-02-30 '2020-01-02 3:04:05' 2020-01-02T03:04:05-5
= << - -- --- ... : a:b a: :a a,b [ ] { } @a `a %a &a *a !a |a >a ? ?a #a a#b 'a #b' "a # b" '' "" ' a ' 'it''s' "a\\tb" "\\x41\\u00e4\\U0001F600" "\\q" é 漢字 😀 1.2.3 1.2.3.4 1,000 $a a=b =a 0.0 -0 -0.0 00:00 12:34:56 1e1000 9223372036854775807
9223372036854775808 -9223372036854775808 0777777777777777777777 1.7976931348623157e308 4.9e-324 0.1 1e22 123456789.123456789 +.5 +1.5 1._5 e3 .e3 . .. .a a. !!str 1 !!int '1' !!float 1 !!bool yes !!null a !!binary aGk= !!set {a} !!omap [a: 1] !!x 1 !x 1
\u00a0 "\\N\\_\\L\\P" "\\/" 'a: b' a:\tb "\\ a" "\\\ta" 0o8 1_2:3_4 0:0 60:0 1:2:3:4""".split("\n")

DOCUMENTS = [
    "", "\n", "# only\n", "---\n", "---\n...\n", "a: 1\na: 2\n", "a: &x 1\nb: *x\n", "a: &x {k: 1, l: 2}\nb: {<<: *x, k: 3}\nc:\n  <<: *x\n  m: 4\n", "a: &x {k: 1}\nb: &y {k: 2, m: 3}\nc: {<<: [*x, *y]}\n", "a: {<<: 1}\n", "a: {<<: [1]}\n", "<<: {a: 1}\nb: 2\n",
    "a: *x\n", "&a [*a]\n", "a: |\n  one\n   two\n\n  three\n\n", "a: |-\n  one\n\n", "a: |+\n  one\n\n", "a: >\n  one\n  two\n\n  three\n   four\n  five\n", "a: >-\n  one\n  two\n", "a: |2\n    one\n", "a: |1-\n one\n", "a: >+\n\n  x\n\n\nb: 1\n", "- |\n one\n- >\n two\n",
    "a: one\n  two\n\n  three\n", "a: 'one\n  two\n\n  three'\n", "a: \"one\\\n  two\\n\n  three\"\n", "- a\n- - b\n  - c\n-\n  - d\n", "a:\n- 1\n- 2\nb: 3\n", "a:\n  b:\n    c: 1\n  d: 2\n", "? a\n: 1\n? b\n", "? [a]\n: 1\n", "{a: 1, b: [1, 2, {c: d}], }\n", "[a, b: 1, {c}]\n", "[a,, b]\n", "{a, b: }\n",
    "a : 1\n", "a:1\n", "a: b: c\n", "a: - b\n", "- a: 1\n  b: 2\n-  c: 3\n", "\ta: 1\n", "a:\n\t- 1\n", "a: 1\n b: 2\n", "a: [1, 2\n", "a: 'x\n", "a: \"x\n", "a: }\n", "%YAML 1.1\n---\na: 1\n", "%YAML 1.2\n---\nyes\n", "%TAG ! tag:x,1:\n---\n!y a\n", "a: 1\n---\nb: 2\n", "a: 1\n...\nb: 2\n",
    "a: 1 # c\nb: '#'\nc: a#b\n", "1: a\ntrue: b\nnull: c\n1.5: d\n2020-01-02: e\n", "a: {{ x }}\n", "a: \"{{ x }}\"\n", "a: {{x}}: 1\n", "a: !!str 1\nb: !!int \"2\"\nc: !!float 3\n", "a: !!set {x, y}\n", "a: \x01\n", "a: \x7f\n", "a: \u0085b\n", "a: \u2028b\n", "\ufeffa: 1\n", "a: b\r\nc: d\r\n", "a: b\rc: d\r", "a:\r\n  - |\r\n    x\r\n",
    "a: @x\n", "a: `x\n", "a: %x\n", "%x\n", "a: ,x\n", "a: ]\n", "- [a, [b, {c: [d]}]]\n", "\"a\": 1\n'b': 2\n", "\"a\":1\n", "{\"a\":1}\n", "{a:1}\n", "[a:1]\n", "{'a':1, \"b\":2}\n", "a: &x\nb: *x\n", "- &x a\n- *x \n- b\n", "*x : 1\n", "&a b: c\n", "a: ''\nb: \"\"\nc:\n", "- \n- ~\n-\n", "a: - \n", "-\n", "--- a\n", "--- |\n x\n", "a: |\nb: 1\n",
    "a: >\n\n\nb: x\n", "key: value\nkey2\n", "just text\n", "just\ntext\n", "- 1\nb: 2\n", "b: 2\n- 1\n", "a: 'b' c\n", "a: [b] c\n", "a: &x &y b\n", "a: !!str &x b\n", "a: &x !!str b\n", "a: |  # comment\n  x\n", "a: | x\n", "a:    \n   b\n", "[\n  a,\n# c\n  b\n]\n", "{a: b, a: c}\n", "a: \"\\u12\"\n", "a: \"\\ud800\"\n", "a: '\\n'\n", "? |\n  block\n: v\n", "long: " + "x " * 600 + "\n", "a: [" + "1, " * 100 + "]\n",
    "? " + "k" * 1100 + "\n: v\n", "k" * 1100 + ": v\n", "a: x\n\n\n# c\nb: y\n", "a:\n  # c\n  - b\n  # d\n  - c\n", "a: b #c\n", "a: 'b'#c\n", "a:  |\n   x\n  y\n", "a: |\n\n\n   x\n", "a: |\n     \n  x\n", "\"a\\\n b\": 1\n", "- {a: 1}\n- {b: 2}\n", "!!map {a: 1}\n", "!!seq [a]\n", "a: !!python/object:x {}\n"]


def tagged(value):
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return {"integer": value}
    if isinstance(value, float):
        return {"real": json.dumps(value)}
    if isinstance(value, (datetime.date, datetime.datetime)):
        return {"date": str(value)}
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, (list, tuple)):
        return [tagged(item) for item in value]
    if isinstance(value, set):
        return {"dict": [[tagged(item), None] for item in value]}
    return {"dict": [[tagged(key), tagged(member)] for key, member in value.items()]}


def their_answer(text):
    try:
        return {"value": tagged(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))}
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, AttributeError, OverflowError, KeyError, IndexError) as error:
        return {"error": " ".join(str(error).split())}


class Writer:
    """Random data in a random style: block or flow, quotes, folds, comments, anchors."""
    WORDS = ["a", "b c", "yes", "1", "01", "1.5", "", " x", "x ", "a: b", "a #b", "#a", "- a", "it's", "say \"hi\"", "two\nlines", "ends\n", "\n", "tab\there", "é漢", "{{ x }}", "2020-01-02", "~", "1:30", "0x1f", "@x", "&a", "*a", "!t", "|", ">", "%", "?", ",", "[", "}", "back\\slash", "=", "<<", "key", "a\n\nb", "  deep\n in", "x" * 90, "word " * 30]

    def __init__(self, seed):
        self.dice = random.Random(seed)

    def data(self, depth):
        kind = self.dice.random()
        if depth and kind < 0.35:
            return {self.dice.choice(["a", "b", "k 1", "yes", "1", "x:y", "é"]) if self.dice.random() < 0.8 else self.dice.choice([1, True, None, 2.5]): self.data(depth - 1) for _ in range(self.dice.randint(0, 3))}
        if depth and kind < 0.6:
            return [self.data(depth - 1) for _ in range(self.dice.randint(0, 3))]
        return self.dice.choice(self.WORDS) if kind < 0.9 else self.dice.choice([1, -5, 2.5, True, None, 10 ** 15, datetime.date(2020, 1, 2), 1e300])

    def document(self):
        data = self.data(4)
        shared = self.data(1)
        if self.dice.random() < 0.2 and isinstance(data, list):
            data += [shared, shared]
        text = yaml.safe_dump(data, default_flow_style=self.dice.choice([None, True, False]), indent=self.dice.choice([2, 3, 4, 7]), width=self.dice.choice([10, 40, 80, 1000]), allow_unicode=self.dice.random() < 0.5,
                              default_style=self.dice.choice([None, None, None, "'", '"', "|", ">"]), explicit_start=self.dice.random() < 0.2, explicit_end=self.dice.random() < 0.1, line_break=self.dice.choice(["\n", "\n", "\r\n"]))
        return self.disturbed(text) if self.dice.random() < 0.4 else text

    def disturbed(self, text):
        """A letter taken away, doubled, or put in: what a hasty hand does."""
        place = self.dice.randrange(len(text) + 1)
        what = self.dice.random()
        if what < 0.4:
            return text[:place] + text[place + 1:]
        if what < 0.7:
            return text[:place] + self.dice.choice([" ", "\n", ":", "-", "'", '"', "#", "[", "]", "{", "}", ",", "&", "*", "!", "|", ">", "\t", ": ", "- "]) + text[place:]
        lines = text.split("\n")
        self.dice.shuffle(lines) if what > 0.9 else lines.insert(self.dice.randrange(len(lines)), " # comment")
        return "\n".join(lines)


def departs(text, theirs, mine):
    if re.search(r"!!(set|omap|pairs|python)", text) or "OverflowError" in theirs.get("error", ""):
        return True  # types that no playbook has
    if "value" in theirs and any(abs(int(n)) >= BIG for n in re.findall(r'"integer": (-?\d+)', json.dumps(theirs))):
        return True
    if "is not of the type !!" in mine.get("error", ""):
        return True  # what Python's int() and a search for digits take beyond YAML's own forms
    if "unhashable" in theirs.get("error", "") or "is not a scalar" in mine.get("error", "") or "a key must be a plain value" in mine.get("error", ""):
        return True
    return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--random", type=int, default=1500)
    parser.add_argument("--show", type=int, default=20)
    options = parser.parse_args()
    words = [word for line in SCALARS for word in re.findall(r"!\S+ (?:'[^']*'|\S+)|'(?:[^']|'')*'|\"(?:\\.|[^\"])*\"|\S+", line)]
    texts = words + ["a: %s\n" % word for word in words] + ["[%s]\n" % word for word in words] + ["%s: 1\n" % word for word in words] + DOCUMENTS
    writer = Writer(options.seed)
    texts += [writer.document() for _ in range(options.random)]
    lines = "".join(json.dumps({"text": text}) + "\n" for text in texts)
    output = subprocess.run([options.program], input=lines, capture_output=True, text=True, timeout=300)
    answers = [json.loads(line) for line in output.stdout.splitlines()]
    if len(answers) != len(texts):
        print("the program ended at", repr(texts[len(answers)]), output.stderr[-1000:])
        return 1
    different = departed = 0
    for text, mine in zip(texts, answers):
        theirs = their_answer(text)
        if ("error" in theirs and "error" in mine) or json.dumps(theirs) == json.dumps(mine):
            continue
        if departs(text, theirs, mine):
            departed += 1
            continue
        different += 1
        if different <= options.show:
            print(repr(text), "\n    PyYAML:", json.dumps(theirs)[:300], "\n    ours:  ", json.dumps(mine)[:300])
    print(f"{len(texts)} texts, {different} differ, {departed} depart by decision")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
