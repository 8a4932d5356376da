"""A template engine: source is compiled to Python once, then rendered many times."""
import html
import re

TEMPLATE = """<h1>{{ title|upper }}</h1>
{% if rows %}<table>
{% for row in rows %}<tr class="{% if row.index % 2 %}odd{% else %}even{% endif %}">
{% for cell in row.cells %}<td>{{ cell|escape }}</td>{% endfor %}
<td>{{ row.index }}: {{ row.cells|length }}</td></tr>
{% endfor %}</table>{% else %}<p>Nothing here.</p>{% endif %}
"""
FILTERS = {"upper": str.upper, "escape": lambda value: html.escape(str(value)), "length": len}
PARTS = re.compile(r"({{.*?}}|{%.*?%})")


class Row:
    def __init__(self, index, cells):
        self.index, self.cells = index, cells


class Template:
    def __init__(self, source):
        self.lines = ["def render(context, filters, out):"]
        self.depth = 1
        for part in PARTS.split(source):
            self.compile_part(part)
        names = {}
        exec("\n".join(self.lines), names)
        self.render_function = names["render"]

    def emit(self, line):
        self.lines.append("    " * self.depth + line)

    def compile_part(self, part):
        if part.startswith("{{"):
            value, *filters = part[2:-2].strip().split("|")
            code = self.expression(value)
            for name in filters:
                code = f"filters[{name!r}]({code})"
            self.emit(f"out(str({code}))")
        elif part.startswith("{%"):
            word, _, rest = part[2:-2].strip().partition(" ")
            if word == "for":
                name, _, source = rest.partition(" in ")
                self.emit(f"for context[{name!r}] in {self.expression(source)}:")
                self.depth += 1
            elif word == "if":
                self.emit(f"if {self.expression(rest)}:")
                self.depth += 1
            elif word == "else":
                self.depth -= 1
                self.emit("else:")
                self.depth += 1
            else:
                self.depth -= 1
        elif part:
            self.emit(f"out({part!r})")

    @staticmethod
    def expression(text):
        return re.sub(r"(?<![\w.'])[a-z]\w*", lambda m: f"context[{m[0]!r}]", text)

    def render(self, **context):
        parts = []
        self.render_function(context, FILTERS, parts.append)
        return "".join(parts)


def run(size):
    template = Template(TEMPLATE)
    rows = [Row(i, [f"<cell {i}.{j}>" for j in range(i % 6)]) for i in range(size)]
    page = template.render(title="A page & more", rows=rows)
    empty = template.render(title="none", rows=[])
    for _ in range(3):
        page = template.render(title=page[4:17], rows=rows)
    return len(page), page.count("odd"), page.count("&lt;"), empty.split("\n")[1]


SIZE = 1500
EXPECTED = (161917, 750, 3750, '<p>Nothing here.</p>')
