// match statements (language reference, 8.6).
//
// A pattern finds its subject on top of the stack and consumes it. On success, the captured values
// lie on the stack, below the subjects that are still to be matched, until the whole pattern has
// matched; then they are stored. On failure, control goes to the block that pops what is left over:
//
//   failures[2]: POP_TOP
//   failures[1]: POP_TOP
//   failures[0]: the next case
#include <algorithm>
#include <string>

#include "Compiler/fold_values.h"
#include "Compiler/generator.h"
#include "Compiler/unparse.h"

namespace minipy {

using namespace ast;
using enum Opcode;

struct PatternContext {
  std::vector<Identifier> captures;  // in the order in which they lie on the stack
  bool allow_irrefutable = false;    // whether a pattern that always matches may stand here
  std::vector<Block*> failures;      // failures[n] pops n items
  size_t on_top = 0;                 // items above the captures
};

namespace {

bool is_wildcard(const PatternNode* pattern) {
  const MatchAs* as = pattern->if_is<MatchAs>();
  return as && !as->name && !as->pattern;
}

bool is_star_wildcard(const PatternNode* pattern) {
  const MatchStar* star = pattern->if_is<MatchStar>();
  return star && !star->name;
}

// The name as repr() shows it; identifiers need no escapes.
std::string quoted(Identifier name) {
  return "'" + std::string(name.text()) + "'";
}

}  // namespace

void Generator::visit_match(const Match& statement) {
  visit(statement.subject);
  Block* end = new_block();
  const size_t count = statement.cases.size();
  const MatchCase& last = *statement.cases[count - 1];
  const bool has_default = count > 1 && is_wildcard(last.pattern);
  const size_t tested = count - has_default;
  for (size_t i = 0; i < tested && !has_failed(); ++i) {
    visit_case(*statement.cases[i], i + 1 == count, i + 1 != tested, end);
  }
  if (has_failed()) return;
  if (has_default) {
    set_location(*last.pattern);
    emit(NOP);
    if (last.guard) jump_if(last.guard, end, false);
    visit_all(last.body);
  }
  use(end);
}

// One case; the subject stays on the stack for the next one if it `keeps_subject`.
void Generator::visit_case(const MatchCase& match_case, bool is_last, bool keeps_subject,
                           Block* end) {
  set_location(*match_case.pattern);
  if (keeps_subject) emit(COPY, 1);
  PatternContext context;
  context.allow_irrefutable = match_case.guard || is_last;
  visit_pattern(match_case.pattern, context);
  for (const Identifier name : context.captures) visit_name(name, ExprContext::Store);
  if (match_case.guard) jump_if(match_case.guard, failure_block(context, 0), false);
  if (keeps_subject) emit(POP_TOP);
  visit_all(match_case.body);
  emit_jump(JUMP, end);
  // What follows a failure belongs to the pattern that has failed.
  set_location(*match_case.pattern);
  emit_failure_blocks(context);
}

Block* Generator::failure_block(PatternContext& context, size_t pops) {
  while (context.failures.size() <= pops) context.failures.push_back(new_block());
  return context.failures[pops];
}

void Generator::jump_to_failure(PatternContext& context, Opcode opcode) {
  emit_jump(opcode, failure_block(context, context.on_top + context.captures.size()));
}

void Generator::emit_failure_blocks(PatternContext& context) {
  if (context.failures.empty()) return;
  for (size_t i = context.failures.size(); --i > 0;) {
    use(context.failures[i]);
    emit(POP_TOP);
  }
  use(context.failures[0]);
  context.failures.clear();
}

// Moves the top item below `count - 1` others.
void Generator::rotate(size_t count) {
  for (; count > 1; --count) emit(SWAP, static_cast<int>(count));
}

// Takes the top of the stack as the value of `name`, or drops it.
void Generator::capture(Identifier name, PatternContext& context) {
  if (!name) return emit(POP_TOP);
  if (!check_assignable(name)) return;
  if (std::find(context.captures.begin(), context.captures.end(), name) != context.captures.end()) {
    return fail("multiple assignments to name %s in pattern", quoted(name));
  }
  rotate(context.on_top + context.captures.size() + 1);
  context.captures.push_back(name);
}

void Generator::visit_pattern(const PatternNode* pattern, PatternContext& context) {
  if (has_failed()) return;
  const DepthGuard guard(context_);
  if (!guard.ok()) return;
  set_location(*pattern);
  switch (pattern->node_kind) {
    case NodeKind::MatchValue:
      return visit_value_pattern(pattern->as<MatchValue>(), context);
    case NodeKind::MatchSingleton:
      return visit_singleton_pattern(pattern->as<MatchSingleton>(), context);
    case NodeKind::MatchSequence:
      return visit_sequence_pattern(pattern->as<MatchSequence>(), context);
    case NodeKind::MatchMapping:
      return visit_mapping_pattern(pattern->as<MatchMapping>(), context);
    case NodeKind::MatchClass:
      return visit_class_pattern(pattern->as<MatchClass>(), context);
    case NodeKind::MatchStar:
      return capture(pattern->as<MatchStar>().name, context);
    case NodeKind::MatchAs:
      return visit_as_pattern(pattern->as<MatchAs>(), context);
    case NodeKind::MatchOr:
      return visit_or_pattern(pattern->as<MatchOr>(), context);
    default:
      return;
  }
}

// Inside another pattern, one that always matches may stand anywhere.
void Generator::visit_subpattern(const PatternNode* pattern, PatternContext& context) {
  const bool allowed = context.allow_irrefutable;
  context.allow_irrefutable = true;
  visit_pattern(pattern, context);
  context.allow_irrefutable = allowed;
}

void Generator::visit_value_pattern(const MatchValue& pattern, PatternContext& context) {
  if (!pattern.value->is<Constant>() && !pattern.value->is<Attribute>()) {
    return fail("patterns may only match literals and attribute lookups");
  }
  visit(pattern.value);
  emit_compare(CompareOperator::Eq);
  jump_to_failure(context, POP_JUMP_IF_FALSE);
}

void Generator::visit_singleton_pattern(const MatchSingleton& pattern, PatternContext& context) {
  emit_constant(pattern.value);
  emit_compare(CompareOperator::Is);
  jump_to_failure(context, POP_JUMP_IF_FALSE);
}

void Generator::visit_sequence_pattern(const MatchSequence& pattern, PatternContext& context) {
  const Sequence<PatternNode*> patterns = pattern.patterns;
  const size_t size = patterns.size();
  size_t star = size;  // its index, or the size if there is none
  bool only_wildcards = true;
  bool has_star_wildcard = false;
  for (size_t i = 0; i < size; ++i) {
    if (patterns[i]->is<MatchStar>()) {
      if (star < size) return fail("multiple starred names in sequence pattern");
      star = i;
      has_star_wildcard = is_star_wildcard(patterns[i]);
      only_wildcards = only_wildcards && has_star_wildcard;
    } else {
      only_wildcards = only_wildcards && is_wildcard(patterns[i]);
    }
  }
  ++context.on_top;
  emit(MATCH_SEQUENCE);
  jump_to_failure(context, POP_JUMP_IF_FALSE);
  if (star == size) {
    emit(GET_LEN);
    emit_int(static_cast<int64_t>(size));
    emit_compare(CompareOperator::Eq);
    jump_to_failure(context, POP_JUMP_IF_FALSE);
  } else if (size > 1) {
    emit(GET_LEN);
    emit_int(static_cast<int64_t>(size) - 1);
    emit_compare(CompareOperator::GtE);
    jump_to_failure(context, POP_JUMP_IF_FALSE);
  }
  --context.on_top;
  if (only_wildcards) {
    emit(POP_TOP);
  } else if (has_star_wildcard) {
    index_sequence_pattern(patterns, star, context);
  } else {
    unpack_sequence_pattern(patterns, context);
  }
}

void Generator::unpack_sequence_pattern(Sequence<PatternNode*> patterns, PatternContext& context) {
  const size_t size = patterns.size();
  bool has_star = false;
  for (size_t i = 0; i < size; ++i) {
    if (!patterns[i]->is<MatchStar>()) continue;
    if (i >= 1 << 8 || size - i - 1 >= (1u << 31) >> 8) {
      return fail("too many expressions in star-unpacking sequence pattern");
    }
    emit(UNPACK_EX, static_cast<int>(i | (size - i - 1) << 8));
    has_star = true;
  }
  if (!has_star) emit(UNPACK_SEQUENCE, static_cast<int>(size));
  context.on_top += size;
  for (const PatternNode* pattern : patterns) {
    --context.on_top;
    visit_subpattern(pattern, context);
  }
}

// With `*_` only the items that are looked at are taken out of the subject.
void Generator::index_sequence_pattern(Sequence<PatternNode*> patterns, size_t star,
                                       PatternContext& context) {
  ++context.on_top;
  for (size_t i = 0; i < patterns.size(); ++i) {
    if (i == star || is_wildcard(patterns[i])) continue;
    emit(COPY, 1);
    if (i < star) {
      emit_int(static_cast<int64_t>(i));
    } else {
      // Negative indices may not be supported.
      emit(GET_LEN);
      emit_int(static_cast<int64_t>(patterns.size() - i));
      emit_binary(Operator::Sub);
    }
    emit(BINARY_SUBSCR);
    visit_subpattern(patterns[i], context);
  }
  --context.on_top;
  emit(POP_TOP);
}

void Generator::visit_mapping_pattern(const MatchMapping& pattern, PatternContext& context) {
  const size_t size = pattern.keys.size();
  ++context.on_top;
  emit(MATCH_MAPPING);
  jump_to_failure(context, POP_JUMP_IF_FALSE);
  if (size == 0 && !pattern.rest) {
    --context.on_top;
    return emit(POP_TOP);
  }
  if (size) {
    emit(GET_LEN);
    emit_int(static_cast<int64_t>(size));
    emit_compare(CompareOperator::GtE);
    jump_to_failure(context, POP_JUMP_IF_FALSE);
  }
  visit_mapping_keys(pattern);
  if (has_failed()) return;
  emit(BUILD_TUPLE, static_cast<int>(size));
  emit(MATCH_KEYS);
  // The tuples of keys and of values are above the subject now.
  context.on_top += 2;
  emit(COPY, 1);
  emit_none();
  emit(IS_OP, 1);
  jump_to_failure(context, POP_JUMP_IF_FALSE);
  emit(UNPACK_SEQUENCE, static_cast<int>(size));
  context.on_top += size;
  --context.on_top;
  for (size_t i = 0; i < size; ++i) {
    --context.on_top;
    visit_subpattern(pattern.patterns[i], context);
  }
  context.on_top -= 2;
  if (!pattern.rest) {
    emit(POP_TOP);
    return emit(POP_TOP);
  }
  // rest = dict(subject), without each of the keys.
  emit(BUILD_MAP, 0);
  emit(SWAP, 3);
  emit(DICT_UPDATE, 2);
  emit(UNPACK_SEQUENCE, static_cast<int>(size));
  for (size_t left = size; left > 0; --left) {
    emit(COPY, static_cast<int>(left) + 1);
    emit(SWAP, 2);
    emit(DELETE_SUBSCR);
  }
  capture(pattern.rest, context);
}

void Generator::visit_mapping_keys(const MatchMapping& pattern) {
  std::vector<const ConstantValue*> seen;
  for (const ExprNode* key : pattern.keys) {
    if (const Constant* constant = key->if_is<Constant>()) {
      for (const ConstantValue* earlier : seen) {
        if (are_equal_values(*earlier, constant->value)) {
          return fail("mapping pattern checks duplicate key (%s)", unparse(*constant));
        }
      }
      seen.push_back(&constant->value);
    } else if (!key->is<Attribute>()) {
      return fail("mapping pattern keys may only match literals and attribute lookups");
    }
    visit(key);
  }
}

bool Generator::check_class_pattern(const MatchClass& pattern) {
  const Sequence<Identifier> names = pattern.kwd_attrs;
  for (size_t i = 0; i < names.size(); ++i) {
    set_location(*pattern.kwd_patterns[i]);
    if (!check_assignable(names[i])) return false;
    for (size_t k = i + 1; k < names.size(); ++k) {
      if (names[k] != names[i]) continue;
      set_location(*pattern.kwd_patterns[k]);
      fail("attribute name repeated in class pattern: %s", names[i].text());
      return false;
    }
  }
  set_location(pattern);
  return true;
}

void Generator::visit_class_pattern(const MatchClass& pattern, PatternContext& context) {
  if (!check_class_pattern(pattern)) return;
  const size_t positional = pattern.patterns.size();
  const size_t size = positional + pattern.kwd_attrs.size();
  visit(pattern.cls);
  std::vector<const PooledConstant*> names;
  for (const Identifier name : pattern.kwd_attrs)
    names.push_back(pool_.find_or_add(ConstantValue::of_str(name.text())));
  emit_constant(pool_.find_or_add_tuple(names));
  emit(MATCH_CLASS, static_cast<int>(positional));
  emit(COPY, 1);
  emit_none();
  emit(IS_OP, 1);
  ++context.on_top;
  jump_to_failure(context, POP_JUMP_IF_FALSE);
  emit(UNPACK_SEQUENCE, static_cast<int>(size));
  context.on_top += size;
  --context.on_top;
  for (size_t i = 0; i < size; ++i) {
    --context.on_top;
    const PatternNode* part =
        i < positional ? pattern.patterns[i] : pattern.kwd_patterns[i - positional];
    if (is_wildcard(part)) {
      emit(POP_TOP);
    } else {
      visit_subpattern(part, context);
    }
  }
}

void Generator::visit_as_pattern(const MatchAs& pattern, PatternContext& context) {
  if (!pattern.pattern) {
    if (!context.allow_irrefutable) {
      if (!pattern.name) return fail("wildcard makes remaining patterns unreachable");
      return fail("name capture %s makes remaining patterns unreachable", quoted(pattern.name));
    }
    return capture(pattern.name, context);
  }
  ++context.on_top;
  emit(COPY, 1);
  visit_pattern(pattern.pattern, context);
  if (has_failed()) return;
  --context.on_top;
  capture(pattern.name, context);
}

// Brings the captures of an alternative, and the values on the stack, into the order of the first
// alternative's.
bool Generator::reorder_captures(PatternContext& context, const std::vector<Identifier>& wanted) {
  std::vector<Identifier>& captures = context.captures;
  if (captures.size() != wanted.size()) return false;
  for (size_t place = wanted.size(); place-- > 0;) {
    const auto found = std::find(captures.begin(), captures.end(), wanted[place]);
    if (found == captures.end()) return false;
    const auto position = static_cast<size_t>(found - captures.begin());
    if (position == place) continue;
    std::rotate(captures.begin(), found + 1, captures.begin() + static_cast<ptrdiff_t>(place) + 1);
    for (size_t i = 0; i <= position; ++i) rotate(place + 1);
  }
  return true;
}

void Generator::visit_or_pattern(const MatchOr& pattern, PatternContext& context) {
  Block* end = new_block();
  std::vector<Identifier> wanted;
  const size_t size = pattern.patterns.size();
  for (size_t i = 0; i < size; ++i) {
    const PatternNode* alternative = pattern.patterns[i];
    set_location(*alternative);
    PatternContext inner;
    inner.allow_irrefutable = i + 1 == size && context.allow_irrefutable;
    emit(COPY, 1);
    visit_pattern(alternative, inner);
    if (has_failed()) return;
    if (i == 0) {
      wanted = inner.captures;
    } else if (!reorder_captures(inner, wanted)) {
      return fail("alternative patterns bind different names");
    }
    emit_jump(JUMP, end);
    emit_failure_blocks(inner);
  }
  // No alternative has matched: drop the copy of the subject.
  emit(POP_TOP);
  jump_to_failure(context, JUMP);
  use(end);
  // The captures go below what the enclosing pattern has on the stack, the copy of the subject
  // included.
  const size_t depth = wanted.size() + 1 + context.on_top + context.captures.size();
  for (const Identifier name : wanted) {
    rotate(depth);
    if (std::find(context.captures.begin(), context.captures.end(), name) !=
        context.captures.end()) {
      return fail("multiple assignments to name %s in pattern", quoted(name));
    }
    context.captures.push_back(name);
  }
  emit(POP_TOP);
}

}  // namespace minipy
