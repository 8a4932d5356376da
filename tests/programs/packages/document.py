"""Renders a document of reStructuredText."""
import sys

import docutils.core

writer, path = sys.argv[1:]
with open(path, encoding='utf-8') as file:
    text = file.read()
settings = {'_disable_config': True, 'datestamp': None, 'generator': None, 'report_level': 1, 'halt_level': 5}
if writer == 'odt':
    document = docutils.core.publish_doctree(text, settings_overrides=settings)
    print(document.pformat())
    print([type(node).__name__ for node in document.findall()])
else:
    print(docutils.core.publish_string(text, source_path='document.rst', writer_name=writer, settings_overrides=settings).decode())
