#include "VM/traceback_display.h"

#include <algorithm>
#include <vector>

#include "Objects/code.h"
#include "Objects/exception.h"
#include "Objects/int.h"
#include "Objects/list.h"
#include "Objects/protocol.h"
#include "Objects/str.h"
#include "Objects/tuple.h"
#include "VM/frame.h"
#include "VM/runtime.h"
#include "VM/source_lines.h"

namespace minipy {
namespace {

constexpr int kRepeatsShown = 3;
constexpr size_t kGroupWidth = 15;
constexpr int kGroupDepth = 10;

// str() or repr() whose failure is a text of its own.
std::string text_or(Thread& thread, Result<Str*> text, const char* fallback) {
  if (!text.failed()) return to_utf8(text.value());
  thread.exception = Value();
  return fallback;
}

// An attribute, Unbound where looking it up fails.
Value attribute_of(Thread& thread, Value object, const char* name) {
  const Value value = get_attribute_or_unbound(thread, object, name);
  if (!value.is_empty()) return value;
  thread.exception = Value();
  return Unbound;
}

int64_t int_attribute(Thread& thread, Value object, const char* name, int64_t fallback) {
  const Value value = attribute_of(thread, object, name);
  if (!is_any_int(value)) return fallback;
  return int_to_int64(value).value_or(fallback);
}

// --- entries of a traceback ---

struct Entry {
  Value frame, code;
  int line;
  int64_t offset;
  Str* filename;
  Str* name;

  bool repeats(const Entry& before) const {
    return before.line != -1 && line == before.line && equal(filename, before.filename) && equal(name, before.name);
  }
};

// Where in the source the instruction at `offset` comes from; false if that is not known.
bool find_range(Thread& thread, Value code, int64_t offset, MarkedRange& range) {
  Value positions = call_method(thread, code, "co_positions");
  if (!positions.is_empty()) positions = iterate(thread, positions);
  for (int64_t i = 0; !positions.is_empty(); ++i) {
    const Value item = next(thread, positions);
    if (item.is_empty()) break;
    if (item.is_unbound()) return false;
    if (i < offset / 2) continue;
    const Tuple* fields = item.as<Tuple>();
    for (size_t k = 0; k < 4; ++k) {
      if (!fields->items[k].is_int()) return false;
    }
    range = {static_cast<int>(fields->items[0].as_int()), static_cast<int>(fields->items[1].as_int()),
             static_cast<int>(fields->items[2].as_int()), static_cast<int>(fields->items[3].as_int())};
    return true;
  }
  thread.exception = Value();
  return false;
}

void append_entry(Thread& thread, const Entry& entry, std::string& out) {
  out += "  File \"" + to_utf8(entry.filename) + "\", line " + std::to_string(entry.line) + ", in " +
         to_utf8(entry.name) + "\n";
  const std::optional<std::string> line = source_line(thread, *entry.filename, entry.line);
  if (!line) return;
  const size_t stripped = std::min(line->find_first_not_of(" \t\f"), line->size());
  out += "    " + line->substr(stripped) + "\n";
  MarkedRange range;
  if (entry.offset < 0 || !find_range(thread, entry.code, entry.offset, range)) return;
  const std::string marks = marks_under(*line, stripped, range);
  const bool is_empty = range.start_line == range.end_line && range.start_column == range.end_column;
  if (!marks.empty() || is_empty) out += "    " + marks + "\n";
}

void append_repeats(int count, std::string& out) {
  const int hidden = count - kRepeatsShown;
  if (hidden <= 0) return;
  out += "  [Previous line repeated " + std::to_string(hidden) + " more time" + (hidden > 1 ? "s" : "") + "]\n";
}

Result<Entry> read_entry(Thread& thread, Value traceback) {
  Entry entry;
  entry.frame = traceback.as<Traceback>()->frame;
  entry.code = Value(&entry.frame.as<FrameObject>()->frame->code());
  const Value line = TRY(get_attribute(thread, traceback, "tb_lineno"));
  entry.line = line.is_int() ? static_cast<int>(line.as_int()) : -1;
  entry.offset = traceback.as<Traceback>()->last_instruction;
  entry.filename = entry.code.as<Code>()->filename();
  entry.name = entry.code.as<Code>()->name();
  return entry;
}

Status append_entries(Thread& thread, Value traceback, int64_t limit, std::string& out) {
  int64_t depth = 0;
  for (Value each = traceback; has_kind(each, Kind::Traceback); each = each.as<Traceback>()->next) ++depth;
  Entry before{};
  before.line = -1;
  int count = 0;
  for (Value each = traceback; has_kind(each, Kind::Traceback); each = each.as<Traceback>()->next) {
    if (depth-- > limit) continue;
    const Entry entry = TRY(read_entry(thread, each));
    if (before.line == -1 || !entry.repeats(before)) {
      append_repeats(count, out);
      count = 0;
    }
    before = entry;
    if (++count <= kRepeatsShown) append_entry(thread, entry, out);
  }
  append_repeats(count, out);
  return nothing;
}

int64_t traceback_limit() {
  const Value limit = system_attribute("tracebacklimit");
  if (limit.is_unbound() || !is_any_int(limit)) return 1000;
  const auto number = int_to_int64(limit);
  return number ? *number : int_sign(limit) > 0 ? INT64_MAX : 0;
}

// --- one exception ---

class Display {
 public:
  explicit Display(Thread& thread) : thread_(thread) {}
  std::string out;

  void show_with_chain(Value exception, Value traceback) {
    const RecursionGuard guard(thread_);
    if (guard.is_exceeded()) {
      thread_.exception = Value();
      return;
    }
    if (is_exception(exception)) show_chain(exception);
    show(exception, traceback);
  }

 private:
  std::string indentation() const { return std::string(static_cast<size_t>(2 * depth_), ' '); }

  // Inside a group each line starts with a margin.
  void emit(std::string_view text, char margin = '|') {
    const std::string prefix = depth_ > 0 ? indentation() + margin + ' ' : "";
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
      out += prefix;
      out += text.substr(0, end);
      text.remove_prefix(end);
    }
  }

  bool has_been_seen(Value exception) {
    if (std::find(seen_.begin(), seen_.end(), exception.bits()) != seen_.end()) return true;
    seen_.push_back(exception.bits());
    return false;
  }

  void show_chain(Value exception) {
    has_been_seen(exception);
    const auto& object = exception_object(exception);
    if (is_exception(object.cause)) {
      if (!has_been_seen(object.cause)) {
        show_with_chain(object.cause, exception_object(object.cause).traceback);
        emit_block("\nThe above exception was the direct cause of the following exception:\n\n");
      }
    } else if (is_exception(object.context) && !object.suppress_context && !has_been_seen(object.context)) {
      show_with_chain(object.context, exception_object(object.context).traceback);
      emit_block("\nDuring handling of the above exception, another exception occurred:\n\n");
    }
  }
  void emit_block(std::string_view text) { emit(text); }

  void show(Value exception, Value traceback) {
    if (!is_exception(exception)) {
      emit("TypeError: print_exception(): Exception expected for value, " +
           std::string(type_of(exception).name_view()) + " found\n");
      return;
    }
    if (is_instance(exception, BaseExceptionGroup)) {
      show_group(exception, traceback);
    } else {
      show_traceback(traceback, "Traceback (most recent call last):\n", '|');
      emit(only_exception(exception));
    }
  }

  void show_traceback(Value traceback, std::string_view header, char margin) {
    const int64_t limit = traceback_limit();
    if (!has_kind(traceback, Kind::Traceback) || limit <= 0) return;
    emit(header, margin);
    std::string entries;
    if (append_entries(thread_, traceback, limit, entries).failed()) thread_.exception = Value();
    emit(entries);
  }

  void show_group(Value exception, Value traceback) {
    if (depth_ > kGroupDepth) {
      emit("... (max_group_depth is " + std::to_string(kGroupDepth) + ")\n");
      return;
    }
    const bool is_outermost = depth_ == 0;
    if (is_outermost) ++depth_;
    show_traceback(traceback, "Exception Group Traceback (most recent call last):\n", is_outermost ? '+' : '|');
    emit(only_exception(exception));
    const Value members = exception.as<ExceptionGroupObject>()->exceptions;
    if (is_tuple(members)) show_members(*members.as<Tuple>());
    if (is_outermost) depth_ = 0;
  }

  void show_members(const Tuple& members) {
    const size_t shown = std::min(members.size, kGroupWidth + 1);
    needs_end_ = false;
    for (size_t i = 0; i < shown; ++i) {
      const bool is_last = i + 1 == shown;
      const bool is_rest = i >= kGroupWidth;
      // The closing line may come from a group within the last member.
      if (is_last) needs_end_ = true;
      out += indentation() + (i == 0 ? "+-" : "  ") + "+---------------- " +
             (is_rest ? "..." : std::to_string(i + 1)) + " ----------------\n";
      ++depth_;
      if (is_rest) {
        const size_t left = members.size - kGroupWidth;
        emit("and " + std::to_string(left) + " more exception" + (left > 1 ? "s" : "") + "\n");
      } else {
        const Value member = members.items[i];
        show_with_chain(member, is_exception(member) ? exception_object(member).traceback : None);
      }
      if (is_last && needs_end_) {
        out += indentation() + "+------------------------------------\n";
        needs_end_ = false;
      }
      --depth_;
    }
  }

  // "module.Class: text", location of a SyntaxError before it, notes after it.
  std::string only_exception(Value exception) {
    std::string text;
    Value shown = exception;
    if (is_instance(exception, SyntaxError) && is_any_int(attribute_of(thread_, exception, "lineno")) &&
        !attribute_of(thread_, exception, "print_file_and_line").is_unbound()) {
      text += syntax_error_location(exception);
      shown = attribute_of(thread_, exception, "msg");
    }
    text += qualified_name(type_of(exception));
    std::string message;
    if (shown.is_unbound()) shown = None;
    if (!(shown.is_none() && shown == exception)) {
      message = text_or(thread_, str(thread_, shown), "<exception str() failed>");
    }
    if (!message.empty()) text += ": " + message;
    const Value suggestion = suggestion_for(thread_, exception);
    if (is_str(suggestion)) text += ". Did you mean: '" + to_utf8(suggestion.as<Str>()) + "'?";
    return text + "\n" + notes(exception);
  }

  std::string qualified_name(const Type& type) {
    std::string name;
    const Value module = attribute_of(thread_, &type, "__module__");
    if (!is_str(module)) {
      name = "<unknown>.";
    } else if (!equal(module.as<Str>(), "builtins") && !equal(module.as<Str>(), "__main__")) {
      name = to_utf8(module.as<Str>()) + ".";
    }
    const Value own = attribute_of(thread_, &type, "__qualname__");
    return name + (is_str(own) ? to_utf8(own.as<Str>()) : "<unknown>");
  }

  std::string notes(Value exception) {
    const Value notes = attribute_of(thread_, exception, "__notes__");
    if (notes.is_unbound() || notes.is_none()) return "";
    if (!is_sequence(notes) || is_str(notes) || has_kind(notes, Kind::Bytes)) {
      return text_or(thread_, repr(thread_, notes), "<__notes__ repr() failed>");
    }
    std::string text;
    const Result<List*> list = list_of(thread_, notes);
    if (list.failed()) {
      thread_.exception = Value();
      return "";
    }
    for (const Value note : *list.value()) {
      text += text_or(thread_, str(thread_, note), "<note str() failed>") + "\n";
    }
    return text;
  }

  std::string syntax_error_location(Value error) {
    const Value filename = attribute_of(thread_, error, "filename");
    const std::string name = filename.is_unbound() || filename.is_none() ? "<string>" : text_or(thread_, str(thread_, filename), "?");
    std::string text =
        "  File \"" + name + "\", line " + std::to_string(int_attribute(thread_, error, "lineno", 0)) + "\n";
    const Value source = attribute_of(thread_, error, "text");
    if (is_str(source)) text += syntax_error_text(error, *source.as<Str>());
    return text;
  }

  // The line without its indentation, and ^s below it; a location over several lines is marked to
  // the end of the first. Columns are counted in bytes.
  std::string syntax_error_text(Value error, const Str& source) {
    std::string text = to_utf8(&source);
    const auto length = static_cast<int64_t>(text.size());
    int64_t offset = int_attribute(thread_, error, "offset", -1);
    int64_t end = int_attribute(thread_, error, "end_offset", offset);
    const int64_t line = int_attribute(thread_, error, "lineno", 0);
    const bool has_several_lines = int_attribute(thread_, error, "end_lineno", line) > line;
    end = has_several_lines ? length : std::min(end, length + 1);
    const int64_t marks = end > 0 && end > offset ? end - offset : 1;
    const size_t spaces = std::min(text.find_first_not_of(" \t\f"), text.size());
    text.erase(0, spaces);
    offset -= 1 + static_cast<int64_t>(spaces);
    const bool has_newline = !text.empty() && text.back() == '\n';
    offset = std::min(offset, static_cast<int64_t>(text.size() - has_newline));
    // Of a text of several lines, those before the offset are not shown.
    for (size_t newline; (newline = text.find('\n')) != text.npos && static_cast<int64_t>(newline) < offset;) {
      text.erase(0, newline + 1);
      offset -= static_cast<int64_t>(newline) + 1;
    }
    text = "    " + text + (has_newline ? "" : "\n");
    if (offset < 0) return text;
    return text + "    " + std::string(static_cast<size_t>(offset), ' ') + std::string(static_cast<size_t>(marks), '^') + "\n";
  }

  Thread& thread_;
  std::vector<uint64_t> seen_;
  int depth_ = 0;
  bool needs_end_ = false;
};

// sys.stderr, where there is one; without it the process's own.
void write_to_stderr(Thread& thread, const std::string& text) {
  const Value file = system_attribute("stderr");
  if (file.is_none()) return;
  if (file.is_unbound() || call_method(thread, file, "write", {make_str(text)}).is_empty()) {
    thread.exception = Value();
    std::fwrite(text.data(), 1, text.size(), stderr);
    return;
  }
  if (call_method(thread, file, "flush").is_empty()) thread.exception = Value();
}

}  // namespace

Result<std::string> exception_text(Thread& thread, Value exception, Value traceback) {
  Display display(thread);
  display.show_with_chain(exception, traceback);
  return std::move(display.out);
}

void display_exception(Thread& thread, Value exception, Value traceback) {
  if (is_exception(exception) && has_kind(traceback, Kind::Traceback)) {
    exception_object(exception).traceback = traceback;
  }
  const Value shown = is_exception(exception) ? exception_object(exception).traceback : traceback;
  const Result<std::string> text = exception_text(thread, exception, shown);
  if (!text.failed()) write_to_stderr(thread, text.value());
  thread.exception = Value();
}

Result<std::string> traceback_text(Thread& thread, Value traceback) {
  std::string text = "Traceback (most recent call last):\n";
  TRY(append_entries(thread, traceback, traceback_limit(), text));
  return text;
}

Status display_unraisable(Thread& thread, Value unraisable) {
  const Value type = TRY(get_attribute(thread, unraisable, "exc_type"));
  const Value exception = TRY(get_attribute(thread, unraisable, "exc_value"));
  const Value traceback = TRY(get_attribute(thread, unraisable, "exc_traceback"));
  const Value message = TRY(get_attribute(thread, unraisable, "err_msg"));
  const Value object = TRY(get_attribute(thread, unraisable, "object"));
  std::string text;
  const bool has_message = !message.is_none();
  if (has_message) text = text_or(thread, str(thread, message), "");
  if (!object.is_none()) {
    text += has_message ? ": " : "Exception ignored in: ";
    text += text_or(thread, repr(thread, object), "<object repr() failed>") + "\n";
  } else if (has_message) {
    text += ":\n";
  }
  if (has_kind(traceback, Kind::Traceback) && traceback_limit() > 0) {
    text += TRY(traceback_text(thread, traceback));
  }
  if (is_type(type)) {
    const Value module = attribute_of(thread, type, "__module__");
    if (!is_str(module)) {
      text += "<unknown>";
    } else if (!equal(module.as<Str>(), "builtins") && !equal(module.as<Str>(), "__main__")) {
      text += to_utf8(module.as<Str>()) + ".";
    }
    const Value name = attribute_of(thread, type, "__qualname__");
    text += is_str(name) ? to_utf8(name.as<Str>()) : "<unknown>";
    if (!exception.is_none()) {
      const std::string shown = text_or(thread, str(thread, exception), "<exception str() failed>");
      if (!shown.empty()) text += ": " + shown;
    }
    text += "\n";
  }
  write_to_stderr(thread, text);
  return nothing;
}

}  // namespace minipy
