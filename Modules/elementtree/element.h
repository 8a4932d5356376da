// What the files of the _elementtree module share. Library reference, "xml.etree.ElementTree".
#pragma once

#include "Modules/module_support.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"

namespace minipy::elementtree {

struct Element : Object {
  static constexpr Kind kKind = ModuleKind::XmlElement;
  // Text that came in pieces is a List of them until somebody asks for it.
  static constexpr uint8_t kTextInPieces = kOwnFlagA, kTailInPieces = kOwnFlagB;
  Value tag, text, tail;
  Value attributes;       // a dict as a rule; empty: none has been needed yet
  ValueBuffer* children;  // scanned; null at first
  size_t count;
};

inline bool is_element(Value v) {
  return has_kind(v, ModuleKind::XmlElement);
}
inline bool is_plain_element(Value v) {
  return is_exact(v, ModuleKind::XmlElement);
}
inline Element& as_element(Value v) {
  return *v.as<Element>();
}

// `attributes` is taken over, not copied; empty: none.
Element* new_element(Value tag, Value attributes,
                     Type& type = type_of_kind(ModuleKind::XmlElement));
Status append_child(Thread& thread, Element& parent,
                    Value child);  // "expected an Element, not ..."
Value text_of(Thread& thread, Element& element);
Value tail_of(Thread& thread, Element& element);
Value attributes_of(Element& element);
Value join_pieces(Thread& thread, List& pieces);

// iter() and itertext().
enum class Yields { Elements, Text };
Value make_iterator(Element& root, Value tag, Yields yields);

Value make_sub_element(Thread& thread, const Value* arguments, size_t count, Value keyword_names);
// What Element and SubElement take behind the tag.
Result<Value> attributes_argument(Thread& thread, Value attributes, const Value* values,
                                  Value keyword_names);

// The module's ElementPath, for paths that are more than a tag.
Value element_path_call(Thread& thread, const char* function, Element& self, Value path,
                        Value namespaces, Value fallback = Value());

// --- TreeBuilder ---
struct Events {
  Value append;  // of the queue; empty: nobody listens
  bool start, end, start_namespace, end_namespace, comment, instruction;
};
struct TreeBuilder : Object {
  static constexpr Kind kKind = ModuleKind::XmlTreeBuilder;
  Value root;           // empty: none yet
  Value current;        // the element that is open, or None
  Value last;           // the one that text belongs to, or None
  Value last_for_tail;  // whose tail text is now; empty: text is that of `last`
  Value data;           // empty, one piece, or a List of pieces
  List* open;           // the elements around `current`, None first
  Value element_factory, comment_factory, instruction_factory;  // or empty
  Events events;
  bool inserts_comments, inserts_instructions;
};
inline bool is_plain_builder(Value v) {
  return is_exact(v, ModuleKind::XmlTreeBuilder);
}

Value make_plain_builder(Thread& thread);
Value builder_start(Thread& thread, TreeBuilder& self, Value tag, Value attributes);  // empty: none
Value builder_end(Thread& thread, TreeBuilder& self);
Value builder_data(Thread& thread, TreeBuilder& self, Value data);
Value builder_comment(Thread& thread, TreeBuilder& self, Value text);
Value builder_instruction(Thread& thread, TreeBuilder& self, Value target, Value text);
Value builder_close(TreeBuilder& self);
Status report(Thread& thread, TreeBuilder& self, bool is_wanted, const char* event, Value what);
Value set_factories(Thread& thread, Value comment_factory, Value instruction_factory);

extern Value parse_error;  // the class ParseError

void define_element_types();
void define_builder_type();
void define_parser_type();

}  // namespace minipy::elementtree
