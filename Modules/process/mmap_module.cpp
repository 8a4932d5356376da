// mmap: files and anonymous memory in the address space. Library reference, "mmap".
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "Modules/descriptors.h"
#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"
#include "Objects/container_support.h"
#include "Objects/module_kinds.h"
#include "Objects/slice.h"
#include "VM/interface.h"

namespace minipy {
namespace {

enum class Access : int32_t { Default, Read, Write, Copy };

struct MemoryMap : Object {
  static constexpr Kind kKind = ModuleKind::MemoryMap;
  char* data;  // null once closed
  size_t size, position;
  int64_t offset;
  size_t exports;
  int32_t descriptor;  // our own copy; -1 for anonymous memory
  Access access;
};

Status check_open(Thread& thread, const MemoryMap& map) {
  if (!map.data) return raise(thread, ValueError, "mmap closed or invalid");
  return nothing;
}
Status check_writable(Thread& thread, const MemoryMap& map) {
  if (map.access != Access::Read) return nothing;
  return raise(thread, TypeError, "mmap can't modify a readonly memory map.");
}
// Memoryviews that nobody uses any more still count until they are collected.
bool is_exported(Thread& thread, const MemoryMap& map) {
  if (map.exports == 0) return false;
  clear_dead_registers(thread);
  gc_collect(thread);
  return map.exports > 0;
}
Status check_resizable(Thread& thread, const MemoryMap& map) {
  if (is_exported(thread, map)) return raise(thread, BufferError, "mmap can't resize with extant buffers exported.");
  if (map.access == Access::Write || map.access == Access::Default) return nothing;
  return raise(thread, TypeError, "mmap can't resize a readonly or copy-on-write memory map.");
}

// ---- construction ----

const MethodRow constructor_row = constructor("function(fileno, length, flags=1, prot=3, access=0, offset=0)");

// How long the map is: as asked, or (0) to the end of the file.
Result<size_t> fitted_size(Thread& thread, int descriptor, int64_t size, int64_t offset) {
  struct stat status;
  if (descriptor == -1 || fstat(descriptor, &status) < 0 || !S_ISREG(status.st_mode)) return static_cast<size_t>(size);
  if (size == 0) {
    if (status.st_size == 0) return raise(thread, ValueError, "cannot mmap an empty file");
    if (offset >= status.st_size) return raise(thread, ValueError, "mmap offset is greater than file size");
    return static_cast<size_t>(status.st_size - offset);
  }
  if (offset > status.st_size || status.st_size - offset < size) {
    return raise(thread, ValueError, "mmap length is greater than file size");
  }
  return static_cast<size_t>(size);
}

struct Protection {
  int flags, protection;
  Access access;
};
Result<Protection> protection_of(Thread& thread, int flags, int protection, int access) {
  constexpr int both = PROT_READ | PROT_WRITE;
  if (access != 0 && (flags != MAP_SHARED || protection != both)) {
    return raise(thread, ValueError, "mmap can't specify both access and flags, prot.");
  }
  switch (access) {
    case 0: {
      const Access meant = (protection & both) == both ? Access::Default : protection & PROT_WRITE ? Access::Write : Access::Read;
      return Protection{flags, protection, meant};
    }
    case 1: return Protection{MAP_SHARED, PROT_READ, Access::Read};
    case 2: return Protection{MAP_SHARED, both, Access::Write};
    case 3: return Protection{MAP_PRIVATE, both, Access::Copy};
    default: return raise(thread, ValueError, "mmap invalid access parameter.");
  }
}

Value make_map(Thread& thread, Type& type, const Value* arguments, size_t count, Value keyword_names) {
  Value values[6];
  TRY(bind(thread, constructor_row, arguments, count, keyword_names, values));
  const int descriptor = TRY(argument_int(thread, values[0]));
  const int64_t size = TRY(argument_int64(thread, values[1]));
  const int flags = TRY(argument_int(thread, values[2])), wanted = TRY(argument_int(thread, values[3]));
  const int access = TRY(argument_int(thread, values[4]));
  const int64_t offset = TRY(argument_int64(thread, values[5]));
  TRY(audit(thread, "mmap.__new__", {make_int(descriptor), make_int(size), make_int(access), make_int(offset)}));
  if (size < 0) return raise(thread, OverflowError, "memory mapped length must be positive");
  if (offset < 0) return raise(thread, OverflowError, "memory mapped offset must be positive");
  Protection protection = TRY(protection_of(thread, flags, wanted, access));
  const size_t fitted = TRY(fitted_size(thread, descriptor, size, offset));
  auto* map = allocate_instance_as<MemoryMap>(type);
  if (!map) return error;
  map->descriptor = -1;
  if (descriptor == -1) {
    protection.flags |= MAP_ANONYMOUS;
  } else {
    map->descriptor = make_descriptor(thread, [&] { return fcntl(descriptor, F_DUPFD_CLOEXEC, 0); });
    if (map->descriptor < 0) return raise_os_error(thread, errno);
  }
  void* data = mmap(nullptr, fitted, protection.protection, protection.flags, map->descriptor, offset);
  if (data == MAP_FAILED) {
    const int error_number = errno;
    if (map->descriptor >= 0) close(map->descriptor);
    map->descriptor = -1;
    return raise_os_error(thread, error_number);
  }
  map->data = static_cast<char*>(data);
  map->size = fitted;
  map->offset = offset;
  map->access = protection.access;
  return map;
}

void release(MemoryMap& map) {
  if (map.descriptor >= 0) close(map.descriptor);
  map.descriptor = -1;
  if (map.data) munmap(map.data, map.size);
  map.data = nullptr;
}
void finalize(Thread&, Value self) { release(*self.as<MemoryMap>()); }

Status close_map(Thread& thread, MemoryMap& self) {
  if (is_exported(thread, self)) return raise(thread, BufferError, "cannot close exported pointers exist");
  release(self);
  return nothing;
}

// ---- reading and writing at the position ----

Value take(Thread& thread, MemoryMap& self, size_t size) {
  Bytes* bytes = make_bytes({self.data + self.position, size});
  if (!bytes) return raise_memory_error(thread);
  self.position += size;
  return bytes;
}
size_t rest_of(const MemoryMap& map) { return map.position < map.size ? map.size - map.position : 0; }

Value read_line(Thread& thread, MemoryMap& self) {
  TRY(check_open(thread, self));
  const size_t rest = rest_of(self);
  if (rest == 0) return empty_bytes();
  const auto* end = static_cast<const char*>(std::memchr(self.data + self.position, '\n', rest));
  return take(thread, self, end ? static_cast<size_t>(end + 1 - (self.data + self.position)) : rest);
}

Value read_bytes(Thread& thread, MemoryMap& self, Value size) {
  TRY(check_open(thread, self));
  int64_t wanted = -1;
  if (!size.is_none()) {
    if (!is_index(size)) return raise(thread, TypeError, "argument should be integer or None, not '{}'", type_of(size));
    wanted = TRY(index_as_int64(thread, size, &OverflowError));
  }
  TRY(check_open(thread, self));
  const size_t rest = rest_of(self);
  return take(thread, self, wanted < 0 || static_cast<size_t>(wanted) > rest ? rest : static_cast<size_t>(wanted));
}

Value read_byte(Thread& thread, MemoryMap& self) {
  TRY(check_open(thread, self));
  if (self.position >= self.size) return raise(thread, ValueError, "read byte out of range");
  return make_int(static_cast<uint8_t>(self.data[self.position++]));
}

Value write_bytes(Thread& thread, MemoryMap& self, Value data) {
  TRY(check_open(thread, self));
  BufferLease lease(thread);
  TRY(lease.acquire(data));
  TRY(check_open(thread, self));
  TRY(check_writable(thread, self));
  if (self.position > self.size || lease.size() > rest_of(self)) return raise(thread, ValueError, "data out of range");
  if (lease.size() > 0) std::memmove(self.data + self.position, lease.data(), lease.size());
  self.position += lease.size();
  return make_int(static_cast<int64_t>(lease.size()));
}

Status write_byte(Thread& thread, MemoryMap& self, Value value) {
  TRY(check_open(thread, self));
  const int64_t byte = TRY(argument_int64(thread, value));
  if (byte < 0) return raise(thread, OverflowError, "unsigned byte integer is less than minimum");
  if (byte > 255) return raise(thread, OverflowError, "unsigned byte integer is greater than maximum");
  TRY(check_open(thread, self));
  TRY(check_writable(thread, self));
  if (self.position >= self.size) return raise(thread, ValueError, "write byte out of range");
  self.data[self.position++] = static_cast<char>(byte);
  return nothing;
}

Status seek(Thread& thread, MemoryMap& self, int64_t distance, int whence) {
  TRY(check_open(thread, self));
  const auto size = static_cast<int64_t>(self.size), position = static_cast<int64_t>(self.position);
  int64_t target;
  switch (whence) {
    case 0: target = distance; break;
    case 1: if (__builtin_add_overflow(position, distance, &target)) target = -1; break;
    case 2: if (__builtin_add_overflow(size, distance, &target)) target = -1; break;
    default: return raise(thread, ValueError, "unknown seek type");
  }
  if (target < 0 || target > size) return raise(thread, ValueError, "seek out of range");
  self.position = static_cast<size_t>(target);
  return nothing;
}
Value tell(Thread& thread, MemoryMap& self) {
  TRY(check_open(thread, self));
  return make_int(static_cast<int64_t>(self.position));
}

// ---- searching ----

size_t clamped(int64_t index, size_t size) {
  if (index < 0) index += static_cast<int64_t>(size);
  if (index < 0) return 0;
  return std::min(static_cast<size_t>(index), size);
}

template <bool from_the_right>
Value find_bytes(Thread& thread, MemoryMap& self, Value wanted, Value start, Value end) {
  TRY(check_open(thread, self));
  BufferLease lease(thread);
  TRY(lease.acquire(wanted));
  const int64_t from = start.is_empty() ? static_cast<int64_t>(self.position) : TRY(argument_int64(thread, start));
  const int64_t to = end.is_empty() ? static_cast<int64_t>(self.size) : TRY(argument_int64(thread, end));
  TRY(check_open(thread, self));
  const size_t first = clamped(from, self.size), last = clamped(to, self.size);
  if (first > last || last - first < lease.size()) return Value::from_int(-1);
  const std::string_view all(self.data + first, last - first);
  const size_t found = from_the_right ? all.rfind(lease.view()) : all.find(lease.view());
  return Value::from_int(found == std::string_view::npos ? -1 : static_cast<int64_t>(found + first));
}

// ---- the map as a whole ----

Value flush(Thread& thread, MemoryMap& self, int64_t offset, Value size_value) {
  const int64_t size = size_value.is_empty() ? static_cast<int64_t>(self.size) : TRY(argument_int64(thread, size_value));
  TRY(check_open(thread, self));
  if (offset < 0 || size < 0 || static_cast<size_t>(offset) > self.size || self.size - static_cast<size_t>(offset) < static_cast<size_t>(size)) {
    return raise(thread, ValueError, "flush values out of range");
  }
  if (self.access == Access::Read || self.access == Access::Copy) return None;
  if (msync(self.data + offset, static_cast<size_t>(size), MS_SYNC) < 0) return raise_os_error(thread, errno);
  return None;
}

Status advise(Thread& thread, MemoryMap& self, int option, Value start_value, Value length_value) {
  const int64_t start = start_value.is_empty() ? 0 : TRY(argument_int64(thread, start_value));
  TRY(check_open(thread, self));
  int64_t length = length_value.is_empty() ? static_cast<int64_t>(self.size) : TRY(argument_int64(thread, length_value));
  TRY(check_open(thread, self));
  const auto size = static_cast<int64_t>(self.size);
  if (start < 0 || start >= size) return raise(thread, ValueError, "madvise start out of bounds");
  if (length < 0) return raise(thread, ValueError, "madvise length invalid");
  if (start > INT64_MAX - length) return raise(thread, OverflowError, "madvise length too large");
  length = std::min(length, size - start);
  if (madvise(self.data + start, static_cast<size_t>(length), option) != 0) return raise_os_error(thread, errno);
  return nothing;
}

Status move(Thread& thread, MemoryMap& self, int64_t to, int64_t from, int64_t count) {
  TRY(check_open(thread, self));
  TRY(check_writable(thread, self));
  const auto size = static_cast<int64_t>(self.size);
  if (to < 0 || from < 0 || count < 0 || size - to < count || size - from < count) {
    return raise(thread, ValueError, "source, destination, or count out of range");
  }
  std::memmove(self.data + to, self.data + from, static_cast<size_t>(count));
  return nothing;
}

Status resize(Thread& thread, MemoryMap& self, int64_t size) {
  TRY(check_open(thread, self));
  TRY(check_resizable(thread, self));
  if (size < 0 || INT64_MAX - size < self.offset) return raise(thread, ValueError, "new size out of range");
  if (self.descriptor >= 0 && ftruncate(self.descriptor, self.offset + size) < 0) return raise_os_error(thread, errno);
  void* moved = mremap(self.data, self.size, static_cast<size_t>(size), MREMAP_MAYMOVE);
  if (moved == MAP_FAILED) return raise_os_error(thread, errno);
  self.data = static_cast<char*>(moved);
  self.size = static_cast<size_t>(size);
  return nothing;
}

Value file_size(Thread& thread, MemoryMap& self) {
  TRY(check_open(thread, self));
  struct stat status;
  if (fstat(self.descriptor, &status) < 0) return raise_os_error(thread, errno);
  return make_int(status.st_size);
}

bool is_closed(MemoryMap& self) { return !self.data; }
Value enter(Thread& thread, MemoryMap& self) {
  TRY(check_open(thread, self));
  return &self;
}
Value leave(Thread& thread, Value self, std::span<const Value>) { return call_method(thread, self, "close"); }

// ---- as a sequence of bytes ----

Result<size_t> map_length(Thread& thread, Value self) {
  TRY(check_open(thread, *self.as<MemoryMap>()));
  return self.as<MemoryMap>()->size;
}

Result<size_t> item_place(Thread& thread, MemoryMap& self, int64_t index) {
  TRY(check_open(thread, self));
  if (index < 0) index += static_cast<int64_t>(self.size);
  if (index < 0 || static_cast<size_t>(index) >= self.size) return raise(thread, IndexError, "mmap index out of range");
  return static_cast<size_t>(index);
}

// By iteration the items are bytes of length one, by subscript ints.
Value sequence_item_of(Thread& thread, Value self, int64_t index) {
  auto& map = *self.as<MemoryMap>();
  return make_byte(static_cast<uint8_t>(map.data[TRY(item_place(thread, map, index))]));
}

Value map_item(Thread& thread, Value self, Value key) {
  auto& map = *self.as<MemoryMap>();
  TRY(check_open(thread, map));
  if (is_index(key)) {
    const int64_t index = TRY(index_as_int64(thread, key, &IndexError));
    return make_int(static_cast<uint8_t>(map.data[TRY(item_place(thread, map, index))]));
  }
  if (!is_slice(key)) return raise(thread, TypeError, "mmap indices must be integers");
  SliceRange range = TRY(unpack_slice(thread, *key.as<Slice>()));
  TRY(check_open(thread, map));
  fit_slice(range, map.size);
  if (range.count <= 0) return empty_bytes();
  Bytes* bytes = allocate_bytes(static_cast<size_t>(range.count));
  if (!bytes) return raise_memory_error(thread);
  for (int64_t i = 0; i < range.count; ++i) bytes->data()[i] = static_cast<uint8_t>(map.data[range.start + i * range.step]);
  return bytes;
}

Status set_byte(Thread& thread, MemoryMap& map, Value key, Value value) {
  const int64_t index = TRY(index_as_int64(thread, key, &IndexError));
  const size_t place = TRY(item_place(thread, map, index));
  if (value.is_empty()) return raise(thread, TypeError, "mmap doesn't support item deletion");
  if (!is_index(value)) return raise(thread, TypeError, "mmap item value must be an int");
  const int64_t byte = TRY(index_as_int64(thread, value, &TypeError));
  if (byte < 0 || byte > 255) return raise(thread, ValueError, "mmap item value must be in range(0, 256)");
  TRY(check_open(thread, map));
  map.data[place] = static_cast<char>(byte);
  return nothing;
}

Status set_map_item(Thread& thread, Value self, Value key, Value value) {
  auto& map = *self.as<MemoryMap>();
  TRY(check_open(thread, map));
  TRY(check_writable(thread, map));
  if (is_index(key)) return set_byte(thread, map, key, value);
  if (!is_slice(key)) return raise(thread, TypeError, "mmap indices must be integer");
  SliceRange range = TRY(unpack_slice(thread, *key.as<Slice>()));
  if (value.is_empty()) return raise(thread, TypeError, "mmap object doesn't support slice deletion");
  BufferLease lease(thread);
  TRY(lease.acquire(value));
  TRY(check_open(thread, map));
  fit_slice(range, map.size);
  if (static_cast<int64_t>(lease.size()) != range.count) return raise(thread, IndexError, "mmap slice assignment is wrong size");
  for (int64_t i = 0; i < range.count; ++i) map.data[range.start + i * range.step] = static_cast<char>(lease.data()[i]);
  return nothing;
}

Status get_buffer_slot(Thread& thread, Value self, Buffer& buffer, int flags) {
  auto& map = *self.as<MemoryMap>();
  TRY(check_open(thread, map));
  TRY(fill_buffer(thread, buffer, self, map.data, static_cast<int64_t>(map.size), map.access == Access::Read, flags));
  ++map.exports;
  return nothing;
}
void release_buffer_slot(Thread&, Value self, Buffer&) { --self.as<MemoryMap>()->exports; }

Value repr_map(Thread& thread, Value self) {
  const auto& map = *self.as<MemoryMap>();
  static constexpr const char* accesses[] = {"ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"};
  if (!map.data) return format_message(thread, "<{} closed=True>", {type_of(self)});
  return format_message(thread, "<{} closed=False, access={}, length={}, pos={}, offset={}>",
                        {type_of(self), accesses[static_cast<int>(map.access)], map.size, map.position, map.offset});
}

const MethodRow methods[] = {
    method<enter>("!__enter__($self, /)", nullptr),
    method<leave>("!__exit__($self, /, *args)", nullptr),
    method<close_map>("!close($self, /)", nullptr),
    method<find_bytes<false>>("!find($self, sub, start=<none>, end=<none>, /)", nullptr),
    method<flush>("!flush($self, offset=0, size=<none>, /)", nullptr),
    method<advise>("!madvise($self, option, start=<none>, length=<none>, /)", nullptr),
    method<move>("!move($self, dest, src, count, /)", nullptr),
    method<read_bytes>("!read($self, n=None, /)", nullptr),
    method<read_byte>("!read_byte($self, /)", nullptr),
    method<read_line>("!readline($self, /)", nullptr),
    method<resize>("!resize($self, newsize, /)", nullptr),
    method<find_bytes<true>>("!rfind($self, sub, start=<none>, end=<none>, /)", nullptr),
    method<seek>("!seek($self, pos, whence=0, /)", nullptr),
    method<file_size>("!size($self, /)", nullptr),
    method<tell>("!tell($self, /)", nullptr),
    method<write_bytes>("!write($self, bytes, /)", nullptr),
    method<write_byte>("!write_byte($self, byte, /)", nullptr),
    getter<is_closed>("closed", nullptr),
};

struct Constant {
  const char* name;
  int64_t value;
};
const Constant constants[] = {
    {"ACCESS_DEFAULT", 0}, {"ACCESS_READ", 1}, {"ACCESS_WRITE", 2}, {"ACCESS_COPY", 3},
#define C(name) {#name, name},
    C(PROT_EXEC) C(PROT_READ) C(PROT_WRITE) C(MAP_SHARED) C(MAP_PRIVATE) C(MAP_DENYWRITE) C(MAP_EXECUTABLE) C(MAP_ANONYMOUS)
    C(MAP_ANON) C(MAP_POPULATE) C(MAP_STACK) C(MADV_NORMAL) C(MADV_RANDOM) C(MADV_SEQUENTIAL) C(MADV_WILLNEED)
    C(MADV_DONTNEED) C(MADV_REMOVE) C(MADV_DONTFORK) C(MADV_DOFORK) C(MADV_HWPOISON) C(MADV_MERGEABLE) C(MADV_UNMERGEABLE)
    C(MADV_HUGEPAGE) C(MADV_NOHUGEPAGE) C(MADV_DONTDUMP) C(MADV_DODUMP) C(MADV_FREE)
#undef C
};

Status initialize(Thread&, Module& module) {
  TypeSpec spec;
  spec.doc = "mmap(fileno, length[, flags[, prot[, access[, offset]]]])\n\n"
             "The file with descriptor fileno (-1: anonymous memory) as a mutable sequence of bytes and as a file.\n"
             "length 0 means the whole file.";
  spec.instance_bytes = sizeof(MemoryMap);
  spec.flags = Type::kBaseType | Type::kImmutable | Type::kHasWeakReferences | Type::kHasFinalizer | Type::kReleasesResource;
  spec.slots.make = make_map;
  spec.slots.repr = repr_map;
  spec.slots.finalize = finalize;
  spec.slots.map_length = map_length;
  spec.slots.map_item = map_item;
  spec.slots.map_set_item = set_map_item;
  spec.slots.sequence_item = sequence_item_of;
  spec.slots.get_buffer = get_buffer_slot;
  spec.slots.release_buffer = release_buffer_slot;
  spec.methods = methods;
  module_add_type(module, define_type(ModuleKind::MemoryMap, spec));
  module_add(module, "error", &OSError);
  for (const Constant& constant : constants) module_add(module, constant.name, make_int(constant.value));
  const int64_t page = sysconf(_SC_PAGESIZE);
  module_add(module, "PAGESIZE", make_int(page));
  module_add(module, "ALLOCATIONGRANULARITY", make_int(page));
  return nothing;
}

}  // namespace

extern const ModuleSpec mmap_module = {"mmap", nullptr, {}, initialize};

}  // namespace minipy
