// Calls, displays and f-strings.
#include "Compiler/fold_values.h"
#include "Compiler/generator.h"

namespace minipy {

using namespace ast;
using enum Opcode;

void Generator::visit_call(const Call& call) {
  if (!check_keywords(call.keywords)) return;
  if (visit_method_call(call)) return;
  check_caller(call.func);
  set_location(*call.func);
  emit(PUSH_NULL);
  set_location(call);
  visit(call.func);
  finish_call(0, call.args, call.keywords);
}

// object.name(...) needs no bound method, unless the object is probably a module.
bool Generator::visit_method_call(const Call& call) {
  const Attribute* method = call.func->if_is<Attribute>();
  if (!method || method->ctx != ExprContext::Load || is_imported_name(method->value)) return false;
  const size_t count = call.args.size() + call.keywords.size();
  if (count + !call.keywords.empty() >= kStackUseGuideline) return false;
  for (const ExprNode* argument : call.args) {
    if (argument->is<Starred>()) return false;
  }
  for (const Keyword* keyword : call.keywords) {
    if (!keyword->arg) return false;
  }
  visit(method->value);
  set_location(*method);
  move_location_to_attribute(*method);
  emit_named(LOAD_METHOD, method->attr);
  visit_all(call.args);
  if (!call.keywords.empty()) {
    visit_all(call.keywords);
    emit_keyword_names(call.keywords);
  }
  set_location(call);
  move_location_to_attribute(*method);
  emit_call(count);
  return true;
}

bool Generator::is_imported_name(const ExprNode* expression) {
  const Name* name = expression->if_is<Name>();
  return name && (scopes_.top->flags_of(name->id) & kImported);
}

bool Generator::check_keywords(Sequence<Keyword*> keywords) {
  for (size_t i = 0; i < keywords.size(); ++i) {
    if (!keywords[i]->arg) continue;
    if (!check_assignable(keywords[i]->arg)) return false;
    for (size_t k = i + 1; k < keywords.size(); ++k) {
      if (keywords[k]->arg != keywords[i]->arg) continue;
      set_location(*keywords[k]);
      fail("keyword argument repeated: %s", keywords[i]->arg.text());
      return false;
    }
  }
  return true;
}

void Generator::emit_keyword_names(Sequence<Keyword*> keywords) {
  std::vector<const PooledConstant*> names;
  for (const Keyword* keyword : keywords)
    names.push_back(pool_.find_or_add(ConstantValue::of_str(keyword->arg.text())));
  emit(KW_NAMES, add_constant(pool_.find_or_add_tuple(names)));
}

// The arguments and the call itself; `pushed` arguments are on the stack already.
void Generator::finish_call(size_t pushed, Sequence<ExprNode*> arguments,
                            Sequence<Keyword*> keywords) {
  if (!check_keywords(keywords)) return;
  bool is_simple = arguments.size() + 2 * keywords.size() <= kStackUseGuideline;
  for (const ExprNode* argument : arguments) is_simple = is_simple && !argument->is<Starred>();
  for (const Keyword* keyword : keywords) is_simple = is_simple && keyword->arg;
  if (!is_simple) return finish_unpacking_call(pushed, arguments, keywords);
  visit_all(arguments);
  if (!keywords.empty()) {
    visit_all(keywords);
    emit_keyword_names(keywords);
  }
  emit_call(pushed + arguments.size() + keywords.size());
}

// With * or ** or many arguments: one tuple and one dict.
void Generator::finish_unpacking_call(size_t pushed, Sequence<ExprNode*> arguments,
                                      Sequence<Keyword*> keywords) {
  const Starred* only =
      pushed == 0 && arguments.size() == 1 ? arguments[0]->if_is<Starred>() : nullptr;
  if (only) {
    visit(only->value);
  } else {
    visit_display(arguments, pushed, {BUILD_LIST, LIST_APPEND, LIST_EXTEND, true});
  }
  if (!keywords.empty()) visit_keyword_mapping(keywords);
  emit(CALL_FUNCTION_EX, !keywords.empty());
}

void Generator::visit_keyword_mapping(Sequence<Keyword*> keywords) {
  bool has_dict = false;
  size_t begin = 0;  // of the named arguments since the last **
  const auto flush = [&](size_t end) {
    if (begin == end) return;
    visit_keyword_group(keywords, begin, end);
    if (has_dict) emit(DICT_MERGE, 1);
    has_dict = true;
  };
  for (size_t i = 0; i < keywords.size(); ++i) {
    if (keywords[i]->arg) continue;
    flush(i);
    begin = i + 1;
    if (!has_dict) {
      emit(BUILD_MAP, 0);
      has_dict = true;
    }
    visit(keywords[i]->value);
    emit(DICT_MERGE, 1);
  }
  flush(keywords.size());
}

void Generator::visit_keyword_group(Sequence<Keyword*> keywords, size_t begin, size_t end) {
  const size_t count = end - begin;
  const bool is_big = 2 * count > kStackUseGuideline;
  if (count > 1 && !is_big) {
    std::vector<const PooledConstant*> names;
    for (size_t i = begin; i < end; ++i) {
      visit(keywords[i]->value);
      names.push_back(pool_.find_or_add(ConstantValue::of_str(keywords[i]->arg.text())));
    }
    emit_constant(pool_.find_or_add_tuple(names));
    return emit(BUILD_CONST_KEY_MAP, static_cast<int>(count));
  }
  if (is_big) emit_without_line(BUILD_MAP, 0);
  for (size_t i = begin; i < end; ++i) {
    emit_str(keywords[i]->arg.text());
    visit(keywords[i]->value);
    if (is_big) emit_without_line(MAP_ADD, 1);
  }
  if (!is_big) emit(BUILD_MAP, static_cast<int>(count));
}

// A display of constants only is one constant, unpacked into a new object if it can be changed.
bool Generator::visit_constant_display(Sequence<ExprNode*> items, size_t pushed,
                                       const Display& display) {
  if (items.size() <= 2) return false;
  for (const ExprNode* item : items) {
    if (!item->is<Constant>()) return false;
  }
  const Sequence<ConstantValue> values = arena_.make_sequence<ConstantValue>(items.size());
  for (size_t i = 0; i < items.size(); ++i) values[i] = items[i]->as<Constant>().value;
  const ConstantValue tuple = ConstantValue::of_items(ConstantKind::Tuple, values);
  if (display.is_tuple && pushed == 0) {
    emit_constant(tuple);
    return true;
  }
  emit(display.build, static_cast<int>(pushed));
  emit_constant(display.add == SET_ADD ? make_frozenset_value(arena_, values) : tuple);
  emit(display.extend, 1);
  if (display.is_tuple) emit(LIST_TO_TUPLE);
  return true;
}

// A list, tuple or set of `items`, after `pushed` items that are on the stack already.
void Generator::visit_display(Sequence<ExprNode*> items, size_t pushed, const Display& display) {
  if (visit_constant_display(items, pushed, display)) return;
  const size_t count = items.size();
  const bool is_big = count + pushed > kStackUseGuideline;
  bool has_star = false;
  for (const ExprNode* item : items) has_star = has_star || item->is<Starred>();
  if (!has_star && !is_big) {
    visit_all(items);
    return emit(display.is_tuple ? BUILD_TUPLE : display.build, static_cast<int>(count + pushed));
  }
  bool is_built = is_big;
  if (is_big) emit(display.build, static_cast<int>(pushed));
  for (size_t i = 0; i < count; ++i) {
    if (const Starred* starred = items[i]->if_is<Starred>()) {
      if (!is_built) emit(display.build, static_cast<int>(i + pushed));
      is_built = true;
      visit(starred->value);
      emit(display.extend, 1);
    } else {
      visit(items[i]);
      if (is_built) emit(display.add, 1);
    }
  }
  if (display.is_tuple) emit(LIST_TO_TUPLE);
}

void Generator::visit_dict(const Dict& dict) {
  bool has_dict = false;
  size_t pending = 0;  // pairs since the last group
  const auto flush = [&](size_t begin, size_t end) {
    visit_dict_group(dict, begin, end);
    if (has_dict) emit(DICT_UPDATE, 1);
    has_dict = true;
    pending = 0;
  };
  const size_t count = dict.values.size();
  for (size_t i = 0; i < count; ++i) {
    if (!dict.keys[i]) {  // **mapping
      if (pending) flush(i - pending, i);
      if (!has_dict) emit(BUILD_MAP, 0);
      has_dict = true;
      visit(dict.values[i]);
      emit(DICT_UPDATE, 1);
    } else if (2 * pending > kStackUseGuideline) {
      flush(i - pending, i + 1);
    } else {
      ++pending;
    }
  }
  if (pending) flush(count - pending, count);
  if (!has_dict) emit(BUILD_MAP, 0);
}

void Generator::visit_dict_group(const Dict& dict, size_t begin, size_t end) {
  const size_t count = end - begin;
  const bool is_big = 2 * count > kStackUseGuideline;
  bool has_constant_keys = true;
  for (size_t i = begin; i < end; ++i)
    has_constant_keys = has_constant_keys && dict.keys[i]->is<Constant>();
  if (count > 1 && !is_big && has_constant_keys) {
    const Sequence<ConstantValue> keys = arena_.make_sequence<ConstantValue>(count);
    for (size_t i = begin; i < end; ++i) {
      visit(dict.values[i]);
      keys[i - begin] = dict.keys[i]->as<Constant>().value;
    }
    emit_constant(ConstantValue::of_items(ConstantKind::Tuple, keys));
    return emit(BUILD_CONST_KEY_MAP, static_cast<int>(count));
  }
  if (is_big) emit(BUILD_MAP, 0);
  for (size_t i = begin; i < end; ++i) {
    visit(dict.keys[i]);
    visit(dict.values[i]);
    if (is_big) emit(MAP_ADD, 1);
  }
  if (!is_big) emit(BUILD_MAP, static_cast<int>(count));
}

// Long f-strings are joined from a list.
void Generator::visit_joined_str(const JoinedStr& joined) {
  if (joined.values.size() > kStackUseGuideline) {
    emit_str("");
    emit_named(LOAD_METHOD, arena_.intern("join"));
    emit(BUILD_LIST, 0);
    for (const ExprNode* value : joined.values) {
      visit(value);
      emit(LIST_APPEND, 1);
    }
    return emit_call(1);
  }
  visit_all(joined.values);
  if (joined.values.size() != 1) emit(BUILD_STRING, static_cast<int>(joined.values.size()));
}

void Generator::visit_formatted_value(const FormattedValue& value) {
  enum { kStr = 1, kRepr = 2, kAscii = 3, kHasSpecification = 4 };
  visit(value.value);
  int flags = value.conversion == 's'   ? kStr
              : value.conversion == 'r' ? kRepr
              : value.conversion == 'a' ? kAscii
                                        : 0;
  if (value.format_spec) {
    visit(value.format_spec);
    flags |= kHasSpecification;
  }
  emit(FORMAT_VALUE, flags);
}

}  // namespace minipy
