// Element: its text, attributes, copies and searches. Its children are in element_children.cpp.
#include "Modules/elementtree/element.h"

#include "Modules/elementtree/element_children.h"
#include "Objects/address_text.h"
#include "Objects/int.h"

namespace minipy::elementtree {

Element* new_element(Value tag, Value attributes, Type& type) {
  const bool is_plain = &type == &type_of_kind(ModuleKind::XmlElement);
  Element* element = is_plain ? allocate<Element>() : allocate_instance_as<Element>(type);
  if (!element) return nullptr;
  element->tag = tag;
  element->text = element->tail = None;
  element->attributes = attributes;
  return element;
}

Value join_pieces(Thread& thread, List& pieces) {
  if (pieces.size == 1) return pieces.at(0);
  return str_join(thread, empty_str(), Value(&pieces));
}

namespace {

Value joined(Thread& thread, Element& element, Value& part, uint8_t flag) {
  if (!element.has_flag(flag)) return part;
  const Value text = TRY(join_pieces(thread, *part.as<List>()));
  element.flags &= static_cast<uint8_t>(~flag);
  part = text;
  return text;
}

void set_part(Element& element, Value& part, uint8_t flag, Value value) {
  element.flags &= static_cast<uint8_t>(~flag);
  if (is_exact_list(value)) element.flags |= flag;
  part = value;
}

}  // namespace

Value text_of(Thread& thread, Element& element) {
  return joined(thread, element, element.text, Element::kTextInPieces);
}
Value tail_of(Thread& thread, Element& element) {
  return joined(thread, element, element.tail, Element::kTailInPieces);
}
Value attributes_of(Element& element) {
  if (element.attributes.is_empty()) element.attributes = make_dict();
  return element.attributes;
}

Result<Value> attributes_argument(Thread& thread, Value attributes, const Value* values,
                                  Value keyword_names) {
  const size_t keywords = keyword_names.is_empty() ? 0 : keyword_names.as<Tuple>()->size;
  Dict* result = nullptr;
  if (!attributes.is_empty()) {
    result = dict_copy(*attributes.as<Dict>());
  } else {
    for (size_t i = 0; i < keywords; ++i) {
      if (!equal(keyword_names.as<Tuple>()->items[i].as<Str>(), "attrib")) continue;
      if (!is_dict(values[i]))
        return raise(thread, TypeError, "attrib must be dict, not {}", type_of(values[i]));
      result = dict_copy(*values[i].as<Dict>());
    }
  }
  for (size_t i = 0; i < keywords; ++i) {
    const Value name = keyword_names.as<Tuple>()->items[i];
    if (attributes.is_empty() && equal(name.as<Str>(), "attrib")) continue;
    if (!result) result = make_dict();
    TRY(dict_set(thread, *result, name, values[i]));
  }
  return result && result->count ? Value(result) : Value();
}

Value make_sub_element(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  if (count < 2)
    return raise(thread, TypeError, "SubElement() takes at least 2 arguments ({} given)", count);
  if (count > 3)
    return raise(thread, TypeError, "SubElement() takes at most 3 arguments ({} given)", count);
  if (!is_element(arguments[0])) {
    return raise(thread, TypeError,
                 "SubElement() argument 1 must be xml.etree.ElementTree.Element, not {}",
                 argument_kind(arguments[0]));
  }
  if (count == 3 && !is_dict(arguments[2])) {
    return raise(thread, TypeError, "SubElement() argument 3 must be dict, not {}",
                 argument_kind(arguments[2]));
  }
  const Value attributes = TRY(attributes_argument(thread, count == 3 ? arguments[2] : Value(),
                                                   arguments + count, keyword_names));
  Element* element = new_element(arguments[1], attributes);
  TRY(append_child(thread, as_element(arguments[0]), Value(element)));
  return Value(element);
}

Value element_path_call(Thread& thread, const char* function, Element& self, Value path,
                        Value namespaces, Value fallback) {
  const Value search = TRY(import_attribute(thread, "xml.etree.ElementPath", function));
  if (fallback.is_empty()) return call(thread, search, {Value(&self), path, namespaces});
  return call(thread, search, {Value(&self), path, fallback, namespaces});
}

namespace {

// --- construction ---

Value make(Thread&, Type& type, const Value*, size_t, Value) {
  Element* element = new_element(None, Value(), type);
  return element ? Value(element) : Value();
}

Status initialize(Thread& thread, Value self, const Value* arguments, size_t count,
                  Value keyword_names) {
  if (count < 1) return raise(thread, TypeError, "Element() takes at least 1 argument (0 given)");
  if (count > 2)
    return raise(thread, TypeError, "Element() takes at most 2 arguments ({} given)", count);
  if (count == 2 && !is_dict(arguments[1])) {
    return raise(thread, TypeError, "Element() argument 2 must be dict, not {}",
                 argument_kind(arguments[1]));
  }
  const Value attributes = TRY(attributes_argument(thread, count == 2 ? arguments[1] : Value(),
                                                   arguments + count, keyword_names));
  Element& element = as_element(self);
  element.attributes = attributes;
  element.tag = arguments[0];
  set_part(element, element.text, Element::kTextInPieces, None);
  set_part(element, element.tail, Element::kTailInPieces, None);
  return nothing;
}

void clear(Element& self) {
  self.attributes = Value();
  self.children = nullptr;
  self.count = 0;
  set_part(self, self.text, Element::kTextInPieces, None);
  set_part(self, self.tail, Element::kTailInPieces, None);
}

// --- copies ---

Value copy(Thread& thread, Element& self) {
  Element* copy = new_element(self.tag, self.attributes);
  copy->text = TRY(text_of(thread, self));
  copy->tail = TRY(tail_of(thread, self));
  copy_children(self, *copy);
  return Value(copy);
}

bool is_dict_of_text(Value value) {
  if (!is_exact_dict(value)) return false;
  size_t position = 0;
  for (Value key, item; dict_next(*value.as<Dict>(), position, key, item);) {
    if (!is_exact_str(key) || !is_exact_str(item)) return false;
  }
  return true;
}

Value deep_copy(Thread& thread, Element& self, Value memo);

Value deep_copy_of(Thread& thread, Value value, Value memo) {
  if (value.is_none() || is_exact_str(value)) return value;
  if (is_dict_of_text(value)) return dict_copy(*value.as<Dict>());
  if (is_plain_element(value)) return deep_copy(thread, as_element(value), memo);
  return call(thread, TRY(import_attribute(thread, "copy", "deepcopy")), {value, memo});
}

Value deep_copy(Thread& thread, Element& self, Value memo) {
  if (!is_dict(memo))
    return raise(thread, TypeError, "__deepcopy__() argument must be dict, not {}", argument_kind(memo));
  RecursionGuard guard(thread);
  if (guard.is_exceeded()) return error;
  const Value tag = TRY(deep_copy_of(thread, self.tag, memo));
  const Value attributes =
      self.attributes.is_empty() ? Value() : TRY(deep_copy_of(thread, self.attributes, memo));
  Element* copy = new_element(tag, attributes);
  copy->text = TRY(deep_copy_of(thread, TRY(text_of(thread, self)), memo));
  copy->tail = TRY(deep_copy_of(thread, TRY(tail_of(thread, self)), memo));
  for (size_t i = 0; i < self.count; ++i) {
    const Value child = TRY(deep_copy_of(thread, self.children->items[i], memo));
    TRY(append_child(thread, *copy, child));
  }
  TRY(dict_set(thread, *memo.as<Dict>(), make_uint(Value(&self).bits()), Value(copy)));
  return Value(copy);
}

Value get_state(Thread& thread, Element& self) {
  Dict* state = make_dict();
  dict_set_str(*state, "tag", self.tag);
  dict_set_str(*state, "_children", children_list(self));
  dict_set_str(*state, "attrib", attributes_of(self));
  dict_set_str(*state, "text", TRY(text_of(thread, self)));
  dict_set_str(*state, "tail", TRY(tail_of(thread, self)));
  return Value(state);
}

Status set_state(Thread& thread, Element& self, Value state) {
  if (!is_dict(state)) {
    return raise(thread, TypeError, "Don't know how to unpickle \"{}\" as an Element", Repr{state});
  }
  const auto part = [&](const char* name) { return dict_get_str(*state.as<Dict>(), name); };
  const Value tag = part("tag"), children = part("_children"), attributes = part("attrib");
  const Value text = part("text"), tail = part("tail");
  if (tag.is_unbound()) return raise(thread, TypeError, "tag may not be NULL");
  self.tag = tag;
  set_part(self, self.text, Element::kTextInPieces, text.is_unbound() ? None : text);
  set_part(self, self.tail, Element::kTailInPieces, tail.is_unbound() ? None : tail);
  self.children = nullptr;
  self.count = 0;
  if (!children.is_unbound()) {
    if (!is_list(children)) return raise(thread, TypeError, "'_children' is not a list");
    for (size_t i = 0; i < children.as<List>()->size; ++i)
      TRY(append_child(thread, self, children.as<List>()->at(i)));
  }
  self.attributes = attributes.is_unbound() ? Value() : attributes;
  return nothing;
}

int64_t size_of(Element& self) {
  return static_cast<int64_t>(sizeof(Element) +
                              (self.children ? self.children->capacity() * sizeof(Value) : 0));
}

Value make_element(Thread& thread, Element&, Value tag, Value attributes) {
  if (!is_dict(attributes)) {
    return raise(thread, TypeError, "makeelement() argument 2 must be dict, not {}",
                 argument_kind(attributes));
  }
  return Value(new_element(tag, dict_copy(*attributes.as<Dict>())));
}

// --- searching ---

// Is it more than a tag, so that ElementPath has to look at it?
bool is_path(Value path) {
  if (!is_str(path)) return true;
  const Str& text = *path.as<Str>();
  const size_t length = text.length();
  if (length >= 3 && text.at(0) == '{' &&
      (text.at(1) == '}' || (text.at(1) == '*' && text.at(2) == '}')))
    return true;
  bool is_in_namespace = false;
  for (size_t i = 0; i < length; ++i) {
    const char32_t c = text.at(i);
    if (c == '{') {
      is_in_namespace = true;
    } else if (c == '}') {
      is_in_namespace = false;
    } else if (!is_in_namespace && (c == '/' || c == '*' || c == '[' || c == '@' || c == '.')) {
      return true;
    }
  }
  return false;
}

// Calls found(child) for children of this tag until it says stop.
template <typename F>
Status each_child(Thread& thread, Element& self, Value tag, F&& found) {
  for (size_t i = 0; i < self.count; ++i) {
    const Value child = self.children->items[i];
    if (!is_element(child) || !TRY(is_equal(thread, as_element(child).tag, tag))) continue;
    if (TRY(found(child))) break;
  }
  return nothing;
}

Value find_child(Thread& thread, Element& self, Value path, Value namespaces) {
  if (is_path(path) || !namespaces.is_none())
    return element_path_call(thread, "find", self, path, namespaces);
  Value result = None;
  TRY(each_child(thread, self, path, [&](Value child) -> Result<bool> {
    result = child;
    return true;
  }));
  return result;
}

Value find_text(Thread& thread, Element& self, Value path, Value fallback, Value namespaces) {
  if (is_path(path) || !namespaces.is_none()) {
    return element_path_call(thread, "findtext", self, path, namespaces, fallback);
  }
  Value result = fallback;
  TRY(each_child(thread, self, path, [&](Value child) -> Result<bool> {
    const Value text = text_of(thread, as_element(child));
    if (text.is_empty()) return error;
    result = text.is_none() ? Value(empty_str()) : text;
    return true;
  }));
  return result;
}

Value find_all(Thread& thread, Element& self, Value path, Value namespaces) {
  if (is_path(path) || !namespaces.is_none())
    return element_path_call(thread, "findall", self, path, namespaces);
  List* result = make_list();
  TRY(each_child(thread, self, path, [&](Value child) -> Result<bool> {
    TRY(list_append(thread, *result, child));
    return false;
  }));
  return Value(result);
}

Value find_lazily(Thread& thread, Element& self, Value path, Value namespaces) {
  return element_path_call(thread, "iterfind", self, path, namespaces);
}

Value iterate_elements(Element& self, Value tag) {
  const bool is_any = (is_str(tag) && equal(tag.as<Str>(), "*")) ||
                      (is_bytes(tag) && tag.as<Bytes>()->view() == "*");
  return make_iterator(self, is_any ? None : tag, Yields::Elements);
}
Value iterate_text(Element& self) {
  return make_iterator(self, None, Yields::Text);
}

// --- attributes ---

Value get_attribute_of(Thread& thread, Element& self, Value key, Value fallback) {
  if (self.attributes.is_empty()) return fallback;
  const Value found = TRY(dict_get(thread, *self.attributes.as<Dict>(), key));
  return found.is_unbound() ? fallback : found;
}
Status set_attribute_of(Thread& thread, Element& self, Value key, Value value) {
  return dict_set(thread, *attributes_of(self).as<Dict>(), key, value);
}
Value attribute_view(Thread& thread, Element& self, const char* which) {
  if (self.attributes.is_empty()) return make_list();
  return Value(TRY(list_of(thread, TRY(call_method(thread, self.attributes, which)))));
}
Value attribute_items(Thread& thread, Element& self) {
  return attribute_view(thread, self, "items");
}
Value attribute_keys(Thread& thread, Element& self) {
  return attribute_view(thread, self, "keys");
}

Status check_not_deleted(Thread& thread, Value value) {
  if (!value.is_empty()) return nothing;
  return raise(thread, AttributeError, "can't delete element attribute");
}
Value tag(Element& self) {
  return self.tag;
}
Status set_tag(Thread& thread, Value self, Value value) {
  TRY(check_not_deleted(thread, value));
  as_element(self).tag = value;
  return nothing;
}
Value text(Thread& thread, Element& self) {
  return text_of(thread, self);
}
Status set_text(Thread& thread, Value self, Value value) {
  TRY(check_not_deleted(thread, value));
  Element& element = as_element(self);
  element.flags &= static_cast<uint8_t>(~Element::kTextInPieces);
  element.text = value;
  return nothing;
}
Value tail(Thread& thread, Element& self) {
  return tail_of(thread, self);
}
Status set_tail(Thread& thread, Value self, Value value) {
  TRY(check_not_deleted(thread, value));
  Element& element = as_element(self);
  element.flags &= static_cast<uint8_t>(~Element::kTailInPieces);
  element.tail = value;
  return nothing;
}
Value attributes(Element& self) {
  return attributes_of(self);
}
Status set_attributes(Thread& thread, Value self, Value value) {
  TRY(check_not_deleted(thread, value));
  if (!is_dict(value))
    return raise(thread, TypeError, "attrib must be dict, not {}", type_of(value));
  as_element(self).attributes = value;
  return nothing;
}

Value repr_slot(Thread& thread, Value self) {
  if (TRY(repr_enter(thread, self))) {
    return raise(thread, RuntimeError, "reentrant call inside {}.__repr__", type_of(self));
  }
  const Result<Str*> tag = repr(thread, as_element(self).tag);
  repr_leave(thread, self);
  return format_message(thread, "<Element {} at {}>",
                        {TRY(Result<Str*>(tag)), AddressText(self).text()});
}

const MethodRow methods[] = {
    method<clear>("clear($self, /)", nullptr),
    method<get_attribute_of>("get($self, /, key, default=None)", nullptr),
    method<set_attribute_of>("set($self, key, value, /)", nullptr),
    method<find_child>("find($self, /, path, namespaces=None)", nullptr),
    method<find_text>("findtext($self, /, path, default=None, namespaces=None)", nullptr),
    method<find_all>("findall($self, /, path, namespaces=None)", nullptr),
    method<append_method>("append($self, subelement, /)", nullptr),
    method<extend_method>("extend($self, elements, /)", nullptr),
    method<insert_method>("insert($self, index, subelement, /)", nullptr),
    method<remove_method>("remove($self, subelement, /)", nullptr),
    method<iterate_elements>("iter($self, /, tag=None)", nullptr),
    method<iterate_text>("itertext($self, /)", nullptr),
    method<find_lazily>("iterfind($self, /, path, namespaces=None)", nullptr),
    method<attribute_items>("items($self, /)", nullptr),
    method<attribute_keys>("keys($self, /)", nullptr),
    method<make_element>("makeelement($self, tag, attrib, /)", nullptr),
    method<copy>("__copy__($self, /)", nullptr),
    method<deep_copy>("__deepcopy__($self, memo, /)", nullptr),
    method<size_of>("__sizeof__($self, /)", nullptr),
    method<get_state>("__getstate__($self, /)", nullptr),
    method<set_state>("__setstate__($self, state, /)", nullptr),
    getter<tag>("tag", "The element's name", set_tag),
    getter<text>("text", "The text before the first child", set_text),
    getter<tail>("tail", "The text behind the element's end", set_tail),
    getter<attributes>("attrib", "The element's attributes, a dict", set_attributes),
};

}  // namespace

void define_element_types() {
  define_type(ModuleKind::XmlElement, {.instance_bytes = sizeof(Element),
                                       .flags = Type::kBaseType | Type::kHasWeakReferences,
                                       .slots = {.repr = repr_slot,
                                                 .init = initialize,
                                                 .make = make,
                                                 .map_length = length_slot,
                                                 .map_item = item_slot,
                                                 .map_set_item = set_item_slot,
                                                 .sequence_length = length_slot,
                                                 .sequence_item = child_slot},
                                       .methods = methods});
  define_element_iterator();
}

}  // namespace minipy::elementtree
