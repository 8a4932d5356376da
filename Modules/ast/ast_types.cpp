#include "Modules/ast/ast_types.h"

#include <string>
#include <vector>

#include "Objects/dict.h"
#include "Objects/gc.h"
#include "Objects/make_class.h"
#include "Objects/module.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {
namespace {

// --- the table of the classes ---

struct FieldRow {
  const char* type;
  const char* mark;  // "?" for what may be absent, "*" for lists
  const char* name;  // null ends a table
};

constexpr int kNodeKinds = 256;
constexpr int kMaxEnumerationValues = 16;

struct AstClasses {
  bool is_ready;
  Type* nodes[kNodeKinds];
  Type* families[static_cast<size_t>(AstFamily::kCount)];
  Type* values[static_cast<size_t>(AstFamily::kCount)][kMaxEnumerationValues];
  Value instances[static_cast<size_t>(AstFamily::kCount)][kMaxEnumerationValues];
};
AstClasses classes;

std::string signature_of(const char* name, const FieldRow* fields) {
  std::string text = name;
  if (!fields->name) return text;
  text += '(';
  for (const FieldRow* field = fields; field->name; ++field) {
    if (field != fields) text += ", ";
    text += std::string(field->type) + field->mark + " " + field->name;
  }
  return text + ')';
}

Tuple* names_of(std::initializer_list<const char*> names) {
  Tuple* tuple = allocate_tuple(names.size());
  size_t i = 0;
  for (const char* name : names) tuple->items[i++] = intern(name);
  return tuple;
}

enum class Attributes { Inherited, None, Location, RequiredLocation };

// One class, as type(name, (base,), {...}) makes it.
Result<Type*> make_ast_class(Thread& thread, const char* name, Type& base, const FieldRow* fields, const std::string& doc,
                             Attributes attributes) {
  Dict* contents = make_dict();
  size_t count = 0;
  while (fields[count].name) ++count;
  Tuple* names = allocate_tuple(count);
  for (size_t i = 0; i < count; ++i) names->items[i] = intern(fields[i].name);
  dict_set_str(*contents, "_fields", names);
  dict_set_str(*contents, "__match_args__", names);
  dict_set_str(*contents, "__module__", intern("ast"));
  dict_set_str(*contents, "__doc__", make_str(doc));
  for (size_t i = 0; i < count; ++i) {
    if (fields[i].mark[0] == '?') dict_set_str(*contents, fields[i].name, None);
  }
  if (attributes == Attributes::None) dict_set_str(*contents, "_attributes", empty_tuple());
  if (attributes == Attributes::Location || attributes == Attributes::RequiredLocation) {
    dict_set_str(*contents, "_attributes", names_of({"lineno", "col_offset", "end_lineno", "end_col_offset"}));
  }
  if (attributes == Attributes::Location) {
    dict_set_str(*contents, "end_lineno", None);
    dict_set_str(*contents, "end_col_offset", None);
  }
  Tuple* bases = make_tuple({&base});
  const Value made = TRY(make_class(thread, type_of_kind(Kind::Type), intern(name), *bases, *contents));
  return made.as<Type>();
}

constexpr FieldRow kNoFields[] = {{nullptr, nullptr, nullptr}};

#define ONE(type, name) {#type, "", #name},
#define OPTIONAL(type, name) {#type, "?", #name},
#define SEQUENCE(type, name) {#type, "*", #name},
#define NODE(Type, name, Node, FIELDS) constexpr FieldRow fields_of_##Node[] = {FIELDS{nullptr, nullptr, nullptr}};
#define PRODUCT(Type, name, where, FIELDS) constexpr FieldRow fields_of_##Type[] = {FIELDS{nullptr, nullptr, nullptr}};
#include "Parser/nodes.def"
#undef ONE
#undef OPTIONAL
#undef SEQUENCE

// "expr = BoolOp(...)", the other members below it.
std::string doc_of_family(AstFamily wanted, const char* name) {
  std::string doc = std::string(name) + " = ";
  const std::string indent(std::string(name).size() + 1, ' ');
  bool is_first = true;
  const auto add = [&](AstFamily family, const char* member, const FieldRow* fields) {
    if (family != wanted) return;
    if (!is_first) doc += "\n" + indent + "| ";
    is_first = false;
    doc += signature_of(member, fields);
  };
#define NODE(Type, name, Node, FIELDS) add(AstFamily::Type, #Node, fields_of_##Node);
#include "Parser/nodes.def"
  return doc;
}

Status make_enumeration(Thread& thread, AstFamily family, const char* name, const std::vector<const char*>& values) {
  std::string doc = std::string(name) + " = ";
  for (size_t i = 0; i < values.size(); ++i) doc += std::string(i ? " | " : "") + values[i];
  const auto index = static_cast<size_t>(family);
  Type* base = TRY(make_ast_class(thread, name, type_of_kind(ModuleKind::AstNode), kNoFields, doc, Attributes::None));
  classes.families[index] = base;
  for (size_t i = 0; i < values.size(); ++i) {
    Type* type = TRY(make_ast_class(thread, values[i], *base, kNoFields, values[i], Attributes::Inherited));
    classes.values[index][i] = type;
    classes.instances[index][i] = allocate_instance(*type);
  }
  return nothing;
}

Status make_classes(Thread& thread) {
  Type& root = type_of_kind(ModuleKind::AstNode);
  [[maybe_unused]] constexpr Attributes PLAIN = Attributes::None;
  [[maybe_unused]] constexpr Attributes LOCATED = Attributes::Location;
  // Patterns are the one family whose end is required.
  const auto attributes_of = [](AstFamily family, Attributes attributes) {
    return family == AstFamily::PatternNode ? Attributes::RequiredLocation : attributes;
  };
#define SUM(Type, name, where)                                                                         \
  classes.families[static_cast<size_t>(AstFamily::Type)] =                                             \
      TRY(make_ast_class(thread, #name, root, kNoFields, doc_of_family(AstFamily::Type, #name),        \
                         attributes_of(AstFamily::Type, where)));
#define NODE(Type, name, Node, FIELDS)                                                                 \
  classes.nodes[static_cast<size_t>(ast::NodeKind::Node)] =                                            \
      TRY(make_ast_class(thread, #Node, ast_class(AstFamily::Type), fields_of_##Node,                  \
                         signature_of(#Node, fields_of_##Node), Attributes::Inherited));
#define PRODUCT(Type, name, where, FIELDS)                                                             \
  classes.nodes[static_cast<size_t>(ast::NodeKind::Type)] = TRY(make_ast_class(                        \
      thread, #name, root, fields_of_##Type, signature_of(#name, fields_of_##Type), where));
#define VALUE(Name) #Name,
#define ENUMERATION(Type, name, VALUES) TRY(make_enumeration(thread, AstFamily::Type, #name, {VALUES}));
#include "Parser/nodes.def"
#undef VALUE
  return nothing;
}

// --- AST itself ---

// AST(*args, **keywords): positional arguments are the fields in order.
Status initialize(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  const Value fields = TRY(get_attribute_or_unbound(thread, &type_of(self), "_fields"));
  const size_t field_count = fields.is_unbound() ? 0 : TRY(length(thread, fields));
  if (count > field_count) {
    return raise(thread, TypeError, "{} constructor takes at most {} positional argument{}", type_of(self).name,
                 field_count, field_count == 1 ? "" : "s");
  }
  for (size_t i = 0; i < count; ++i) {
    const Value name = TRY(sequence_item(thread, fields, static_cast<int64_t>(i)));
    TRY(set_attribute(thread, self, intern_name(name.as<Str>()), arguments[i]));
  }
  if (keyword_names.is_empty()) return nothing;
  const Tuple& names = *keyword_names.as<Tuple>();
  for (size_t i = 0; i < names.size; ++i) {
    Str* name = names.items[i].as<Str>();
    for (size_t k = 0; k < count; ++k) {
      const Value field = TRY(sequence_item(thread, fields, static_cast<int64_t>(k)));
      if (TRY(is_equal(thread, field, name))) {
        return raise(thread, TypeError, "{} got multiple values for argument '{}'", type_of(self), name);
      }
    }
    TRY(set_attribute(thread, self, intern_name(name), arguments[count + i]));
  }
  return nothing;
}

Value make_new(Thread& thread, Type& type, const Value*, size_t, Value) {
  Object* object = allocate_instance(type);
  if (!object) return raise_memory_error(thread);
  return object;
}

// __reduce__: the class, no arguments, the attributes.
Value reduce(Thread& thread, Value self) {
  const Value dict = TRY(get_attribute_or_unbound(thread, self, "__dict__"));
  if (dict.is_unbound()) return make_tuple({&type_of(self), empty_tuple()});
  return make_tuple({&type_of(self), empty_tuple(), dict});
}

Value get_attributes(Thread& thread, Value self) { return instance_dict(thread, self); }
Status set_attributes(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "cannot delete __dict__");
  return set_instance_dict(thread, self, value);
}

const MethodRow ast_methods[] = {
    getter<get_attributes>("__dict__", nullptr, set_attributes),
    method<reduce>("!__reduce__($self)", nullptr)};

void define_root() {
  TypeSlots slots{};
  slots.init = initialize;
  slots.make = make_new;
  Type& type = define_type(ModuleKind::AstNode, {.instance_bytes = sizeof(AstNode),
                                           .flags = Type::kBaseType,
                                           .slots = slots,
                                           .methods = ast_methods,
                                           .attributes_word = WORD_OF(AstNode, attributes)});
  Dict& dict = type_dict(type);
  dict_set_str(dict, "_fields", empty_tuple());
  dict_set_str(dict, "__match_args__", empty_tuple());
  dict_set_str(dict, "_attributes", empty_tuple());
}

}  // namespace

Status prepare_ast_types(Thread& thread) {
  if (classes.is_ready) return nothing;
  define_root();
  TRY(make_classes(thread));
  classes.is_ready = true;
  return nothing;
}

Type& ast_class(ast::NodeKind kind) { return *classes.nodes[static_cast<size_t>(kind)]; }
Type& ast_class(AstFamily family) { return *classes.families[static_cast<size_t>(family)]; }
Type& ast_enumeration_class(AstFamily family, int value) {
  return *classes.values[static_cast<size_t>(family)][static_cast<size_t>(value)];
}
Value ast_enumeration_value(AstFamily family, int value) {
  return classes.instances[static_cast<size_t>(family)][static_cast<size_t>(value)];
}

bool is_ast_object(Value value) { return classes.is_ready && has_kind(value, ModuleKind::AstNode); }

void add_ast_classes(Module& module) {
  const auto add = [&module](Type* type) {
    if (type) module_add_type(module, *type);
  };
  add(&type_of_kind(ModuleKind::AstNode));
  for (Type* type : classes.nodes) add(type);
  for (Type* type : classes.families) add(type);
  for (const auto& values : classes.values) {
    for (Type* type : values) add(type);
  }
}

}  // namespace minipy
