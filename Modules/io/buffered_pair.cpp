// BufferedRWPair: one object from a readable and a writable stream, such as the ends of two pipes.
#include "Modules/io/io.h"
#include "Objects/exception.h"
#include "Objects/module_kinds.h"

namespace minipy {
namespace {

struct BufferedPair : IOBase {
  Value reader, writer;
};

Status initialize(Thread& thread, BufferedPair& self, Value reader, Value writer, Value size) {
  if (!TRY(ask(thread, reader, "readable"))) return raise_unsupported(thread, "File or stream is not readable.");
  if (!TRY(ask(thread, writer, "writable"))) return raise_unsupported(thread, "File or stream is not writable.");
  if (size.is_empty()) size = make_int(static_cast<int64_t>(kDefaultBufferSize));
  self.reader = TRY(call(thread, &type_of_kind(ModuleKind::BufferedReader), {reader, size}));
  self.writer = TRY(call(thread, &type_of_kind(ModuleKind::BufferedWriter), {writer, size}));
  return nothing;
}
const MethodRow init_row =
    method<initialize>("BufferedRWPair($self, reader, writer, buffer_size=<default>, /)", "");
Status init(Thread& thread, Value self, const Value* arguments, size_t count, Value keyword_names) {
  if (keyword_count(keyword_names) > 0 && is_exact(self, ModuleKind::BufferedRWPair)) {
    return raise(thread, TypeError, "BufferedRWPair() takes no keyword arguments");
  }
  return call_init(thread, init_row, self, arguments, count, keyword_names);
}

Value forward(Thread& thread, Value target, const char* method, std::span<const Value> arguments) {
  if (target.is_empty()) return raise(thread, ValueError, "I/O operation on uninitialized object");
  return call_method(thread, target, intern(method), arguments.data(), arguments.size());
}
#define FORWARD(name, target)                                                              \
  Value name(Thread& thread, BufferedPair& self, std::span<const Value> arguments) {       \
    return forward(thread, self.target, #name, arguments);                                 \
  }
FORWARD(read, reader)
FORWARD(peek, reader)
FORWARD(read1, reader)
FORWARD(readinto, reader)
FORWARD(readinto1, reader)
FORWARD(readable, reader)
FORWARD(write, writer)
FORWARD(flush, writer)
FORWARD(writable, writer)
#undef FORWARD

// Both are closed, whatever happens; the writer's failure is the context of the reader's.
Value close(Thread& thread, BufferedPair& self) {
  const Value written = forward(thread, self.writer, "close", {});
  const Value failure = take_exception(thread);
  const Value result = forward(thread, self.reader, "close", {});
  if (result.is_empty()) {
    if (!failure.is_empty()) exception_object(thread.exception).context = failure;
    return error;
  }
  if (written.is_empty()) return restore_exception(thread, failure);
  return result;
}

Value isatty(Thread& thread, BufferedPair& self) {
  const Value writer = TRY(forward(thread, self.writer, "isatty", {}));
  return writer.is_false() ? forward(thread, self.reader, "isatty", {}) : writer;
}
Value get_closed(Thread& thread, BufferedPair& self) {
  if (self.writer.is_empty()) {
    return raise(thread, RuntimeError, "the BufferedRWPair object is being garbage-collected");
  }
  return get_attribute(thread, self.writer, "closed");
}

const MethodRow rows[] = {
    method<read>("!read($self, *args)", ""),         method<peek>("!peek($self, *args)", ""),
    method<read1>("!read1($self, *args)", ""),       method<readinto>("!readinto($self, *args)", ""),
    method<readinto1>("!readinto1($self, *args)", ""), method<write>("!write($self, *args)", ""),
    method<flush>("!flush($self, *args)", ""),       method<readable>("!readable($self, *args)", ""),
    method<writable>("!writable($self, *args)", ""), method<close>("!close($self)", ""),
    method<isatty>("!isatty($self)", ""),            getter<get_closed>("closed", ""),
};

}  // namespace

void define_buffered_pair_type() {
  TypeSpec spec;
  spec.doc = "BufferedRWPair(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)\n--\n\n"
             "Buffers a readable and a writable stream as one.";
  spec.instance_bytes = sizeof(BufferedPair);
  spec.flags = Type::kBaseType | Type::kHasDict | Type::kHasWeakReferences;
  spec.methods = rows;
  spec.attributes_word = WORD_OF(BufferedPair, attributes);
  spec.module = "_io";
  spec.slots.make = new_io_object;
  spec.slots.init = init;
  spec.slots.finalize = finalize_file;
  define_type(ModuleKind::BufferedRWPair, spec);
}

}  // namespace minipy
