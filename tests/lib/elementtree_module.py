# The C++ parts of xml.etree.ElementTree.
import copy
import io
import pickle
import xml.etree.ElementTree as ET
import _elementtree

assert ET.Element is _elementtree.Element

root = ET.fromstring("<a k='1'>te<!--no-->xt<b/>tail<c><b q='2'>in</b></c></a>")
print(root.tag, root.attrib, root.text, root[0].tail, len(root))  # expect: a {'k': '1'} text tail 2
print([e.tag for e in root.iter()], [e.get("q") for e in root.iter("b")], list(root.itertext()))
# expect: ['a', 'b', 'c', 'b'] [None, '2'] ['text', 'tail', 'in']
print(root.find("b").tag, root.find("c/b").text, root.findtext("nope", "dflt"), len(root.findall(".//b")))
# expect: b in dflt 2
root.insert(0, ET.Element("first", {"x": "y"}, z="w"))
root[1:2] = [ET.Element("m"), ET.Element("n")]
del root[-1]
print(ET.tostring(root))  # expect: b'<a k="1">text<first x="y" z="w" /><m /><n /></a>'
root.remove(root[1])
print([e.tag for e in root[::-1]])  # expect: ['n', 'first']
clone = copy.deepcopy(root)
print(clone[0] is root[0], copy.copy(root)[0] is root[0], ET.tostring(pickle.loads(pickle.dumps(clone))) == ET.tostring(root))
# expect: False True True

for bad in (lambda: root.append(1), lambda: root[9], lambda: root.remove(ET.Element("z")), lambda: root.extend([1]),
            lambda: ET.Element(), lambda: root.__setitem__(0, "x"), lambda: ET.SubElement(root, "q", 1)):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
# expect: TypeError append() argument must be xml.etree.ElementTree.Element, not int
# expect: IndexError child index out of range
# expect: ValueError list.remove(x): x not in list
# expect: TypeError expected an Element, not "int"
# expect: TypeError Element() takes at least 1 argument (0 given)
# expect: TypeError expected an Element, not "str"
# expect: TypeError SubElement() argument 3 must be dict, not int

# --- parsers and targets ---
for text in ("<a>", "<a></b>", "<a>&x;</a>", "", "<a/>x"):
    try:
        ET.fromstring(text)
    except ET.ParseError as e:
        print(e.code, e.position, e)
# expect: 3 (1, 3) no element found: line 1, column 3
# expect: 7 (1, 5) mismatched tag: line 1, column 5
# expect: 11 (1, 3) undefined entity: line 1, column 3
# expect: 3 (1, 0) no element found: line 1, column 0
# expect: 9 (1, 4) junk after document element: line 1, column 4


class Target:
    def __init__(self):
        self.seen = []

    def start(self, tag, attributes):
        self.seen.append((tag, attributes))

    def data(self, text):
        self.seen.append(text)

    def doctype(self, name, public, system):
        self.seen.append((name, public, system))

    def close(self):
        return self.seen


parser = ET.XMLParser(target=Target())
parser.feed("<!DOCTYPE r PUBLIC 'p' 's'><r xmlns:n='u' n:k='v'>")
parser.feed(b"x</r>")
print(parser.close())  # expect: [('r', 'p', 's'), ('r', {'{u}k': 'v'}), 'x']
events = ET.iterparse(io.BytesIO(b"<r xmlns='u'><!--c--><e/></r>"), ["start", "end", "start-ns", "comment"])
print([(kind, getattr(what, "text", what) if kind == "comment" else getattr(what, "tag", what)) for kind, what in events])
# expect: [('start-ns', ('', 'u')), ('start', '{u}r'), ('comment', 'c'), ('start', '{u}e'), ('end', '{u}e'), ('end', '{u}r')]
builder = ET.TreeBuilder(insert_comments=True, comment_factory=ET.Comment)
builder.start("r", {})
builder.comment("c")
builder.data("d")
builder.end("r")
print(ET.tostring(builder.close()))  # expect: b'<r><!--c-->d</r>'

