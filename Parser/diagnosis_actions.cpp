// What a matched alternative of the diagnosis grammar means: a value, or an error.
#include "Parser/diagnosis.h"
#include "Parser/number_literal.h"
#include "Parser/string_literal.h"

namespace minipy {

using ast::Text;

namespace {

const char* name_of(ExpressionKind kind) {
  switch (kind) {
#define KIND(Name, spelling) \
  case ExpressionKind::Name: \
    return spelling;
    EXPRESSION_KINDS(KIND)
#undef KIND
  }
  return "";
}

bool is_list(const Match& match) {
  return match.kind == ExpressionKind::Other && !match.token;
}

void append(std::vector<const Match*>& items, const Match* match, bool flatten) {
  if (!match) return;
  if (flatten && is_list(*match)) {
    items.insert(items.end(), match->items.begin(), match->items.end());
  } else {
    items.push_back(match);
  }
}

// `print` and `exec` were statements once.
bool is_legacy_name(const Match& match) {
  if (match.kind != ExpressionKind::Name || !match.token) return false;
  return match.token->text() == "print" || match.token->text() == "exec";
}

// The last thing in a comprehension clause: its last condition or what it iterates over.
const Match* last_of_clause(const Match& clauses) {
  const Match& clause = *clauses.items.back();
  const Match& conditions = *clause.items[2];
  return conditions.items.empty() ? clause.items[1] : conditions.items.back();
}

// The first thing in a would-be target that cannot be one; null if all can.
const Match* find_invalid_target(const Match* match, GrammarAction::Kind target) {
  switch (match->kind) {
    case ExpressionKind::List:
    case ExpressionKind::Tuple:
      for (const Match* element : match->items) {
        if (const Match* found = find_invalid_target(element, target)) return found;
      }
      return nullptr;
    case ExpressionKind::Starred:
      return target == GrammarAction::Kind::DelTarget
                 ? match
                 : find_invalid_target(match->items[0], target);
    case ExpressionKind::Compare: {
      // `for a in b` has been read as a comparison.
      if (target != GrammarAction::Kind::ForTarget) return match;
      const bool is_in = match->items[1]->token && match->items[1]->token->type == TokenType::In;
      return is_in ? find_invalid_target(match->items[0], target) : nullptr;
    }
    case ExpressionKind::Name:
    case ExpressionKind::Subscript:
    case ExpressionKind::Attribute:
      return nullptr;
    default:
      return match;
  }
}

}  // namespace

const Match* Diagnosis::act(const GrammarAlternative& alternative, Captures& captures, size_t start,
                            const Match* only) {
  using Kind = GrammarAction::Kind;
  const GrammarAction& action = alternative.action;
  const auto capture = [&](size_t i) -> const Match* {
    return i < action.slots.size() ? captures[action.slots[i]] : nullptr;
  };
  const Match* const a = capture(0);
  const Match* const b = capture(1);
  // What %s and %d stand for in a message.
  const auto message = [&] {
    if (!a || action.message.find('%') == Text::npos) return action.message;
    const Text copy = arena_.copy_text(action.message);
    const bool is_number = action.message.find("%d") != Text::npos;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    return is_number ? format_text(arena_, copy.data(), a->location.line)
                     : format_text(arena_, copy.data(), name_of(a->kind));
#pragma GCC diagnostic pop
  };
  const Match* result = nullptr;
  switch (action.kind) {
    case Kind::Default:
      result = only ? only : make(ExpressionKind::Other, location_since(start), {});
      break;
    case Kind::Item:
      result = a;
      break;
    case Kind::List:
      result = make_node(action, captures, start, false);
      break;
    case Kind::ListOf:
    case Kind::Node:
      result = make_node(action, captures, start, true);
      break;
    case Kind::ErrorAt:
      return raise_range(a, a, message());
    case Kind::ErrorRange:
      return raise_range(a, b, message());
    case Kind::ErrorFrom: {
      const int end = static_cast<int>(tokenizer_.cursor() - tokenizer_.line_start());
      raise_located(ErrorKind::SyntaxError, a->location.line, a->location.column + 1,
                    tokenizer_.line(), end, message());
      return nullptr;
    }
    case Kind::ErrorHere:
      return raise_here(message());
    case Kind::IndentError:
      return raise_here(message(), ErrorKind::IndentationError);
    case Kind::StarTarget:
    case Kind::ForTarget:
    case Kind::DelTarget:
      return invalid_target(action, a);
    case Kind::do_args:
      result = call_arguments(a, b, start);
      break;
    default:
      result = act_special(action, a, b);
      break;
  }
  if (result && action.minimum_version &&
      !check_version(action.minimum_version, action.version_text))
    return nullptr;
  return result;
}

const Match* Diagnosis::act_special(const GrammarAction& action, const Match* a, const Match* b) {
  using Kind = GrammarAction::Kind;
  constexpr const char* kNeedsParentheses = "Generator expression must be parenthesized";
  switch (action.kind) {
    case Kind::do_real:
      return check_pattern_number(a, false);
    case Kind::do_imaginary:
      return check_pattern_number(a, true);
    case Kind::do_flufl:
      return check_not_equal(a);
    case Kind::do_strings:
      return concatenate(a);
    case Kind::do_generator_range:
      return raise_range(a, last_of_clause(*b), kNeedsParentheses);
    case Kind::do_generator_target:
      return raise_range(a, b->items.back()->items[0], kNeedsParentheses);
    case Kind::do_generator_in_call:
      return generator_in_call(a, b);
    case Kind::do_arguments_order:
      return arguments_order(a);
    case Kind::do_legacy_statement:
      return legacy_statement(a, b);
    case Kind::do_forgotten_comma:
      return forgotten_comma(a, b);
    case Kind::do_missing_colon:
      raise_located(ErrorKind::SyntaxError, a->location.line, a->location.end_column,
                    a->location.end_line, 0, "':' expected after dictionary key");
      return nullptr;
    default:
      return nullptr;
  }
}

const Match* Diagnosis::make_node(const GrammarAction& action, Captures& captures, size_t start,
                                  bool flatten) {
  std::vector<const Match*> items;
  for (const int slot : action.slots) append(items, captures[slot], flatten);
  if (action.kind == GrammarAction::Kind::ListOf) return make_list(items);
  return make(action.node, location_since(start), arena_.copy_sequence(items.data(), items.size()));
}

bool Diagnosis::check_version(int version, Text what) {
  if (run_.options.feature_version >= version) return true;
  raise_here(format_text(arena_, "%.*s only supported in Python 3.%d and greater",
                         static_cast<int>(what.size()), what.data(), version));
  return false;
}

const Match* Diagnosis::concatenate(const Match* tokens) {
  std::vector<Token> strings;
  for (const Match* match : tokens->items) strings.push_back(*match->token);
  const ast::Sequence<Token> kept = arena_.copy_sequence(strings.data(), strings.size());
  LiteralProblem problem;
  const ast::ExprNode* value = concatenate_strings(run_, kept, problem);
  if (value) {
    const bool is_formatted = value->is<ast::JoinedStr>();
    return make(is_formatted ? ExpressionKind::JoinedStr : ExpressionKind::Literal, value->location,
                {});
  }
  has_failed_ = report_.has_error;
  if (has_failed_ || !problem.message.data()) return nullptr;
  return raise_here(problem.message);  // CPython blames the last token it has read
}

const Match* Diagnosis::check_number(const Match* match) {
  const Text text = match->token->text();
  if (run_.options.feature_version < 6 && text.find('_') != Text::npos) {
    return raise_here(
        "Underscores in numeric literals are only supported in Python 3.6 and greater");
  }
  ast::ConstantValue value;
  size_t digits = 0;
  const size_t limit = run_.options.max_decimal_digits;
  if (parse_number(arena_, text, limit, value, digits) == NumberProblem::None) return match;
  raise_located(
      ErrorKind::SyntaxError, match->location.line, 0, match->location.end_line, 0,
      format_text(
          arena_,
          "Exceeds the limit (%zu digits) for integer string conversion: value has %zu digits; use "
          "sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge "
          "integer "
          "literals to avoid decimal conversion limits.",
          limit, digits));
  return nullptr;
}

const Match* Diagnosis::check_pattern_number(const Match* number, bool is_imaginary) {
  const bool has_suffix =
      (number->token->text().back() | 0x20) == 'j' && number->token->text().substr(0, 2) != "0x";
  if (has_suffix == is_imaginary) return number;
  return raise_at(number->location, is_imaginary ? "imaginary number required in complex literal"
                                                 : "real number required in complex literal");
}

// PEP 401.
const Match* Diagnosis::check_not_equal(const Match* token) {
  const bool is_diamond = token->token->text() == "<>";
  if (!run_.options.barry_as_FLUFL) return is_diamond ? nullptr : token;
  return is_diamond ? token : raise_here("with Barry as BDFL, use '<>' instead of '!='");
}

// All that is not a keyword, marked as Unpacking if there is a `**mapping`.
const Match* Diagnosis::call_arguments(const Match* arguments, const Match* keywords,
                                       size_t start) {
  std::vector<const Match*> all, positional;
  append(all, arguments, true);
  append(all, keywords, true);
  ExpressionKind kind = ExpressionKind::Other;
  for (const Match* item : all) {
    if (item->kind == ExpressionKind::Unpacking) {
      kind = ExpressionKind::Unpacking;
    } else if (item->kind != ExpressionKind::Keyword) {
      positional.push_back(item);
    }
  }
  return make(kind, location_since(start),
              arena_.copy_sequence(positional.data(), positional.size()));
}

const Match* Diagnosis::generator_in_call(const Match* arguments, const Match* clauses) {
  if (arguments->items.size() <= 1) return nullptr;
  return raise_range(arguments->items.back(), last_of_clause(*clauses),
                     "Generator expression must be parenthesized");
}

const Match* Diagnosis::arguments_order(const Match* arguments) {
  return raise_here(arguments->kind == ExpressionKind::Unpacking
                        ? "positional argument follows keyword argument unpacking"
                        : "positional argument follows keyword argument");
}

const Match* Diagnosis::legacy_statement(const Match* name, const Match* value) {
  if (!is_legacy_name(*name)) return nullptr;
  const Text text = name->token->text();
  const int size = static_cast<int>(text.size());
  return raise_range(
      name, value,
      format_text(arena_, "Missing parentheses in call to '%.*s'. Did you mean %.*s(...)?", size,
                  text.data(), size, text.data()));
}

// Two expressions side by side, in brackets.
const Match* Diagnosis::forgotten_comma(const Match* first, const Match* second) {
  if (is_legacy_name(*first) || entries_[mark_ - 1]->token.level == 0) return nullptr;
  return raise_range(first, second, "invalid syntax. Perhaps you forgot a comma?");
}

const Match* Diagnosis::invalid_target(const GrammarAction& action, const Match* match) {
  const Match* const invalid = find_invalid_target(match, action.kind);
  if (!invalid) return nullptr;
  const char* const format =
      action.kind == GrammarAction::Kind::DelTarget ? "cannot delete %s" : "cannot assign to %s";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return raise_range(invalid, invalid, format_text(arena_, format, name_of(invalid->kind)));
#pragma GCC diagnostic pop
}

}  // namespace minipy
