# A parser that has parsed all holds no more than where it ended.
import xml.etree.ElementTree as ET


def message(call):
    try:
        return call()
    except ET.ParseError as e:
        return str(e), e.code, e.position
    except ValueError as e:
        return str(e)


parser = ET.XMLParser()
parser.feed("<a>\n<b x='1'/>t</a>")
assert ET.tostring(parser.close()) == b'<a>\n<b x="1" />t</a>'
ended = ("parsing finished: line 2, column 15", 36, (2, 15))
for call in (lambda: parser.feed("<c/>"), lambda: parser.feed(b""), parser.close, lambda: parser.feed(b"x")):
    assert message(call) == ended
assert parser.entity == {} and type(parser.target) is ET.TreeBuilder
parser._setevents([], ["start-ns", "comment"])
assert message(lambda: parser._setevents([], ["x"])) == "unknown event 'x'"
parser.__init__()
parser.feed("<d/>")
assert ET.tostring(parser.close()) == b"<d />"

empty = ET.XMLParser.__new__(ET.XMLParser)
for call in (lambda: empty.feed("<c/>"), empty.close, lambda: empty._setevents([], None)):
    assert message(call) == "XMLParser.__init__() wasn't called"

# One that failed is not finished.
failed = ET.XMLParser()
for call in (failed.close, lambda: failed.feed("<a/>"), failed.close):
    assert message(call) == ("no element found: line 1, column 0", 3, (1, 0))


class Target:
    def start(self, tag, attributes):
        self.tag = tag

    def close(self):
        return self.tag


parser = ET.XMLParser(target=Target())
parser.feed("<a/>")
assert parser.close() == "a"
assert message(parser.close) == ("parsing finished: line 1, column 4", 36, (1, 4))
