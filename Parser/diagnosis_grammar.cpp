#include "Parser/diagnosis_grammar.h"

namespace minipy {

// Language reference 10, in the order in which CPython 3.11 tries things, because that order
// decides which error is found first. Rules called invalid_... only count in the second pass, if
// they are all there is to an alternative.
//
//   rule: alternative | alternative ...      `rule (memo):` remembers results, `rule (left):` is
//   left-recursive 'if' "match" NAME                        a keyword or operator, a soft keyword,
//   a class of tokens x? [x] x* x+ ','.x+ &x !x (x | y)        as everywhere; &&':' must follow or
//   is reported; ~ commits a=x                                      names what the action needs
//
// Actions in braces make a value or an error:
//   {a}  {list a b}  {Kind a b}              one of the items; a list; a node whose kind error
//   messages name {at a "..."} {range a b "..."} {from a "..."} {here "..."} {indent a "..."}
//                                            an error at a, from a to b, from a to what has been
//                                            read, at the last token read; an IndentationError
//                                            there. %s is the kind of a, %d its line.
//   {target star|for|del a}                  an error if there is something in a that is no target
//   {version N "..."}                        an error if the grammar of an older version is asked
//   for {do name a b}                            see diagnosis_actions.cpp
const char* const kDiagnosisGrammar = R"grammar(
file: statements? ENDMARKER
interactive: statement_newline
eval: expressions NEWLINE* ENDMARKER
func_type: '(' type_expressions? ')' '->' expression NEWLINE* ENDMARKER
fragment: star_expressions

statements: statement+
statement: compound_stmt | simple_stmts
statement_newline: compound_stmt NEWLINE | simple_stmts | NEWLINE | ENDMARKER {do fail}
simple_stmts: simple_stmt !';' NEWLINE | ';'.simple_stmt+ [';'] NEWLINE
simple_stmt (memo):
  | assignment
  | star_expressions
  | &'return' return_stmt
  | &('import' | 'from') import_stmt
  | &'raise' raise_stmt
  | 'pass'
  | &'del' del_stmt
  | &'yield' yield_expr
  | &'assert' assert_stmt
  | 'break'
  | 'continue'
  | &'global' global_stmt
  | &'nonlocal' nonlocal_stmt
compound_stmt:
  | &('def' | '@' | ASYNC) function_def
  | &'if' if_stmt
  | &('class' | '@') class_def
  | &('with' | ASYNC) with_stmt
  | &('for' | ASYNC) for_stmt
  | &'try' try_stmt
  | &'while' while_stmt
  | match_stmt

assignment:
  | NAME ':' expression ['=' annotated_rhs] {version 6 "Variable annotation syntax is"}
  | ('(' single_target ')' | single_subscript_attribute_target) ':' expression ['=' annotated_rhs] {version 6 "Variable annotations syntax is"}
  | (star_targets '=')+ (yield_expr | star_expressions) !'=' TYPE_COMMENT?
  | single_target augassign ~ (yield_expr | star_expressions)
  | invalid_assignment
annotated_rhs: yield_expr | star_expressions
augassign: '+=' | '-=' | '*=' | '@=' {version 5 "The '@' operator is"} | '/=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>=' | '**=' | '//='
return_stmt: 'return' star_expressions?
raise_stmt: 'raise' expression ['from' expression] | 'raise'
global_stmt: 'global' ','.NAME+
nonlocal_stmt: 'nonlocal' ','.NAME+
del_stmt: 'del' del_targets &(';' | NEWLINE) | invalid_del_stmt
assert_stmt: 'assert' expression [',' expression]
import_stmt: import_name | import_from
import_name: 'import' dotted_as_names
import_from:
  | 'from' ('.' | '...')* dotted_name 'import' import_from_targets
  | 'from' ('.' | '...')+ 'import' import_from_targets
import_from_targets:
  | '(' import_from_as_names ','? ')'
  | import_from_as_names !','
  | '*'
  | invalid_import_from_targets
import_from_as_names: ','.import_from_as_name+
import_from_as_name: NAME ['as' NAME]
dotted_as_names: ','.dotted_as_name+
dotted_as_name: dotted_name ['as' NAME]
dotted_name (left): dotted_name '.' NAME | NAME

block (memo): NEWLINE INDENT statements DEDENT | simple_stmts | invalid_block
decorators: ('@' named_expression NEWLINE)+
class_def: decorators class_def_raw | class_def_raw
class_def_raw: invalid_class_def_raw | 'class' NAME ['(' arguments? ')'] ':' block
function_def: decorators function_def_raw | function_def_raw
function_def_raw:
  | invalid_def_raw
  | 'def' NAME &&'(' params? ')' ['->' expression] &&':' func_type_comment? block
  | ASYNC 'def' NAME &&'(' params? ')' ['->' expression] &&':' func_type_comment? block {version 5 "Async functions are"}

params: invalid_parameters | parameters
parameters:
  | slash_no_default param_no_default* param_with_default* star_etc? {version 8 "Positional-only parameters are"}
  | slash_with_default param_with_default* star_etc? {version 8 "Positional-only parameters are"}
  | param_no_default+ param_with_default* star_etc?
  | param_with_default+ star_etc?
  | star_etc
slash_no_default:
  | param_no_default+ '/' ','
  | param_no_default+ '/' &')'
slash_with_default:
  | param_no_default* param_with_default+ '/' ','
  | param_no_default* param_with_default+ '/' &')'
star_etc:
  | invalid_star_etc
  | '*' param_no_default param_maybe_default* kwds?
  | '*' param_no_default_star_annotation param_maybe_default* kwds?
  | '*' ',' param_maybe_default+ kwds?
  | kwds
kwds: invalid_kwds | '**' param_no_default
param_no_default: a=param ',' TYPE_COMMENT? {a} | a=param TYPE_COMMENT? &')' {a}
param_no_default_star_annotation: a=param_star_annotation ',' TYPE_COMMENT? {a} | a=param_star_annotation TYPE_COMMENT? &')' {a}
param_with_default: param default ',' TYPE_COMMENT? | param default TYPE_COMMENT? &')'
param_maybe_default: param default? ',' TYPE_COMMENT? | param default? TYPE_COMMENT? &')'
param: NAME annotation?
param_star_annotation: NAME star_annotation
annotation: ':' expression
star_annotation: ':' star_expression
default: '=' expression | invalid_default

if_stmt: invalid_if_stmt | 'if' named_expression ':' block elif_stmt | 'if' named_expression ':' block else_block?
elif_stmt: invalid_elif_stmt | 'elif' named_expression ':' block elif_stmt | 'elif' named_expression ':' block else_block?
else_block: invalid_else_stmt | 'else' &&':' block
while_stmt: invalid_while_stmt | 'while' named_expression ':' block else_block?
for_stmt:
  | invalid_for_stmt
  | 'for' star_targets 'in' ~ star_expressions ':' TYPE_COMMENT? block else_block?
  | ASYNC 'for' star_targets 'in' ~ star_expressions ':' TYPE_COMMENT? block else_block? {version 5 "Async for loops are"}
  | invalid_for_target
with_stmt:
  | invalid_with_stmt_indent
  | 'with' '(' ','.with_item+ ','? ')' ':' block {version 9 "Parenthesized context managers are"}
  | 'with' ','.with_item+ ':' TYPE_COMMENT? block
  | ASYNC 'with' '(' ','.with_item+ ','? ')' ':' block {version 5 "Async with statements are"}
  | ASYNC 'with' ','.with_item+ ':' TYPE_COMMENT? block {version 5 "Async with statements are"}
  | invalid_with_stmt
with_item: expression 'as' star_target &(',' | ')' | ':') | invalid_with_item | expression
try_stmt:
  | invalid_try_stmt
  | 'try' &&':' block finally_block
  | 'try' &&':' block except_block+ else_block? finally_block?
  | 'try' &&':' block except_star_block+ else_block? finally_block? {version 11 "Exception groups are"}
except_block:
  | invalid_except_stmt_indent
  | 'except' expression ['as' NAME] ':' block
  | 'except' ':' block
  | invalid_except_stmt
except_star_block:
  | invalid_except_star_stmt_indent
  | 'except' '*' expression ['as' NAME] ':' block
  | invalid_except_stmt
finally_block: invalid_finally_stmt | 'finally' &&':' block

match_stmt:
  | "match" subject_expr ':' NEWLINE INDENT case_block+ DEDENT {version 10 "Pattern matching is"}
  | invalid_match_stmt
subject_expr: star_named_expression ',' star_named_expressions? | named_expression
case_block: invalid_case_block | "case" patterns guard? ':' block
guard: 'if' named_expression
patterns: open_sequence_pattern | pattern
pattern: as_pattern | or_pattern
as_pattern: or_pattern 'as' pattern_capture_target | invalid_as_pattern
or_pattern: '|'.closed_pattern+
closed_pattern (memo):
  | literal_pattern
  | capture_pattern
  | wildcard_pattern
  | value_pattern
  | group_pattern
  | sequence_pattern
  | mapping_pattern
  | class_pattern
literal_pattern: signed_number !('+' | '-') | complex_number | strings | 'None' | 'True' | 'False'
literal_expr: signed_number !('+' | '-') | complex_number | strings | 'None' | 'True' | 'False'
complex_number: signed_real_number '+' imaginary_number | signed_real_number '-' imaginary_number
signed_number: NUMBER | '-' NUMBER
signed_real_number: real_number | '-' real_number
real_number: a=NUMBER {do real a}
imaginary_number: a=NUMBER {do imaginary a}
capture_pattern: pattern_capture_target
pattern_capture_target: !"_" NAME !('.' | '(' | '=')
wildcard_pattern: "_"
value_pattern: attr !('.' | '(' | '=')
attr (left): name_or_attr '.' NAME
name_or_attr (leftless): attr | NAME
group_pattern: '(' a=pattern ')' {a}
sequence_pattern: '[' maybe_sequence_pattern? ']' | '(' open_sequence_pattern? ')'
open_sequence_pattern: maybe_star_pattern ',' maybe_sequence_pattern?
maybe_sequence_pattern: ','.maybe_star_pattern+ ','?
maybe_star_pattern: star_pattern | pattern
star_pattern (memo): '*' pattern_capture_target | '*' wildcard_pattern
mapping_pattern:
  | '{' '}'
  | '{' double_star_pattern ','? '}'
  | '{' items_pattern ',' double_star_pattern ','? '}'
  | '{' items_pattern ','? '}'
items_pattern: ','.key_value_pattern+
key_value_pattern: (literal_expr | attr) ':' pattern
double_star_pattern: '**' pattern_capture_target
class_pattern:
  | name_or_attr '(' ')'
  | name_or_attr '(' positional_patterns ','? ')'
  | name_or_attr '(' keyword_patterns ','? ')'
  | name_or_attr '(' positional_patterns ',' keyword_patterns ','? ')'
  | invalid_class_pattern
positional_patterns: ','.pattern+
keyword_patterns: ','.keyword_pattern+
keyword_pattern: NAME '=' pattern

expressions: a=expression b=(',' c=expression {c})+ ','? {Tuple a b} | a=expression ',' {Tuple a} | expression
expression (memo):
  | invalid_expression
  | invalid_legacy_expression
  | disjunction 'if' disjunction 'else' expression {IfExp}
  | disjunction
  | lambdef
yield_expr: 'yield' 'from' expression {Yield} | 'yield' star_expressions? {Yield}
star_expressions:
  | a=star_expression b=(',' c=star_expression {c})+ ','? {Tuple a b}
  | a=star_expression ',' {Tuple a}
  | star_expression
star_expression (memo): '*' a=bitwise_or {Starred a} | expression
star_named_expressions: a=','.star_named_expression+ ','? {a}
star_named_expression: '*' a=bitwise_or {Starred a} | named_expression
assignment_expression: NAME ':=' ~ expression {version 8 "Assignment expressions are" NamedExpr}
named_expression: assignment_expression | invalid_named_expression | a=expression !':=' {a}
disjunction (memo): conjunction ('or' conjunction)+ {BoolOp} | conjunction
conjunction (memo): inversion ('and' inversion)+ {BoolOp} | inversion
inversion (memo): 'not' inversion {UnaryOp} | comparison
comparison: a=bitwise_or b=compare_op_bitwise_or_pair+ {Compare a b} | bitwise_or
compare_op_bitwise_or_pair:
  | eq_bitwise_or
  | noteq_bitwise_or
  | lte_bitwise_or
  | lt_bitwise_or
  | gte_bitwise_or
  | gt_bitwise_or
  | notin_bitwise_or
  | in_bitwise_or
  | isnot_bitwise_or
  | is_bitwise_or
eq_bitwise_or: '==' bitwise_or
noteq_bitwise_or: (a='!=' {do flufl a}) bitwise_or
lte_bitwise_or: '<=' bitwise_or
lt_bitwise_or: '<' bitwise_or
gte_bitwise_or: '>=' bitwise_or
gt_bitwise_or: '>' bitwise_or
notin_bitwise_or: 'not' 'in' bitwise_or
in_bitwise_or: a='in' bitwise_or {a}
isnot_bitwise_or: 'is' 'not' bitwise_or
is_bitwise_or: 'is' bitwise_or
bitwise_or (left): bitwise_or '|' bitwise_xor {BinOp} | bitwise_xor
bitwise_xor (left): bitwise_xor '^' bitwise_and {BinOp} | bitwise_and
bitwise_and (left): bitwise_and '&' shift_expr {BinOp} | shift_expr
shift_expr (left): shift_expr '<<' sum {BinOp} | shift_expr '>>' sum {BinOp} | sum
sum (left): sum '+' term {BinOp} | sum '-' term {BinOp} | term
term (left):
  | term '*' factor {BinOp}
  | term '/' factor {BinOp}
  | term '//' factor {BinOp}
  | term '%' factor {BinOp}
  | term '@' factor {version 5 "The '@' operator is" BinOp}
  | factor
factor (memo): '+' factor {UnaryOp} | '-' factor {UnaryOp} | '~' factor {UnaryOp} | power
power: await_primary '**' factor {BinOp} | await_primary
await_primary (memo): AWAIT primary {version 5 "Await expressions are" Await} | primary
primary (left):
  | primary '.' NAME {Attribute}
  | primary genexp {Call}
  | primary '(' arguments? ')' {Call}
  | primary '[' slices ']' {Subscript}
  | atom
slices: a=slice !',' {a} | a=','.(slice | starred_expression)+ ','? {Tuple a}
slice: expression? ':' expression? [':' expression?] {Slice} | named_expression
atom:
  | NAME
  | 'True'
  | 'False'
  | 'None'
  | &STRING strings
  | NUMBER
  | &'(' (tuple | group | genexp)
  | &'[' (list | listcomp)
  | &'{' (dict | set | dictcomp | setcomp)
  | '...'
group: '(' a=(yield_expr | named_expression) ')' {a} | invalid_group
lambdef: 'lambda' lambda_params? ':' expression {Lambda}
lambda_params: invalid_lambda_parameters | lambda_parameters
lambda_parameters:
  | lambda_slash_no_default lambda_param_no_default* lambda_param_with_default* lambda_star_etc? {version 8 "Positional-only parameters are"}
  | lambda_slash_with_default lambda_param_with_default* lambda_star_etc? {version 8 "Positional-only parameters are"}
  | lambda_param_no_default+ lambda_param_with_default* lambda_star_etc?
  | lambda_param_with_default+ lambda_star_etc?
  | lambda_star_etc
lambda_slash_no_default:
  | lambda_param_no_default+ '/' ','
  | lambda_param_no_default+ '/' &':'
lambda_slash_with_default:
  | lambda_param_no_default* lambda_param_with_default+ '/' ','
  | lambda_param_no_default* lambda_param_with_default+ '/' &':'
lambda_star_etc:
  | invalid_lambda_star_etc
  | '*' lambda_param_no_default lambda_param_maybe_default* lambda_kwds?
  | '*' ',' lambda_param_maybe_default+ lambda_kwds?
  | lambda_kwds
lambda_kwds: invalid_lambda_kwds | '**' lambda_param_no_default
lambda_param_no_default: a=lambda_param ',' {a} | a=lambda_param &':' {a}
lambda_param_with_default: lambda_param default ',' | lambda_param default &':'
lambda_param_maybe_default: lambda_param default? ',' | lambda_param default? &':'
lambda_param: NAME
strings (memo): a=STRING+ {do strings a}
list: '[' a=star_named_expressions? ']' {List a}
tuple: '(' a=[b=star_named_expression ',' c=star_named_expressions? {list_of b c}] ')' {Tuple a}
set: '{' star_named_expressions '}' {Set}
dict: '{' double_starred_kvpairs? '}' {Dict} | '{' invalid_double_starred_kvpairs '}'
double_starred_kvpairs: ','.double_starred_kvpair+ ','?
double_starred_kvpair: '**' bitwise_or | kvpair
kvpair: expression ':' expression
for_if_clauses: for_if_clause+
for_if_clause:
  | ASYNC 'for' a=star_targets 'in' ~ b=disjunction c=('if' d=disjunction {d})* {version 6 "Async comprehensions are" list a b c}
  | 'for' a=star_targets 'in' ~ b=disjunction c=('if' d=disjunction {d})* {list a b c}
  | invalid_for_target
listcomp: '[' named_expression for_if_clauses ']' {ListComp} | invalid_comprehension
setcomp: '{' named_expression for_if_clauses '}' {SetComp} | invalid_comprehension
genexp: '(' (assignment_expression | expression !':=') for_if_clauses ')' {GeneratorExp} | invalid_comprehension
dictcomp: '{' kvpair for_if_clauses '}' {DictComp} | invalid_dict_comprehension
arguments (memo): a=args ','? &')' {a} | invalid_arguments
args:
  | a=','.(starred_expression | (assignment_expression | b=expression !':=' {b}) !'=')+ b=[',' c=kwargs {c}] {do args a b}
  | a=kwargs {do args a}
kwargs:
  | a=','.kwarg_or_starred+ ',' b=','.kwarg_or_double_starred+ {list_of a b}
  | ','.kwarg_or_starred+
  | ','.kwarg_or_double_starred+
starred_expression: '*' a=expression {Starred a}
kwarg_or_starred: invalid_kwarg | NAME '=' expression {Keyword} | starred_expression
kwarg_or_double_starred: invalid_kwarg | NAME '=' expression {Keyword} | '**' expression {Unpacking}
star_targets: a=star_target !',' {a} | a=star_target b=(',' c=star_target {c})* ','? {Tuple a b}
star_targets_list_seq: a=','.star_target+ ','? {a}
star_targets_tuple_seq: a=star_target b=(',' c=star_target {c})+ ','? {list_of a b} | a=star_target ',' {list a}
star_target (memo): '*' a=(!'*' star_target) {Starred a} | target_with_star_atom
target_with_star_atom (memo):
  | t_primary '.' NAME !t_lookahead {Attribute}
  | t_primary '[' slices ']' !t_lookahead {Subscript}
  | star_atom
star_atom:
  | NAME
  | '(' a=target_with_star_atom ')' {a}
  | '(' a=star_targets_tuple_seq? ')' {Tuple a}
  | '[' a=star_targets_list_seq? ']' {List a}
single_target: single_subscript_attribute_target | NAME | '(' a=single_target ')' {a}
single_subscript_attribute_target:
  | t_primary '.' NAME !t_lookahead {Attribute}
  | t_primary '[' slices ']' !t_lookahead {Subscript}
t_primary (left):
  | t_primary '.' NAME &t_lookahead {Attribute}
  | t_primary '[' slices ']' &t_lookahead {Subscript}
  | t_primary genexp &t_lookahead {Call}
  | t_primary '(' arguments? ')' &t_lookahead {Call}
  | a=atom &t_lookahead {a}
t_lookahead: '(' | '[' | '.'
del_targets: ','.del_target+ ','?
del_target (memo):
  | t_primary '.' NAME !t_lookahead
  | t_primary '[' slices ']' !t_lookahead
  | del_t_atom
del_t_atom: NAME | '(' del_target ')' | '(' del_targets? ')' | '[' del_targets? ']'
type_expressions:
  | ','.expression+ ',' '*' expression ',' '**' expression
  | ','.expression+ ',' '*' expression
  | ','.expression+ ',' '**' expression
  | '*' expression ',' '**' expression
  | '*' expression
  | '**' expression
  | ','.expression+
func_type_comment: NEWLINE TYPE_COMMENT &(NEWLINE INDENT) | invalid_double_type_comments | TYPE_COMMENT

invalid_arguments:
  | a=args ',' '*' {at a "iterable argument unpacking follows keyword argument unpacking"}
  | a=expression b=for_if_clauses ',' [args | expression for_if_clauses] {do generator_range a b}
  | a=NAME b='=' expression for_if_clauses {range a b "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"}
  | a=args b=for_if_clauses {do generator_in_call a b}
  | args ',' a=expression b=for_if_clauses {do generator_target a b}
  | a=args ',' args {do arguments_order a}
invalid_kwarg:
  | a=('True' | 'False' | 'None') b='=' {range a b "cannot assign to %s"}
  | a=NAME b='=' expression for_if_clauses {range a b "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"}
  | !(NAME '=') a=expression b='=' {range a b "expression cannot contain assignment, perhaps you meant \"==\"?"}
expression_without_invalid (quiet): disjunction 'if' disjunction 'else' expression | disjunction | lambdef
invalid_legacy_expression: a=NAME !'(' b=star_expressions {do legacy_statement a b}
invalid_expression:
  | !(NAME STRING | SOFT_KEYWORD) a=disjunction b=expression_without_invalid {do forgotten_comma a b}
  | a=disjunction 'if' b=disjunction !('else' | ':') {range a b "expected 'else' after 'if' expression"}
invalid_named_expression (memo):
  | a=expression ':=' expression {at a "cannot use assignment expressions with %s"}
  | a=NAME '=' b=bitwise_or !('=' | ':=') {range a b "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"}
  | !(list | tuple | genexp | 'True' | 'None' | 'False') a=bitwise_or '=' bitwise_or !('=' | ':=') {at a "cannot assign to %s here. Maybe you meant '==' instead of '='?"}
invalid_assignment:
  | a=invalid_ann_assign_target ':' expression {at a "only single target (not %s) can be annotated"}
  | a=star_named_expression ',' star_named_expressions* ':' expression {at a "only single target (not tuple) can be annotated"}
  | a=expression ':' expression {at a "illegal target for annotation"}
  | (star_targets '=')* a=star_expressions '=' {target star a}
  | (star_targets '=')* a=yield_expr '=' {at a "assignment to yield expression not possible"}
  | a=star_expressions augassign (yield_expr | star_expressions) {at a "'%s' is an illegal expression for augmented assignment"}
invalid_ann_assign_target: list | tuple | '(' a=invalid_ann_assign_target ')' {a}
invalid_del_stmt: 'del' a=star_expressions {target del a}
invalid_block: NEWLINE !INDENT {indent a "expected an indented block"}
invalid_comprehension:
  | ('[' | '(' | '{') a=starred_expression for_if_clauses {at a "iterable unpacking cannot be used in comprehension"}
  | ('[' | '{') a=star_named_expression ',' b=star_named_expressions for_if_clauses {range a b "did you forget parentheses around the comprehension target?"}
  | ('[' | '{') a=star_named_expression b=',' for_if_clauses {range a b "did you forget parentheses around the comprehension target?"}
invalid_dict_comprehension: '{' a='**' bitwise_or for_if_clauses '}' {at a "dict unpacking cannot be used in dict comprehension"}
invalid_parameters:
  | param_no_default* invalid_parameters_helper a=param_no_default {at a "non-default argument follows default argument"}
  | param_no_default* a='(' param_no_default+ ','? b=')' {range a b "Function parameters cannot be parenthesized"}
  | a='/' ',' {at a "at least one argument must precede /"}
  | (slash_no_default | slash_with_default) param_maybe_default* a='/' {at a "/ may appear only once"}
  | (slash_no_default | slash_with_default)? param_maybe_default* '*' (',' | param_no_default) param_maybe_default* a='/' {at a "/ must be ahead of *"}
  | param_maybe_default+ '/' a='*' {at a "expected comma between / and *"}
invalid_parameters_helper: slash_with_default | param_with_default+
invalid_lambda_parameters:
  | lambda_param_no_default* invalid_lambda_parameters_helper a=lambda_param_no_default {at a "non-default argument follows default argument"}
  | lambda_param_no_default* a='(' ','.lambda_param+ ','? b=')' {range a b "Lambda expression parameters cannot be parenthesized"}
  | a='/' ',' {at a "at least one argument must precede /"}
  | (lambda_slash_no_default | lambda_slash_with_default) lambda_param_maybe_default* a='/' {at a "/ may appear only once"}
  | (lambda_slash_no_default | lambda_slash_with_default)? lambda_param_maybe_default* '*' (',' | lambda_param_no_default) lambda_param_maybe_default* a='/' {at a "/ must be ahead of *"}
  | lambda_param_maybe_default+ '/' a='*' {at a "expected comma between / and *"}
invalid_lambda_parameters_helper: lambda_slash_with_default | lambda_param_with_default+
invalid_default: a='=' &(')' | ',') {at a "expected default value expression"}
invalid_star_etc:
  | a='*' (')' | ',' (')' | '**')) {at a "named arguments must follow bare *"}
  | '*' ',' TYPE_COMMENT {here "bare * has associated type comment"}
  | '*' param a='=' {at a "var-positional argument cannot have default value"}
  | '*' (param_no_default | ',') param_maybe_default* a='*' (param_no_default | ',') {at a "* argument may appear only once"}
invalid_kwds:
  | '**' param a='=' {at a "var-keyword argument cannot have default value"}
  | '**' param ',' a=param {at a "arguments cannot follow var-keyword argument"}
  | '**' param ',' a=('*' | '**' | '/') {at a "arguments cannot follow var-keyword argument"}
invalid_lambda_star_etc:
  | '*' (':' | ',' (':' | '**')) {here "named arguments must follow bare *"}
  | '*' lambda_param a='=' {at a "var-positional argument cannot have default value"}
  | '*' (lambda_param_no_default | ',') lambda_param_maybe_default* a='*' (lambda_param_no_default | ',') {at a "* argument may appear only once"}
invalid_lambda_kwds:
  | '**' lambda_param a='=' {at a "var-keyword argument cannot have default value"}
  | '**' lambda_param ',' a=lambda_param {at a "arguments cannot follow var-keyword argument"}
  | '**' lambda_param ',' a=('*' | '**' | '/') {at a "arguments cannot follow var-keyword argument"}
invalid_double_type_comments: TYPE_COMMENT NEWLINE TYPE_COMMENT NEWLINE INDENT {here "Cannot have two type comments on def"}
invalid_with_item: expression 'as' a=expression &(',' | ')' | ':') {target star a}
invalid_for_target: ASYNC? 'for' a=star_expressions {target for a}
invalid_group:
  | '(' a=starred_expression ')' {at a "cannot use starred expression here"}
  | '(' a='**' expression ')' {at a "cannot use double starred expression here"}
invalid_import_from_targets: import_from_as_names ',' NEWLINE {here "trailing comma not allowed without surrounding parentheses"}
invalid_with_stmt:
  | ASYNC? 'with' ','.(expression ['as' star_target])+ NEWLINE {here "expected ':'"}
  | ASYNC? 'with' '(' ','.(expressions ['as' star_target])+ ','? ')' NEWLINE {here "expected ':'"}
invalid_with_stmt_indent:
  | ASYNC? a='with' ','.(expression ['as' star_target])+ ':' NEWLINE !INDENT {indent a "expected an indented block after 'with' statement on line %d"}
  | ASYNC? a='with' '(' ','.(expressions ['as' star_target])+ ','? ')' ':' NEWLINE !INDENT {indent a "expected an indented block after 'with' statement on line %d"}
invalid_try_stmt:
  | a='try' ':' NEWLINE !INDENT {indent a "expected an indented block after 'try' statement on line %d"}
  | 'try' ':' block !('except' | 'finally') {here "expected 'except' or 'finally' block"}
  | 'try' ':' block* except_block+ a='except' b='*' expression ['as' NAME] ':' {range a b "cannot have both 'except' and 'except*' on the same 'try'"}
  | 'try' ':' block* except_star_block+ a='except' [expression ['as' NAME]] ':' {at a "cannot have both 'except' and 'except*' on the same 'try'"}
invalid_except_stmt:
  | 'except' '*'? a=expression ',' expressions ['as' NAME] ':' {from a "multiple exception types must be parenthesized"}
  | 'except' '*'? expression ['as' NAME] NEWLINE {here "expected ':'"}
  | 'except' NEWLINE {here "expected ':'"}
  | 'except' '*' (NEWLINE | ':') {here "expected one or more exception types"}
invalid_finally_stmt: a='finally' ':' NEWLINE !INDENT {indent a "expected an indented block after 'finally' statement on line %d"}
invalid_except_stmt_indent:
  | a='except' expression ['as' NAME] ':' NEWLINE !INDENT {indent a "expected an indented block after 'except' statement on line %d"}
  | a='except' ':' NEWLINE !INDENT {indent a "expected an indented block after 'except' statement on line %d"}
invalid_except_star_stmt_indent: a='except' '*' expression ['as' NAME] ':' NEWLINE !INDENT {indent a "expected an indented block after 'except*' statement on line %d"}
invalid_match_stmt:
  | "match" subject_expr NEWLINE {version 10 "Pattern matching is" here "expected ':'"}
  | a="match" subject_expr ':' NEWLINE !INDENT {indent a "expected an indented block after 'match' statement on line %d"}
invalid_case_block:
  | "case" patterns guard? NEWLINE {here "expected ':'"}
  | a="case" patterns guard? ':' NEWLINE !INDENT {indent a "expected an indented block after 'case' statement on line %d"}
invalid_as_pattern:
  | or_pattern 'as' a="_" {at a "cannot use '_' as a target"}
  | or_pattern 'as' !NAME a=expression {at a "invalid pattern target"}
invalid_class_pattern: name_or_attr '(' a=invalid_class_argument_pattern {range a a "positional patterns follow keyword patterns"}
invalid_class_argument_pattern: [positional_patterns ','] keyword_patterns ',' a=positional_patterns {a}
invalid_if_stmt:
  | 'if' named_expression NEWLINE {here "expected ':'"}
  | a='if' named_expression ':' NEWLINE !INDENT {indent a "expected an indented block after 'if' statement on line %d"}
invalid_elif_stmt:
  | 'elif' named_expression NEWLINE {here "expected ':'"}
  | a='elif' named_expression ':' NEWLINE !INDENT {indent a "expected an indented block after 'elif' statement on line %d"}
invalid_else_stmt: a='else' ':' NEWLINE !INDENT {indent a "expected an indented block after 'else' statement on line %d"}
invalid_while_stmt:
  | 'while' named_expression NEWLINE {here "expected ':'"}
  | a='while' named_expression ':' NEWLINE !INDENT {indent a "expected an indented block after 'while' statement on line %d"}
invalid_for_stmt:
  | ASYNC? 'for' star_targets 'in' star_expressions NEWLINE {here "expected ':'"}
  | ASYNC? a='for' star_targets 'in' star_expressions ':' NEWLINE !INDENT {indent a "expected an indented block after 'for' statement on line %d"}
invalid_def_raw: ASYNC? a='def' NAME '(' params? ')' ['->' expression] ':' NEWLINE !INDENT {indent a "expected an indented block after function definition on line %d"}
invalid_class_def_raw:
  | 'class' NAME ['(' arguments? ')'] NEWLINE {here "expected ':'"}
  | a='class' NAME ['(' arguments? ')'] ':' NEWLINE !INDENT {indent a "expected an indented block after class definition on line %d"}
invalid_double_starred_kvpairs:
  | ','.double_starred_kvpair+ ',' invalid_kvpair
  | expression ':' a='*' bitwise_or {from a "cannot use a starred expression in a dictionary value"}
  | expression a=':' &('}' | ',') {at a "expression expected after dictionary key and ':'"}
invalid_kvpair:
  | a=expression !':' {do missing_colon a}
  | expression ':' a='*' bitwise_or {from a "cannot use a starred expression in a dictionary value"}
  | expression a=':' &('}' | ',') {at a "expression expected after dictionary key and ':'"}
)grammar";

}  // namespace minipy
