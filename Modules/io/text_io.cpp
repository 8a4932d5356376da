// TextIOWrapper: construction, writing, attributes. Reading is in text_read.cpp, positions in
// text_position.cpp.
#include <langinfo.h>

#include <algorithm>

#include "Modules/io/buffered.h"
#include "Modules/io/io.h"
#include "Modules/io/text_read.h"
#include "Objects/codecs.h"
#include "Objects/copy_bytes.h"
#include "Objects/exception.h"
#include "Objects/module_kinds.h"
#include "VM/runtime.h"

namespace minipy {

static Status check_initialized(Thread& thread, const TextIOWrapper& self) {
  if (self.is_initialized) return nothing;
  return raise(thread, ValueError, "I/O operation on uninitialized object");
}

Status check_text_state(Thread& thread, const TextIOWrapper& self) {
  TRY(check_initialized(thread, self));
  if (self.is_detached) return raise(thread, ValueError, "underlying buffer has been detached");
  return nothing;
}

namespace {

// The usual stack of our own types answers without a lookup whether it is open.
bool stands_on_open_file(Value buffer) {
  if (!is_exact(buffer, ModuleKind::BufferedReader) && !is_exact(buffer, ModuleKind::BufferedWriter)) return false;
  const Value raw = buffer.as<Buffered>()->raw;
  // Attributes of its own do not hide `closed`.
  return has_kind(raw, ModuleKind::FileIO) && &type_of(raw) == &type_of_kind(ModuleKind::FileIO) &&
         raw.as<FileIO>()->descriptor >= 0;
}

Status check_text_open(Thread& thread, TextIOWrapper& self) {
  TRY(check_text_state(thread, self));
  const Value buffer = self.buffer;
  if (stands_on_open_file(buffer)) return nothing;
  const bool is_over = is_exact(buffer, ModuleKind::BytesIO) ? buffer.as<BytesIO>()->is_closed : TRY(is_closed(thread, buffer));
  if (!is_over) return nothing;
  return raise(thread, ValueError, "I/O operation on closed file.");
}

// --- construction ---

Value locale_encoding() {
  if (runtime.configuration.utf8_mode) return make_str("utf-8");
  return make_str(nl_langinfo(CODESET));
}

void set_newline_mode(TextIOWrapper& self, Value newline) {
  const std::string text = newline.is_none() ? "" : to_utf8(newline.as<Str>());
  self.read_newline = newline;
  self.is_universal = newline.is_none() || text.empty();
  self.translates_on_read = newline.is_none();
  self.translates_on_write = newline.is_none() || !text.empty();
  // On this system "\n" is what is written for a newline.
  self.write_newline = text.empty() || text == "\n" ? Value() : newline;
}

// In the middle of a file the encoder writes no mark.
Status fix_encoder(Thread& thread, TextIOWrapper& self) {
  if (!self.is_seekable || self.encoder.is_empty()) return nothing;
  const Value position = TRY(call_method(thread, self.buffer, "tell"));
  if (position.is_int() && position.as_int() == 0) return nothing;
  return text_reset_encoder(thread, self, false);
}

Status initialize(Thread& thread, TextIOWrapper& self, Value buffer, Value encoding, Value errors, Value newline,
                  bool line_buffering, bool write_through) {
  self.is_initialized = self.is_detached = false;
  for (const auto& [value, name] : {std::pair{encoding, "encoding"}, std::pair{errors, "errors"}}) {
    if (value.is_none() || is_str(value)) continue;
    return raise(thread, TypeError, "TextIOWrapper() argument '{}' must be str or None, not {}", name, argument_kind(value));
  }
  if (!newline.is_none() && !is_str(newline)) {
    return raise(thread, TypeError, "TextIOWrapper() argument 'newline' must be str or None, not {}", argument_kind(newline));
  }
  TRY(check_newline(thread, newline));
  if (encoding.is_none() && runtime.configuration.warn_default_encoding) {
    TRY(warn(thread, EncodingWarning, "'encoding' argument not specified"));
  }
  self.errors = errors.is_none() ? Value(make_str("strict")) : errors;
  if (checks_error_handlers) TRY(lookup_error_handler(thread, to_utf8(self.errors.as<Str>())));
  const bool is_locale = !encoding.is_none() && equal(encoding.as<Str>(), "locale");
  self.encoding = encoding.is_none() || is_locale ? locale_encoding() : encoding;
  if (to_utf8(self.encoding.as<Str>()).find('\0') != std::string::npos ||
      to_utf8(self.errors.as<Str>()).find('\0') != std::string::npos) {
    return raise(thread, ValueError, "embedded null character");
  }
  self.buffer = buffer;
  self.line_buffering = line_buffering;
  self.write_through = write_through;
  self.chunk_size = kDefaultBufferSize;
  self.decoded = self.snapshot = Value();
  self.decoded_used = self.pending_size = 0;
  set_newline_mode(self, newline);
  TRY(text_choose_codec(thread, self));
  self.is_seekable = self.telling = TRY(ask(thread, buffer, "seekable"));
  const Value read1 = TRY(get_attribute_or_unbound(thread, buffer, "read1"));
  self.has_read1 = !read1.is_unbound();
  self.is_initialized = true;
  return fix_encoder(thread, self);
}
const MethodRow init_row = method<initialize>(
    "TextIOWrapper($self, /, buffer, encoding=None, errors=None, newline=None, line_buffering=False, "
    "write_through=False)",
    "");
Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  self.as<TextIOWrapper>()->is_initialized = false;
  return call_init(thread, init_row, self, arguments, count, keyword_names);
}

// --- writing ---

bool contains(const Str& text, char wanted) {
  if (text.width() == 1) return std::memchr(text.latin1(), wanted, text.length()) != nullptr;
  for (size_t i = 0; i < text.length(); ++i) {
    if (text.at(i) == static_cast<char32_t>(wanted)) return true;
  }
  return false;
}

bool append_pending(TextIOWrapper& self, std::string_view bytes) {
  if (bytes.empty()) return true;
  const size_t needed = self.pending_size + bytes.size();
  if (needed > self.pending_capacity) {
    const size_t capacity = std::max(needed, self.chunk_size * 2);
    auto* memory = static_cast<uint8_t*>(gc_allocate_leaf_buffer(capacity));
    if (!memory) return false;
    if (self.pending_size > 0) std::memcpy(memory, self.pending, self.pending_size);
    self.pending = memory;
    self.pending_capacity = capacity;
  }
  copy_bytes(self.pending + self.pending_size, bytes);
  self.pending_size = needed;
  return true;
}

Status flush_buffer(Thread& thread, TextIOWrapper& self) {
  if (is_exact(self.buffer, ModuleKind::BufferedWriter)) {
    BufferLock lock(thread, *self.buffer.as<Buffered>());
    TRY(lock.acquire());
    return flush_writes(thread, *self.buffer.as<Buffered>());
  }
  TRY(call_method(thread, self.buffer, "flush"));
  return nothing;
}

Status forget_read_ahead(Thread& thread, TextIOWrapper& self) {
  if (self.snapshot.is_empty() && self.decoded.is_empty()) return nothing;
  self.decoded = self.snapshot = Value();
  self.decoded_used = 0;
  return text_can_decode(self) ? text_reset_decoder(thread, self) : nothing;
}

Value write(Thread& thread, TextIOWrapper& self, Value text) {
  if (!is_str(text)) {
    return raise(thread, TypeError, "write() argument must be str, not {}", argument_kind(text));
  }
  TRY(text_write(thread, self, *text.as<Str>()));
  return make_int(static_cast<int64_t>(text.as<Str>()->length()));
}

Value flush(Thread& thread, TextIOWrapper& self) { return text_flush(thread, self); }

Value get_closed(Thread& thread, TextIOWrapper& self) {
  TRY(check_text_state(thread, self));
  return get_attribute(thread, self.buffer, "closed");
}

Value close(Thread& thread, TextIOWrapper& self) {
  TRY(check_text_state(thread, self));
  const Value closed = TRY(get_closed(thread, self));
  if (TRY(truth(thread, closed))) return None;
  if (self.is_finalizing) {
    if (call_method(thread, self.buffer, "_dealloc_warn", {Value(&self)}).is_empty()) thread.exception = Value();
  }
  const Value flushed = call_method(thread, &self, "flush");
  const Value failure = take_exception(thread);
  const Value result = call_method(thread, self.buffer, "close");
  if (result.is_empty()) {
    if (!failure.is_empty() && thread.exception != failure) {
      auto& object = exception_object(thread.exception);
      if (object.context.is_empty() || object.context.is_none()) object.context = failure;
    }
    return error;
  }
  if (flushed.is_empty()) return restore_exception(thread, failure);
  return result;
}

Value detach(Thread& thread, TextIOWrapper& self) {
  TRY(check_text_state(thread, self));
  TRY(call_method(thread, &self, "flush"));
  const Value buffer = self.buffer;
  self.buffer = Value();
  self.is_detached = true;
  return buffer;
}

Value reconfigure(Thread& thread, TextIOWrapper& self, Value encoding, Value errors, Value newline,
                  Value line_buffering, Value write_through) {
  const bool changes_newline = !newline.is_empty();
  if (!self.decoded.is_empty() && (!encoding.is_none() || !errors.is_none() || changes_newline)) {
    return raise_unsupported(
        thread, "It is not possible to set the encoding or newline of stream after the first read");
  }
  for (const auto& [value, name] : {std::pair{encoding, "encoding"}, std::pair{errors, "errors"}}) {
    if (value.is_none() || is_str(value)) continue;
    return raise(thread, TypeError, "reconfigure() argument '{}' must be str or None, not {}", name, argument_kind(value));
  }
  if (changes_newline) TRY(check_newline(thread, newline));
  const bool lines = line_buffering.is_none() ? self.line_buffering : TRY(truth(thread, line_buffering));
  const bool through = write_through.is_none() ? self.write_through : TRY(truth(thread, write_through));
  TRY(text_flush(thread, self));
  if (!encoding.is_none() || !errors.is_none() || changes_newline) {
    if (changes_newline) set_newline_mode(self, newline);
    if (!encoding.is_none()) {
      self.encoding = equal(encoding.as<Str>(), "locale") ? locale_encoding() : encoding;
      if (errors.is_none()) self.errors = make_str("strict");
    }
    if (!errors.is_none()) self.errors = errors;
    TRY(text_choose_codec(thread, self));
    TRY(fix_encoder(thread, self));
  }
  self.line_buffering = lines;
  self.write_through = through;
  return None;
}

// --- attributes ---

Value forward(Thread& thread, TextIOWrapper& self, const char* method) {
  TRY(check_text_state(thread, self));
  return call_method(thread, self.buffer, method);
}
Value fileno(Thread& thread, TextIOWrapper& self) { return forward(thread, self, "fileno"); }
Value seekable(Thread& thread, TextIOWrapper& self) { return forward(thread, self, "seekable"); }
Value readable(Thread& thread, TextIOWrapper& self) { return forward(thread, self, "readable"); }
Value writable(Thread& thread, TextIOWrapper& self) { return forward(thread, self, "writable"); }
Value isatty(Thread& thread, TextIOWrapper& self) { return forward(thread, self, "isatty"); }

Value get_encoding(TextIOWrapper& self) { return self.encoding.is_empty() ? None : self.encoding; }
Value get_buffer_attribute(Thread& thread, TextIOWrapper& self) {
  if (self.buffer.is_empty()) {
    return self.is_detached ? None : Value(raise(thread, AttributeError, "buffer"));
  }
  return self.buffer;
}
bool get_line_buffering(TextIOWrapper& self) { return self.line_buffering; }
bool get_write_through(TextIOWrapper& self) { return self.write_through; }
bool get_finalizing(TextIOWrapper& self) { return self.is_finalizing; }
Status set_finalizing(Thread& thread, Value self, Value value) {
  self.as<TextIOWrapper>()->is_finalizing = TRY(truth(thread, value));
  return nothing;
}
Value get_name(Thread& thread, TextIOWrapper& self) {
  TRY(check_text_state(thread, self));
  return get_attribute(thread, self.buffer, "name");
}
Value get_errors(Thread& thread, TextIOWrapper& self) {
  TRY(check_initialized(thread, self));
  return self.errors;
}
Value get_newlines(Thread& thread, TextIOWrapper& self) {
  TRY(check_text_state(thread, self));
  if (!has_kind(self.decoder, ModuleKind::IncrementalNewlineDecoder)) return None;
  return seen_newlines(self.decoder.as<NewlineDecoder>()->seen);
}
Value get_chunk_size(Thread& thread, TextIOWrapper& self) {
  TRY(check_text_state(thread, self));
  return make_int(static_cast<int64_t>(self.chunk_size));
}
Status set_chunk_size(Thread& thread, Value self, Value value) {
  if (value.is_empty()) return raise(thread, AttributeError, "cannot delete attribute");
  TRY(check_text_state(thread, *self.as<TextIOWrapper>()));
  const int64_t size = TRY(index_as_int64(thread, value, &ValueError));
  if (size <= 0) return raise(thread, ValueError, "a strictly positive integer is required");
  self.as<TextIOWrapper>()->chunk_size = static_cast<size_t>(size);
  return nothing;
}

Value show(Thread& thread, Value value) {
  TextIOWrapper& self = *value.as<TextIOWrapper>();
  TRY(check_initialized(thread, self));
  if (TRY(repr_enter(thread, value))) {
    return raise(thread, RuntimeError, "reentrant call inside {}.__repr__", type_of(value));
  }
  StrBuilder text;
  text.append("<_io.TextIOWrapper");
  bool failed = false;
  for (const char* name : {"name", "mode"}) {
    const Value attribute = get_attribute_or_unbound(thread, value, name);
    if (attribute.is_empty()) {
      // A closed or detached buffer has no name to give.
      if (catch_exception(thread, ValueError)) continue;
      failed = true;
      break;
    }
    if (attribute.is_unbound()) continue;
    const Result<Str*> shown = repr(thread, attribute);
    if (shown.failed()) {
      failed = true;
      break;
    }
    text.append(" " + std::string(name) + "=");
    text.append(shown.value());
  }
  repr_leave(thread, value);
  if (failed) return error;
  text.append(" encoding=");
  text.append(TRY(repr(thread, self.encoding)));
  text.append(">");
  return TRY(text.finish(thread));
}

Value next_line(Thread& thread, Value value) {
  TextIOWrapper& self = *value.as<TextIOWrapper>();
  const bool is_plain = &type_of(value) == &type_of_kind(ModuleKind::TextIOWrapper);  // whatever attribute hides readline
  if (is_plain && self.is_initialized && stands_on_open_file(self.buffer)) {
    self.telling = false;
    if (Str* const line = text_line_at_hand(self)) return line;
  }
  TRY(check_text_state(thread, self));
  self.telling = false;
  Value line;
  if (is_plain) {
    TRY(check_text_open(thread, self));
    line = TRY(text_read_line(thread, self, -1));
  } else {
    line = TRY(call_method(thread, value, "readline"));
    if (!is_str(line)) {
      return raise(thread, OSError, "readline() should have returned a str object, not '{}'", type_of(line));
    }
  }
  if (line.as<Str>()->length() > 0) return line;
  self.snapshot = Value();
  self.telling = self.is_seekable;
  return Unbound;
}

Value read(Thread& thread, TextIOWrapper& self, Value size) {
  TRY(check_text_open(thread, self));
  return text_read(thread, self, TRY(size_argument(thread, size)));
}
Value readline(Thread& thread, TextIOWrapper& self, Value size) {
  TRY(check_text_open(thread, self));
  return text_read_line(thread, self, TRY(size_argument(thread, size)));
}

const MethodRow rows[] = {
    method<detach>("detach($self, /)", "Separate the buffer and return it."),
    method<reconfigure>("reconfigure($self, /, *, encoding=None, errors=None, newline=<None>, line_buffering=None, "
                        "write_through=None)",
                        "Change how text is encoded and buffered."),
    method<write>("write($self, text, /)", "Write text; the number of characters."),
    method<read>("read($self, size=-1, /)", "Read size characters, or up to the end."),
    method<readline>("readline($self, size=-1, /)", "Read up to and with the next newline."),
    method<flush>("flush($self, /)", "Write out what is buffered."),
    method<close>("close($self, /)", "Flush and close."),
    method<fileno>("fileno($self, /)", "The descriptor."),
    method<seekable>("seekable($self, /)", "Whether it can seek."),
    method<readable>("readable($self, /)", "Whether it can be read."),
    method<writable>("writable($self, /)", "Whether it can be written."),
    method<isatty>("isatty($self, /)", "Whether it is a terminal."),
    method<text_seek>("seek($self, cookie, whence=0, /)", "Move to a position that tell() gave."),
    method<text_tell>("tell($self, /)", "The position, as a cookie for seek()."),
    method<text_truncate>("truncate($self, pos=None, /)", "Cut the file off."),
    member<get_encoding>("encoding", ""),
    member<get_buffer_attribute>("buffer", ""),
    member<get_line_buffering>("line_buffering", ""),
    member<get_write_through>("write_through", ""),
    member<get_finalizing>("_finalizing", "", set_finalizing),
    getter<get_name>("name", ""),
    getter<get_closed>("closed", ""),
    getter<get_newlines>("newlines", ""),
    getter<get_errors>("errors", ""),
    getter<get_chunk_size>("_CHUNK_SIZE", "", set_chunk_size),
};

}  // namespace

Status text_flush_pending(Thread& thread, TextIOWrapper& self) {
  if (self.pending_size == 0) return nothing;
  const size_t size = self.pending_size;
  self.pending_size = 0;
  const std::string_view bytes(reinterpret_cast<const char*>(self.pending), size);
  if (is_exact(self.buffer, ModuleKind::BufferedWriter)) {
    Buffered& buffer = *self.buffer.as<Buffered>();
    BufferLock lock(thread, buffer);
    TRY(lock.acquire());
    TRY(check_buffered_open(thread, buffer, "write to closed file"));
    return buffered_write(thread, buffer, bytes);
  }
  TRY(call_method(thread, self.buffer, "write", {Value(make_bytes(bytes))}));
  return nothing;
}

Status text_write(Thread& thread, TextIOWrapper& self, const Str& text) {
  TRY(check_text_open(thread, self));
  if (!text_can_encode(self)) return raise_unsupported(thread, "not writable");
  if (!self.is_registered) {
    self.is_registered = true;
    flush_at_exit(thread, &self);
  }
  const bool needs_newline = self.translates_on_write && !self.write_newline.is_empty();
  const bool has_newline = (needs_newline || self.line_buffering) && contains(text, '\n');
  const Str* written = &text;
  if (has_newline && needs_newline) {
    written = TRY(call_method(thread, &text, "replace", {make_str("\n"), self.write_newline})).as<Str>();
  }
  const bool flushes = self.line_buffering && (has_newline || contains(text, '\r'));
  if (written->is_ascii() && self.fast_codec != FastCodec::None) {
    const std::string_view bytes = written->ascii_view();
    if (self.pending_size + bytes.size() > self.chunk_size) TRY(text_flush_pending(thread, self));
    if (!append_pending(self, bytes)) return raise_memory_error(thread);
  } else {
    const Value bytes = TRY(text_encode(thread, self, *written));
    if (self.pending_size + bytes.as<Bytes>()->size > self.chunk_size) TRY(text_flush_pending(thread, self));
    if (!append_pending(self, bytes.as<Bytes>()->view())) return raise_memory_error(thread);
  }
  if (self.pending_size >= self.chunk_size || flushes || self.write_through) TRY(text_flush_pending(thread, self));
  if (flushes) TRY(flush_buffer(thread, self));
  return forget_read_ahead(thread, self);
}

Value text_flush(Thread& thread, TextIOWrapper& self) {
  TRY(check_text_open(thread, self));
  self.telling = self.is_seekable;
  TRY(text_flush_pending(thread, self));
  return call_method(thread, self.buffer, "flush");
}

void define_text_io_type() {
  TypeSpec spec;
  spec.doc = "TextIOWrapper(buffer, encoding=None, errors=None, newline=None,\n"
             "              line_buffering=False, write_through=False)\n--\n\n"
             "Text on top of a buffered binary stream.";
  spec.instance_bytes = sizeof(TextIOWrapper);
  spec.flags = Type::kBaseType | Type::kHasDict | Type::kHasWeakReferences;
  spec.methods = rows;
  spec.attributes_word = WORD_OF(TextIOWrapper, attributes);
  spec.module = "_io";
  spec.slots.make = new_io_object;
  spec.slots.init = init;
  spec.slots.repr = show;
  spec.slots.next = next_line;
  spec.slots.finalize = finalize_file;
  define_type(ModuleKind::TextIOWrapper, spec);
}

}  // namespace minipy
