// sqlite3.Blob: a value in a table, read and written piece by piece.
#include <cstdio>
#include <cstring>

#include "Modules/sqlite/sqlite.h"
#include "Objects/bytes.h"
#include "Objects/slice.h"

namespace minipy::sqlite {
namespace {

sqlite3_blob* handle_of(const Blob& blob) {
  return blob.resource ? blob.resource->blob : nullptr;
}

Status check_blob(Thread& thread, Blob& self) {
  TRY(check_usable(thread, *self.connection));
  if (!handle_of(self) || self.resource->is_doomed) {
    return raise(thread, *state.ProgrammingError, "Cannot operate on a closed blob.");
  }
  return nothing;
}
int64_t size_of(const Blob& self) {
  return library.sqlite3_blob_bytes(handle_of(self));
}

Failure raise_blob(Thread& thread, Blob& self, int code) {
  if (code == SQLITE_ABORT)
    return raise(thread, *state.OperationalError, "Cannot operate on an expired blob handle.");
  TRY(check_connection(thread, *self.connection));
  return raise_sqlite(thread, self.connection->database);
}

// `to` is no object of Python: others run meanwhile.
Status read_into(Thread& thread, Blob& self, void* to, int64_t size, int64_t offset) {
  const ResourceUse use(thread, *self.resource);
  int code;
  {
    WithoutGil without(thread);
    code = library.sqlite3_blob_read(self.resource->blob, to, static_cast<int>(size),
                                     static_cast<int>(offset));
  }
  if (code != SQLITE_OK) return raise_blob(thread, self, code);
  return nothing;
}
Value read_bytes(Thread& thread, Blob& self, int64_t size, int64_t offset) {
  Bytes* bytes = allocate_bytes(static_cast<size_t>(size));
  if (!bytes) return raise_memory_error(thread);
  TRY(read_into(thread, self, bytes->data(), size, offset));
  return bytes;
}
Status write_from(Thread& thread, Blob& self, const void* from, int64_t size, int64_t offset) {
  const ResourceUse use(thread, *self.resource);
  int code;
  {
    WithoutGil without(thread);
    code = library.sqlite3_blob_write(self.resource->blob, from, static_cast<int>(size),
                                      static_cast<int>(offset));
  }
  if (code != SQLITE_OK) return raise_blob(thread, self, code);
  return nothing;
}

// ---- methods ----

Value read(Thread& thread, Blob& self, int length) {
  TRY(check_blob(thread, self));
  const int64_t left = size_of(self) - self.offset;
  const int64_t size = length < 0 || length > left ? left : length;
  if (size == 0) return empty_bytes();
  const Value bytes = TRY(read_bytes(thread, self, size, self.offset));
  self.offset += size;
  return bytes;
}

Status write(Thread& thread, Blob& self, Value data) {
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  TRY(check_blob(thread, self));
  if (static_cast<int64_t>(lease.size()) > size_of(self) - self.offset) {
    return raise(thread, ValueError, "data longer than blob length");
  }
  TRY(write_from(thread, self, lease.data(), lease->size, self.offset));
  self.offset += lease->size;
  return nothing;
}

Status seek(Thread& thread, Blob& self, int offset, int origin) {
  TRY(check_blob(thread, self));
  int64_t start;
  switch (origin) {
    case SEEK_SET:
      start = 0;
      break;
    case SEEK_CUR:
      start = self.offset;
      break;
    case SEEK_END:
      start = size_of(self);
      break;
    default:
      return raise(thread, ValueError,
                   "'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END");
  }
  const int64_t target = start + offset;
  if (target > INT32_MAX) return raise(thread, OverflowError, "seek offset results in overflow");
  if (target < 0 || target > size_of(self))
    return raise(thread, ValueError, "offset out of blob range");
  self.offset = target;
  return nothing;
}

Result<int64_t> tell(Thread& thread, Blob& self) {
  TRY(check_blob(thread, self));
  return self.offset;
}
Status close(Thread& thread, Blob& self) {
  TRY(check_usable(thread, *self.connection));
  if (self.resource) close_resource(thread, *self.resource);
  return nothing;
}
Value enter(Thread& thread, Blob& self) {
  TRY(check_blob(thread, self));
  return &self;
}
Value leave(Thread& thread, Blob& self, Value, Value, Value) {
  TRY(check_blob(thread, self));
  close_resource(thread, *self.resource);
  return False;
}

// ---- subscripts ----

Result<size_t> blob_length(Thread& thread, Value self) {
  TRY(check_blob(thread, *self.as<Blob>()));
  return static_cast<size_t>(size_of(*self.as<Blob>()));
}

Result<int64_t> index_in(Thread& thread, Blob& self, Value key) {
  int64_t index = TRY(index_as_int64(thread, key, &IndexError));
  TRY(check_blob(thread, self));
  if (index < 0) index += size_of(self);
  if (index < 0 || index >= size_of(self))
    return raise(thread, IndexError, "Blob index out of range");
  return index;
}
// The bytes from the first to the last item of a range that is not empty.
struct Stretch {
  int64_t start, size;
};
Stretch stretch_of(const SliceRange& range) {
  const int64_t last = range.start + (range.count - 1) * range.step;
  const int64_t start = range.step > 0 ? range.start : last;
  return {start, (range.step > 0 ? last : range.start) - start + 1};
}
Result<SliceRange> range_in(Thread& thread, Blob& self, Value key) {
  SliceRange range = TRY(unpack_slice(thread, *key.as<Slice>()));
  TRY(check_blob(thread, self));
  fit_slice(range, static_cast<size_t>(size_of(self)));
  return range;
}

Value get_blob_slice(Thread& thread, Blob& self, Value key) {
  const SliceRange range = TRY(range_in(thread, self, key));
  if (range.count == 0) return empty_bytes();
  if (range.step == 1) return read_bytes(thread, self, range.count, range.start);
  const Stretch stretch = stretch_of(range);
  Bytes* all = TRY(read_bytes(thread, self, stretch.size, stretch.start)).as<Bytes>();
  Bytes* bytes = allocate_bytes(static_cast<size_t>(range.count));
  if (!bytes) return raise_memory_error(thread);
  for (int64_t i = 0; i < range.count; ++i) {
    bytes->data()[i] = all->data()[range.start + i * range.step - stretch.start];
  }
  return bytes;
}

Value blob_item(Thread& thread, Value self_value, Value key) {
  auto& self = *self_value.as<Blob>();
  TRY(check_blob(thread, self));
  if (is_slice(key)) return get_blob_slice(thread, self, key);
  if (!is_index(key)) return raise(thread, TypeError, "Blob indices must be integers");
  const int64_t index = TRY(index_in(thread, self, key));
  uint8_t byte;
  TRY(read_into(thread, self, &byte, 1, index));
  return make_int(byte);
}

Status set_blob_slice(Thread& thread, Blob& self, Value key, Value value) {
  if (value.is_empty()) return raise(thread, TypeError, "Blob doesn't support slice deletion");
  const SliceRange range = TRY(range_in(thread, self, key));
  if (range.count == 0) return nothing;
  BufferLease lease(thread);
  TRY(lease.acquire(value));
  if (lease->size != range.count)
    return raise(thread, IndexError, "Blob slice assignment is wrong size");
  TRY(check_blob(thread, self));
  if (range.step == 1) return write_from(thread, self, lease.data(), range.count, range.start);
  const Stretch stretch = stretch_of(range);
  Bytes* all = TRY(read_bytes(thread, self, stretch.size, stretch.start)).as<Bytes>();
  for (int64_t i = 0; i < range.count; ++i) {
    all->data()[range.start + i * range.step - stretch.start] = lease.data()[i];
  }
  TRY(check_blob(thread, self));
  return write_from(thread, self, all->data(), stretch.size, stretch.start);
}

Status set_blob_item(Thread& thread, Value self_value, Value key, Value value) {
  auto& self = *self_value.as<Blob>();
  TRY(check_blob(thread, self));
  if (is_slice(key)) return set_blob_slice(thread, self, key, value);
  if (!is_index(key)) return raise(thread, TypeError, "Blob indices must be integers");
  if (value.is_empty()) return raise(thread, TypeError, "Blob doesn't support item deletion");
  const int64_t index = TRY(index_in(thread, self, key));
  if (!is_any_int(value))
    return raise(thread, TypeError, "'{}' object cannot be interpreted as an integer",
                 type_of(value));
  const std::optional<int64_t> number = int_to_int64(value);
  if (!number || *number < 0 || *number > 255)
    return raise(thread, ValueError, "byte must be in range(0, 256)");
  const auto byte = static_cast<uint8_t>(*number);
  return write_from(thread, self, &byte, 1, index);
}

void finalize_blob(Thread& thread, Value self) {
  destroy_resource(thread, std::exchange(self.as<Blob>()->resource, nullptr));
}

const MethodRow methods[] = {
    method<close>("close($self, /)", "Close the blob."),
    method<enter>("__enter__($self, /)", "The blob itself."),
    method<leave>("__exit__($self, type, val, tb, /)", "Close the blob."),
    method<read>("read($self, length=-1, /)",
                 "The next length bytes; all that are left if it is negative."),
    method<seek>("seek($self, offset, origin=0, /)", "Go to a place in the blob."),
    method<tell>("tell($self, /)", "The place in the blob."),
    method<write>("write($self, data, /)",
                  "Overwrite what is at the current place; the blob keeps its size."),
};

}  // namespace

Value open_blob(Thread& thread, Connection& self, Str& table, Str& column, int64_t row,
                bool is_read_only, Str& name) {
  const std::string table_text = TRY(text_argument(thread, &table)),
                    column_text = TRY(text_argument(thread, &column));
  const std::string name_text = TRY(text_argument(thread, &name));
  TRY(check_usable(thread, self));
  sqlite3* database = self.database;
  sqlite3_blob* handle = nullptr;
  const int code = call_sqlite(thread, [&] {
    return library.sqlite3_blob_open(database, name_text.c_str(), table_text.c_str(),
                                     column_text.c_str(), row, !is_read_only, &handle);
  });
  if (code == SQLITE_MISUSE)
    return raise_sqlite_code(thread, *state.InterfaceError, code, library.sqlite3_errstr(code));
  if (code != SQLITE_OK) return raise_sqlite(thread, database);
  auto* blob = allocate_finalizable<Blob>();
  blob->connection = &self;
  blob->resource = new Resource{.blob = handle};
  add_resource(self.resources, blob->resource);
  return blob;
}

void define_blob_type(Module& module) {
  TypeSpec spec;
  spec.instance_bytes = sizeof(Blob);
  spec.flags = Type::kDisallowInstantiation | Type::kImmutable | Type::kHasFinalizer |
               Type::kHasWeakReferences;
  spec.slots.map_item = blob_item;
  spec.slots.map_set_item = set_blob_item;
  spec.slots.map_length = blob_length;
  spec.slots.finalize = finalize_blob;
  spec.methods = methods;
  module_add_type(module, define_type(ModuleKind::SqliteBlob, spec));
}

}  // namespace minipy::sqlite
