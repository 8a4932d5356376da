"""html5lib and Beautiful Soup on a page that is full of mistakes."""
import html5lib
from bs4 import BeautifulSoup
from html5lib.serializer import serialize

PAGE = '''<!DOCTYPE html><html><head><title>A &amp; B</title><meta charset=utf-8><style>p { color: red }</style></head>
<body class="a b"><p>one<p>two <b>bold <i>both</b> italic</i><table><tr><td>1<td>2<tr><th colspan=2>3</table>
<ul><li>x<li>y<ul><li>z</ul></ul><a href="/one?a=1&b=2" id=link>link</a><!-- note --><br><img src=x alt="pic>"><script>if (a < b) {}</script>
<form><input name=q value='v'><select><option>1<option selected>2</select></form><svg><circle r=1 /></svg>&nbsp;&eacute;&#x263A; &bogus; stray </div></body>'''
for builder in 'etree', 'dom':
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder(builder))
    tree = parser.parse(PAGE)
    print(serialize(tree, tree=builder, omit_optional_tags=False, quote_attr_values='always'))
    print([(position, name, sorted(details)) for position, name, details in parser.errors])
for features in 'html.parser', 'html5lib':
    soup = BeautifulSoup(PAGE, features)
    print(soup.prettify(), soup.title.string, soup.get_text('|', strip=True), sep='\n')
    print(soup.select('ul > li'), soup.find(id='link')['href'], soup.body['class'], [tag.name for tag in soup.find_all(True)], soup.a.find_next_sibling())
    soup.find('i').unwrap()
    soup.p.replace_with(soup.new_tag('hr'))
    soup.table.decompose()
    print(soup.encode('ascii'), soup.find_all(string=lambda text: 'note' in text), soup.select_one('img[alt]').attrs)
