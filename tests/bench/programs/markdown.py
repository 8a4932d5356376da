"""A converter from a subset of Markdown to HTML, line by line with regular expressions."""
import html
import re

INLINE = [
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<b>\1</b>"),
    (re.compile(r"\*([^*]+)\*"), r"<i>\1</i>"),
    (re.compile(r"\[([^\]]+)\]\(([^)]+)\)"), r'<a href="\2">\1</a>'),
]
HEADING = re.compile(r"(#{1,6})\s+(.*)")
ITEM = re.compile(r"(\s*)[-*]\s+(.*)")
DOCUMENT = """# Title number %d

Some *emphasis*, **strong words**, `code < here` and a [link](page%d.html)
over two lines & more.

- first item
- second **item**
  - nested `one`
- third

## Smaller
Last paragraph %d.
"""


def inline(text):
    text = html.escape(text, quote=False)
    for pattern, replacement in INLINE:
        text = pattern.sub(replacement, text)
    return text


def convert(source):
    out, paragraph, depths = [], [], []

    def finish(depth=-1):
        if paragraph:
            out.append(f"<p>{inline(' '.join(paragraph))}</p>")
            paragraph.clear()
        while depths and depths[-1] > depth:
            depths.pop()
            out.append("</ul>")

    for line in source.splitlines():
        if not line.strip():
            finish()
        elif match := HEADING.match(line):
            finish()
            level = len(match[1])
            out.append(f"<h{level}>{inline(match[2])}</h{level}>")
        elif match := ITEM.match(line):
            depth = len(match[1])
            finish(depth)
            if not depths or depths[-1] < depth:
                depths.append(depth)
                out.append("<ul>")
            out.append(f"<li>{inline(match[2])}</li>")
        else:
            paragraph.append(line.strip())
    finish()
    return "\n".join(out)


def run(size):
    page = convert("\n".join(DOCUMENT % (i, i, i) for i in range(size)))
    return len(page), page.count("<ul>"), page.count("<b>"), page[:40]


SIZE = 600
EXPECTED = (198269, 1200, 1200, '<h1>Title number 0</h1>\n<p>Some <i>empha')
