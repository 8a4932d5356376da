"""Parsers of markup: html, xml in several ways, and the texts that fail."""
import html
import html.parser
import io
import sys
import urllib.parse
import xml.dom.minidom
import xml.etree.ElementTree as ElementTree
import xml.sax
import xml.sax.saxutils

TEXT = '''<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY e "entity">]>
<a x="1" xmlns:n="urn:n"><b>text &e; &amp; more</b><!-- comment --><n:c y='2'/><?target data?><d><![CDATA[<raw>]]></d></a>'''


class Shower(html.parser.HTMLParser):
    def handle_starttag(self, tag, attributes):
        print('start', tag, attributes, self.getpos())

    def handle_endtag(self, tag):
        print('end', tag)

    def handle_data(self, data):
        print('data', repr(data))

    def handle_comment(self, data):
        print('comment', data)


class Handler(xml.sax.ContentHandler):
    def startElement(self, name, attributes):
        print(name, attributes.items())

    def characters(self, content):
        print(repr(content))


Shower().feed('<!DOCTYPE html><p class="a" id=b>x &lt; &#233;<br/><script>if (a<b) {}</script><!-- c --></p>')
tree = ElementTree.fromstring(TEXT)
ElementTree.indent(tree)
print(ElementTree.tostring(tree, 'unicode'))
print([(element.tag, element.attrib, element.text) for element in tree.iter()], tree.find('.//d').text, tree.findall('{urn:n}c'))
document = xml.dom.minidom.parseString(TEXT)
print(document.toprettyxml(indent=' '))
xml.sax.parseString(TEXT.encode(), Handler())
for broken in '<a>', '<a></b>', '<a b=1/>', '', '<a>&x;</a>':
    try:
        ElementTree.fromstring(broken)
    except ElementTree.ParseError as problem:
        print(problem, problem.code, problem.position)
print(html.escape('<a "b">'), html.unescape('&eacute;&#x41;&notit;'), xml.sax.saxutils.quoteattr('a"b\'c'))
print(urllib.parse.urlsplit('http://u:p@h:80/p;x?q=1&r=a%20b#f'), urllib.parse.parse_qs('a=1&a=2&b='), urllib.parse.quote('ä /'))
