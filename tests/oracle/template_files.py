"""Whole templates, conditions and lookups to compare.

A case is a dict: template, mode (resolve, condition, render) and what differs from the usual: `style` of a file.
`FILES` is laid out in a folder that templates include from and lookups read.
"""
FILES = {
    "templates/inner.j2": "inner {{ n }} {{ local | default('no local') }}\n",
    "templates/macros.j2": "{% macro hi(who, mark='!') %}\nhi {{ who }}{{ mark }}\n{% endmacro %}\n{% set exported = 5 %}\n"
                           "{% macro sees() %}{{ n | default('no n') }}{{ local | default('no local') }}{% endmacro %}",
    "templates/base.j2": "head\n{% block body %}\nbase body {{ n }}\n{% endblock %}\n{% block tail %}base tail{% endblock %}\nend\n",
    "templates/middle.j2": "{% extends 'base.j2' %}\n{% block body %}\nmiddle\n{{ super() }}{% endblock %}\n",
    "templates/list.j2": "[{{ n }}, 'x']\n",
    "templates/vars.j2": "{{ extra }}-{{ t }}\n",
    "templates/deep/er.j2": "{% include 'inner.j2' %}",
    "templates/broken.j2": "a\n{% if %}\n",
    "templates/undefined.j2": "a\n{{ not_there }}\n",
    "templates/crlf.j2": "a\r\n{% if n %}\r\nb\r\n{% endif %}\r\n",
    "files/plain.txt": "  plain text\n\n",
    "files/two.txt": "one\ntwo\n",
    "files/braces.txt": "{{ n }}\n",
    "files/list.txt": "[1, 2]\n",
    "files/data.json": '{"a": [1, 2], "b": {"c": "d"}}\n',
    "files/t.csv": "a,b,c\n\"x, y\",1,2\nk,\"v \"\"q\"\"\",w\n",
    "files/t.tsv": "one\t1\t11\ntwo\t2\t22\n",
    "files/t.ini": "[s]\nk = v\nlong = a\n  b\nx=1\ny=%(x)s2\nBig=Z\n; c\n[global]\ng: 2\n",
    "files/t.properties": "a=1\nb.c = two words\n",
    "files/conf.d/b.conf": "b", "files/conf.d/a.conf": "a", "files/conf.d/c.txt": "c",
}

WHOLE = [
    "# {{ ansible_managed | default('managed') }}\n{% for u in users %}\n{{ u.name }}:{{ u.uid }}\n{% endfor %}\n",
    "{% for u in users %}\nuser {{ u.name }}\n{%   for g in u.tags %}\n  group {{ g }}\n{%   else %}\n  none\n{%   endfor %}\n{% endfor %}\nend\n",
    "[server]\nport={{ n }}\n{% if yes_ %}\nssl=on\n{% else %}\nssl=off\n{% endif %}\n\n[other]\n{% if no_ %}\nx\n{% endif %}\n",
    "a\n\n{% if n %}\n\nb\n\n{% endif %}\n\nc\n\n", "no newline at the end", "one\n", "two\n\n", "three\n\n\n", "\n", "\n\n", "", " \n ",
    "{{ ml }}", "{{ ml }}\n", "x {{ ml }}\n\n", "{{ t }}\n\n\n", "{% set x = 1 %}\n", "{% set x = 1 %}", "{# only a comment #}\n", "{# c #}\n\nx\n",
    "  {%- if n %}\n  x\n  {%- endif %}\n", "  {% if n -%}\n  x\n  {% endif -%}\n  y\n", "{%- for i in l %}\n{{ i }}\n{%- endfor %}\n", "a {{- n }} b {{ n -}} c\n",
    "\t{% if n %}\n\tx\n\t{% endif %}\n", "  {%+ if n %}x{% endif %}\n", "{% if n +%}\nx\n{% endif %}\n", "a\n  {# comment #}\nb\n", "a\n  {#- comment -#}\nb\n",
    "a\r\nb\r\n{% if n %}\r\nc\r\n{% endif %}\r\n", "a\rb\r", "#jinja2: trim_blocks: False\n{% if n %}\nx\n{% endif %}\n", "#jinja2:lstrip_blocks: True\n  {% if n %}\n  x\n  {% endif %}\n",
    "#jinja2: variable_start_string:'[[', variable_end_string:']]'\nx [[ n ]] {{ n }}\n", "#jinja2: lstrip_blocks: True, trim_blocks: True\n  {% for i in l %}\n  {{ i }}\n  {% endfor %}\n",
    "#jinja2:newline_sequence:'\\r\\n'\na\nb\n", "# jinja2: trim_blocks: False\n{% if n %}\nx\n{% endif %}\n", "#jinja2: nope: 1\nx\n", "x\n#jinja2: trim_blocks: False\n{% if n %}\ny\n{% endif %}\n",
    "{% include 'inner.j2' %}", "{% include 'inner.j2' %}\n", "a {% include 'inner.j2' %}!\n", "{% set local = 'L' %}{% include 'inner.j2' %}\n", "{% for local in l %}{% include 'inner.j2' %}{% endfor %}\n",
    "{% include 'inner.j2' without context %}", "{% include 'nope.j2' %}", "{% include 'nope.j2' ignore missing %}x\n", "{% include ['nope.j2', 'inner.j2'] %}", "{% include 'deep/er.j2' %}", "{% include 'crlf.j2' %}", "{% include 'broken.j2' %}",
    "{% include 'undefined.j2' %}", "{% include not_there %}", "{% import 'macros.j2' as m %}{{ m.hi('bob') }}", "{% import 'macros.j2' as m %}\n{{ m.hi('bob', '?') }}\n{{ m.exported }}\n", "{% from 'macros.j2' import hi %}{{ hi('x') }}",
    "{% from 'macros.j2' import hi as h, exported %}{{ h(mark='.', who='y') }}{{ exported }}", "{% from 'macros.j2' import nope %}x", "{% from 'macros.j2' import nope %}{{ nope() }}", "{% import 'macros.j2' as m %}{{ m.nope }}",
    "{% set local = 1 %}{% import 'macros.j2' as m %}{{ m.sees() }}", "{% set local = 1 %}{% import 'macros.j2' as m with context %}{{ m.sees() }}", "{% set local = 1 %}{% from 'macros.j2' import sees with context %}{{ sees() }}",
    "{% extends 'base.j2' %}{% block body %}mine\n{% endblock %}", "{% extends 'base.j2' %}\n{% block tail %}\nmy tail {{ super() }}\n{% endblock %}\nignored\n", "{% extends 'middle.j2' %}{% block body %}top {{ super() }}{% endblock %}",
    "{% extends 'nope.j2' %}", "{% block a %}x{% endblock %}{{ self.a() }}", "{% block a %}x{% endblock a %}",
    "{% macro line(k, v='', sep='=') -%}\n{{ k }}{{ sep }}{{ v }}\n{%- endmacro %}\n{{ line('a', 1) }}\n{{ line('b') }}\n{{ line(k='c', sep=':') }}\n", "{% macro m(l) %}{% for i in l %}{{ i }}{% if not loop.last %},{% endif %}{% endfor %}{% endmacro %}[{{ m(l) }}]\n",
    "{% macro outer() %}<{{ caller('x') }}>{% endmacro %}{% call(v) outer() %}[{{ v }}]{% endcall %}\n", "{% macro a(n) %}{{ n }}{% if n > 0 %}{{ a(n - 1) }}{% endif %}{% endmacro %}{{ a(5) }}\n", "{% macro f() %}{{ later }}{% endmacro %}{% set later = 3 %}{{ f() }}\n",
    "{% macro f(x, y) %}{{ x }}{{ y is defined }}{% endmacro %}{{ f(1) }}\n", "{% macro f(x) %}{% endmacro %}{{ f(1, 2) }}\n", "{% macro f(x) %}{{ x }}{% endmacro %}{{ f(y=2) }}\n", 
    "{% for i in l %}{% set x = i %}{% endfor %}{{ x is defined }}\n", "{% if n %}{% set x = 1 %}{% endif %}{{ x }}\n", "{% set x = 1 %}{% for i in l %}{% if loop.first %}{% set x = 2 %}{% endif %}{{ x }}{% endfor %}{{ x }}\n",
    "{% with %}{% set x = 1 %}{{ x }}{% endwith %}{{ x is defined }}\n", "{% set ns = namespace(found=false, l=[]) %}{% for i in l %}{% if i == 1 %}{% set ns.found = true %}{% endif %}{% endfor %}{{ ns.found }}{{ ns }}\n",
    "{% for k, v in dd | dictsort %}\n{{ k }}: {{ v | to_json }}\n{% endfor %}\n", "{{ users | to_nice_yaml(indent=2) }}\n", "{{ users | to_nice_json }}\n", "a: {{ d | to_yaml }}b: 1\n", "key:\n{{ dd | to_nice_yaml | indent(2, true) }}\n", "key:\n  {{ dd | to_nice_yaml(indent=2) | indent(2) }}",
    "{% for i in range(3) %}{{ loop.index0 }}{{ loop.revindex0 }}{{ loop.depth }}{{ loop.nextitem | default('-') }} {% endfor %}\n", "{% for i in [1, [2, [3]]] recursive %}{% if i is iterable %}({{ loop(i) }}){% else %}{{ i }}{% endif %}{% endfor %}\n",
    "{% for a in l %}{% for b in l if b > a %}{{ a }}{{ b }} {% endfor %}{% endfor %}\n", "{% for i in l | sort %}{{ i }}{% endfor %}{% for i in {} %}x{% else %}e{% endfor %}\n", "{% for i in 5 %}{% endfor %}", "{% for i in none %}{% endfor %}", "{% for i in t %}{{ i }}.{% endfor %}\n",
    "{{ '{{' }} {% raw %}{{ x }} {% y %}{% endraw %}\n", "{%- raw %}\n  a\n{%- endraw %}\n", "{% raw %}\nx\n{% endraw %}\ny\n", "$ {{ '%' }} {% if n %}%}{% endif %} }} %} #}\n", "{{ 'a' }}{# {{ not_there }} {% x #}\n", "{{ \"\\n\" }}|{{ '\\t' }}|{{ 'a\\\\b' }}|{{ '\\d' }}|{{ '\\x41\\u00e4' }}\n",
    "{{ t | regex_replace('(\\w+) (\\w+)', '\\2 \\1') }}\n", "{{ t | regex_replace('(\\\\w+) (\\\\w+)', '\\\\2 \\\\1') }}\n", "{% set x = '\\n' %}[{{ x }}]\n", "{% if t is match('\\w+') %}y{% endif %}{% if t is match('\\\\w+') %}z{% endif %}\n", "{{ 'it\\'s' }}\n", "{{ \"a\\\"b\" }}\n",
    "{% if n %}\n", "{% endif %}\n", "{{ n\n", "{{ n }\n", "{% if n }}x{% endif %}", "{# open\n", "{{ n | }}\n", "x\n{{ not_there }}\n", "{% for %}", "{% set %}", "{% set x %}", "{{ }}", "{% %}", "{% if n %}{% else %}{% else %}{% endif %}", "{{ (1, 2 }}", "{{ [1, 2) }}",
    "{% autoescape true %}<{{ '<' }}>{% endautoescape %}", "{% filter indent(2) %}\na\nb\n{% endfilter %}\n", "{% filter upper | replace('A', 'b') %}aAa{% endfilter %}\n", "{% set x | upper %}abc{% endset %}{{ x }}\n", "{% set a, b = [1, 2] %}{{ a }}{{ b }}\n", "{% set a, b = 1 %}x",
    "{{ lookup('file', 'two.txt') }}\n", "{{ lookup('template', 'inner.j2') }}", "{{ n if n > 3 }}{{ 'x' if n < 3 }}|\n", "{{ (n > 3) | ternary('big', 'small') }}\n", "{{ undef(hint='set it') }}\n", "{{ [not_there] }}\n", "{{ {'a': not_there} }}\n", "{{ not_there | string }}\n",
    "{{ not_there ~ 'x' }}\n", "{{ 'x' in not_there }}\n", "{{ not_there.a.b | default('deep') }}\n", "{{ dd.x.nope is defined }}{{ dd.nope.nope is defined }}\n", "{{ not_there or 'x' }}\n", "{{ not_there | default(omit) }}\n", "{{ users[0]['name'] }}{{ users.0.name }}{{ users[-1].tags[0] }}\n",
    "{{ d.get('zz', {}).get('y', 'z') }}\n", "{{ (l + [9]) | max }}{{ l | sum }}\n", "{{ l.append(5) }}{{ l }}\n", "{% set x = l %}{{ x.append(7) }}{{ l }}\n", "{% set x = [] %}{{ x.extend(l) }}{{ x.insert(0, 'f') }}{{ x.pop() }}{{ x }}\n", "{% set x = {} %}{{ x.update({'a': 1}) }}{{ x.setdefault('b', []).append(1) }}{{ x }}\n",
    "{% set x = {'a': 1} %}{{ x.__setitem__('b', 2) }}{{ x }}\n", "{{ 1_000 }}{{ 0x1F }}{{ 1e3 }}{{ 1.5e-3 }}\n", "{{ 2 ** 3 ** 2 }}{{ -2 ** 2 }}{{ 7 // 2 * 2 }}{{ 7 % -3 }}\n", "{{ 1 < 2 and 2 < 3 or false }}{{ not 1 == 2 }}\n", "{{ 'a' if n else 'b' if z else 'c' }}\n", "{{ n is defined and n is number }}{{ n is not defined or z }}\n",
    "{{ true is boolean }}{{ none is none }}{{ True }}{{ None }}{{ false }}\n", "{{ [1, 2, 3][1:] }}{{ 'abc'[::-1] }}{{ l[:-1] }}\n", "{{ 'é' | length }}{{ 'é' | upper }}{{ 'straße' | title }}\n", "{{ '%s has %d' | format(t, n) }}{{ '%(a)s' | format(a=1) }}\n", "{{ t.split(' ')[0] }}{{ ' '.join(ls) }}\n",
]

STYLES = [{"lstrip_blocks": True}, {"trim_blocks": False}, {"trim_blocks": False, "lstrip_blocks": True}, {"newline_sequence": "\r\n"}]

CONDITIONS = [
    "n", "z", "t", "e", "nul", "l", "le", "yes_", "no_", "num", "cond", "lazy", "not_there", "d", "de", "f", "true", "false", "True", "no", "yes", "'no'", "0", "1", "''", " ", "  n  ", "n == 7", "n==7 and t", "not n", "not not_there", "not_there is not defined",
    "not_there is defined and not_there.x", "dd.x.y[1].z == 'deep'", "dd.nope is defined", "dd.nope.nope is undefined", "'a' in ls", "'a' not in ls", "t in ['hello world']", "n in l or n == 7", "reg is failed", "reg is not failed", "reg is succeeded", "reg is changed", "reg is skipped",
    "reg.rc == 0 and reg.stdout == 'ok'", "reg.stdout | length > 0", "reg.stdout.find('k') != -1", "'ok' in reg.stdout", "reg.results | length", "users | selectattr('uid', '>', 1) | list", "(users | map(attribute='uid') | max) > 2", "version is version('1.9', '<')", "version is version('2', 'lt', strict=false)",
    "{{ n }} == 7", "{{ yes_ }}", "{{ no_ }}", "{{ t }} == 1", "'{{ t }}' == 'hello world'", "{{ l }}", "{{ le }}", "{{ 'n == 7' }}", "{{ cond }}", "lookup('env', 'NOPE_X') == ''", "n > 3 and", "n ==", "(n", "n is nope", "n | nope", "t == \"hello world\"", "n in", "n | bool", "num | int > 40", "yes_ | bool and not no_ | bool",
    "lazy_undef is defined", "lazy_undef | default(false)", "lazy_undef", "t is search('wor')", "t is match('wor')", "t is regex('d$')", "ls is superset(['a'])", "['a'] is subset(ls)", "'/etc' is directory", "'/nope' is exists", "'/etc/passwd' is file", "'/etc' is abs", "n is divisibleby(7)", "n is odd", "f is float", "n is integer",
    "'x' if n else 'y'", "n; t", "n if n",  "n != none", "nul is none", "nul == none", "d == {'a': 1, 'b': 2}", "l == [3, 1, 2]", "l[0] == 3", "ls | length == 4", "ls | unique | length > 2", "e | default('x', true) == 'x'", "t|length == 11", "[yes_, no_] is any", "[yes_, no_] is all",
    "yes_ is truthy", "'no' is falsy(convert_bool=True)", "t is string and n is number", "json | from_json", "(json | from_json).a[0] == 1", "bools | select('equalto', 'x') | list | length == 1", "users[0].tags is contains('x')", "t.startswith('hell')", "n\n", "n >\n3", "n  # comment", "{% if n %}n{% endif %}", "t is sameas t",
]

LOOKUPS = [
    "'file', 'plain.txt'", "'file', 'plain.txt', lstrip=true", "'file', 'plain.txt', rstrip=false", "'file', 'two.txt', 'plain.txt'", "'file', 'nope.txt'", "'file', 'nope.txt', errors='ignore'", "'file', 'nope.txt', errors='warn'", "'file', 'braces.txt'", "'file', 'list.txt'", "'file', 'data.json'",
    "'env', 'NOPE_X'", "'env', 'NOPE_X', 'NOPE_Y'", "'env', 'LC_TEST'", "'env', 'NOPE_X', default='z'", "'template', 'inner.j2'", "'template', 'list.j2'", "'template', 'list.j2', convert_data=false", "'template', 'vars.j2', template_vars={'extra': 9}", "'template', 'vars.j2'", "'template', 'nope.j2'",
    "'first_found', ['nope', 'plain.txt']", "'first_found', ['nope'], errors='ignore'", "'first_found', {'files': ['nope', 'plain.txt'], 'paths': ['files', 'templates']}", "'first_found', {'files': ['nope'], 'skip': true}", "'first_found', 'nope', 'two.txt'", "'first_found', ['nope']", "'first_found', [{'files': 'nope,plain.txt', 'paths': 'files'}]",
    "'fileglob', 'conf.d/*.conf'", "'fileglob', 'nope/*'", "'fileglob', 'conf.d/*.conf', 'conf.d/*.txt'", "'pipe', 'echo one; echo two'", "'pipe', 'exit 3'", "'pipe', 'printf \"a\\n\\n\"'", "'lines', 'printf \"a\\nb\\n\"'", "'dict', d", "'dict', de", "'dict', l", "'items', l", "'items', nested", "'items', t", "'items', d", "'list', nested", "'flattened', nested",
    "'sequence', 'end=3'", "'sequence', 'start=0 end=6 stride=2'", "'sequence', '4'", "'sequence', '2-4'", "'sequence', '2-8/2:n%02d'", "'sequence', 'start=3 end=1 stride=-1'", "'sequence', 'start=3 end=1'", "'sequence', 'count=3'", "'sequence', 'start=0x10 end=0x12 format=%x'", "'sequence', 'nope=1'", "'sequence', 'end=x'", "'sequence', 'count=3 end=3'", "'sequence', 'format=h%d count=2'",
    "'vars', 't'", "'vars', 'n', 't'", "'vars', 'nope'", "'vars', 'nope', default=''", "'vars', 'lazy'", "'vars', 'dd'", "'varnames', '^la'", "'varnames', '^l', 'num'", "'csvfile', 'k', file='t.csv', delimiter=','", "'csvfile', 'x, y', file='t.csv', delimiter=',', col=2", "'csvfile', 'nope', file='t.csv', delimiter=',', default='D'", "'csvfile', 'nope', file='t.csv', delimiter=','",
    "'csvfile', 'two', file='t.tsv', delimiter='TAB'", "'csvfile', 'two file=t.tsv col=2'", "'csvfile', 'k', file='t.csv', delimiter=',', col=9", "'ini', 'k', section='s', file='t.ini'", "'ini', 'long', section='s', file='t.ini'", "'ini', 'y', section='s', file='t.ini'", "'ini', 'big', section='s', file='t.ini'", "'ini', 'Big', section='s', file='t.ini', case_sensitive=true", "'ini', 'g', file='t.ini'",
    "'ini', 'nope', file='t.ini'", "'ini', 'nope', file='t.ini', default='D'", "'ini', 'x', section='zz', file='t.ini'", "'ini', 'k section=s file=t.ini'", "'ini', '.*', section='s', file='t.ini', re=true", "'ini', 'b.c', type='properties', file='t.properties'", "'indexed_items', ls", "'indexed_items', ls, l", "'together', l, ls", "'together', [1], [2, 3]", "'nested', l, ['a', 'b']", "'nested', l", "'cartesian', [1, 2], [3]",
    "'subelements', users, 'tags'", "'subelements', users, 'nope'", "'subelements', users, 'nope', {'skip_missing': true}", "'random_choice', [4]", "'random_choice', 4", "'unvault', 'two.txt'", "'password', '/dev/null length=6 seed=abc'", "'password', '/dev/null', length=8, chars=['digits'], seed='x'", "'password', '/dev/null length=4 chars=xyz,digits seed=1'", "'nope', 1", "'ansible.builtin.file', 'two.txt'", "'ansible.builtin.env', 'NOPE_X'",
    "'items', [1, 2], wantlist=true", "not_there, 1", "'items', not_there", "'file', not_there",
]

SAFE_FILTERS = """abs basename bool capitalize dict2items dictsort dirname first flatten float from_json from_yaml int items2dict last length list lower max min quote reverse round sort
splitext string sum title to_json to_nice_json to_nice_yaml to_yaml trim type_debug unique upper wordcount b64encode hash md5 sha1 regex_escape default('d') default('d',true) d(0)
join(',') join map('upper') map('string') map('int') map(attribute='name') map(attribute='uid') select select('string') reject('none') selectattr('name','defined') rejectattr('uid','gt',1) sort(reverse=true)
sort(attribute='name') sort(attribute='uid') groupby('uid') batch(2) slice(2) zip([1,2,3]) combine({'zz':1}) combine({'a':{'q':1}},recursive=true) union([1,'a']) intersect([1,'a']) difference([1,'a']) symmetric_difference([1,'z'])
regex_replace('[aeiou]','_') regex_search('[a-z]+') regex_findall('[a-z]') replace('o','0') indent(2) indent(3,true) truncate(6) wordwrap(7) center(20) split split('o') comment ternary('yes','no') ternary('yes','no','null')
int(default=-1) float(1.5) round(1) round(1,'floor') random(seed=3) shuffle(seed='q') human_readable human_to_bytes items count mandatory extract({'a':5}) extract([5,6,7,8,9]) product([1,2]) permutations(2) combinations(2) flatten(levels=1)
subelements('tags') dict2items(key_name='k') json_query('a') to_uuid urlencode urlsplit('path') tojson list|first list|last string|length zip_longest([1]) path_join symmetric_difference([]) log pow(2) root
is_string""".split()
TESTS = """defined string number mapping sequence iterable none true truthy odd boolean integer float lower upper in(['a',1]) eq(7) ne(7) gt(3) match('h') search('o') contains('a') contains(1) subset([1,2,3]) superset([1]) any all changed failed divisibleby(7) version('1.2','>') sameas(none) file""".split()
NAMES = "t u e n z neg f yes_ no_ nul l le ls nested d de dd users num real path json ml sp bools version ips reg lazy lazy_list not_there".split()


def more_cases():
    cases = [{"template": t, "mode": "render"} for t in WHOLE]
    cases += [{"template": t, "mode": "render", "style": s} for s in STYLES for t in WHOLE]
    cases += [{"template": t, "mode": "resolve"} for t in WHOLE if "include" not in t and "import" not in t and "extends" not in t]
    cases += [{"template": t, "mode": "condition"} for t in CONDITIONS]
    cases += [{"template": "{{ %s(%s) }}" % (f, a), "mode": "resolve"} for f in ("lookup", "query", "q") for a in LOOKUPS]
    cases += [{"template": "x{{ lookup(%s) }}y" % a, "mode": "resolve"} for a in LOOKUPS]
    return cases
