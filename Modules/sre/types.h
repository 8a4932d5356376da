// The types of the re module that are written in C++.
#pragma once

#include <string_view>

#include "Modules/sre/matcher.h"
#include "Objects/bytes.h"
#include "Objects/dict.h"
#include "Objects/module_kinds.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy::sre {

struct Pattern : Object {
  static constexpr Kind kKind = ModuleKind::SrePattern;
  Program* program;
  Value pattern;         // str, bytes or None
  Dict* group_index;     // names to numbers
  Tuple* index_group;    // numbers to names
  int64_t groups;
  int64_t flags;
  size_t code_size;      // words, in program->code
  enum Text : int64_t { kAny, kStr, kBytes } text;
  Value last_template;   // of sub(): a str with backslashes that was used last, or empty
  Value last_prepared;   // what the library has made of it
};

struct Match : Object {
  static constexpr Kind kKind = ModuleKind::SreMatch;
  Value string;
  Pattern* pattern;
  Value spans;           // the tuple `regs`, or empty
  int64_t position, end_position;
  int64_t last_index;    // -1: none
  int64_t group_count;   // the whole match included
  int64_t marks[];       // start and end of each group, -1: not set

  bool has(int64_t group) const { return marks[group * 2] >= 0; }
};

struct Scanner : Object {
  static constexpr Kind kKind = ModuleKind::SreScanner;
  Pattern* pattern;
  Value string;
  Value held;            // a memoryview that keeps a buffer in place, or empty
  int64_t position;      // what was asked
  int64_t start, end;
  bool must_advance, is_done, is_running;
};

// A text to be searched. str is looked at in place, anything else through a buffer.
class Subject {
 public:
  explicit Subject(Thread& thread) : thread_(thread), lease_(thread) {}
  // "expected string or bytes-like object, got 'int'"; the kind of text must be the pattern's.
  Status open(Value string, Pattern::Text wanted = Pattern::kAny);

  Value string() const { return string_; }
  const void* text() const { return text_; }
  unsigned width() const { return width_; }
  int64_t size() const { return size_; }
  bool is_bytes() const { return is_bytes_; }
  Value slice(int64_t start, int64_t end) const;

 private:
  Thread& thread_;
  BufferLease lease_;
  Value string_;
  const void* text_ = nullptr;
  unsigned width_ = 1;
  int64_t size_ = 0;
  bool is_bytes_ = false;
};

// One search after another through a text.
class Search {
 public:
  Search(Thread& thread, Pattern& pattern) : subject(thread), thread_(thread), pattern_(pattern) {}
  // `position` and `end_position` are empty or ints, as the methods get them.
  Status open(Value string, Value position = Value(), Value end_position = Value());
  Result<bool> next(Mode mode = Mode::Search);
  // Behind the last match; an empty match there does not count again.
  void advance() {
    state.must_advance = state.match_end == state.start;
    state.start = state.match_end;
  }
  // Group `group`, or what stands for one that is not set. 0 is the whole match.
  Value group(int64_t group, Value absent) const;
  Match* make_match() const;

  Subject subject;
  MatchState state;
  int64_t position = 0, end_position = 0;  // what was asked

 private:
  static constexpr size_t kInlineMarks = 40;
  Thread& thread_;
  Pattern& pattern_;
  int64_t inline_marks_[kInlineMarks];
  void* collected_marks_ = nullptr;
};

Value substitute(Thread&, Pattern& pattern, Value replacement, Value string, int64_t count, bool with_count);
void define_pattern_type();
void define_match_type();
void define_scanner_type();
Value make_scanner(Thread&, Pattern& pattern, Value string, Value position, Value end_position);

}  // namespace minipy::sre
