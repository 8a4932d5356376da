// re.Match.
#include "Modules/sre/types.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"

namespace minipy::sre {

namespace {

// A number or a name of a group.
Result<int64_t> group_number(Thread& thread, const Match& match, Value group) {
  int64_t number = -1;
  if (group.is_int()) {
    number = group.as_int();
  } else if (is_index(group)) {
    number = TRY(index_as_int64(thread, group, nullptr));
  } else {
    const Value found = TRY(dict_get(thread, *match.pattern->group_index, group));
    if (found.is_int()) number = found.as_int();
  }
  if (number < 0 || number >= match.group_count) return raise(thread, IndexError, "no such group");
  return number;
}

Value text_of(Thread& thread, const Match& match, int64_t group, Value absent) {
  if (!match.has(group)) return absent;
  Subject subject(thread);
  TRY(subject.open(match.string));
  return subject.slice(match.marks[group * 2], match.marks[group * 2 + 1]);
}

Value group(Thread& thread, const Value* arguments, size_t count, Value keyword_names) {
  const Match& match = *arguments[0].as<Match>();
  if (!keyword_names.is_empty() && keyword_names.as<Tuple>()->size) {
    return raise(thread, TypeError, "Match.group() takes no keyword arguments");
  }
  if (count == 1) return text_of(thread, match, 0, None);
  if (count == 2) return text_of(thread, match, TRY(group_number(thread, match, arguments[1])), None);
  Tuple* tuple = allocate_tuple(count - 1);
  for (Value& item : *tuple) item = None;
  for (size_t i = 1; i < count; ++i) {
    tuple->items[i - 1] = TRY(text_of(thread, match, TRY(group_number(thread, match, arguments[i])), None));
  }
  return tuple;
}

Value groups(Thread& thread, Match& self, Value absent) {
  const auto count = static_cast<size_t>(self.group_count - 1);
  if (count == 0) return empty_tuple();
  Tuple* tuple = allocate_tuple(count);
  for (Value& item : *tuple) item = None;
  for (size_t i = 0; i < count; ++i) {
    tuple->items[i] = TRY(text_of(thread, self, static_cast<int64_t>(i + 1), absent));
  }
  return tuple;
}

Value groupdict(Thread& thread, Match& self, Value absent) {
  Dict* result = make_dict();
  size_t position = 0;
  Value name, number;
  while (dict_next(*self.pattern->group_index, position, name, number)) {
    const int64_t group = TRY(group_number(thread, self, name));
    TRY(dict_set(thread, *result, name, TRY(text_of(thread, self, group, absent))));
  }
  return result;
}

Value start(Thread& thread, Match& self, Value group) {
  return make_int(self.marks[TRY(group_number(thread, self, group)) * 2]);
}
Value end(Thread& thread, Match& self, Value group) {
  return make_int(self.marks[TRY(group_number(thread, self, group)) * 2 + 1]);
}
Value span_of(const Match& match, int64_t group) {
  return make_tuple({make_int(match.marks[group * 2]), make_int(match.marks[group * 2 + 1])});
}
Value span(Thread& thread, Match& self, Value group) { return span_of(self, TRY(group_number(thread, self, group))); }

Value expand(Thread& thread, Match& self, Value text) {
  const Value function = TRY(import_attribute(thread, "re", "_expand"));
  return call(thread, function, {self.pattern, &self, text});
}

Value copy(Value self) { return self; }
Value deepcopy(Value self, Value) { return self; }

Value lastindex(Match& self) { return self.last_index >= 0 ? make_int(self.last_index) : None; }
Value lastgroup(Match& self) {
  const Tuple& names = *self.pattern->index_group;
  if (self.last_index < 0 || static_cast<size_t>(self.last_index) >= names.size) return None;
  return names.items[self.last_index];
}
Value regs(Match& self) {
  if (self.spans.is_empty()) {
    Tuple* spans = allocate_tuple(static_cast<size_t>(self.group_count));
    for (int64_t i = 0; i < self.group_count; ++i) spans->items[i] = span_of(self, i);
    self.spans = spans;
  }
  return self.spans;
}
Value string(Match& self) { return self.string; }
Value pattern(Match& self) { return self.pattern; }
int64_t position(Match& self) { return self.position; }
int64_t end_position(Match& self) { return self.end_position; }

Value item_slot(Thread& thread, Value self, Value key) {
  const Match& match = *self.as<Match>();
  return text_of(thread, match, TRY(group_number(thread, match, key)), None);
}

Value repr_slot(Thread& thread, Value self) {
  const Match& match = *self.as<Match>();
  const Value text = TRY(text_of(thread, match, 0, None));
  return format_message(thread, "<{} object; span=({}, {}), match={}>",
                        {MessageArgument(type_of(self)), MessageArgument(match.marks[0]),
                         MessageArgument(match.marks[1]), MessageArgument(Repr{text})});
}

const MethodRow methods[] = {
    raw_method(group, "group", "group([group1, ...]): the text of one group, given by number or name, or a tuple of several; without arguments of the whole match."),
    method<start>("start($self, group=0, /)", "Where the text of the group starts; -1 if it took no part."),
    method<end>("end($self, group=0, /)", "Where the text of the group ends; -1 if it took no part."),
    method<span>("span($self, group=0, /)", "The tuple (start(group), end(group))."),
    method<groups>("groups($self, /, default=None)", "The tuple of the texts of all groups, with default for those that took no part."),
    method<groupdict>("groupdict($self, /, default=None)", "The dict of the texts of all named groups, with default for those that took no part."),
    method<expand>("expand($self, /, template)", "The template with references to groups replaced, as in sub()."),
    method<copy>("__copy__($self, /)", "The match itself."),
    method<deepcopy>("__deepcopy__($self, memo, /)", "The match itself."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
    member<string>("string", "The text that was searched."),
    member<pattern>("re", "The pattern."),
    member<position>("pos", "Where the search began."),
    member<end_position>("endpos", "Where the text ended for the search."),
    getter<lastindex>("lastindex", "The number of the group that was closed last, or None."),
    getter<lastgroup>("lastgroup", "The name of the group that was closed last, or None."),
    getter<regs>("regs", "The tuple of the spans of all groups."),
};

}  // namespace

void define_match_type() {
  TypeSpec spec;
  spec.doc = "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.";
  spec.instance_bytes = sizeof(Match);
  spec.flags = Type::kDisallowInstantiation | Type::kImmutable;
  spec.slots.repr = repr_slot;
  spec.slots.map_item = item_slot;
  spec.methods = methods;
  define_type(ModuleKind::SreMatch, spec);
}

}  // namespace minipy::sre
