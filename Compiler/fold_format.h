// "%s and %r" % (a, b) as an f-string.
#pragma once

#include "Parser/tree.h"

namespace minipy {

// Null unless each item has its conversion, and all of them are %s, %r or %a with nothing but '-',
// a width and a precision, each below 1000.
ast::JoinedStr* make_joined_str(ast::Arena& arena, const ast::Location& location, ast::Text format,
                                ast::Sequence<ast::ExprNode*> items);

}  // namespace minipy
