// Text signatures: "insert($self, index, object, /)" taken apart, and arguments bound to them.
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "Objects/dict.h"
#include "Objects/float.h"
#include "Objects/function.h"
#include "Objects/gc.h"
#include "Objects/make_class.h"
#include "Objects/int.h"
#include "Objects/native.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/bytes.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

std::string_view row_text(const MethodRow& row) {
  return row.signature[0] == '!' ? row.signature + 1 : row.signature;
}

// The value that a default's text stands for; empty if it is not one of the simple ones.
Value default_from_text(std::string_view text) {
  if (text == "None") return None;
  if (text == "True") return True;
  if (text == "False") return False;
  if (text == "Ellipsis" || text == "...") return Ellipsis;
  if (text == "()") return empty_tuple();
  if (text == "b''") return empty_bytes();
  if (text.size() >= 2 && (text[0] == '\'' || text[0] == '"')) {
    const std::string_view inside = text.substr(1, text.size() - 2);
    return inside.find('\\') == npos ? Value(intern(inside)) : inside == "\\n" ? Value(intern("\n")) : Value();
  }
  if (text.empty() || !(text[0] == '-' || (text[0] >= '0' && text[0] <= '9'))) return Value();
  const std::string copy(text);
  if (copy.find('.') != npos || copy.find('e') != npos) return make_float(std::strtod(copy.c_str(), nullptr));
  return make_int(std::strtoll(copy.c_str(), nullptr, 0));
}

GcVector kept_defaults;  // signatures are there for good, but the collector does not see them

void add_parameter(Signature& signature, std::string_view text, bool keyword_only, bool drop_self) {
  if (drop_self && text[0] == '$') return;
  MP_ASSERT(signature.count < Signature::kMaxParameters);
  Parameter& parameter = signature.parameters[signature.count];
  const size_t equals = text.find('=');
  std::string_view name = trimmed(text.substr(0, equals));
  const bool is_self = !name.empty() && name[0] == '$';
  if (is_self) {
    name.remove_prefix(1);
    signature.has_self = true;
  }
  parameter.name = intern(name);
  parameter.has_default = equals != npos;
  if (parameter.has_default) parameter.default_value = default_from_text(trimmed(text.substr(equals + 1)));
  if (parameter.default_value.is_object()) kept_defaults.push_back(parameter.default_value);
  ++signature.count;
  if (!keyword_only) {
    signature.positional = signature.count;
    if (!parameter.has_default) signature.required = signature.count;
  }
}

// Splits at commas that are not inside quotes or brackets.
Signature* parse(const MethodRow& row) {
  auto signature = new Signature();
  const std::string_view text = row_text(row);
  const size_t open = text.find('(');
  signature->name = intern(text.substr(0, open));
  if (open == npos) {
    signature->has_rest = signature->has_keywords = true;
    return signature;
  }
  signature->text = text.data() + open;
  std::string_view rest = text.substr(open + 1, text.rfind(')') - open - 1);
  bool keyword_only = false;
  // A module's functions get their module only if they ask for it.
  const bool drop_self = row.kind == MethodRow::Function && !row.takes_module;
  while (!rest.empty()) {
    size_t end = 0;
    int depth = 0;
    char quote = 0;
    for (; end < rest.size(); ++end) {
      const char c = rest[end];
      if (quote) {
        if (c == quote) quote = 0;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '(' || c == '[' || c == '<') {
        ++depth;
      } else if (c == ')' || c == ']' || c == '>') {
        --depth;
      } else if (c == ',' && depth == 0) {
        break;
      }
    }
    const std::string_view part = trimmed(rest.substr(0, end));
    rest = end < rest.size() ? rest.substr(end + 1) : std::string_view();
    if (part == "/") {
      signature->positional_only = signature->count;
    } else if (part == "*") {
      keyword_only = true;
    } else if (part.starts_with("**")) {
      signature->has_keywords = true;
    } else if (part.starts_with("*")) {
      signature->has_rest = keyword_only = true;
    } else if (!part.empty()) {
      add_parameter(*signature, part, keyword_only, drop_self);
    }
  }
  return signature;
}

// --- errors, in CPython's words, which differ with the calling convention it would have used ---

struct Call {
  Thread& thread;
  const Signature& signature;
  Value callee;
  size_t given;   // positional ones, without self
  int self;       // 1 if parameter 0 is self
};

// What stands before the name: the class of a method (of the object it is bound to, if it is), the module of a function.
std::string shown_scope(Value callee) {
  if (callee.is_empty()) return "";
  if (is_type(callee)) return to_utf8(callee.as<Type>()->qualified_name);
  const BuiltinFunction& function = *callee.as<BuiltinFunction>();
  if (function.owner) {
    const MethodRow::RowKind kind = function.row->kind;
    const Type* type = function.owner;
    if (kind == MethodRow::Method && !function.self.is_empty()) type = &type_of(function.self);
    if (kind == MethodRow::ClassMethod && is_type(function.self)) type = function.self.as<Type>();
    return to_utf8(type->qualified_name);
  }
  if (!is_str(function.module)) return "";
  const std::string module = to_utf8(function.module.as<Str>());
  return module == "builtins" ? "" : module;
}

std::string shown_name(const Call& call) {
  const std::string scope = shown_scope(call.callee);
  return scope + (scope.empty() ? "" : ".") + std::string(call.signature.name->ascii_view());
}

// What messages call the callee. CPython leaves some constructors without a name.
bool has_name(const Signature& signature) { return signature.name->length() > 0; }
std::string plain_name(const Signature& signature) {
  return has_name(signature) ? std::string(signature.name->ascii_view()) + "()" : "function";
}

Failure raise_arity_without_keywords(const Call& call) {
  const Signature& signature = call.signature;
  const size_t most = static_cast<size_t>(signature.positional - call.self);
  const size_t least = static_cast<size_t>(signature.required > call.self ? signature.required - call.self : 0);
  const std::string name = shown_name(call);
  if (most == 0) {
    return raise(call.thread, TypeError, "{}() takes no arguments ({} given)", std::string_view(name), call.given);
  }
  if (most == 1 && least == 1) {
    return raise(call.thread, TypeError, "{}() takes exactly one argument ({} given)", std::string_view(name), call.given);
  }
  const bool is_short = call.given < least;
  const size_t bound = is_short ? least : most;
  const char* how = least == most ? "" : is_short ? "at least " : "at most ";
  return raise(call.thread, TypeError, "{} expected {}{} argument{}, got {}", call.signature.name, how, bound,
               bound == 1 ? "" : "s", call.given);
}

Failure raise_too_many(const Call& call, size_t keywords) {
  const Signature& signature = call.signature;
  const std::string name = plain_name(signature);
  const size_t positional = static_cast<size_t>(signature.positional - call.self);
  const size_t all = static_cast<size_t>(signature.count - call.self);
  const size_t least = static_cast<size_t>(signature.required > call.self ? signature.required - call.self : 0);
  if (call.given + keywords > all) {
    const char* how = keywords && !call.given ? "keyword " : "";
    return raise(call.thread, TypeError, "{} takes {} {} {}argument{} ({} given)", std::string_view(name),
                 least == all && has_name(signature) ? "exactly" : "at most", all, how, all == 1 ? "" : "s", call.given + keywords);
  }
  if (positional == 0) {
    return raise(call.thread, TypeError, "{} takes no positional arguments", std::string_view(name));
  }
  return raise(call.thread, TypeError, "{} takes {} {} positional argument{} ({} given)", std::string_view(name),
               least == positional ? "exactly" : "at most", positional, positional == 1 ? "" : "s", call.given);
}

Failure raise_missing(const Call& call, int parameter) {
  const Signature& signature = call.signature;
  const std::string name = plain_name(signature);
  const int position = parameter - call.self + 1;
  if (parameter < signature.positional_only) {
    const bool exact = signature.required == signature.positional && !signature.has_rest;
    return raise(call.thread, TypeError, "{} takes {} {} positional argument{} ({} given)", std::string_view(name),
                 exact ? "exactly" : "at least", signature.required - call.self,
                 signature.required - call.self == 1 ? "" : "s", call.given);
  }
  return raise(call.thread, TypeError, "{} missing required argument '{}' (pos {})", std::string_view(name),
               signature.parameters[parameter].name, position);
}

int find_parameter(const Signature& signature, const Str* name, int from) {
  for (int i = from; i < signature.count; ++i) {
    if (signature.parameters[i].name == name) return i;
  }
  for (int i = from; i < signature.count; ++i) {
    if (equal(signature.parameters[i].name, name)) return i;
  }
  return -1;
}

Status bind_keywords(const Call& call, const Value* values, Tuple& names, Value* bound, BoundArguments& result) {
  const Signature& signature = call.signature;
  const bool takes_none = signature.count == signature.positional_only && !signature.has_keywords;
  if (takes_none) {
    const std::string name = shown_name(call);
    return raise(call.thread, TypeError, "{}() takes no keyword arguments", std::string_view(name));
  }
  for (size_t i = 0; i < names.size; ++i) {
    Str* name = names.items[i].as<Str>();
    const int place = find_parameter(signature, name, signature.positional_only);
    if (place < 0) {
      if (!signature.has_keywords) {
        const std::string shown = has_name(signature) ? plain_name(signature) : "this function";
        return raise(call.thread, TypeError, "'{}' is an invalid keyword argument for {}", name, std::string_view(shown));
      }
      if (!result.keywords) result.keywords = make_dict();
      TRY(dict_set(call.thread, *result.keywords, name, values[i]));
      continue;
    }
    if (!bound[place].is_empty()) {
      const std::string shown = plain_name(signature);
      return raise(call.thread, TypeError, "argument for {} given by name ('{}') and position ({})",
                   std::string_view(shown), name, place - call.self + 1);
    }
    bound[place] = values[i];
  }
  return nothing;
}

}  // namespace

const Signature& signature_of(const MethodRow& row) {
  if (!row.parsed) row.parsed = parse(row);
  return *row.parsed;
}

std::string_view name_of(const MethodRow& row) {
  const std::string_view text = row_text(row);
  return text.substr(0, text.find('('));
}

Status bind_arguments(Thread& thread, const Signature& signature, Value callee, const Value* arguments,
                      size_t argument_count, Value keyword_names, Value* bound, BoundArguments& result) {
  const int self = signature.has_self ? 1 : 0;
  const Call call{thread, signature, callee, argument_count - self, self};
  const size_t keywords = keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size;
  const size_t most = static_cast<size_t>(signature.positional);
  const bool only_positional = signature.count == signature.positional_only && !signature.has_keywords;
  result = {bound, {}, nullptr};
  if (argument_count > most) {
    if (!signature.has_rest) {
      return only_positional && !keywords ? raise_arity_without_keywords(call) : raise_too_many(call, keywords);
    }
    result.rest = {arguments + most, argument_count - most};
  }
  if (!has_name(signature) && call.given + keywords > static_cast<size_t>(signature.count - self)) {
    return raise_too_many(call, keywords);
  }
  const size_t taken = argument_count < most ? argument_count : most;
  for (size_t i = 0; i < taken; ++i) bound[i] = arguments[i];
  for (int i = static_cast<int>(taken); i < signature.count; ++i) bound[i] = Value();
  if (keywords) TRY(bind_keywords(call, arguments + argument_count, *keyword_names.as<Tuple>(), bound, result));
  for (int i = static_cast<int>(taken); i < signature.count; ++i) {
    if (!bound[i].is_empty()) continue;
    const Parameter& parameter = signature.parameters[i];
    if (!parameter.has_default) {
      return only_positional && !signature.has_rest ? raise_arity_without_keywords(call) : raise_missing(call, i);
    }
    bound[i] = parameter.default_value;
  }
  return nothing;
}

std::string_view doc_without_signature(const char* doc) {
  const char* end = std::strstr(doc, "\n--\n\n");
  return end ? end + 5 : doc;
}

std::string_view signature_in_doc(const char* doc) {
  const char* end = std::strstr(doc, "\n--\n\n");
  const char* open = std::strchr(doc, '(');
  if (!end || !open || open > end) return {};
  return {open, static_cast<size_t>(end - open)};
}

}  // namespace minipy
