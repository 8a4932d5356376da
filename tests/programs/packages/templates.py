"""Jinja2: inheritance, macros, filters, loops, scopes, errors."""
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError, sandbox

SOURCES = {
    'base': '<title>{% block title %}base{% endblock %}</title>{% block body scoped %}{% endblock %}',
    'page': '''{% extends "base" %}{% import "macros" as m %}
{% block title %}{{ super() }} / {{ name|title }}{% endblock %}
{% block body %}{% for item in items if item is not none recursive %}
  {{ loop.index }}/{{ loop.length }} {{ loop.cycle("odd", "even") }} {{ m.field(item, size=loop.index0) }}{% if not loop.last %},{% endif %}
{% else %}nothing{% endfor %}
{%- set total = namespace(sum=0) %}{% for n in numbers %}{% set total.sum = total.sum + n %}{% endfor %} {{ total.sum }}
{{ numbers|sort(reverse=true)|join("-") }} {{ numbers|map("string")|list }} {{ people|groupby("city")|list|length }}
{% filter upper %}loud {{ "<b>"|e }}{% endfilter %} {{ "%.2f"|format(3.14159) }} {{ "abc"[::-1] }} {{ numbers|batch(2)|list }}
{% with a = 1, b = a|default(5) %}{{ a + b }}{% endwith %} {{ {"x": [1, {"y": 2}]}|tojson }} {{ "a long text here"|wordwrap(6) }}
{% raw %}{{ raw }}{% endraw %}{# comment #}{% call m.wrapped() %}inside{% endcall %}{% include ["missing", "part"] %}{% endblock %}''',
    'macros': '{% macro field(value, size=20) -%}<{{ value }} {{ size }} {{ varargs }}>{%- endmacro %}'
              '{% macro wrapped() %}[{{ caller() }}]{% endmacro %}',
    'part': 'part of {{ name }}',
}
environment = Environment(loader=DictLoader(SOURCES), trim_blocks=True, autoescape=True, extensions=['jinja2.ext.do', 'jinja2.ext.loopcontrols'])
people = [{'city': 'Rome', 'name': 'A'}, {'city': 'Oslo', 'name': 'B'}, {'city': 'Rome', 'name': 'C'}]
print(environment.get_template('page').render(name='my page', items=['<a>', None, 'b'], numbers=[3, 1, 2], people=people))
print(environment.compile(SOURCES['page'], raw=True)[:3000])
for wrong in '{% if %}', '{{ x }', '{% for a in b %}', '{{ 1/0 }}', '{{ none.x.y }}', '{% include "absent" %}', '{{ a.b }}':
    try:
        print(Environment(loader=DictLoader({}), undefined=StrictUndefined).from_string(wrong).render())
    except (TemplateError, ZeroDivisionError) as problem:
        print(type(problem).__name__, problem)
try:
    print(sandbox.SandboxedEnvironment().from_string('{{ f.__globals__ }}').render(f=lambda: 1))
except Exception as problem:
    print(type(problem).__name__, problem)
print(list(environment.from_string('{% for i in range(4) %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}').generate()))
