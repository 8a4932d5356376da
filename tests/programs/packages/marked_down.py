"""Markdown: the text with each extension."""
import os

import markdown

with open(os.path.join(os.path.dirname(__file__), 'notes.md'), encoding='utf-8') as file:
    text = file.read()
for extensions in [], ['extra'], ['toc', 'tables', 'fenced_code', 'footnotes'], ['admonition', 'attr_list', 'def_list', 'abbr', 'md_in_html'], ['nl2br', 'sane_lists', 'smarty', 'wikilinks', 'meta']:
    converter = markdown.Markdown(extensions=extensions, output_format='html')
    print(extensions, converter.convert(text), getattr(converter, 'toc', ''), getattr(converter, 'Meta', ''), sep='\n')
