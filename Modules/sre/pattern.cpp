// re.Pattern and its scanner.
#include <cstring>

#include "Modules/sre/types.h"
#include "Objects/container_support.h"
#include "Objects/gc.h"
#include "Objects/int.h"
#include "Objects/iterators.h"
#include "Objects/list.h"
#include "Objects/module_kinds.h"
#include "Objects/native.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"

namespace minipy::sre {

namespace {

// ---- one match ----

Value match_once(Thread& thread, Pattern& pattern, Mode mode, Value string, Value position, Value end_position) {
  Search search(thread, pattern);
  TRY(search.open(string, position, end_position));
  if (!TRY(search.next(mode))) return None;
  return search.make_match();
}
Value match(Thread& thread, Pattern& self, Value string, Value position, Value end_position) {
  return match_once(thread, self, Mode::Match, string, position, end_position);
}
Value fullmatch(Thread& thread, Pattern& self, Value string, Value position, Value end_position) {
  return match_once(thread, self, Mode::FullMatch, string, position, end_position);
}
Value search(Thread& thread, Pattern& self, Value string, Value position, Value end_position) {
  return match_once(thread, self, Mode::Search, string, position, end_position);
}

// ---- all matches ----

Value empty_like(const Subject& subject) { return subject.slice(0, 0); }

Value findall(Thread& thread, Pattern& self, Value string, Value position, Value end_position) {
  Search search(thread, self);
  TRY(search.open(string, position, end_position));
  const Value absent = empty_like(search.subject);
  List* list = make_list();
  while (TRY(search.next())) {
    Value item;
    if (self.groups <= 1) {
      item = TRY(search.group(self.groups, absent));
    } else {
      Tuple* groups = allocate_tuple(static_cast<size_t>(self.groups));
      for (int64_t i = 0; i < self.groups; ++i) groups->items[i] = TRY(search.group(i + 1, absent));
      item = groups;
    }
    TRY(list_append(thread, *list, item));
    search.advance();
  }
  return list;
}

Value split(Thread& thread, Pattern& self, Value string, int64_t limit) {
  Search search(thread, self);
  TRY(search.open(string));
  List* list = make_list();
  int64_t last = 0;
  for (int64_t n = 0; limit == 0 || n < limit; ++n) {
    if (!TRY(search.next())) break;
    TRY(list_append(thread, *list, TRY(search.subject.slice(last, search.state.start))));
    for (int64_t i = 1; i <= self.groups; ++i) TRY(list_append(thread, *list, TRY(search.group(i, None))));
    last = search.state.match_end;
    search.advance();
  }
  TRY(list_append(thread, *list, TRY(search.subject.slice(last, search.subject.size()))));
  return list;
}

Value sub(Thread& thread, Pattern& self, Value replacement, Value string, int64_t count) {
  return substitute(thread, self, replacement, string, count, false);
}
Value subn(Thread& thread, Pattern& self, Value replacement, Value string, int64_t count) {
  return substitute(thread, self, replacement, string, count, true);
}

Value scanner(Thread& thread, Pattern& self, Value string, Value position, Value end_position) {
  return make_scanner(thread, self, string, position, end_position);
}

Value finditer(Thread& thread, Pattern& self, Value string, Value position, Value end_position) {
  const Value scanner = TRY(make_scanner(thread, self, string, position, end_position));
  auto* iterator = allocate<CallableIterator>();
  iterator->callable = TRY(get_attribute(thread, scanner, "search"));
  iterator->sentinel = None;
  return iterator;
}

// ---- the object ----

Value copy(Value self) { return self; }
Value deepcopy(Value self, Value) { return self; }

Value pattern_text(Pattern& self) { return self.pattern; }
int64_t flags(Pattern& self) { return self.flags; }
int64_t groups(Pattern& self) { return self.groups; }
Value group_index(Pattern& self) { return self.group_index->count ? make_mapping_proxy(self.group_index) : make_mapping_proxy(make_dict()); }

struct FlagName {
  const char* name;
  int64_t flag;
};
constexpr int64_t kFlagLocale = 4, kFlagUnicode = 32, kFlagAscii = 256;
const FlagName flag_names[] = {{"re.TEMPLATE", 1}, {"re.IGNORECASE", 2}, {"re.LOCALE", kFlagLocale},
                               {"re.MULTILINE", 8}, {"re.DOTALL", 16}, {"re.VERBOSE", 64},
                               {"re.DEBUG", 128}, {"re.ASCII", kFlagAscii}};

Value repr_slot(Thread& thread, Value self) {
  const Pattern& pattern = *self.as<Pattern>();
  int64_t left = pattern.flags;
  const int64_t text_flags = kFlagLocale | kFlagUnicode | kFlagAscii;
  if (pattern.text == Pattern::kStr && (left & text_flags) == kFlagUnicode) left &= ~kFlagUnicode;
  std::string names;
  for (const FlagName& flag : flag_names) {
    if (!(left & flag.flag)) continue;
    left &= ~flag.flag;
    names += names.empty() ? "" : "|";
    names += flag.name;
  }
  if (left) {
    char text[32];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(left));
    names += names.empty() ? "" : "|";
    names += text;
  }
  Str* shown = TRY(repr(thread, pattern.pattern));
  if (shown->length() > 200) shown = substring(shown, 0, 200);
  if (names.empty()) return format_message(thread, "re.compile({})", {MessageArgument(shown)});
  return format_message(thread, "re.compile({}, {})", {MessageArgument(shown), MessageArgument(names)});
}

std::string_view code_view(const Pattern& pattern) {
  return {reinterpret_cast<const char*>(pattern.program->code), pattern.code_size * sizeof(uint32_t)};
}

Result<int64_t> hash_slot(Thread& thread, Value self) {
  const Pattern& pattern = *self.as<Pattern>();
  const std::string_view code = code_view(pattern);
  int64_t result = hash_bytes(code.data(), code.size());
  result ^= TRY(hash(thread, pattern.pattern));
  result ^= pattern.flags ^ pattern.text ^ pattern.groups;
  return result == -1 ? -2 : result;
}

Value compare_slot(Thread& thread, Value left_value, Value right_value, CompareOp op) {
  if (op != CompareOp::Equal && op != CompareOp::NotEqual) return NotImplemented;
  if (!is_exact(left_value, ModuleKind::SrePattern) || !is_exact(right_value, ModuleKind::SrePattern)) {
    return NotImplemented;
  }
  const Pattern &left = *left_value.as<Pattern>(), &right = *right_value.as<Pattern>();
  bool equal = left_value == right_value;
  if (!equal) {
    equal = left.flags == right.flags && left.text == right.text && code_view(left) == code_view(right) &&
            TRY(is_equal(thread, left.pattern, right.pattern));
  }
  return Value::from_bool(equal == (op == CompareOp::Equal));
}

const MethodRow pattern_methods[] = {
    method<match>("match($self, /, string, pos=0, endpos=sys.maxsize)", "The match at the start of string, or None."),
    method<fullmatch>("fullmatch($self, /, string, pos=0, endpos=sys.maxsize)", "The match of all of string, or None."),
    method<search>("search($self, /, string, pos=0, endpos=sys.maxsize)", "The first match anywhere in string, or None."),
    method<sub>("sub($self, /, repl, string, count=0)", "The string with matches, from the left and without overlap, replaced by repl."),
    method<subn>("subn($self, /, repl, string, count=0)", "Like sub(), with the number of replacements: (string, number)."),
    method<findall>("findall($self, /, string, pos=0, endpos=sys.maxsize)", "The list of all matches without overlap: their text, or their groups."),
    method<split>("split($self, /, string, maxsplit=0)", "The list of what lies between the matches, with the groups of these."),
    method<finditer>("finditer($self, /, string, pos=0, endpos=sys.maxsize)", "An iterator over all matches without overlap."),
    method<scanner>("scanner($self, /, string, pos=0, endpos=sys.maxsize)", "An object that matches or searches again and again through string."),
    method<copy>("__copy__($self, /)", "The pattern itself."),
    method<deepcopy>("__deepcopy__($self, memo, /)", "The pattern itself."),
    class_method<class_getitem>("!__class_getitem__($type, object, /)", "See PEP 585"),
    member<pattern_text>("pattern", "The text that was compiled."),
    member<flags>("flags", "The flags of the pattern, those written in it included."),
    member<groups>("groups", "The number of groups."),
    getter<group_index>("groupindex", "A mapping of the names of groups to their numbers."),
};

// ---- scanner ----

Value scan(Thread& thread, Scanner& self, Mode mode) {
  if (self.is_running) return raise(thread, ValueError, "regular expression scanner already executing");
  if (self.is_done) return None;
  Search search(thread, *self.pattern);
  TRY(search.open(self.string));
  search.state.start = self.start;
  search.state.end = std::min(self.end, search.subject.size());
  search.state.must_advance = self.must_advance;
  search.position = self.position;
  search.end_position = self.end;
  self.is_running = true;
  const Result<bool> found = search.next(mode);
  self.is_running = false;
  if (!TRY(Result<bool>(found))) {
    self.is_done = true;
    return None;
  }
  Match* made = search.make_match();
  search.advance();
  self.start = search.state.start;
  self.must_advance = search.state.must_advance;
  return made;
}
Value scanner_match(Thread& thread, Scanner& self) { return scan(thread, self, Mode::Match); }
Value scanner_search(Thread& thread, Scanner& self) { return scan(thread, self, Mode::Search); }
Value scanner_pattern(Scanner& self) { return self.pattern; }

const MethodRow scanner_methods[] = {
    method<scanner_match>("match($self, /)", "The match where the last one ended, or None."),
    method<scanner_search>("search($self, /)", "The next match, or None."),
    member<scanner_pattern>("pattern", "The pattern."),
};

}  // namespace

Value make_scanner(Thread& thread, Pattern& pattern, Value string, Value position, Value end_position) {
  Search search(thread, pattern);
  TRY(search.open(string, position, end_position));
  auto* scanner = allocate<Scanner>();
  scanner->pattern = &pattern;
  scanner->string = string;
  scanner->position = scanner->start = search.position;
  scanner->end = search.end_position;
  if (!is_str(string) && !is_bytes(string)) scanner->held = TRY(make_memoryview(thread, string));
  return scanner;
}

void define_pattern_type() {
  TypeSpec spec;
  spec.doc = "Compiled regular expression object.";
  spec.instance_bytes = sizeof(Pattern);
  spec.flags = Type::kDisallowInstantiation | Type::kHasWeakReferences | Type::kImmutable;
  spec.slots.repr = repr_slot;
  spec.slots.hash = hash_slot;
  spec.slots.compare = compare_slot;
  spec.methods = pattern_methods;
  define_type(ModuleKind::SrePattern, spec);
}

void define_scanner_type() {
  TypeSpec spec;
  spec.instance_bytes = sizeof(Scanner);
  spec.flags = Type::kDisallowInstantiation | Type::kImmutable;
  spec.methods = scanner_methods;
  define_type(ModuleKind::SreScanner, spec);
}

}  // namespace minipy::sre
