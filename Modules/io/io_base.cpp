// _IOBase and its abstract subclasses. Library reference, "io": Class hierarchy.
#include "Modules/io/io.h"
#include "Objects/copy_bytes.h"
#include "Objects/growing_text.h"
#include "Objects/module_kinds.h"
#include "Objects/shape.h"
#include "VM/interface.h"

namespace minipy {

Type* unsupported_operation = nullptr;

Failure raise_unsupported(Thread& thread, const char* what) {
  return raise_formatted(thread, *unsupported_operation, "{}", {MessageArgument(what)});
}

bool is_plain(Value value, Kind kind) {
  if (is_exact(value, kind)) return true;
  if (!has_kind(value, kind) || &type_of(value) != &type_of_kind(kind)) return false;
  const Shape* shape = &shape_of(*value.object());
  if (shape->is_dictionary) return false;
  static const Str *const name = intern("name"), *const mode = intern("mode");
  for (; shape->parent; shape = shape->parent) {
    if (shape->name != name && shape->name != mode) return false;
  }
  return true;
}

Result<bool> is_closed(Thread& thread, Value file) {
  const Value closed = TRY(get_attribute(thread, file, "closed"));
  return truth(thread, closed);
}

Status check_open(Thread& thread, Value file) {
  const Value closed = TRY(get_attribute_or_unbound(thread, file, "closed"));
  if (closed.is_unbound() || !TRY(truth(thread, closed))) return nothing;
  return raise(thread, ValueError, "I/O operation on closed file.");
}

Status call_init(Thread& thread, const MethodRow& row, Value self, const Value* arguments, size_t count,
                 Value keyword_names) {
  GcVector all;
  all.push_back(self);
  for (size_t i = 0; i < count + keyword_count(keyword_names); ++i) all.push_back(arguments[i]);
  TRY(call_row(thread, row, Value(), all.data(), count + 1, keyword_names));
  return nothing;
}

Value new_io_object(Thread&, Type& type, const Value*, size_t, Value) { return allocate_instance(type); }

Result<int64_t> size_argument(Thread& thread, Value size) {
  if (size.is_empty() || size.is_none()) return int64_t{-1};
  if (!is_index(size)) {
    return raise(thread, TypeError, "argument should be integer or None, not '{}'", type_of(size));
  }
  return index_as_int64(thread, size, &OverflowError);
}

Result<bool> ask(Thread& thread, Value file, const char* method) {
  const Value answer = TRY(call_method(thread, file, method));
  return truth(thread, answer);
}

namespace {

// Whether close() has run is kept in the instance's dict under a private name, as programs see it.
constexpr const char* kClosedName = "__IOBase_closed";

Value seek(Thread& thread, std::span<const Value>) { return raise_unsupported(thread, "seek"); }
Value base_seek(Thread& thread, Value, std::span<const Value> rest) { return seek(thread, rest); }
Value tell(Thread& thread, Value self) { return call_method(thread, self, "seek", {make_int(0), make_int(1)}); }
Value truncate(Thread& thread, Value, std::span<const Value>) { return raise_unsupported(thread, "truncate"); }
Value fileno(Thread& thread, Value) { return raise_unsupported(thread, "fileno"); }

Result<bool> base_closed(Thread& thread, Value self) {
  const Value closed = TRY(get_attribute_or_unbound(thread, self, kClosedName));
  return !closed.is_unbound();
}

Status flush(Thread& thread, Value self) {
  if (TRY(base_closed(thread, self))) return raise(thread, ValueError, "I/O operation on closed file.");
  return nothing;
}

// Marked as closed even if the flush fails.
Status close(Thread& thread, Value self) {
  if (TRY(base_closed(thread, self))) return nothing;
  const Value flushed = call_method(thread, self, "flush");
  const Value failure = take_exception(thread);
  TRY(set_attribute(thread, self, kClosedName, True));
  if (flushed.is_empty()) return restore_exception(thread, failure);
  return nothing;
}

bool answer_no(Value) { return false; }

Value check_closed_method(Thread& thread, Value self, std::span<const Value>) {
  TRY(check_open(thread, self));
  return None;
}

Value check_ability(Thread& thread, Value self, const char* method, const char* message) {
  const Value answer = TRY(call_method(thread, self, method));
  if (answer.is_true()) return answer;
  return raise_unsupported(thread, message);
}
Value check_seekable(Thread& thread, Value self, std::span<const Value>) {
  return check_ability(thread, self, "seekable", "File or stream is not seekable.");
}
Value check_readable(Thread& thread, Value self, std::span<const Value>) {
  return check_ability(thread, self, "readable", "File or stream is not readable.");
}
Value check_writable(Thread& thread, Value self, std::span<const Value>) {
  return check_ability(thread, self, "writable", "File or stream is not writable.");
}

Result<bool> isatty(Thread& thread, Value self) {
  TRY(check_open(thread, self));
  return false;
}

Value enter(Thread& thread, Value self) {
  TRY(check_open(thread, self));
  return self;
}
Value exit(Thread& thread, Value self, std::span<const Value>) { return call_method(thread, self, "close"); }

// How much may be read without going past the line: peek() tells where it is known.
Result<size_t> readable_in_line(Thread& thread, Value self, Value peek, int64_t room) {
  if (peek.is_unbound()) return size_t{1};
  const Value ahead = TRY(call(thread, peek, {make_int(1)}));
  if (!has_kind(ahead, Kind::Bytes)) {
    return raise(thread, OSError, "peek() should have returned a bytes object, not '{}'", type_of(ahead));
  }
  const std::string_view view = ahead.as<Bytes>()->view();
  (void)self;
  if (view.empty()) return size_t{1};
  size_t count = std::min(view.find('\n'), view.size() - 1) + 1;
  if (room >= 0) count = std::min(count, static_cast<size_t>(room));
  return count;
}

Value readline(Thread& thread, Value self, Value size) {
  const int64_t limit = TRY(size_argument(thread, size));
  const Value peek = TRY(get_attribute_or_unbound(thread, self, "peek"));
  GrowingBytes line;
  while (limit < 0 || line.size() < static_cast<size_t>(limit)) {
    const int64_t room = limit < 0 ? -1 : limit - static_cast<int64_t>(line.size());
    const size_t wanted = TRY(readable_in_line(thread, self, peek, room));
    const Value chunk = TRY(call_method(thread, self, "read", {make_int(static_cast<int64_t>(wanted))}));
    if (!has_kind(chunk, Kind::Bytes)) {
      return raise(thread, OSError, "read() should have returned a bytes object, not '{}'", type_of(chunk));
    }
    const std::string_view view = chunk.as<Bytes>()->view();
    if (view.empty()) break;
    line += view;
    if (line.failed()) break;
    if (line[line.size() - 1] == '\n') break;
  }
  return bytes_result(thread, line);
}

Value iterate_self(Thread& thread, Value self) {
  TRY(check_open(thread, self));
  return self;
}

Value next_line(Thread& thread, Value self) {
  const Value line = TRY(call_method(thread, self, "readline"));
  if (TRY(length(thread, line)) == 0) return Unbound;
  return line;
}

Value readlines(Thread& thread, Value self, Value hint) {
  const int64_t limit = TRY(size_argument(thread, hint));
  List* lines = make_list();
  if (limit <= 0) {
    TRY(list_extend(thread, *lines, self));
    return lines;
  }
  const Value iterator = TRY(iterate(thread, self));
  for (int64_t size = 0; size < limit;) {
    const Value line = TRY(next(thread, iterator));
    if (line.is_unbound()) break;
    TRY(list_append(thread, *lines, line));
    size += static_cast<int64_t>(TRY(length(thread, line)));
  }
  return lines;
}

Status writelines(Thread& thread, Value self, Value lines) {
  TRY(check_open(thread, self));
  const Value iterator = TRY(iterate(thread, lines));
  for (;;) {
    const Value line = TRY(next(thread, iterator));
    if (line.is_unbound()) return nothing;
    if (is_plain_text_file(self) && is_str(line)) {
      TRY(write_plain_text(thread, self, *line.as<Str>()));
    } else {
      TRY(call_method(thread, self, "write", {line}));
    }
  }
}

Value own_attributes(Thread& thread, Value self) { return instance_dict(thread, self); }

const MethodRow base_rows[] = {
    method<base_seek>("!seek($self, *args)", "Move to a position; not every stream can."),
    method<tell>("tell($self, /)", "The current position."),
    method<truncate>("!truncate($self, *args)", "Cut the file off at a position."),
    method<flush>("flush($self, /)", "Write out what is buffered."),
    method<close>("close($self, /)", "Flush and close; closing twice does nothing."),
    method<answer_no>("seekable($self, /)", "Whether seek() works."),
    method<answer_no>("readable($self, /)", "Whether read() works."),
    method<answer_no>("writable($self, /)", "Whether write() works."),
    method<check_closed_method>("!_checkClosed($self, *args)", ""),
    method<check_seekable>("!_checkSeekable($self, *args)", ""),
    method<check_readable>("!_checkReadable($self, *args)", ""),
    method<check_writable>("!_checkWritable($self, *args)", ""),
    method<fileno>("fileno($self, /)", "The file descriptor; OSError if there is none."),
    method<isatty>("isatty($self, /)", "Whether this is a terminal."),
    method<enter>("!__enter__($self)", ""),
    method<exit>("!__exit__($self, *args)", ""),
    method<readline>("readline($self, size=-1, /)", "Read up to and with the next newline, at most size bytes."),
    method<readlines>("readlines($self, hint=-1, /)", "A list of lines; hint limits their total size."),
    method<writelines>("writelines($self, lines, /)", "Write all of the lines; no newlines are added."),
    getter<base_closed>("closed", ""),
    getter<own_attributes>("__dict__", nullptr, set_instance_dict),
};

// --- _RawIOBase ---

Value raw_readall(Thread& thread, Value self) {
  GrowingBytes contents;
  for (bool first = true;; first = false) {
    const Value data = TRY(call_method(thread, self, "read", {make_int(static_cast<int64_t>(kDefaultBufferSize))}));
    if (data.is_none()) {
      if (first) return None;
      break;
    }
    if (!has_kind(data, Kind::Bytes)) return raise(thread, TypeError, "read() should return bytes");
    if (data.as<Bytes>()->size == 0) break;
    contents += data.as<Bytes>()->view();
    if (contents.failed()) break;
  }
  return bytes_result(thread, contents);
}

Value raw_read(Thread& thread, Value self, Value size) {
  const int64_t count = TRY(size_argument(thread, size));
  if (count < 0) return call_method(thread, self, "readall");
  const Value array = TRY(call(thread, &type_of_kind(Kind::Bytearray), {make_int(count)}));
  const Value got = TRY(call_method(thread, self, "readinto", {array}));
  if (got.is_none()) return None;
  const int64_t filled = TRY(index_as_int64(thread, got, &ValueError));
  Bytearray& bytes = *array.as<Bytearray>();
  if (filled < 0 || static_cast<size_t>(filled) > bytes.size) {
    return raise(thread, ValueError, "readinto returned {} outside buffer size {}", filled, bytes.size);
  }
  return make_bytes({reinterpret_cast<const char*>(bytes.data()), static_cast<size_t>(filled)});
}
Value raw_readinto(Thread& thread, Value, std::span<const Value>) { return raise_bare(thread, NotImplementedError); }

const MethodRow raw_rows[] = {
    method<raw_read>("read($self, size=-1, /)", "Read at most size bytes in one call of readinto()."),
    method<raw_readall>("readall($self, /)", "Read until the end of the file."),
    method<raw_readinto>("!readinto($self, *args)", ""),
    method<raw_readinto>("!write($self, *args)", ""),
};

// --- _BufferedIOBase ---

Value buffered_detach(Thread& thread, Value) { return raise_unsupported(thread, "detach"); }
Value buffered_read(Thread& thread, Value, std::span<const Value>) { return raise_unsupported(thread, "read"); }
Value buffered_read1_base(Thread& thread, Value, std::span<const Value>) { return raise_unsupported(thread, "read1"); }
Value buffered_write_base(Thread& thread, Value, std::span<const Value>) { return raise_unsupported(thread, "write"); }

Value read_into_with(Thread& thread, Value self, Value target, const char* method) {
  BufferLease buffer(thread);
  TRY(acquire_writable(thread, buffer, target));
  const Value data = TRY(call_method(thread, self, method, {make_int(static_cast<int64_t>(buffer.size()))}));
  if (!has_kind(data, Kind::Bytes)) return raise(thread, TypeError, "read() should return bytes");
  const std::string_view view = data.as<Bytes>()->view();
  if (view.size() > buffer.size()) {
    return raise(thread, ValueError, "read() returned too much data: {} bytes requested, {} returned", buffer.size(),
                 view.size());
  }
  copy_bytes(buffer.data(), view);
  return make_int(static_cast<int64_t>(view.size()));
}
Value base_readinto(Thread& thread, Value self, Value target) { return read_into_with(thread, self, target, "read"); }
Value base_readinto1(Thread& thread, Value self, Value target) { return read_into_with(thread, self, target, "read1"); }

const MethodRow buffered_rows[] = {
    method<buffered_detach>("detach($self, /)", "Separate the raw stream and return it."),
    method<buffered_read>("!read($self, *args)", "Read and return up to n bytes."),
    method<buffered_read1_base>("!read1($self, *args)", "Read with at most one call of the raw stream."),
    method<base_readinto>("readinto($self, buffer, /)", "Read into a writable buffer; the number of bytes."),
    method<base_readinto1>("readinto1($self, buffer, /)", "The same with at most one call of the raw stream."),
    method<buffered_write_base>("!write($self, *args)", "Write the bytes; how many there were."),
};

// --- _TextIOBase ---

Value text_detach(Thread& thread, Value, std::span<const Value>) { return raise_unsupported(thread, "detach"); }
Value text_read(Thread& thread, Value, std::span<const Value>) { return raise_unsupported(thread, "read"); }
Value text_readline(Thread& thread, Value, std::span<const Value>) { return raise_unsupported(thread, "readline"); }
Value text_write_base(Thread& thread, Value, std::span<const Value>) { return raise_unsupported(thread, "write"); }
Value text_none(Value) { return None; }

const MethodRow text_rows[] = {
    method<text_detach>("!detach($self, *args)", "Separate the buffer and return it."),
    method<text_read>("!read($self, *args)", "Read at most n characters."),
    method<text_readline>("!readline($self, *args)", "Read until newline or end of file."),
    method<text_write_base>("!write($self, *args)", "Write a string; the number of characters."),
    getter<text_none>("encoding", "Encoding of the text stream."),
    getter<text_none>("newlines", "Line endings seen so far."),
    getter<text_none>("errors", "Error handler of decoder and encoder."),
};

constexpr uint32_t kFileFlags = Type::kBaseType | Type::kHasDict | Type::kHasWeakReferences;

TypeSpec base_spec(const char* doc, std::span<const MethodRow> rows) {
  TypeSpec spec;
  spec.doc = doc;
  spec.instance_bytes = sizeof(IOBase);
  spec.flags = kFileFlags;
  spec.methods = rows;
  spec.attributes_word = WORD_OF(IOBase, attributes);
  spec.module = "_io";
  spec.slots.make = new_io_object;
  spec.slots.finalize = finalize_file;
  return spec;
}

}  // namespace

// A file that nobody closed is closed when it goes; what fails then is only told in development mode.
void finalize_file(Thread& thread, Value self) {
  const Value saved = take_exception(thread);
  const Value closed = get_attribute_or_unbound(thread, self, "closed");
  if (closed.is_empty()) thread.exception = Value();
  if (!closed.is_true()) {
    if (set_attribute(thread, self, "_finalizing", True).failed()) thread.exception = Value();
    if (call_method(thread, self, "close").is_empty()) thread.exception = Value();
  }
  thread.exception = saved;
}

void define_io_base_types() {
  TypeSpec spec = base_spec("The root of all file classes.", base_rows);
  spec.slots.iterate = iterate_self;
  spec.slots.next = next_line;
  define_type(ModuleKind::IOBase, spec);
  define_type(ModuleKind::RawIOBase, base_spec("Base of raw binary streams.", raw_rows));
  define_type(ModuleKind::BufferedIOBase, base_spec("Base of buffered binary streams.", buffered_rows));
  define_type(ModuleKind::TextIOBase, base_spec("Base of text streams.", text_rows));
}

}  // namespace minipy
