// The methods that change a bytearray.
#include <algorithm>
#include <cstring>

#include "Objects/bytearray.h"
#include "Objects/bytes_methods.h"
#include "Objects/bytes_search.h"
#include "Objects/raise.h"
#include "Objects/str.h"
#include "Objects/tuple.h"

namespace minipy {

namespace {

Status append(Thread& thread, Bytearray& self, Value item) {
  return bytearray_append(thread, self, TRY(byte_argument(thread, item)));
}

Status insert(Thread& thread, Bytearray& self, int64_t index, Value item) {
  const char byte = static_cast<char>(TRY(byte_argument(thread, item)));
  const auto size = static_cast<int64_t>(self.size);
  if (index < 0) index += size;
  const auto place = static_cast<size_t>(std::clamp<int64_t>(index, 0, size));
  return bytearray_replace(thread, self, place, place, {&byte, 1});
}

Status extend(Thread& thread, Bytearray& self, Value source) {
  if (supports_buffer(source)) {
    if (source == Value(&self)) source = make_bytes(contents_of(source));
    BufferLease lease(thread);
    TRY(lease.acquire(source));
    return bytearray_replace(thread, self, self.size, self.size, lease.view());
  }
  const TypeSlots& slots = type_of(source).slots;
  if (!slots.iterate && !slots.sequence_item) {
    return raise(thread, TypeError, "can't extend bytearray with {}", type_of(source));
  }
  TRY(length_hint(thread, source, 32));
  std::string collected;  // the array itself stays as it was if an item is refused
  const Status done = for_each(thread, source, [&](Value item) -> Status {
    collected.push_back(static_cast<char>(TRY(byte_argument(thread, item))));
    return nothing;
  });
  TRY(done);
  return bytearray_replace(thread, self, self.size, self.size, collected);
}

Result<int> pop(Thread& thread, Bytearray& self, int64_t index) {
  const auto size = static_cast<int64_t>(self.size);
  if (size == 0) return raise(thread, IndexError, "pop from empty bytearray");
  if (index < 0) index += size;
  if (index < 0 || index >= size) return raise(thread, IndexError, "pop index out of range");
  TRY(bytearray_may_resize(thread, self));
  const int byte = self.data()[index];
  TRY(bytearray_replace(thread, self, static_cast<size_t>(index), static_cast<size_t>(index) + 1, {}));
  return byte;
}

Status remove(Thread& thread, Bytearray& self, Value value) {
  const char byte = static_cast<char>(TRY(byte_argument(thread, value)));
  const size_t place = byte_search::find(contents_of(&self), {&byte, 1});
  if (place == byte_search::kAbsent) return raise(thread, ValueError, "value not found in bytearray");
  return bytearray_replace(thread, self, place, place + 1, {});
}

void reverse(Bytearray& self) { std::reverse(self.data(), self.data() + self.size); }
Status clear(Thread& thread, Bytearray& self) { return bytearray_resize(thread, self, 0); }
Value copy(Thread& thread, Bytearray& self) { return make_like(thread, &self, contents_of(&self)); }
size_t allocated(Bytearray& self) { return self.capacity; }
size_t size_of(Bytearray& self) { return 56 + self.capacity; }

// Old protocols know no bytes: there the contents travel as Latin-1 text.
Value reduce_for(Thread& thread, Value self, int protocol) {
  const std::string_view contents = contents_of(self);
  Tuple* arguments = empty_tuple();
  if (protocol < 3) {
    arguments = make_tuple({make_str_latin1(contents), make_str("latin-1")});
  } else if (!contents.empty()) {
    arguments = make_tuple({make_bytes(contents)});
  }
  const Value state = TRY(call_method(thread, self, "__getstate__"));
  return make_tuple({Value(&type_of(self)), arguments, state});
}
Value reduce(Thread& thread, Value self) { return reduce_for(thread, self, 2); }
Value reduce_ex(Thread& thread, Value self, int protocol) { return reduce_for(thread, self, protocol); }

const MethodRow methods[] = {
    method<allocated>("!__alloc__($self, /)", "How many bytes are allocated."),
    method<reduce>("__reduce__($self, /)", "Return state information for pickling."),
    method<reduce_ex>("__reduce_ex__($self, proto=0, /)", "Return state information for pickling."),
    method<size_of>("__sizeof__($self, /)", "The size of the array in memory, in bytes."),
    method<append>("append($self, item, /)", "Put one byte at the end."),
    method<clear>("clear($self, /)", "Take out all bytes."),
    method<copy>("copy($self, /)", "A copy."),
    method<extend>("extend($self, iterable_of_ints, /)", "Put all the bytes of the iterable at the end."),
    method<insert>("insert($self, index, item, /)", "Put one byte in front of the given index."),
    method<pop>("pop($self, index=-1, /)", "Take out and return the byte at index."),
    method<remove>("remove($self, value, /)", "Take out the first byte of this value."),
    method<reverse>("reverse($self, /)", "Reverse the order of the bytes in place."),
};

}  // namespace

std::span<const MethodRow> bytearray_methods() { return methods; }

}  // namespace minipy
