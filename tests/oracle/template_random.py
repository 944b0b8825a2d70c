"""Random templates to compare: chains of filters over any value, and expressions composed by type, so that most mean something."""
import random

from template_files import NAMES, SAFE_FILTERS, TESTS

TEXTS = ["t", "u", "e", "num", "real", "path", "ml", "sp", "version", "lazy", "json", "ip", "users[0].name", "dd.k", "'a,b;c'", "'häß Ω 漢😀'", "'x\\ty\\nz'", "\"it's\"",
         "'%s-%s'", "'{0}/{1}'", "'10.2.3.4/20'", "'fd00::1/64'", "'1.2.3-rc.1+b5'", "'2.5e3'", "' 42 '", "'True'", "'[1, 2]'", "'k=v'", "'A_b-C d'"]
INTEGERS = ["n", "z", "neg", "0", "1", "2", "-1", "3", "10", "255", "1024", "4294967296", "9007199254740993", "users[1].uid", "-7"]
REALS = ["f", "0.5", "-2.5", "1e3", "1.0", "2.675", "1e-7", "123456789.125", "1e22"]
LISTS = ["l", "le", "ls", "[1, 2, 2, 3]", "['b', 'a', 'B']", "[3.5, 1, -2]", "range(4)", "range(5, 0, -2)", "d.keys()", "dd.x.y[:1]", "[true, false, none]", "['é', 'e', 'z']", "lazy_list"]
RECORDS = ["users", "[{'name': 'z', 'uid': 9, 'tags': ['q']}]", "users[:2]", "users | rejectattr('tags')", "d | dict2items"]
DICTS = ["d", "de", "dd", "{'k': 1, 'j': [1, 2]}", "users[0]", "{'a': {'b': {'c': 1}}, 'l': [1]}", "dict(q=1, r='s')", "{1: 'one', 'two': 2}", "reg"]
PATTERNS = ["'o'", "'[a-z]+'", "'(\\\\w)(\\\\w)'", "'^'", "'$'", "'\\\\s+'", "'L'", "'(?i)HELLO'", "'(?P<x>l+)'", "'.'", "'(a)|(b)'", "'\\\\d+'", "'[^ -~]'", "'\\\\b'", "''", "'x*'", "'(?<=h)e'", "'('"]
REPLACEMENTS = ["'_'", "''", "'\\\\1'", "'<\\\\g<0>>'", "'\\\\2\\\\1'", "'\\\\g<x>'", "'\\\\n'", "'a\\\\\\\\b'", "'$1'"]
SHORT = ["'o'", "' '", "','", "''", "'l'", "'xy'", "'é'", "'\\n'"]
OPERATORS = ["'=='", "'eq'", "'equalto'", "'>'", "'gt'", "'<='", "'le'", "'lt'", "'ne'", "'!='", "'in'", "'ge'", "'sameas'"]
VERSIONS = ["'1.2'", "'1.10.2'", "'1.2.0-rc1'", "'2'", "'1.2.3a'", "'v1.2'", "'1.2.3-alpha.1+b'", "'1.0.0'", "'10'", "'1.2.post1'", "''", "version"]
QUERIES = """'' address network netmask prefix broadcast host net subnet gateway hostmask wildcard size first_usable last_usable range_usable version type revdns int private public loopback multicast
link-local wrap ip/prefix address/prefix host/prefix network/prefix cidr 1 -1 5 300 10.0.0.0/8 192.168.1.0/24 fd00::/8 bool 4294967296 peer next_usable previous_usable size_usable ip_netmask network_netmask
network_wildcard network_id unicast v4 v6 6to4 nope hostnet""".split()
ADDRESSES = ["'10.1.2.3/24'", "'10.0.0.0/8'", "'192.168.1.1'", "'fd00::1'", "'fe80::1/64'", "'2001:db8::/32'", "'10.2'", "'127.0.0.1'", "'8.8.8.8'", "'224.0.0.1'", "'10.0.0.1/31'", "'10.0.0.2/30'", "'10.0.0.1/32'",
             "'10.0.0.1/255.255.255.0'", "'10.0.0.1/0.0.0.255'", "'300.1.1.1'", "'nope'", "3232235777", "'::ffff:10.0.0.1'", "'fd00::2/127'", "'0.0.0.0/0'", "'1.2.3.4/33'", "'169.254.1.1'", "ips", "'172.16.0.0/12'", "'::1'", "'2002:a00:1::1/48'"]
STYLES = ["'plain'", "'c'", "'cblock'", "'erlang'", "'xml'"]
SPECS = ["'{:>8}'", "'{:*^9}'", "'{:<6}|'", "'{!r}'", "'{!s:>5}'", "'{0}{0}'", "'{x}'", "'{:.3}'"]
NUMBER_SPECS = ["'{:5d}'", "'{:05d}'", "'{:+d}'", "'{:x}'", "'{:#x}'", "'{:b}'", "'{:,}'", "'{:e}'", "'{:.2f}'", "'{:g}'", "'{:10.3f}'", "'{:%}'", "'{:<6}|'", "'{:^7}'", "'{:o}'", "'{:_}'", "'{:c}'", "'{:=+7}'", "'{: d}'", "'{:.3g}'", "'{:n}'"]
PERCENT = ["'%d'", "'%5d'", "'%-6d|'", "'%05d'", "'%x'", "'%X'", "'%o'", "'%e'", "'%.2f'", "'%g'", "'%s'", "'%r'", "'%+d'", "'%#x'", "'% d'", "'%5.1f'", "'%c'", "'%i%%'", "'%*d'", "'%.3d'"]


class Composer:
    def __init__(self, seed):
        self.dice = random.Random(seed)

    def one(self, choices):
        return self.dice.choice(choices)

    def small(self):
        return self.one(["0", "1", "2", "3", "5", "8", "20", "-1", "-2"])

    def text(self, depth):
        if depth == 0 or self.dice.random() < 0.15:
            return self.one(TEXTS)
        return self.one([self.text_method, self.text_filter, self.text_filter, self.text_operator, self.text_of_other])(depth - 1)

    def text_method(self, depth):
        name, s, c = self.text(depth), lambda: self.one(SHORT), self.small
        method = self.one([
            "upper()", "lower()", "title()", "capitalize()", "swapcase()", "casefold()", "strip()", "strip(%s)" % s(), "lstrip(%s)" % s(), "rstrip(%s)" % s(), "replace(%s, %s)" % (s(), s()), "replace(%s, %s, %s)" % (s(), s(), c()),
            "center(%s, '*')" % c(), "ljust(%s, '.')" % c(), "rjust(%s)" % c(), "zfill(%s)" % c(), "partition(%s)[0]" % s(), "rpartition(%s)[2]" % s(), "split(%s)[-1]" % s(), "split()[0]", "rsplit(%s, 1)[0]" % s(), "splitlines()[0]",
            "splitlines(true) | join('|')", "removeprefix(%s)" % s(), "removesuffix(%s)" % s(), "join(['p', 'q'])", "expandtabs(%s)" % c(), "format(1, 'b')", "__class__", "encode('utf-8').decode()", "nosuch()"])
        return "(%s).%s" % (name, method)

    def text_filter(self, depth):
        s, c = lambda: self.one(SHORT), self.small
        choice = self.dice.random()
        if choice < 0.25:
            flags = self.one(["", "", ", ignorecase=true", ", multiline=true"])
            form = self.one(["regex_replace(%s, %s%s)" % (self.one(PATTERNS), self.one(REPLACEMENTS), flags), "regex_search(%s%s)" % (self.one(PATTERNS), flags),
                             "regex_search(%s, '\\\\1')" % self.one(PATTERNS), "regex_findall(%s%s)" % (self.one(PATTERNS), flags), "regex_escape", "regex_escape('posix_basic')", "regex_search(%s, '\\\\g<x>')" % self.one(PATTERNS)])
            return "(%s) | %s" % (self.text(depth), form)
        if choice < 0.4:
            indent = self.one(["", "indent=%s" % self.one(["0", "1", "2", "3", "6"])])
            return "(%s) | %s" % (self.any(depth), self.one([
                "to_json", "to_nice_json(%s)" % indent, "to_nice_yaml(%s)" % indent, "to_yaml(%s)" % indent, "to_json(sort_keys=true)", "to_json(ensure_ascii=false)", "to_nice_yaml(width=%s)" % self.one(["20", "40", "1000"]), "to_nice_json(sort_keys=false)",
                "to_yaml(default_flow_style=false)", "to_nice_yaml(indent=2, sort_keys=false)", "string", "to_json(indent=2)", "to_json(separators=(',', ':'))", "type_debug"]))
        return "(%s) | %s" % (self.text(depth), self.one([
            "upper", "lower", "title", "capitalize", "trim", "trim(%s)" % s(), "replace(%s, %s)" % (s(), s()), "replace(%s, %s, 1)" % (s(), s()), "truncate(%s)" % c(), "truncate(%s, true)" % c(), "truncate(%s, true, '', 0)" % c(), "truncate(%s, false, '..', 2)" % c(),
            "wordwrap(%s)" % c(), "wordwrap(6, false)", "wordwrap(6, true, '|')", "indent(%s)" % c(), "indent(2, true)", "indent(2, blank=true)", "indent('--')", "center(%s)" % c(), "b64encode", "b64encode | b64decode", "quote", "urlencode", "urldecode", "comment(%s)" % self.one(STYLES),
            "comment(prefix=%s)" % s(), "comment('plain', prefix='#\\n', postfix='#\\n')", "hash('sha256')", "md5", "checksum", "default(%s)" % s(), "default(%s, true)" % s(), "basename", "dirname", "splitext", "first", "last", "reverse", "string", "escape", "striptags", "to_uuid", 
            "expanduser", "normpath", "relpath('/etc')", "xmlattr", "format(1, 'b')", "wordcount", "human_to_bytes", "split(%s)" % s(), "split", "regex_replace(%s, %s)" % (self.one(PATTERNS), self.one(REPLACEMENTS)), "commonpath", "forceescape"]))

    def text_operator(self, depth):
        a, b = self.text(depth), self.text(depth)
        return self.one(["(%s) ~ (%s)" % (a, b), "(%s) + (%s)" % (a, b), "(%s) * %s" % (a, self.one(["0", "2", "3"])), "(%s)[%s:%s]" % (a, self.one(["", self.small()]), self.one(["", self.small()])), "(%s)[::%s]" % (a, self.one(["-1", "2", "-2"])),
                         "(%s)[%s]" % (a, self.small()), "%s %% (%s)" % (self.one(PERCENT), self.number(depth)), "'%%s|%%-8s|%%.2s' %% (%s, %s, %s)" % (a, b, a), "%s.format(%s)" % (self.one(NUMBER_SPECS), self.number(depth)), "%s.format(%s, x=%s)" % (self.one(SPECS), a, b),
                         "(%s) if (%s) else (%s)" % (a, self.truth(depth), b), "'%%(a)s' %% {'a': %s}" % a, "'%s %s' | format({0}, {1})".format(a, b)])

    def text_of_other(self, depth):
        return self.one([lambda: "(%s) | join(%s)" % (self.items(depth), self.one(SHORT)), lambda: "(%s) | string" % self.any(depth), lambda: "(%s) | map(attribute='name') | join('+')" % self.one(RECORDS), lambda: "(%s) | join(',', attribute='uid')" % self.one(RECORDS),
                         lambda: "(%s) | ternary(%s, %s)" % (self.truth(depth), self.text(0), self.text(0)), lambda: "(%s) | ternary('a', 'b', 'c')" % self.any(0), lambda: "(%s) | human_readable%s" % (self.number(depth), self.one(["", "(isbits=true)", "(unit='M')", "(true, 'k')"])),
                         lambda: "(%s) | filesizeformat%s" % (self.number(depth), self.one(["", "(true)"])), self.address, lambda: "(%s).get('k', %s)" % (self.mapping(depth), self.text(0)), lambda: "lookup('vars', '%s')" % self.one(["t", "n", "l", "nope"]), lambda: "not_there | default(%s)" % self.text(depth),
                         lambda: "(%s).nope | default(%s)" % (self.mapping(depth), self.text(0)), lambda: "'%%H:%%M' | strftime(%s, utc=true)" % self.one(["0", "86399", "n", "f"])])()

    def address(self):
        filter_ = self.one(["ipaddr", "ipaddr", "ipv4", "ipv6", "ipwrap", "ipsubnet", "ipmath", "nthhost", "ansible.utils.ipaddr"])
        if filter_ == "ipwrap":
            form = filter_
        elif filter_ == "ipmath":
            form = "ipmath(%s)" % self.one(["1", "-1", "256", "-300"])
        elif filter_ == "nthhost":
            form = "nthhost(%s)" % self.one(["1", "0", "-1", "300", "'5'"])
        elif filter_ == "ipsubnet":
            form = "ipsubnet(%s)" % self.one(["", "26", "26, 0", "26, -1", "26, 9", "64, 3", "8", "'10.0.0.0/8'", "40", "33", "30, 2", "24, 0"])
        else:
            form = "%s('%s')" % (filter_, self.one(QUERIES).strip("'"))
        return "%s | %s" % (self.one(ADDRESSES), form)

    def number(self, depth):
        if depth == 0 or self.dice.random() < 0.25:
            return self.one(INTEGERS + REALS)
        a, b = (lambda: self.number(depth - 1)), (lambda: self.number(0))
        return self.one([
            lambda: "(%s) %s (%s)" % (a(), self.one(["+", "-", "*", "/", "//", "%"]), b()), lambda: "(%s) ** %s" % (b(), self.one(["2", "3", "-1", "0.5", "0"])), lambda: "-(%s)" % a(), lambda: "(%s) | abs" % a(), lambda: "(%s) | round%s" % (a(), self.one(["", "(1)", "(2)", "(0, 'floor')", "(1, 'ceil')", "(-1)"])),
            lambda: "(%s) | int%s" % (self.any(depth - 1), self.one(["", "(5)", "(default=-1)", "(0, 16)", "(base=8)", "(0, 2)"])), lambda: "(%s) | float%s" % (self.any(depth - 1), self.one(["", "(1.5)"])), lambda: "(%s) | length" % self.any(depth - 1), lambda: "(%s) | sum" % self.items(depth - 1),
            lambda: "(%s) | %s" % (self.items(depth - 1), self.one(["max", "min", "first", "last", "count", "min(case_sensitive=true)"])), lambda: "(%s).%s(%s)" % (self.text(depth - 1), self.one(["find", "rfind", "index", "count"]), self.one(SHORT)), lambda: "%s | %s(attribute='uid')" % (self.one(RECORDS), self.one(["sum", "max", "min"])),
            lambda: "(%s) | %s" % (a(), self.one(["log", "log(10)", "log(2)", "root", "root(3)", "pow(2)", "pow(0.5)", "random(seed='s')"])), lambda: "(%s) | human_to_bytes" % self.one(["'1K'", "'2.5 MB'", "'10'", "'1Mb'", "'3 GiB'", "'x'"]), lambda: "(%s) | bool | int" % self.any(0)])()

    def items(self, depth):
        if depth == 0 or self.dice.random() < 0.15:
            return self.one(LISTS)
        base = self.items(depth - 1)
        s = self.one(SHORT)
        if self.dice.random() < 0.3:
            return self.records(depth - 1)
        return "(%s) %s" % (base, self.one([
            "| map('string') | list", "| map('upper') | list", "| map('int', default=3) | list", "| map('default', 'q', true) | list", "| map('regex_replace', %s, %s) | list" % (self.one(PATTERNS), self.one(REPLACEMENTS)), "| map('replace', %s, 'R') | list" % s, "| map('truncate', 2, true, '') | list",
            "| select | list", "| select(%s, %s) | list" % (self.one(OPERATORS), self.one(["1", "2", "'a'", "[1, 'a']"])), "| select('match', %s) | list" % self.one(PATTERNS), "| reject('search', %s) | list" % self.one(PATTERNS), "| select('string') | list", "| reject('number') | list", "| reject(%s, 2) | list" % self.one(OPERATORS),
            "| sort", "| sort(reverse=true)", "| sort(case_sensitive=true)", "| unique", "| unique(case_sensitive=true)", "| flatten", "| reverse | list", "| batch(2) | list", "| batch(3, '-') | list", "| slice(2) | list", "| slice(3, 'f') | list", "| zip([1, 2, 3]) | list", "| zip_longest(['x'], fillvalue='-') | list",
            "| product([1, 2]) | list", "| permutations(2) | list", "| combinations(2) | list", "| union(%s)" % self.one(LISTS), "| intersect(%s)" % self.one(LISTS), "| difference(%s)" % self.one(LISTS), "| symmetric_difference(%s)" % self.one(LISTS), "[%s:%s]" % (self.one(["", self.small()]), self.one(["", self.small()])), "[::%s]" % self.one(["-1", "2", "-3"]),
            "+ (%s)" % self.one(LISTS), "* 2", "| list", "| shuffle(seed='s')", "| map('extract', {'a': 1, 'b': 2, 1: 'i'}) | list", "| map('combine', {'x': 1}) | list", "| map('length') | list", "| map('round', 1) | list", "| select('in', %s) | list" % self.one(LISTS), "| reject('none') | list", "| map('type_debug') | list", "| map('float') | list",
            "| map('bool') | list", "| select('divisibleby', 2) | list", "| select('version', '1', '>') | list", "| map('nosuch') | list", "| select('nosuch') | list", "| map('format', 1) | list", "| map('quote') | join(' ') | split(' ')", "| min"]))

    def records(self, depth):
        base = self.one(RECORDS)
        return "(%s) %s" % (base, self.one([
            "| map(attribute='name') | list", "| map(attribute='uid') | list", "| map(attribute='tags.0') | list", "| map(attribute='tags.0', default='-') | list", "| map(attribute='nope', default=none) | list", "| selectattr('uid', %s, %s) | list" % (self.one(OPERATORS), self.one(["1", "2", "[1, 3]", "'x'"])),
            "| selectattr('name', 'match', %s) | list" % self.one(PATTERNS), "| rejectattr('name', 'search', 'o') | map(attribute='name') | list", "| selectattr('nope', 'defined') | list", "| selectattr('nope', 'undefined') | list", "| rejectattr('tags') | list", "| selectattr('tags', 'contains', 'x') | list", "| selectattr('tags.0', 'defined') | list",
            "| sort(attribute='uid') | list", "| sort(attribute='name', reverse=true)", "| sort(attribute='name,uid')", "| groupby('uid')", "| groupby('name') | map('first') | list", "| groupby('nope', default='d') | list", "| groupby('name', case_sensitive=true) | list", "| unique(attribute='uid')", "| map('dict2items') | list", "| map('combine', {'uid': 0}) | list",
            "| items2dict(key_name='name', value_name='uid') | dict2items", "| json_query('[].name')", "| subelements('tags') | list", "| subelements('nope', skip_missing=true)", "| map('items') | map('list') | list", "| map(attribute='name') | map('upper') | map('regex_replace', '^', 'x') | list", "| sum(attribute='tags', start=[])", "| max(attribute='uid')",
            "| sort(attribute='nope')", "| first", "| length", "| map('length') | list", "| list2dict"]))

    def mapping(self, depth):
        if depth == 0 or self.dice.random() < 0.2:
            return self.one(DICTS)
        base, other = self.mapping(depth - 1), self.one(DICTS)
        merge = self.one(["replace", "keep", "append", "prepend", "append_rp", "prepend_rp"])
        return self.one(["(%s) | combine(%s)" % (base, other), "(%s) | combine(%s, recursive=true, list_merge='%s')" % (base, other, merge), "(%s) | combine(%s, list_merge='%s')" % (base, other, merge), "[%s, %s] | combine(recursive=true)" % (base, other), "(%s) | dict2items | items2dict" % base, "(%s) | combine(%s, %s)" % (base, other, other),
                         "dict((%s).items())" % base, "(%s).copy()" % base, "{'w': %s, 'i': %s}" % (self.any(depth - 1), self.items(depth - 1)), "(%s) | to_json | from_json" % base, "(%s) | to_nice_yaml | from_yaml" % base, "(%s) | to_yaml | from_yaml" % base, "dict(%s | zip(%s))" % (self.one(LISTS), self.one(LISTS)),
                         "(%s) | dict2items(key_name='n') | items2dict(key_name='n')" % base, "dict(%s, z=1)" % base, "(%s) | dictsort | list" % base, "(%s) | dictsort(false, 'value')" % base, "(%s) | dictsort(reverse=true, by='key')" % base, "(%s) | dict2items | selectattr('value', 'string') | items2dict" % base])

    def truth(self, depth):
        if depth == 0:
            return self.one(["yes_", "no_", "n > 3", "t", "le", "not z", "nul is none", "not_there is defined", "reg is changed"])
        kinds = [
            lambda: "(%s) %s (%s)" % (self.number(depth - 1), self.one(["<", ">", "<=", ">=", "==", "!="]), self.number(depth - 1)), lambda: "(%s) %s (%s)" % (self.text(depth - 1), self.one(["<", ">", "==", "!=", "in", "not in"]), self.text(depth - 1)), lambda: "%s < (%s) <= %s" % (self.number(0), self.number(depth - 1), self.number(0)),
            lambda: "(%s) %s (%s)" % (self.any(depth - 1), self.one(["in", "not in", "==", "!="]), self.items(depth - 1)), lambda: "(%s) %s (%s)" % (self.truth(depth - 1), self.one(["and", "or"]), self.truth(depth - 1)), lambda: "not (%s)" % self.truth(depth - 1), lambda: "(%s) is %s%s" % (self.any(depth - 1), self.one(["", "not "]), self.one(TESTS)),
            lambda: "%s is version(%s, '%s'%s)" % (self.one(VERSIONS), self.one(VERSIONS), self.one(["<", ">", "<=", ">=", "==", "!=", "lt", "gt", "le", "ge", "eq", "ne", "=", "<>", "nope"]), self.one(["", "", ", strict=true", ", version_type='semver'", ", version_type='loose'"])),
            lambda: "(%s) is %s(%s%s)" % (self.text(depth - 1), self.one(["match", "search", "regex"]), self.one(PATTERNS), self.one(["", ", ignorecase=true", ", multiline=true"])), lambda: "(%s) is %s(%s)" % (self.items(depth - 1), self.one(["subset", "superset", "contains"]), self.items(0)), lambda: "(%s) | bool" % self.any(depth - 1),
            lambda: "(%s) is %s" % (self.any(depth - 1), self.one(["truthy", "falsy", "truthy(convert_bool=true)", "mapping", "sequence", "iterable", "string", "number", "none", "defined", "integer", "float", "boolean", "callable", "escaped", "upper", "lower", "nan", "divisibleby 3", "sameas none", "in [1, 'a']", "eq 7", "vault_encrypted"]))]
        return self.one(kinds)()

    def any(self, depth):
        return self.one([self.text, self.number, self.items, self.mapping, self.truth])(depth)


def chained(dice):
    expression = dice.choice(NAMES)
    for _ in range(dice.randint(1, 4)):
        expression += " | " + dice.choice(SAFE_FILTERS)
    kind = dice.random()
    if kind < 0.12:
        return "(%s) is %s%s" % (expression, dice.choice(["", "not "]), dice.choice(TESTS))
    if kind < 0.2:
        return "(%s) %s (%s)" % (expression, dice.choice(["+", "~", "==", "in", "and", "or", "*", "<"]), dice.choice(NAMES))
    if kind < 0.26:
        return "[%s, %s]" % (expression, dice.choice(NAMES))
    return "%s if %s else %s" % (expression, dice.choice(NAMES), dice.choice(NAMES)) if kind < 0.3 else expression


WRAPS = ["{{ %s }}", "{{ %s }}", "x {{ %s }}", "{%% for i in %s %%}{{ i }},{%% endfor %%}", "{%% if %s %%}y{%% else %%}n{%% endif %%}", "{%% set x = %s %%}{{ x }}"]


def random_cases(seed, count):
    composer = Composer(seed)
    for number in range(count):
        if number % 3 == 0:
            yield {"template": composer.one(WRAPS) % chained(composer.dice), "mode": "resolve"}
            continue
        expression = composer.any(composer.dice.randint(1, 3))
        if composer.dice.random() < 0.1:
            yield {"template": expression, "mode": "condition"}
        else:
            yield {"template": composer.one(WRAPS) % expression, "mode": composer.one(["resolve", "resolve", "resolve", "render"])}
