"""Parsers made with pyparsing and with ply."""
import pyparsing as pp
from ply import lex, yacc

integer = pp.Word(pp.nums).set_parse_action(lambda tokens: int(tokens[0]))
expression = pp.infix_notation(integer | pp.Word(pp.alphas), [('-', 1, pp.OpAssoc.RIGHT), (pp.one_of('* /'), 2, pp.OpAssoc.LEFT), (pp.one_of('+ -'), 2, pp.OpAssoc.LEFT)])
print(expression.parse_string('1 + 2 * (x - -3) / 4').as_list())
key = pp.Word(pp.alphas)('key')
value = pp.QuotedString('"')('value') | pp.pyparsing_common.number('value')
setting = pp.Group(key + pp.Suppress('=') + value)
parsed = pp.Dict(pp.OneOrMore(setting)).parse_string('a = "text" b = 2.5')
print(parsed.dump(), parsed.as_dict(), parsed.a)
for text in '1 +', '* 2', '(1':
    try:
        expression.parse_string(text, parse_all=True)
    except pp.ParseException as problem:
        print(problem, problem.line, problem.col)
print(list(integer.scan_string('a1b22')), (pp.Literal('a') | pp.Literal('b')), pp.Regex(r'\d+(?P<unit>cm|m)').parse_string('15cm')['unit'])
print(pp.nested_expr().parse_string('(a (b c) d)').as_list(), pp.SkipTo('!').parse_string('text!')[0], pp.delimited_list(integer).parse_string('1, 2, 3'))

tokens = ('NAME', 'NUMBER')
literals = '=+-*/()'
t_NAME = r'[a-zA-Z_]\w*'
t_ignore = ' \t'


def t_NUMBER(token):
    r'\d+'
    token.value = int(token.value)
    return token


def t_error(token):
    print('bad character', token.value[0], token.lexpos)
    token.lexer.skip(1)


precedence = (('left', '+', '-'), ('left', '*', '/'), ('right', 'MINUS'))
names = {}


def p_assign(p):
    'statement : NAME "=" expression'
    names[p[1]] = p[3]


def p_show(p):
    'statement : expression'
    print(p[1])


def p_binary(p):
    '''expression : expression '+' expression
                  | expression '-' expression
                  | expression '*' expression
                  | expression '/' expression'''
    p[0] = {'+': lambda a, b: a + b, '-': lambda a, b: a - b, '*': lambda a, b: a * b, '/': lambda a, b: a / b}[p[2]](p[1], p[3])


def p_minus(p):
    "expression : '-' expression %prec MINUS"
    p[0] = -p[2]


def p_group(p):
    "expression : '(' expression ')'"
    p[0] = p[2]


def p_atom(p):
    '''expression : NUMBER
                  | NAME'''
    p[0] = names.get(p[1], 0) if isinstance(p[1], str) else p[1]


def p_error(p):
    print('syntax error at', p)


lexer = lex.lex()
parser = yacc.yacc(write_tables=False, debug=False)
for line in 'x = 3 * (4 + 5)', 'x - -2 / 4', '1 + * 2', 'y ? 2', '(1':
    parser.parse(line, lexer=lexer)
