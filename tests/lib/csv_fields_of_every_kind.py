import csv

lines = ['a,b,,d\n', '"q,1",x"y, z\r\n', ',\n', '\n', 'last,"two\n', 'lines",end', 'é,中,x']
for row in csv.reader(lines):
    print(row)
# expect: ['a', 'b', '', 'd']
# expect: ['q,1', 'x"y', ' z']
# expect: ['', '']
# expect: []
# expect: ['last', 'two\nlines', 'end']
# expect: ['é', '中', 'x']
print(list(csv.reader(["1, 2,3"], skipinitialspace=True)))  # expect: [['1', '2', '3']]
print(list(csv.reader(["a\\,b,c"], escapechar="\\")))  # expect: [['a,b', 'c']]
print(list(csv.reader(['1.5,"x",2'], quoting=csv.QUOTE_NONNUMERIC)))  # expect: [[1.5, 'x', 2.0]]
print(list(csv.reader(['a|"b"|c'], delimiter="|", quoting=csv.QUOTE_NONE)))  # expect: [['a', '"b"', 'c']]
csv.field_size_limit(3)
print(list(csv.reader(["abc,de"])))  # expect: [['abc', 'de']]
try:
    list(csv.reader(["ab,abcd"]))
except csv.Error as error:
    print(error)  # expect: field larger than field limit (3)
try:
    list(csv.reader(["a\rb"]))
except csv.Error as error:
    print(error)  # expect: new-line character seen in unquoted field - do you need to open the file in universal-newline mode?
