// TreeBuilder: makes a tree of what a parser reports.
#include "Modules/elementtree/element.h"

namespace minipy::elementtree {

namespace {

Value comment_factory, instruction_factory;  // of the module, by _set_factories(); or empty

// Adds waiting pieces to a part of an element, which may be of any class.
Status extend_part(Thread& thread, Value element, Value pieces, bool is_tail) {
  if (is_plain_element(element)) {
    Element& plain = as_element(element);
    Value& part = is_tail ? plain.tail : plain.text;
    const uint8_t flag = is_tail ? Element::kTailInPieces : Element::kTextInPieces;
    if (part.is_none()) {
      part = pieces;
      if (is_exact_list(pieces)) plain.flags |= flag;
      return nothing;
    }
    if (plain.has_flag(flag)) {
      if (is_exact_list(pieces)) return list_extend(thread, *part.as<List>(), pieces);
      return list_append(thread, *part.as<List>(), pieces);
    }
  }
  const char* name = is_tail ? "tail" : "text";
  Value text = is_exact_list(pieces) ? TRY(join_pieces(thread, *pieces.as<List>())) : pieces;
  const Value previous = TRY(get_attribute(thread, element, name));
  if (!previous.is_none()) text = TRY(number_add(thread, previous, text));
  return set_attribute(thread, element, name, text);
}

Status flush_data(Thread& thread, TreeBuilder& self) {
  if (self.data.is_empty()) return nothing;
  const Value pieces = self.data;
  self.data = Value();
  const bool is_tail = !self.last_for_tail.is_empty();
  return extend_part(thread, is_tail ? self.last_for_tail : self.last, pieces, is_tail);
}

Status add_child(Thread& thread, Value parent, Value child) {
  if (is_plain_element(parent)) return append_child(thread, as_element(parent), child);
  TRY(call_method(thread, parent, "append", {child}));
  return nothing;
}

Value empty_if_none(Value value) {
  return value.is_none() ? Value() : value;
}

void reset(TreeBuilder& self) {
  self.current = self.last = None;
  self.root = self.last_for_tail = self.data = Value();
  self.open = make_list();
}

}  // namespace

Status report(Thread& thread, TreeBuilder& self, bool is_wanted, const char* event, Value what) {
  if (!is_wanted || self.events.append.is_empty()) return nothing;
  TRY(call(thread, self.events.append, {make_tuple({intern(event), what})}));
  return nothing;
}

Value builder_start(Thread& thread, TreeBuilder& self, Value tag, Value attributes) {
  TRY(flush_data(thread, self));
  Value node;
  if (self.element_factory.is_empty()) {
    node = new_element(tag, attributes);
  } else {
    node = TRY(call(thread, self.element_factory,
                    {tag, attributes.is_empty() ? Value(make_dict()) : attributes}));
  }
  self.last_for_tail = Value();
  if (!self.current.is_none()) {
    TRY(add_child(thread, self.current, node));
  } else if (!self.root.is_empty()) {
    return raise(thread, *parse_error.as<Type>(), "multiple elements on top level");
  } else {
    self.root = node;
  }
  TRY(list_append(thread, *self.open, self.current));
  self.current = self.last = node;
  TRY(report(thread, self, self.events.start, "start", node));
  return node;
}

Value builder_data(Thread& thread, TreeBuilder& self, Value data) {
  if (self.data.is_empty()) {
    if (!self.last.is_none()) self.data = data;
  } else if (is_exact_list(self.data)) {
    TRY(list_append(thread, *self.data.as<List>(), data));
  } else {
    const Value pieces[] = {self.data, data};
    self.data = make_list(pieces, 2);
  }
  return None;
}

Value builder_end(Thread& thread, TreeBuilder& self) {
  TRY(flush_data(thread, self));
  if (self.open->size == 0) return raise(thread, IndexError, "pop from empty stack");
  self.last = self.last_for_tail = self.current;
  self.current = self.open->at(self.open->size - 1);
  list_remove_range(*self.open, self.open->size - 1, self.open->size);
  const Value ended = self.last;
  TRY(report(thread, self, self.events.end, "end", ended));
  return ended;
}

Value builder_comment(Thread& thread, TreeBuilder& self, Value text) {
  TRY(flush_data(thread, self));
  Value comment = text;
  if (!self.comment_factory.is_empty()) {
    comment = TRY(call(thread, self.comment_factory, {text}));
    if (self.inserts_comments && !self.current.is_none()) {
      TRY(add_child(thread, self.current, comment));
      self.last_for_tail = comment;
    }
  }
  TRY(report(thread, self, self.events.comment, "comment", comment));
  return comment;
}

Value builder_instruction(Thread& thread, TreeBuilder& self, Value target, Value text) {
  TRY(flush_data(thread, self));
  Value instruction;
  if (self.instruction_factory.is_empty()) {
    instruction = make_tuple({target, text});
  } else {
    instruction = TRY(call(thread, self.instruction_factory, {target, text}));
    if (self.inserts_instructions && !self.current.is_none()) {
      TRY(add_child(thread, self.current, instruction));
      self.last_for_tail = instruction;
    }
  }
  TRY(report(thread, self, self.events.instruction, "pi", instruction));
  return instruction;
}

Value builder_close(TreeBuilder& self) {
  return self.root.is_empty() ? None : self.root;
}

Value set_factories(Thread& thread, Value comments, Value instructions) {
  if (!comments.is_none() && !is_callable(comments)) {
    return raise(thread, TypeError, "Comment factory must be callable, not {}", type_of(comments));
  }
  if (!instructions.is_none() && !is_callable(instructions)) {
    return raise(thread, TypeError, "PI factory must be callable, not {}", type_of(instructions));
  }
  const Value old = make_tuple({comment_factory.is_empty() ? None : comment_factory,
                                instruction_factory.is_empty() ? None : instruction_factory});
  comment_factory = empty_if_none(comments);
  instruction_factory = empty_if_none(instructions);
  return old;
}

namespace {

Value make(Thread&, Type& type, const Value*, size_t, Value) {
  TreeBuilder* self = allocate_instance_as<TreeBuilder>(type);
  if (!self) return error;
  reset(*self);
  return Value(self);
}

const MethodRow builder_row = constructor(
    "TreeBuilder(element_factory=None, *, comment_factory=None, pi_factory=None, "
    "insert_comments=False, "
    "insert_pis=False)");

Status initialize(Thread& thread, Value value, const Value* arguments, size_t count,
                  Value keyword_names) {
  Value values[5];
  TRY(bind(thread, builder_row, arguments, count, keyword_names, values));
  const bool comments = TRY(truth(thread, values[3])), instructions = TRY(truth(thread, values[4]));
  TreeBuilder& self = *value.as<TreeBuilder>();
  self.element_factory = empty_if_none(values[0]);
  self.comment_factory = values[1].is_none() ? comment_factory : values[1];
  self.inserts_comments = !self.comment_factory.is_empty() && comments;
  self.instruction_factory = values[2].is_none() ? instruction_factory : values[2];
  self.inserts_instructions = !self.instruction_factory.is_empty() && instructions;
  return nothing;
}

Value start(Thread& thread, TreeBuilder& self, Value tag, Value attributes) {
  if (!is_dict(attributes)) {
    return raise(thread, TypeError, "start() argument 2 must be dict, not {}", argument_kind(attributes));
  }
  return builder_start(thread, self, tag, attributes);
}
Value end(Thread& thread, TreeBuilder& self, Value) {
  return builder_end(thread, self);
}

const MethodRow methods[] = {
    method<builder_data>("data($self, data, /)", nullptr),
    method<start>("start($self, tag, attrs, /)", nullptr),
    method<end>("end($self, tag, /)", nullptr),
    method<builder_comment>("comment($self, text, /)", nullptr),
    method<builder_instruction>("pi($self, target, text=None, /)", nullptr),
    method<builder_close>("close($self, /)", nullptr),
};

}  // namespace

Value make_plain_builder(Thread& thread) {
  return call(thread, Value(&type_of_kind(ModuleKind::XmlTreeBuilder)));
}

void define_builder_type() {
  define_type(ModuleKind::XmlTreeBuilder, {.instance_bytes = sizeof(TreeBuilder),
                                           .flags = Type::kBaseType,
                                           .slots = {.init = initialize, .make = make},
                                           .methods = methods});
}

}  // namespace minipy::elementtree
