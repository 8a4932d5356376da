# The XML parser, by itself and under xml.etree, minidom and sax.
import io
import xml.dom.minidom
import xml.etree.ElementTree as tree
import xml.sax
from xml.parsers import expat

parser = expat.ParserCreate()
events = []
parser.StartElementHandler = lambda name, attributes: events.append((name, attributes))
parser.EndElementHandler = lambda name: events.append("/" + name)
parser.CharacterDataHandler = events.append
parser.CommentHandler = lambda text: events.append("!" + text)
parser.ProcessingInstructionHandler = lambda target, data: events.append((target, data))
parser.buffer_text = True
print(parser.Parse("<?xml version='1.0'?><a b='1'><!--c-->text &amp; more<?go on?>", False), parser.Parse("<d/></a>", True))
# expect: 1 1
print(events)  # expect: [('a', {'b': '1'}), '!c', 'text & more', ('go', 'on'), ('d', {}), '/d', '/a']
print(parser.CurrentLineNumber, parser.ErrorCode, parser.buffer_size, parser.ordered_attributes)  # expect: 1 0 8192 False

parser = expat.ParserCreate(namespace_separator="!")
parser.ordered_attributes = True
parser.StartElementHandler = print
parser.Parse(b"<x:a xmlns:x='urn:x' x:k='v' l='w'/>", True)  # expect: urn:x!a ['urn:x!k', 'v', 'l', 'w']
parser = expat.ParserCreate()
parser.ElementDeclHandler = print
parser.AttlistDeclHandler = print
parser.Parse("<!DOCTYPE r [<!ELEMENT r (a|b)*><!ATTLIST r k CDATA 'v'>]><r/>", True)
# expect: r (5, 2, None, ((4, 0, 'a', ()), (4, 0, 'b', ())))
# expect: r k CDATA v 0
for wrong in ("<a>", "<a></b>", "<a>&b;</a>", "\x01"):
    try:
        expat.ParserCreate().Parse(wrong, True)
    except expat.ExpatError as error:
        print(error, error.code, error.lineno, error.offset)
        # expect: no element found: line 1, column 3 3 1 3
        # expect: mismatched tag: line 1, column 5 7 1 5
        # expect: undefined entity: line 1, column 3 11 1 3
        # expect: not well-formed (invalid token): line 1, column 0 4 1 0
parser = expat.ParserCreate()
parser.StartElementHandler = lambda *arguments: 1 / 0
try:
    parser.Parse("<a/>")
except ZeroDivisionError as error:
    print(error)  # expect: division by zero
parser = expat.ParserCreate("iso-8859-15")
parser.CharacterDataHandler = print
print(parser.Parse(b"<a>\xa4</a>", True))
# expect: €
# expect: 1
root = tree.fromstring("<r><i n='1'>one</i><i n='2'/><!--x--></r>")
print([(item.tag, item.attrib, item.text) for item in root], tree.tostring(root))
# expect: [('i', {'n': '1'}, 'one'), ('i', {'n': '2'}, None)] b'<r><i n="1">one</i><i n="2" /></r>'
print(xml.dom.minidom.parseString("<a><b c='d'/></a>").toxml())  # expect: <?xml version="1.0" ?><a><b c="d"/></a>


class Names(xml.sax.ContentHandler):
    def startElement(self, name, attributes):
        print(name, dict(attributes))
        # expect: s {}
        # expect: t {'u': 'v'}


xml.sax.parse(io.BytesIO(b"<s><t u='v'/></s>"), Names())
print(expat.errors.XML_ERROR_SYNTAX, expat.errors.codes["syntax error"], expat.model.XML_CTYPE_SEQ)  # expect: syntax error 2 6
