"""Templates to compare, written and generated: types x filters, operators, methods, tests, statements."""

VARIABLES = {
    "t": "hello world", "u": "MiXed Case-word", "e": "", "n": 7, "z": 0, "neg": -13, "f": 3.75, "yes_": True, "no_": False,
    "nul": None, "l": [3, 1, 2], "le": [], "ls": ["b", "a", "C", "a"], "nested": [[1, [2]], [3], 4], "d": {"b": 2, "a": 1},
    "de": {}, "dd": {"x": {"y": [1, {"z": "deep"}]}, "k": "v"}, "users": [{"name": "bob", "uid": 2, "tags": ["x", "y"]},
    {"name": "alice", "uid": 1, "tags": []}, {"name": "carol", "uid": 3, "tags": ["z"]}], "num": "42", "real": "2.5", "path": "/etc/ssh/sshd_config.d/x.conf",
    "lazy": "{{ t }}!", "lazy_undef": "{{ not_there }}", "lazy_list": ["{{ n }}", "x{{ n }}"], "cond": "n > 3", "version": "1.10.2",
    "json": "{\"a\": [1, true, null]}", "ml": "one\ntwo\n\nthree\n", "sp": "  padded\t", "bools": ["yes", "no", "true", "off", 1, 0, "x"],
    "ip": "10.1.2.3/24", "ips": ["10.0.0.1", "fd00::1", "nope", "192.168.1.0/24"], "reg": {"changed": True, "failed": False, "rc": 0, "stdout": "ok", "results": []},
}

UNARY = """abs b64encode basename bool capitalize checksum count dict2items dictsort dirname e first flatten float from_json from_yaml
hash int items2dict last length list lower max mandatory md5 min quote random_ reverse round sha1 sort splitext string sum title
to_json to_nice_json to_nice_yaml to_yaml to_uuid trim type_debug unique upper urlencode wordcount human_readable human_to_bytes ipaddr ipv4 ipv6 ipwrap
regex_escape comment urlsplit items string|length list|length tojson filesizeformat""".split()
NAMES = [n for n in VARIABLES if n not in ("lazy_undef",)]

BINARY = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", ">", "<=", ">=", "in", "not in", "and", "or"]

WRITTEN = """
{{ t }}|{{ n }}|x{{ n }}y|{{ f }}|{{ yes_ }}|{{ nul }}|{{ l }}|{{ d }}|{{ lazy }}|{{ lazy_list }}|{{ lazy_undef | default('q') }}|{{ lazy_undef }}
{{ dd.x.y[1].z }}|{{ dd['x']['y'][0] }}|{{ dd.nope }}|{{ dd.nope.more }}|{{ dd.nope | default('d') }}|{{ dd.nope.more | default('d') }}|{{ not_there }}|{{ not_there.x | default(3) }}
{{ l[0] }}|{{ l[-1] }}|{{ l[9] }}|{{ l[9] | default('none') }}|{{ l[1:] }}|{{ l[:2] }}|{{ l[::-1] }}|{{ t[0] }}|{{ t[2:5] }}|{{ t[::-1] }}|{{ t[-3:] }}
{{ 'a' if n > 3 else 'b' }}|{{ 'a' if n > 30 }}|{{ 'x' if not_there is defined else 'y' }}|{{ (1, 2) }}|{{ [1, (2, 3)] }}|{{ {'a': (1,)} }}
{{ '[1, 2]' }}|{{ '{"a": 1}' }}|{{ 'True' }}|{{ 'true' }}|{{ '1' }}|{{ '1.0' }}|{{ 'None' }}|{{ '[true, null]' }}|{{ '[1, x]' }}|{{ "{'a': }" }}|{{ '[' }}
{{ 1 }}|{{ 1.0 }}|{{ 1e20 }}|{{ 1e-7 }}|{{ 0.1 + 0.2 }}|{{ 10 / 2 }}|{{ 7 // 2 }}|{{ -7 // 2 }}|{{ -7 % 3 }}|{{ 2 ** 10 }}|{{ 2 ** -1 }}|{{ 1 / 3 }}
{{ 'a' ~ 1 ~ none ~ true }}|{{ 'a' * 3 }}|{{ [1] * 2 }}|{{ [1] + [2] }}|{{ 'a' + 'b' }}|{{ 'a' + 1 }}|{{ 1 + 'a' }}|{{ 1 - 'a' }}|{{ none + 1 }}
{{ 1 < 2 < 3 }}|{{ 3 > 2 > 2 }}|{{ 'a' < 'b' }}|{{ 1 < 'a' }}|{{ [1, 2] < [1, 3] }}|{{ 1 == 1.0 }}|{{ true == 1 }}|{{ 'a' in 'abc' }}|{{ 1 in [1] }}|{{ 'b' in d }}|{{ 1 in 'a' }}
{{ not true }}|{{ not '' }}|{{ not [] and 1 }}|{{ 0 or 'x' }}|{{ '' and 'y' }}|{{ (1 and 2) or 3 }}|{{ not n == 7 }}
{{ '%s-%d' % ('a', 3) }}|{{ '%05.1f' % 3.14159 }}|{{ '%x' % 255 }}|{{ '%-5s|' % 'ab' }}|{{ '%(a)s' % {'a': 1} }}|{{ '%s' % [1, 2] }}|{{ '%%' % () }}|{{ '%s %s' % 'a' }}
{{ '{} {}'.format(1, 'b') }}|{{ '{0}{1}{0}'.format('a', 'b') }}|{{ '{x}'.format(x=3) }}|{{ '{:>5}'.format('ab') }}|{{ '{:05d}'.format(42) }}|{{ '{:.2f}'.format(3.14159) }}|{{ '{{}}'.format() }}
{{ t.upper() }}|{{ t.split() }}|{{ t.split('o') }}|{{ t.split('o', 1) }}|{{ t.rsplit('o', 1) }}|{{ t.replace('o', '0') }}|{{ t.startswith('he') }}|{{ t.endswith(('x', 'd')) }}|{{ t.find('w') }}|{{ t.title() }}|{{ t.capitalize() }}|{{ t.center(20) }}|{{ t.zfill(15) }}|{{ t.count('o') }}|{{ t.partition(' ') }}|{{ ','.join(ls) }}|{{ t.isdigit() }}|{{ num.isdigit() }}|{{ sp.strip() }}|{{ sp.lstrip() }}|{{ t.strip('hd') }}|{{ t.swapcase() }}|{{ t.index('w') }}|{{ t.index('q') }}|{{ t.splitlines() }}|{{ ml.splitlines() }}|{{ t.removeprefix('hello ') }}
{{ d.items() }}|{{ d.items() | list }}|{{ d.keys() | list }}|{{ d.values() | list }}|{{ d.get('a') }}|{{ d.get('q') }}|{{ d.get('q', 5) }}|{{ d.copy() }}|{{ l.index(1) }}|{{ l.count(1) }}|{{ ls.count('a') }}
{{ range(5) }}|{{ range(1, 10, 3) | list }}|{{ range(5, 0, -2) | list }}|{{ dict(a=1, b=2) }}|{{ dict([('a', 1)]) }}|{{ [1, 2, 3] | sum }}|{{ [] | sum }}|{{ [1, 2] | sum(start=5) }}|{{ users | sum(attribute='uid') }}
{{ users | map(attribute='name') | list }}|{{ users | map(attribute='name') | join(',') }}|{{ users | selectattr('uid', 'gt', 1) | map(attribute='name') | list }}|{{ users | rejectattr('uid', 'equalto', 1) | list | length }}|{{ users | selectattr('tags') | list | length }}|{{ users | groupby('uid') }}|{{ users | sort(attribute='name') | map(attribute='uid') | list }}|{{ users | sort(attribute='uid', reverse=true) | map(attribute='name') | list }}|{{ users | map(attribute='nope', default='x') | list }}|{{ users | map(attribute='nope') | list }}|{{ users | map('combine', {'k': 1}) | list }}|{{ users | subelements('tags') }}|{{ users | json_query('[*].name') }}|{{ users | items2dict(key_name='name', value_name='uid') }}
{{ l | map('string') | list }}|{{ l | select('odd') | list }}|{{ l | reject('odd') | list }}|{{ l | select('gt', 1) | list }}|{{ bools | map('bool') | list }}|{{ ls | map('upper') | join }}|{{ ls | unique }}|{{ ls | sort }}|{{ ls | sort(case_sensitive=true) }}|{{ l | sort(reverse=true) }}|{{ ls | map('regex_replace', '^', 'x') | list }}|{{ [1, 'a'] | sort }}|{{ [none, 1] | sort }}
{{ l | union([9]) }}|{{ l | intersect([1, 9]) }}|{{ l | difference([1]) }}|{{ l | symmetric_difference([1, 9]) }}|{{ nested | flatten }}|{{ nested | flatten(levels=1) }}|{{ l | zip(ls) | list }}|{{ l | zip_longest(ls, fillvalue='x') | list }}|{{ [1, 2] | product([3]) | list }}|{{ l | batch(2) | list }}|{{ l | batch(2, 'x') | list }}|{{ l | slice(2) | list }}|{{ [1, 2, 3] | combinations(2) | list }}
{{ d | combine({'c': 3}) }}|{{ d | combine({'a': 9}, {'z': 0}) }}|{{ dd | combine({'x': {'w': 1}}, recursive=true) }}|{{ dd | combine({'x': {'w': 1}}) }}|{{ {'a': [1]} | combine({'a': [2]}, list_merge='append') }}|{{ {'a': [1]} | combine({'a': [2]}, list_merge='prepend') }}|{{ {'a': [1, 2]} | combine({'a': [2]}, list_merge='append_rp') }}|{{ d | dict2items }}|{{ d | dict2items(key_name='k', value_name='v') }}|{{ d | dict2items | items2dict }}|{{ d | dictsort }}|{{ d | dictsort(by='value') }}|{{ d | dictsort(reverse=true) }}
{{ e | default('x') }}|{{ e | default('x', true) }}|{{ nul | default('x') }}|{{ nul | default('x', true) }}|{{ z | default(5, boolean=true) }}|{{ not_there | d }}|{{ not_there | mandatory }}|{{ n | mandatory }}|{{ yes_ | ternary('a', 'b') }}|{{ nul | ternary('a', 'b', 'c') }}|{{ e | ternary(1, 2) }}|{{ 'x' | ternary(1, 2) }}|{{ 'yes' | ternary(1, 2) }}|{{ 'yes' | bool }}|{{ 'y' | bool }}|{{ 1 | bool }}|{{ 2 | bool }}|{{ '' | bool }}|{{ nul | bool }}
{{ '42' | int }}|{{ '0x1f' | int(base=16) }}|{{ '1f' | int(0, 16) }}|{{ '0b11' | int(base=2) }}|{{ 'x' | int }}|{{ 'x' | int(5) }}|{{ '3.9' | int }}|{{ 3.9 | int }}|{{ '3.9' | float }}|{{ 'x' | float }}|{{ true | int }}|{{ 2.5 | round }}|{{ 3.5 | round }}|{{ 2.567 | round(2) }}|{{ 2.51 | round(0, 'floor') }}|{{ 2.51 | round(1, 'ceil') }}|{{ 1234 | round(-2) }}|{{ 7 | round }}|{{ -3 | abs }}|{{ 8 | root(3) }}|{{ 9 | root }}|{{ 2 | pow(5) }}|{{ 8 | log(2) }}|{{ 100 | log(10) }}
{{ path | basename }}|{{ path | dirname }}|{{ path | splitext }}|{{ path | dirname | basename }}|{{ '/a/b/' | basename }}|{{ '/a/b/' | dirname }}|{{ 'x' | dirname }}|{{ ['/a', 'b'] | path_join }}|{{ ['a', '/b'] | path_join }}|{{ '/a/b/c' | relpath('/a') }}|{{ '.bashrc' | splitext }}|{{ 'a.tar.gz' | splitext }}
{{ t | regex_replace('o', '0') }}|{{ t | regex_replace('(\\w+) (\\w+)', '\\2 \\1') }}|{{ t | regex_search('w\\w+') }}|{{ t | regex_search('zzz') }}|{{ t | regex_search('(h)(e)', '\\1', '\\2') }}|{{ t | regex_findall('o') }}|{{ t | regex_findall('(l)(l|d)') }}|{{ 'a.b*c' | regex_escape }}|{{ u | regex_replace('(?i)mixed', 'x') }}|{{ u | regex_replace('MIXED', 'x', ignorecase=True) }}|{{ ml | regex_findall('^t\\w+', multiline=True) }}|{{ t | regex_replace('^', '-') }}|{{ t | regex_replace('$', '-') }}|{{ 'aaa' | regex_replace('a*', 'x') }}|{{ t | regex_replace('(?P<first>\\w)', '<\\g<first>>') }}
{{ version is version('1.9', '>') }}|{{ version is version('1.10.2', '==') }}|{{ '1.2.3' is version('1.2', 'ge') }}|{{ '1.2.0-rc1' is version('1.2.0', 'lt', version_type='semver') }}|{{ '2.0' is version('10.0', 'lt') }}|{{ '1.2' is version('1.2a', '<') }}|{{ 'v1.2' is version('v1.10', '<') }}
{{ n is number }}|{{ n is string }}|{{ t is string }}|{{ l is sequence }}|{{ d is mapping }}|{{ d is iterable }}|{{ nul is none }}|{{ n is odd }}|{{ n is divisibleby 7 }}|{{ n is divisibleby(3) }}|{{ yes_ is true }}|{{ 1 is true }}|{{ yes_ is boolean }}|{{ n is integer }}|{{ f is float }}|{{ t is defined }}|{{ q is undefined }}|{{ n is in [7] }}|{{ l is contains(1) }}|{{ [1] is subset(l) }}|{{ l is superset([1]) }}|{{ t is match('hel') }}|{{ t is match('wor') }}|{{ t is search('wor') }}|{{ t is regex('^h') }}|{{ u is lower }}|{{ 'abc' is lower }}|{{ n is eq 7 }}|{{ n is gt 3 }}|{{ n is not none }}|{{ [] is any }}|{{ [1, 0] is all }}|{{ [1, 0] is any }}|{{ reg is changed }}|{{ reg is failed }}|{{ reg is succeeded }}|{{ reg is success }}|{{ reg is skipped }}|{{ reg is not changed }}|{{ n is sameas n }}|{{ '/etc' is directory }}|{{ '/etc/passwd' is file }}|{{ '/nope' is exists }}|{{ t is filter }}|{{ 'upper' is filter }}|{{ 'odd' is test }}|{{ yes_ is truthy }}|{{ 'no' is truthy }}|{{ 'no' is truthy(convert_bool=True) }}
{{ d | to_json }}|{{ d | to_nice_json }}|{{ dd | to_nice_json(indent=2) }}|{{ d | to_yaml }}|{{ dd | to_nice_yaml }}|{{ dd | to_nice_yaml(indent=2) }}|{{ json | from_json }}|{{ (json | from_json).a[2] is none }}|{{ 'a: [1, yes, 0x10]' | from_yaml }}|{{ 'x' | from_json }}|{{ l | to_json }}|{{ t | to_json }}|{{ nul | to_json }}|{{ f | to_json }}|{{ 'ä' | to_json }}|{{ 'ä' | to_nice_yaml }}|{{ users | to_nice_yaml }}|{{ users | to_yaml }}|{{ ml | to_yaml }}|{{ {'a': ml} | to_nice_yaml }}|{{ {'a': 'yes', 'b': '1', 'c': 'x: y', 'd': '', 'e': none, 'f': '- x', 'g': '#c', 'h': 'a #b', 'i': "it's", 'j': '"q"', 'k': '*a', 'l': '1.5', 'm': '0x1', 'n': '~', 'o': 'null', 'p': '@x', 'q': '%x', 'r': '!x', 's': 'a:b', 't': ' lead', 'u': '2020-01-01', 'v': '1:30', 'w': '=', 'x': '<<'} | to_nice_yaml }}|{{ [[1, 2], [3, [4]]] | to_nice_yaml }}|{{ [{'a': 1, 'b': [1, 2]}, {'c': {}}] | to_nice_yaml }}|{{ {'a': [], 'b': {}} | to_nice_yaml }}
{{ 'abc' | hash('md5') }}|{{ 'abc' | hash('sha256') }}|{{ 'abc' | hash('sha512') }}|{{ 'abc' | b64encode | b64decode }}|{{ 'abc' | to_uuid }}|{{ 'abc' | md5 }}|{{ 'abc' | sha1 }}|{{ 'abc' | password_hash('sha512', 'saltsalt', rounds=5000) }}|{{ 'abc' | password_hash('sha256', 'saltsalt', rounds=6000) }}|{{ 'abc' | password_hash('md5', 'saltsalt') }}
{{ 59 | random(seed='n1') }}|{{ l | random(seed='abc') }}|{{ range(100) | random(seed='host01') }}|{{ 1000 | random(start=10, step=5, seed='x') }}|{{ ls | shuffle(seed='s') }}|{{ range(10) | list | shuffle(seed='abc') }}
{{ ip | ipaddr('address') }}|{{ ip | ipaddr('network') }}|{{ ip | ipaddr('netmask') }}|{{ ip | ipaddr('prefix') }}|{{ ip | ipaddr('broadcast') }}|{{ ip | ipaddr('1') }}|{{ ips | ipaddr }}|{{ ips | ipv4 }}|{{ 'fd00::1' | ipwrap }}|{{ '10.0.0.1' | ipwrap }}
{{ ml | indent(2) }}|{{ ml | indent(2, true) }}|{{ ml | indent(2, first=true, blank=true) }}|{{ t | truncate(8) }}|{{ t | wordwrap(5) }}|{{ t | center(30) }}|{{ '<a>' | e }}|{{ 'a b' | quote }}|{{ "it's" | quote }}|{{ 'a b&c' | urlencode }}|{{ t | wordcount }}|{{ t | replace('l', 'L', 2) }}|{{ sp | trim }}|{{ t | title }}|{{ u | title }}|{{ u | lower }}|{{ u | capitalize }}|{{ t | comment }}|{{ t | comment('c') }}|{{ ml | comment('cblock') }}|{{ t | comment(decoration='! ') }}|{{ '%s' | format(t) }}|{{ t | first }}|{{ t | last }}|{{ t | reverse }}|{{ t | list | length }}|{{ t | length }}|{{ 'ä' | length }}|{{ 'äöü' | upper }}|{{ 'ß' | upper }}|{{ 'a,b' | split(',') }}|{{ 'a b' | split }}
{{ ['a', 'b'] | join }}|{{ [1, none, true] | join(',') }}|{{ [] | join(',') }}|{{ 5 | join(',') }}|{{ users | join(',', attribute='name') }}|{{ [] | first }}|{{ [] | first | default('x') }}|{{ [] | last | default('x') }}|{{ [] | max | default('x') }}|{{ l | max }}|{{ l | min }}|{{ users | max(attribute='uid') }}|{{ ['b', 'A'] | max }}|{{ 'a' | list }}|{{ d | list }}|{{ d | length }}|{{ n | length }}|{{ n | list }}
{{ ['x', 'k'] | map('extract', dd) | list }}|{{ 'x' | extract(dd, ['y', 0]) }}|{{ 0 | extract(l) }}|{{ 'nope' | extract(dd) }}|{{ ['a', 'b'] | map('extract', d) | list }}|{{ 'http://u:p@h.example:80/p/a?q=1#f' | urlsplit('hostname') }}|{{ 'http://u:p@h.example:80/p/a?q=1#f' | urlsplit('port') }}|{{ 'http://h/p' | urlsplit }}|{{ '10 MB' | human_to_bytes }}|{{ 1048576 | human_readable }}|{{ 1000 | filesizeformat }}|{{ '2020-01-02 03:04:05' | to_datetime }}|{{ '%Y' | strftime(0, utc=true) }}|{{ ('2020-01-03' | to_datetime('%Y-%m-%d')).year }}
{{ lookup('env', 'NOPE_X') }}|{{ lookup('items', [1, [2]]) }}|{{ query('items', [1, [2, [3]]]) }}|{{ lookup('dict', d) }}|{{ lookup('sequence', 'start=1 end=3') }}|{{ query('sequence', 'start=0 count=4 stride=2 format=h%02d') }}|{{ lookup('vars', 't') }}|{{ lookup('vars', 'nope', default='x') }}|{{ lookup('vars', 'nope') }}|{{ query('nested', [1, 2], ['a']) }}|{{ query('together', [1, 2], ['a']) }}|{{ query('flattened', [[1], [[2]]]) }}|{{ query('indexed_items', ['a']) }}|{{ lookup('pipe', 'echo hi') }}|{{ lookup('list', [1, 2]) }}|{{ q('varnames', '^lazy') }}|{{ lookup('nope', 1) }}|{{ lookup('env', 'NOPE_X', default='z') }}|{{ lookup('file', '/nope') }}|{{ lookup('file', '/nope', errors='ignore') }}|{{ query('subelements', users, 'tags') }}
{{ {} }}|{{ [] }}|{{ '' }}|{{ ' ' }}| {{ l }}|{{ l }} |{{ l }}{{ l }}|[{{ n }}, 2]|{'a': {{ n }}}|{{ '{' }}{{ '}' }}|{{ "a\\nb" }}|{{ 'a\nb' }}|{{ '\\x41' }}|{{ 'tab\\t' }}|text only|{# comment #}|{# c #}x|{{ 'a' 'b' }}|{{ "q'q" }}|{{ 'q"q' }}|{{ ["q'q", 'q"q', "both'\\""] }} x|{{ [1.0, 1e100, 1e16, 123456789012345680.0, 0.0001, 0.00001] }} x
{{ nope() }}|{{ t() }}|{{ t.nope() }}|{{ n | nofilter }}|{{ n is notest }}|{{ }}|{{ n n }}|{{ (n }}|{{ [n }}|{{ n | }}|{{ n.}}|{% if %}{% endif %}|{% nope %}|{% for %}|{{ 'x }}|{{ x = 1 }}|{% if n %}x|{% endif %}|{{ 1 ** }}|{{ n if }}
"""

STATEMENTS = [
    "{% if n > 3 %}big{% elif n > 1 %}mid{% else %}small{% endif %}", "{% if z %}a{% elif e %}b{% else %}c{% endif %}",
    "{% for i in l %}{{ i }},{% endfor %}", "{% for i in l %}{{ loop.index }}/{{ loop.length }}{% if not loop.last %}-{% endif %}{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k in d | sort %}{{ k }}{% endfor %}", "{% for i in le %}x{% else %}none{% endfor %}",
    "{% for i in l if i > 1 %}{{ i }}{% endfor %}", "{% for i in l if i > 1 %}{{ loop.index }}{% endfor %}", "{% for i in l %}{{ loop.first }}{{ loop.revindex }}{{ loop.previtem | default('-') }}{% endfor %}",
    "{% for i in l %}{% for j in ls %}{{ i }}{{ j }}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}", "{% for i in l %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for i in [1, 1, 2] %}{{ loop.changed(i) }}{% endfor %}", "{% set x = 5 %}{{ x + 1 }}", "{% set x, y = 1, 2 %}{{ x }}{{ y }}", "{% set x %}block {{ n }}{% endset %}{{ x | upper }}",
    "{% set x = 1 %}{% for i in l %}{% set x = i %}{% endfor %}{{ x }}", "{% set ns = namespace(c=0) %}{% for i in l %}{% set ns.c = ns.c + i %}{% endfor %}{{ ns.c }}",
    "{% set x = [] %}{% for i in l %}{% if x.append(i * 2) %}{% endif %}{% endfor %}{{ x }}", "{% set x = [] %}{% for i in l %}{{ x.append(i) }}{% endfor %}{{ x }}", "{% set x = {} %}{% set _ = x.update({'a': 1}) %}{{ x }}",
    "{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ m(1) }}|{{ m(1, 3) }}|{{ m(b=5, a=4) }}", "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, x=2) }}",
    "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}in{% endcall %}", "{% macro m(x) %}{{ x }}{{ n }}{% endmacro %}{{ m('a') }}", "{% macro m(a) %}{{ a | default('none') }}{% endmacro %}{{ m() }}",
    "{% filter upper %}abc {{ n }}{% endfilter %}", "{% with a = 1, b = n %}{{ a + b }}{% endwith %}", "{% raw %}{{ n }}{% endraw %}", "{% raw -%} x {{ n }} {%- endraw %}",
    "a {%- if n %} b {%- endif %} c", "a {{- n -}} b", "a\n{% if n %}\nb\n{% endif %}\nc\n", "  {% if n %}\n  x\n  {% endif %}\n", "{% for i in l %}\n{{ i }}\n{% endfor %}\n", "a\n{#- c -#}\nb",
    "{% for i in range(3) %}{% if i == 1 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "{% for i in range(5) %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}",
    "{% do [].append(1) %}x", "{% for u in users %}{{ u.name }}:{{ u.tags | join('+') }};{% endfor %}", "{% for a, b in [(1, 2), (3, 4)] %}{{ a + b }}{% endfor %}",
    "{%- for i in l -%}\n  {{ i }}\n{%- endfor -%}", "{{ l }}{% if false %}x{% endif %}", "{% if true %}{{ l }}{% endif %}", "{% if nul is none %}n{% endif %}", "x\n", "x\n\n", "{{ t }}\n", "{{ l }}\n\n",
    "{% for i in nope %}{% endfor %}", "{% if nope %}{% endif %}", "{% if nope is defined %}a{% else %}b{% endif %}", "{{ loop }}", "{% set t = 'changed' %}{{ t }}", "{% if n == 7 and t == 'hello world' %}both{% endif %}",
    "{% for group, items in users | groupby('uid') %}{{ group }}:{{ items | length }} {% endfor %}", "{% for i in [1,2,3] recursive %}{{ i }}{% endfor %}", "{% set a = b = 1 %}", "{{ joiner is defined }}", "{% set j = joiner('|') %}{% for i in l %}{{ j() }}{{ i }}{% endfor %}", "{% set c = cycler('a','b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}",
]

CONDITIONS = """n > 3|n == 7|t == 'x'|t|e|l|le|nul|yes_|no_|cond|not_there|not_there is defined|not_there is not defined|n in [7]|'a' in d|not yes_|yes_ and n|num == 42|num|int == 42|num | int == 42
reg is changed|reg.rc == 0|reg.rc != 0|reg.nope is defined|reg.results|t is match('hello')|lazy == 'hello world!'|lazy_undef is defined|lazy_undef|json|d.a == 1|d.q == 1|true|false|True|1|0|'yes'|"no"|n > |(n|version is version('1.2', '>=')|users | length > 2|users | selectattr('name', 'equalto', 'bob') | list | length == 1|"{{ n }}" == "7"|{{ n }} == 7|{{ yes_ }}|n is defined and n > 3|l | length""".replace("\n", "|")


def corpus():
    cases = []
    for line in WRITTEN.strip("\n").split("\n"):
        # '|' between templates only where one ends and the next begins
        piece = ""
        for part in line.split("|"):
            piece = piece + "|" + part if piece else part
            if piece.count("{{") == piece.count("}}") and piece.count("{%") == piece.count("%}") and piece.count("{#") == piece.count("#}"):
                cases.append((piece, "resolve"))
                piece = ""
        if piece:
            cases.append((piece, "resolve"))
    for name in NAMES:
        for filter_ in UNARY:
            if filter_ != "random_":
                cases.append(("{{ %s | %s }}" % (name, filter_), "resolve"))
                if filter_ in ("to_json", "string", "list", "upper", "length", "to_nice_yaml", "int", "float"):
                    cases.append(("x {{ %s | %s }}" % (name, filter_), "resolve"))
    few = ["t", "n", "f", "yes_", "nul", "l", "d", "e", "num"]
    for a in few:
        for b in few:
            for sign in BINARY:
                cases.append(("{{ %s %s %s }}" % (a, sign, b), "resolve"))
    for name in NAMES:
        for test in "defined none string number integer float boolean mapping sequence iterable odd even true false lower upper truthy".split():
            cases.append(("{{ %s is %s }}" % (name, test), "resolve"))
        cases.append(("x{{ %s }}y" % name, "resolve"))
        cases.append(("{{ %s }}" % name, "resolve"))
        cases.append(("{{ [%s] }}" % name, "resolve"))
    cases += [(s, "resolve") for s in STATEMENTS]
    piece = ""
    for part in CONDITIONS.split("|"):
        if part.startswith(" ") and piece:
            piece += "|" + part
            continue
        if piece:
            cases.append((piece, "condition"))
        piece = part
    cases.append((piece, "condition"))
    return cases
