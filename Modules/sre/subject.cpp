#include "Modules/sre/types.h"

#include <algorithm>

#include "Objects/gc.h"
#include "Objects/native.h"
#include "Objects/raise.h"

namespace minipy::sre {

Status Subject::open(Value string, Pattern::Text wanted) {
  string_ = string;
  if (is_str(string)) {
    if (wanted == Pattern::kBytes) {
      return raise(thread_, TypeError, "cannot use a bytes pattern on a string-like object");
    }
    const Str& text = *string.as<Str>();
    text_ = text.data();
    width_ = text.width();
    size_ = static_cast<int64_t>(text.length());
    return nothing;
  }
  if (!supports_buffer(string)) {
    return raise(thread_, TypeError, "expected string or bytes-like object, got '{}'", type_of(string));
  }
  TRY(lease_.acquire(string));
  if (wanted == Pattern::kStr) {
    return raise(thread_, TypeError, "cannot use a string pattern on a bytes-like object");
  }
  is_bytes_ = true;
  text_ = lease_->data;
  size_ = lease_->size;
  return nothing;
}

Value Subject::slice(int64_t start, int64_t end) const {
  end = std::min(end, size_);
  start = std::min(start, end);
  if (!is_bytes_) {
    Str* text = string_.as<Str>();
    if (start == 0 && end == size_ && is_exact_str(string_)) return text;
    return substring(text, static_cast<size_t>(start), static_cast<size_t>(end));
  }
  if (start == 0 && end == size_ && is_exact(string_, Kind::Bytes)) return string_;
  Bytes* bytes = make_bytes({static_cast<const char*>(text_) + start, static_cast<size_t>(end - start)});
  return bytes ? Value(bytes) : Value(raise_memory_error(thread_));
}

Status Search::open(Value string, Value position_value, Value end_value) {
  int64_t start = 0, end = INT64_MAX;
  if (!position_value.is_empty()) start = TRY(argument_int64(thread_, position_value));
  if (!end_value.is_empty()) end = TRY(argument_int64(thread_, end_value));
  TRY(subject.open(string, pattern_.text));
  const int64_t size = subject.size();
  start = std::clamp<int64_t>(start, 0, size);
  end = std::clamp<int64_t>(end, 0, size);
  position = start;
  end_position = end;
  state.program = pattern_.program;
  state.text = subject.text();
  state.width = subject.width();
  state.size = size;
  state.start = start;
  state.end = end;
  const size_t marks = pattern_.program->mark_count;
  state.marks = inline_marks_;
  if (marks > kInlineMarks) {
    collected_marks_ = gc_allocate_leaf_buffer(marks * sizeof(int64_t));
    if (!collected_marks_) return raise_memory_error(thread_);
    state.marks = static_cast<int64_t*>(collected_marks_);
  }
  return nothing;
}

Result<bool> Search::next(Mode mode) {
  if (state.start > state.end) return false;
  return run(thread_, state, mode);
}

Value Search::group(int64_t group, Value absent) const {
  if (group == 0) return subject.slice(state.start, state.match_end);
  const int64_t start = state.marks[group * 2 - 2], end = state.marks[group * 2 - 1];
  if (start < 0 || end < start) return absent;
  return subject.slice(start, end);
}

Match* Search::make_match() const {
  auto* match = allocate<Match>(2 * static_cast<size_t>(pattern_.groups + 1) * sizeof(int64_t));
  match->string = subject.string();
  match->pattern = &pattern_;
  match->position = position;
  match->end_position = end_position;
  match->last_index = state.last_index;
  match->group_count = pattern_.groups + 1;
  match->marks[0] = state.start;
  match->marks[1] = state.match_end;
  for (int64_t i = 0; i < pattern_.groups; ++i) {
    const int64_t start = state.marks[i * 2], end = state.marks[i * 2 + 1];
    const bool is_set = start >= 0 && end >= start;
    match->marks[i * 2 + 2] = is_set ? start : -1;
    match->marks[i * 2 + 3] = is_set ? end : -1;
  }
  return match;
}

}  // namespace minipy::sre
