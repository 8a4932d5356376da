// Pattern.sub() and subn().
#include "Modules/sre/types.h"
#include "Objects/function.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/raise.h"

namespace minipy::sre {

namespace {

// Puts the result together; counts the pieces for the messages about wrong ones.
class Output {
 public:
  Output(Thread& thread, const Subject& subject) : thread_(thread), subject_(subject) {}

  void add_slice(int64_t start, int64_t end) {
    ++pieces_;
    if (subject_.is_bytes()) {
      bytes_.append(static_cast<const char*>(subject_.text()) + start, static_cast<size_t>(end - start));
    } else {
      text_.append(subject_.string().as<Str>(), static_cast<size_t>(start), static_cast<size_t>(end));
    }
  }
  Status add(Value piece) {
    if (!subject_.is_bytes()) {
      if (!is_str(piece)) {
        return raise(thread_, TypeError, "sequence item {}: expected str instance, {} found", pieces_, type_of(piece));
      }
      text_.append(piece.as<Str>());
    } else {
      if (!supports_buffer(piece)) {
        return raise(thread_, TypeError, "sequence item {}: expected a bytes-like object, {} found", pieces_,
                     type_of(piece));
      }
      BufferLease lease(thread_);
      TRY(lease.acquire(piece));
      bytes_.append(lease.view());
    }
    ++pieces_;
    return nothing;
  }
  Value finish() {
    if (!subject_.is_bytes()) return TRY(text_.finish(thread_));
    Bytes* bytes = make_bytes(bytes_);
    return bytes ? Value(bytes) : Value(raise_memory_error(thread_));
  }

 private:
  Thread& thread_;
  const Subject& subject_;
  StrBuilder text_;
  std::string bytes_;
  size_t pieces_ = 0;
};

// What each match is replaced by: a text, a template with references to groups, or what a function says.
class Replacement {
 public:
  Replacement(Thread& thread, Pattern& pattern) : thread_(thread), pattern_(pattern) {}

  Status open(Value replacement) {
    if (is_callable(replacement)) {
      function_ = replacement;
      return nothing;
    }
    if (TRY(is_plain(replacement))) {
      text_ = replacement;
      return nothing;
    }
    const Value prepared = TRY(prepare(replacement));
    if (!is_callable(prepared)) {
      text_ = prepared;
    } else if (!take_template(prepared)) {
      function_ = prepared;
    }
    return nothing;
  }

  Status add(const Search& search, Output& output) {
    if (!function_.is_empty()) {
      const Value piece = TRY(call(thread_, function_, {search.make_match()}));
      return piece.is_none() ? Status(nothing) : output.add(piece);
    }
    if (!literals_) return output.add(text_);
    return expand(search, output);
  }

 private:
  // A loop uses the same template again and again.
  Value prepare(Value replacement) {
    const bool is_text = is_exact_str(replacement);
    const Value last = pattern_.last_template;
    if (is_text && !last.is_empty() && (last == replacement || equal(last.as<Str>(), replacement.as<Str>()))) {
      return pattern_.last_prepared;
    }
    const Value function = TRY(import_attribute(thread_, "re", "_subx"));
    const Value prepared = TRY(call(thread_, function, {&pattern_, replacement}));
    if (is_text) {
      pattern_.last_prepared = prepared;
      pattern_.last_template = replacement;
    }
    return prepared;
  }

  // The library's function that expands a template has it as its default: (groups, literals). Literals
  // have None where the text of a group belongs; groups are (place, number). We expand it ourselves.
  bool take_template(Value function) {
    if (!is_exact(function, Kind::Function)) return false;
    const Value defaults = function.as<Function>()->defaults;
    if (!is_exact_tuple(defaults) || defaults.as<Tuple>()->size != 1 || !equal(function.as<Function>()->code->name(), "filter")) return false;
    const Value parsed = defaults.as<Tuple>()->items[0];
    if (!is_exact_tuple(parsed) || parsed.as<Tuple>()->size != 2) return false;
    const Value groups = parsed.as<Tuple>()->items[0], literals = parsed.as<Tuple>()->items[1];
    if (!is_exact_list(groups) || !is_exact_list(literals)) return false;
    groups_ = groups.as<List>();
    literals_ = literals.as<List>();
    return true;
  }

  // Without a backslash the text stands for itself. What is no text at all is for the parser to refuse.
  Result<bool> is_plain(Value replacement) {
    Subject subject(thread_);
    if (subject.open(replacement).failed()) {
      take_exception(thread_);
      return false;
    }
    if (!subject.is_bytes()) {
      const Str& text = *replacement.as<Str>();
      for (size_t i = 0; i < text.length(); ++i) {
        if (text.at(i) == '\\') return false;
      }
      return true;
    }
    return std::string_view(static_cast<const char*>(subject.text()), static_cast<size_t>(subject.size())).find('\\') ==
           std::string_view::npos;
  }

  Status expand(const Search& search, Output& output) {
    size_t next_group = 0;
    for (size_t i = 0; i < literals_->size; ++i) {
      const Value literal = literals_->at(i);
      if (!literal.is_none()) {
        TRY(output.add(literal));
        continue;
      }
      const Value group = next_group < groups_->size ? groups_->at(next_group++) : None;
      if (!is_tuple(group) || group.as<Tuple>()->size != 2 || !group.as<Tuple>()->items[1].is_int()) {
        return raise(thread_, RuntimeError, "invalid template");
      }
      const int64_t number = group.as<Tuple>()->items[1].as_int();
      if (number < 0 || number > pattern_.groups) {
        return raise(thread_, IndexError, "no such group");
      }
      const int64_t start = number ? search.state.marks[number * 2 - 2] : search.state.start;
      const int64_t end = number ? search.state.marks[number * 2 - 1] : search.state.match_end;
      if (start >= 0 && end > start) output.add_slice(start, end);
    }
    return nothing;
  }

  Thread& thread_;
  Pattern& pattern_;
  Value function_, text_;
  List *groups_ = nullptr, *literals_ = nullptr;
};

}  // namespace

Value substitute(Thread& thread, Pattern& pattern, Value replacement_value, Value string, int64_t limit, bool with_count) {
  Replacement replacement(thread, pattern);
  TRY(replacement.open(replacement_value));
  Search search(thread, pattern);
  TRY(search.open(string));
  Output output(thread, search.subject);
  int64_t done = 0, count = 0;
  for (; limit == 0 || count < limit; ++count) {
    if (!TRY(search.next())) break;
    if (done < search.state.start) output.add_slice(done, search.state.start);
    TRY(replacement.add(search, output));
    done = search.state.match_end;
    search.advance();
  }
  Value result;
  if (count == 0) {
    result = TRY(search.subject.slice(0, search.subject.size()));
  } else {
    if (done < search.subject.size()) output.add_slice(done, search.subject.size());
    result = TRY(output.finish());
  }
  return with_count ? Value(make_tuple({result, make_int(count)})) : result;
}

}  // namespace minipy::sre
